import { STANDARD_POLICY, type Policy } from '../../../../core/model';
import { currencyExposure } from '../../../../core/risk/checks/currency-exposure';
import { groupExposure } from '../../../../core/risk/checks/group-exposure';
import { symbolExposure } from '../../../../core/risk/checks/symbol-exposure';
import { planOrder } from '../../../../core/risk/plan';
import { BTC, d, describeCheck, snapshot, trade, type SnapshotParts } from '../snapshots';

const exposed = (exposure: Partial<Policy['exposure']>): Policy => ({
	...STANDARD_POLICY, exposure: { ...STANDARD_POLICY.exposure, ...exposure },
});

/** 0.05 BTC at 60,000: 3,000 of 10,000, unless said. */
const order = (quantity = '0.05') => ({ signal: { quantity: d(quantity) } }) as const;
const held = (symbol: string, value: number) =>
	trade({ symbol, entryPrice: d(value), stopLoss: d(value), openQuantity: d(1) });
const PASS = { result: 'pass', code: 'OK' } as const;

describeCheck('symbol_exposure', symbolExposure, [
	['3,000 of 5,000', order(), { ...PASS, limit: '5000', observed: '3000' }],
	['exactly half of the equity', order('0.08333333333333333333'), { ...PASS, limit: '5000', observed: '4999.99999999' }],
	['more', order('0.08334'), { result: 'block', code: 'SYMBOL_EXPOSURE', limit: '5000', observed: '5000.4' }],
	[
		'with what is held of the very symbol, in either direction',
		{ ...order(), trades: [{ ...held('BTC/USDT', 2001), side: 'sell' }] },
		{ result: 'block', code: 'SYMBOL_EXPOSURE', observed: '5001', capacity: true },
	],
	['others do not count', { ...order(), trades: [held('ETH/USDT', 9000), held('BTC/USDC', 9000)] }, { ...PASS, observed: '3000' }],
	['without equity', { ...order(), account: { equity: null } }, { result: 'block', code: 'EQUITY_UNKNOWN' }],
	['without a price', { ...order(), quote: null }, { result: 'block', code: 'QUOTE_MISSING' }],
	['without a size', { account: { equity: null } }, { result: 'block', code: 'EQUITY_UNKNOWN' }],
	[
		'of a symbol that the venue does not list, by its name',
		{ ...order(), market: null, signal: { ...order().signal, orderType: 'limit', entry: d(60000), symbol: 'BTC/USDT' }, trades: [held('BTC/USDT', 2500)] },
		{ result: 'block', code: 'SYMBOL_EXPOSURE', observed: '5500', capacity: true },
	],
]);

describeCheck('currency_exposure', currencyExposure, [
	['alone', order(), { ...PASS, limit: '5000', observed: '3000' }],
	[
		'the same asset against another quote counts',
		{ ...order(), trades: [held('BTC/USDC', 2000)] },
		{ ...PASS, observed: '5000' },
	],
	[
		'beyond the limit',
		{ ...order(), trades: [held('BTC/USDC', 2001)] },
		{ result: 'block', code: 'CURRENCY_EXPOSURE', limit: '5000', observed: '5001', capacity: true },
	],
	[
		'what is reserved counts without its safety margin',
		{ ...order(), reservations: [{ symbol: 'BTC/USDC', risk: d(10), cash: d('2101.05') }] },
		{ result: 'block', code: 'CURRENCY_EXPOSURE', observed: '5001', capacity: true },
	],
	[
		'alone beyond the limit, others would have to leave for nothing',
		{ ...order(), policy: exposed({ currencyPercent: 29 }) },
		{ result: 'block', code: 'CURRENCY_EXPOSURE', limit: '2900', observed: '3000' },
	],
	['what is not filled yet is held by its reservation', { ...order(), trades: [trade({ symbol: 'BTC/USDC', entryPrice: null, openQuantity: d(0) })] }, { ...PASS, observed: '3000' }],
]);

const OTHERS = { name: 'second', percent: 40, assets: ['BTC', 'LTC'] };
const MAJORS = { name: 'first', percent: 65, assets: ['BTC', 'ETH'] };
const GROUPS = exposed({ groups: [MAJORS, OTHERS] });

describeCheck('group_exposure', groupExposure, [
	['two full positions of the majors', { ...order(), trades: [held('ETH/USDT', 5000)] }, { ...PASS, limit: '8000', observed: '8000' }],
	[
		'a third',
		{ ...order(), trades: [held('ETH/USDT', 3000), held('BNB/USDT', 2001)] },
		{ result: 'block', code: 'GROUP_EXPOSURE', limit: '8000', observed: '8001', capacity: true },
	],
	['of another group', { ...order(), trades: [held('SOL/USDT', 9000)] }, { ...PASS, observed: '3000' }],
	['an asset without a group', { ...order(), market: { ...BTC, symbol: 'QQQ/USDT', base: 'QQQ' } }, { ...PASS, limit: null, observed: null }],
	[
		'an asset in two groups: the nearer limit is shown',
		{ ...order(), policy: GROUPS, trades: [held('ETH/USDT', 1000)] },
		{ ...PASS, limit: '4000', observed: '3000' },
	],
	[
		'or the first, where that is nearer',
		{ ...order(), policy: GROUPS, trades: [held('ETH/USDT', 3000)] },
		{ ...PASS, limit: '6500', observed: '6000' },
	],
	[
		'the second that is over',
		{ ...order(), policy: GROUPS, trades: [held('LTC/USDT', 1001)] },
		{ result: 'block', code: 'GROUP_EXPOSURE', limit: '4000', observed: '4001', capacity: true },
	],
]);

test('what is refused is named: the group and its assets, the symbol, the asset', () => {
	const parts: SnapshotParts = { ...order('0.1'), policy: GROUPS, trades: [held('LTC/USDT', 9000)] };
	const made = snapshot(parts);
	const texts = [symbolExposure, currencyExposure, groupExposure].map(
		(check) => check(made, planOrder(made)).message,
	);
	expect(texts[0]).toContain('BTC/USDT');
	expect(texts[1]).toContain('close a position in BTC');
	expect(texts[2]).toContain('"second" (BTC, LTC)');
});

test('suggests no more than symbol, asset and groups leave', () => {
	const most = (trades: SnapshotParts['trades']) =>
		planOrder(snapshot({ trades: trades ?? [], policy: GROUPS })).suggestedMaxQuantity;
	expect(most([])).toBe('0.05');
	expect(most([held('LTC/USDT', 2800)])).toBe('0.02');
	expect(most([held('BTC/USDC', 4400), held('ETH/USDT', 0)])).toBe('0');
	expect(most([held('ETH/USDT', 5300)])).toBe('0.02');
});
