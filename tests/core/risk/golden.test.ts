import type { SignalFacts } from '../../../core/risk/snapshot';
import { judgeOpening, type CheckResult } from '../../../core/risk';
import { START } from '../../support/databases';
import { d, policyWith, SHARE, snapshot, type SnapshotParts } from './snapshots';

/**
 * Known answers on an account of 100,000 without positions, at a venue that lends, charges nothing
 * and sells short: risk 2 % a trade, daily loss 6 %, whole units.
 */
function order(
	quantity: number,
	price: string | number,
	stop: string | number | null,
	target: string | number,
	parts: SnapshotParts & { readonly signal?: Partial<SignalFacts> } = {},
) {
	return judgeOpening(
		snapshot({
			policy: policyWith('OPERATOR', { riskPerTradePercent: 2, dailyLossPercent: 6 }),
			market: SHARE,
			quote: { symbol: 'RELIANCE', bid: d(price), ask: d(price), at: START },
			...parts,
			signal: {
				symbol: 'RELIANCE', quantity: d(quantity), stopLoss: stop === null ? null : d(stop),
				takeProfits: [{ price: d(target), share: d(1) }], orderType: 'limit', entry: d(price),
				...parts.signal,
			},
			account: {
				currency: 'INR', cash: d(100000), equity: d(100000), dayStartEquity: d(100000),
				...parts.account,
			},
			venue: { shortSelling: true, takerFeePercent: d(0) },
		}),
	);
}

const find = (checks: readonly CheckResult[], name: string): CheckResult =>
	checks.find((check) => check.check === name) ?? fail(`no check ${name}`);

function fail(message: string): never {
	throw new Error(message);
}

const failing = (checks: readonly CheckResult[]): string[] =>
	checks.filter((check) => check.result === 'block').map((check) => `${check.check} ${check.code}`);

describe('known answers', () => {
	test('10 at 2450, stop 2430, target 2491: risk 200, reward 2.05 to 1, a warning', () => {
		const { decision, code, checks, intent } = order(10, 2450, 2430, 2491);
		expect([decision, code]).toEqual(['WARN', 'REWARD_RISK_LOW']);
		expect(intent).toMatchObject({ risk: '200', cash: '25725', bindingCap: 'given', minTakeProfit: '2490' });
		expect(find(checks, 'reward_risk')).toMatchObject({ result: 'warn', observed: '2.05', limit: '2.5' });
		expect(find(checks, 'risk_per_trade')).toMatchObject({ result: 'pass', observed: '200', limit: '2000' });
	});

	test('10 at 2450.50, stop 2430, target 2491: 40.5 to 20.5 is not two to one', () => {
		const { decision, checks } = order(10, '2450.5', 2430, 2491);
		expect(decision).toBe('BLOCK');
		expect(failing(checks)).toEqual(['reward_risk REWARD_RISK']);
		expect(find(checks, 'reward_risk').observed).toBe('1.9756');
	});

	test('the same without a stop', () => {
		const { checks, intent, code } = order(10, 2450, null, 2491);
		expect(code).toBe('STOP_LOSS_MISSING');
		expect(find(checks, 'stop_loss')).toMatchObject({ result: 'block', code: 'STOP_LOSS_MISSING' });
		expect(find(checks, 'balance').result).toBe('pass');
		expect(intent).toBeNull();
	});

	test('100 at 1450, stop 1420, target 1510: 3,000 is 3 %, at most 66 would do', () => {
		const { checks } = order(100, 1450, 1420, 1510, {
			account: { cash: d(200000) },
		});
		expect(failing(checks)).toEqual(['risk_per_trade RISK_PER_TRADE']);
		const risk = find(checks, 'risk_per_trade');
		expect(risk).toMatchObject({ observed: '3000', limit: '2000' });
		expect(risk.message).toContain('Reduce the quantity to 66');
	});

	test('10 at 1600, stop 1580, target 1610: reward half of the risk', () => {
		const { checks } = order(10, 1600, 1580, 1610);
		expect(failing(checks)).toEqual(['reward_risk REWARD_RISK']);
		expect(find(checks, 'reward_risk').observed).toBe('0.5');
	});

	test('a buy at 600 with its stop at 610', () => {
		const { checks } = order(10, 600, 610, 640);
		expect(failing(checks)).toContain('stop_loss STOP_LOSS_WRONG_SIDE');
	});

	test('a sale at 600 with its stop at 590', () => {
		const { checks } = order(10, 600, 590, 560, { signal: { side: 'sell' } });
		expect(failing(checks)).toEqual(['stop_loss STOP_LOSS_WRONG_SIDE']);
	});

	test('a sale with its stop above and its target below passes', () => {
		expect(order(10, 600, 610, 570, { signal: { side: 'sell' } }).decision).toBe('PASS');
	});

	test('1000 at 450, stop 445: the cash is not there without leverage, and 5,000 is at risk', () => {
		const { checks } = order(1000, 450, 445, 465);
		expect(failing(checks)).toEqual(['balance BALANCE_INSUFFICIENT', 'risk_per_trade RISK_PER_TRADE']);
		expect(find(checks, 'risk_per_trade')).toMatchObject({ observed: '5000', limit: '2000' });
		expect(find(checks, 'balance')).toMatchObject({ observed: '472500', limit: '100000' });
	});

	test('15,000 at 100, stop 98: balance is named first, the quantity too', () => {
		const { checks, code } = order(15000, 100, 98, 106);
		expect(code).toBe('BALANCE_INSUFFICIENT');
		expect(failing(checks)).toContain('quantity QUANTITY_TOO_LARGE');
		expect(find(checks, 'quantity')).toMatchObject({ limit: '1000', observed: '15000' });
	});

	test('5,500 lost today and 1,000 at stake: 6,500 is more than 6,000', () => {
		const lost = { realisedToday: d(-5500) };
		const { checks } = order(50, 1450, 1430, 1500, { account: lost });
		expect(failing(checks)).toEqual(['daily_loss DAILY_LOSS_LIMIT']);
		expect(find(checks, 'daily_loss')).toMatchObject({ observed: '6500', limit: '6000' });
		expect(order(25, 1450, 1430, 1500, { account: lost }).code).toBe('DAILY_LOSS_NEAR');
	});

	test('a profitable day gives no budget', () => {
		const { checks } = order(50, 1450, 1430, 1500, { account: { realisedToday: d(5500) } });
		expect(find(checks, 'daily_loss').observed).toBe('1000');
	});

	test.each([
		[2500, 'pass'],
		[2205, 'pass'],
		[2695, 'pass'],
		['2204.95', 'block'],
		['2695.05', 'block'],
		[3000, 'block'],
	])('with the quote at 2450 a price of %s: %s', (price, result) => {
		const { checks } = order(1, price, 2000, 5000, {
			quote: { symbol: 'RELIANCE', bid: d(2450), ask: d(2450), at: START },
		});
		expect(find(checks, 'price_sanity')).toMatchObject({
			result,
			code: result === 'pass' ? 'OK' : 'PRICE_INSANE',
			observed: '2450',
			limit: '10',
		});
	});

	test('200 with 20 at risk each: 4,000, at most 100', () => {
		const { checks } = order(200, 450, 430, 500);
		expect(failing(checks)).toEqual(['risk_per_trade RISK_PER_TRADE']);
		expect(find(checks, 'risk_per_trade').message).toContain('Reduce the quantity to 100');
	});
});
