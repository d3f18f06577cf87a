import fc from 'fast-check';
import { add, gt, isMultipleOf, lte, mul, STANDARD_POLICY } from '../../../core/model';
import { largestWithin, sizeWithin } from '../../../core/risk/sizing';
import { planOrder } from '../../../core/risk/plan';
import { anyExposure, brief, BTC, d, runCheck, SHARE, snapshot, trade } from './snapshots';
import { balance } from '../../../core/risk/checks/balance';
import { quantity } from '../../../core/risk/checks/quantity';

describe('largestWithin', () => {
	test.each([
		['2000', '30', '1', '66'],
		['2000', '20', '1', '100'],
		['10', '3', '0.1', '3.3'],
		['0', '3', '1', '0'],
		['-5', '3', '1', '0'],
		['1', '3', '1', '0'],
	])('%s by %s in steps of %s is %s', (limit, unit, step, expected) => {
		expect(largestWithin(d(limit), d(unit), d(step))).toBe(expected);
	});

	test('a quotient that rounds up at its last decimal does not break the limit', () => {
		// 1.999…(30 nines) ÷ 2 rounds to 1 at 24 decimals; 1 × 2 would be over the limit.
		const limit = d(`1.${'9'.repeat(30)}`);
		expect(largestWithin(limit, d(2), d(1))).toBe('0');
	});

	const amount = fc.integer({ min: 1, max: 1_000_000_000 }).map((n) => d(n / 1000));
	test('is within the limit and one step more is not', () => {
		fc.assert(
			fc.property(amount, amount, fc.constantFrom('1', '0.1', '0.00001', '0.5'), (limit, unit, step) => {
				const size = largestWithin(limit, unit, d(step));
				expect(isMultipleOf(size, step)).toBe(true);
				expect(lte(mul(size, unit), limit)).toBe(true);
				expect(gt(mul(add(size, step), unit), limit)).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

test('sizeWithin names the cap that binds; the first among equals', () => {
	const cap = (name: 'risk' | 'cash' | 'venue_maximum', limit: number) => ({
		cap: name, limit: d(limit), perUnit: d(1),
	});
	expect(sizeWithin(cap('risk', 5), [cap('cash', 4), cap('venue_maximum', 9)], d(1))).toEqual({
		quantity: '4', bindingCap: 'cash',
	});
	expect(sizeWithin(cap('risk', 5), [cap('cash', 5)], d(1)).bindingCap).toBe('risk');
});

describe('the size of an order without a quantity', () => {
	const size = (parts: Parameters<typeof snapshot>[0]) => planOrder(snapshot(parts)).size;

	test('30 % of equity on spot: 3,000 ÷ 60,000', () => {
		expect(size({})).toEqual({ quantity: '0.05', bindingCap: 'position_value' });
	});

	test('risk, when the stop is far: 100 ÷ (6,000 + fees of 114)', () => {
		expect(size({ signal: { stopLoss: d(54000) } })).toEqual({
			quantity: '0.01635', bindingCap: 'risk',
		});
	});

	test('cash, when others hold it: 1,000 ÷ (60,000 × 1.05 × 1.02)', () => {
		const reservations = [{ symbol: 'ETH/USDT', risk: d(10), cash: d(9000) }];
		expect(size({ reservations })).toEqual({ quantity: '0.01556', bindingCap: 'cash' });
	});

	test('a limit order needs no extra margin for the market: 1,000 ÷ (60,000 × 1.05)', () => {
		const reservations = [{ symbol: 'ETH/USDT', risk: d(10), cash: d(9000) }];
		expect(size({ reservations, signal: { orderType: 'limit', entry: d(60000) } })).toEqual({
			quantity: '0.01587', bindingCap: 'cash',
		});
	});

	test("the venue's maximum", () => {
		expect(size({ market: { ...BTC, maxQuantity: d('0.01') } })).toEqual({
			quantity: '0.01', bindingCap: 'venue_maximum',
		});
	});

	test('1,000 units where the venue states no maximum', () => {
		const market = { ...SHARE, quote: 'USDT' };
		const quote = { symbol: 'RELIANCE', bid: d(1), ask: d(1), at: snapshot().now };
		expect(size({ market, quote, signal: { stopLoss: d('0.99') } })).toEqual({
			quantity: '1000', bindingCap: 'venue_maximum',
		});
	});

	test('where the venue lends, what may be in one symbol caps it: half of the equity', () => {
		expect(size({ venue: { shortSelling: true } })).toEqual({ quantity: '0.08333', bindingCap: 'exposure' });
	});

	test('no cap on the value there where the policy allows it: 100 ÷ (600 + fees of 119.4)', () => {
		const policy = anyExposure();
		expect(size({ policy, venue: { shortSelling: true } })).toEqual({
			quantity: '0.139', bindingCap: 'risk',
		});
	});

	test('a group that may hold little caps it too', () => {
		const groups = [{ name: 'odd', percent: 20, assets: ['BTC', 'ETH'] }];
		const policy = { ...STANDARD_POLICY, exposure: { ...STANDARD_POLICY.exposure, groups } };
		expect(size({ policy })).toEqual({ quantity: '0.03333', bindingCap: 'exposure' });
	});

	test('with all cash held by others it is the size without them, and balance says so', () => {
		const reservations = [{ symbol: 'ETH/USDT', risk: d(10), cash: d(10000) }];
		expect(size({ reservations })).toEqual({ quantity: '0.05', bindingCap: 'position_value' });
		expect(brief(runCheck(balance, { reservations }))).toEqual({
			result: 'block', code: 'BALANCE_INSUFFICIENT', limit: '0', observed: '3213', capacity: true,
		});
		expect(runCheck(quantity, { reservations }).result).toBe('pass');
		expect(planOrder(snapshot({ reservations })).suggestedMaxQuantity).toBe('0');
	});

	test.each([
		['worth just the least the venue takes', { minNotional: d(6) }, '0.0001', 'cash'],
		['worth less', { minNotional: d('6.01') }, '0.05', 'position_value'],
		['just the least quantity', { minNotional: d(0), minQuantity: d('0.0001') }, '0.0001', 'cash'],
		['less than it', { minNotional: d(0), minQuantity: d('0.0002') }, '0.05', 'position_value'],
	])('6.50 of cash left, %s', (_, least, quantityFound, bindingCap) => {
		const market = { ...BTC, quantityStep: d('0.0001'), ...least };
		const reservations = [{ symbol: 'DOT/USDT', risk: d(10), cash: d('9993.5') }];
		expect(size({ market, reservations })).toEqual({ quantity: quantityFound, bindingCap });
		const { suggestedMaxQuantity } = planOrder(snapshot({ market, reservations }));
		expect(suggestedMaxQuantity).toBe(bindingCap === 'cash' ? '0.0001' : '0');
	});

	test('an account too small for the venue stays so', () => {
		const account = { cash: d(10), equity: d(10), dayStartEquity: d(10) };
		expect(size({ account })).toEqual({ quantity: '0.00005', bindingCap: 'position_value' });
		expect(brief(runCheck(quantity, { account }))).toMatchObject({
			result: 'block', code: 'NOTIONAL_TOO_SMALL', observed: '3',
		});
	});

	test('suggests no more than the daily stop and the total open risk leave', () => {
		const plan = planOrder(snapshot({ account: { realisedToday: d(-580) } }));
		// 600 − 580 leaves 20; a unit risks 600 and fees of 60 and 59.4.
		expect(plan.unitRisk).toBe('719.4');
		expect(plan.suggestedMaxQuantity).toBe('0.0278');
		const full = planOrder(snapshot({ trades: [trade({ openQuantity: d(40) })] }));
		expect(full.suggestedMaxQuantity).toBe('0');
	});
});

describe('the reference price', () => {
	const reference = (parts: Parameters<typeof snapshot>[0]) => planOrder(snapshot(parts)).reference;

	test('of a market order is the quote, whatever the sender saw', () => {
		expect(reference({ signal: { entry: d(60100) } })).toBe('60000');
		expect(reference({ signal: { entry: d(60100), side: 'sell' } })).toBe('59990');
	});

	test('is the entry where there is no fresh quote; the sanity check denies all the same', () => {
		expect(reference({ quote: null, signal: { entry: d(60100) } })).toBe('60100');
		expect(reference({ quote: null })).toMatchObject({ kind: 'refused', code: 'QUOTE_MISSING' });
	});

	test('of a limit order is its entry', () => {
		expect(reference({ signal: { orderType: 'limit', entry: d(60100) } })).toBe('60100');
	});
});

test('equity is fresh for 60 s', () => {
	const equityAt = snapshot().now - 60_000;
	expect(planOrder(snapshot({ account: { equityAt } })).budgets.equity).toBe('10000');
	expect(planOrder(snapshot({ account: { equityAt: equityAt - 1 } })).budgets.equity).toMatchObject({
		code: 'EQUITY_UNKNOWN',
	});
});

test('the nearest target of a sale is never below zero', () => {
	const sale = { side: 'sell', stopLoss: d(120_000) } as const;
	expect(planOrder(snapshot({ signal: sale })).minTakeProfit).toBe('0');
});
