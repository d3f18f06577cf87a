import fc from 'fast-check';
import {
	add, decimal, gt, gte, HOUR, isMultipleOf, lt, lte, MINUTE, mul, sub, type Decimal, type Side,
} from '../../../../core/model';
import { averageTrueRange, stepOf, type ExitRule, type TradeView } from '../../../../core/orders/exits/rules';
import type { TradeRule } from '../../../../core/orders/exits/exit-rules.table';
import { planExits } from '../../../../core/orders/exits/exits';
import {
	isBeyond, isTighter, stopOnTick, tightening, type RulesLook,
} from '../../../../core/orders/exits/tighten-rules';
import type { Exit, Trade } from '../../../../core/orders/trade';

const OPENED = Date.UTC(2026, 10, 20, 8, 0);

function view(change: Partial<TradeView> = {}): TradeView {
	return {
		side: 'buy', entryPrice: decimal(2000), initialStop: decimal(1900), best: decimal(2000),
		openedAt: OPENED, createdAt: OPENED, ...change,
	};
}

const stopAt = (rule: ExitRule, best: number, change: Partial<TradeView> = {}, atr: number | null = null) => {
	const step = stepOf(rule, view({ best: decimal(best), ...change }), {
		now: OPENED, atr: atr === null ? null : decimal(atr),
	});
	return step?.kind === 'stop' ? step.price : step;
};

const amount = (value: number, activation: number | null = null): ExitRule => ({
	method: 'trailing_amount', amount: decimal(value), activation: activation === null ? null : decimal(activation),
});
const percent = (value: number, activation: number | null = null): ExitRule => ({
	method: 'trailing_percent', percent: decimal(value), activation: activation === null ? null : decimal(activation),
});
const atr = (multiple: number): ExitRule => ({
	method: 'atr', multiple: decimal(multiple), period: 14, timeframe: '5m',
});
const breakEven = (afterR: number): ExitRule => ({ method: 'break_even', afterR: decimal(afterR) });

describe('what a rule wants', () => {
	test.each([[2000, '1970'], [2050, '2020'], [2100, '2070']])('30 behind %s is %s', (best, stop) => {
		expect(stopAt(amount(30), best)).toBe(stop);
	});
	test.each([[2000, '1910'], [2150, '2060'], [2200, '2110']])('twice an ATR of 45 behind %s is %s', (best, stop) => {
		expect(stopAt(atr(2), best, {}, 45)).toBe(stop);
	});
	test.each([[2050, '2019.25'], [2100, '2068.5']])('1.5 %% behind %s is %s', (best, stop) => {
		expect(stopAt(percent(1.5), best)).toBe(stop);
	});

	test('a short trade trails above its lowest price', () => {
		const short = { side: 'sell', initialStop: decimal(2100) } as const;
		expect(stopAt(amount(30), 1950, short)).toBe('1980');
		expect(stopAt(percent(2), 1900, short)).toBe('1938');
		expect(stopAt(atr(2), 1900, short, 45)).toBe('1990');
	});

	test('nothing follows before its activation, and nothing by an ATR that is not known', () => {
		expect(stopAt(percent(1.5, 3), 2059.99)).toBeNull();
		expect(stopAt(percent(1.5, 3), 2060)).toBe('2029.1');
		expect(stopAt(amount(30, 50), 2049)).toBeNull();
		expect(stopAt(amount(30, 50), 2050)).toBe('2020');
		expect(stopAt(amount(30, 50), 1951, { side: 'sell', initialStop: decimal(2100) })).toBeNull();
		expect(stopAt(amount(30, 50), 1950, { side: 'sell', initialStop: decimal(2100) })).toBe('1980');
		expect(stopAt(atr(2), 2200, {}, null)).toBeNull();
	});

	test('break-even waits for the first risk once, or as often as it says', () => {
		expect(stopAt(breakEven(1), 2099.9)).toBeNull();
		expect(stopAt(breakEven(1), 2100)).toBe('2000');
		expect(stopAt(breakEven(1.5), 2149)).toBeNull();
		expect(stopAt(breakEven(1.5), 2150)).toBe('2000');
		const short = { side: 'sell', initialStop: decimal(2100) } as const;
		expect(stopAt(breakEven(1), 1901, short)).toBeNull();
		expect(stopAt(breakEven(1), 1900, short)).toBe('2000');
		expect(stopAt(breakEven(1), 9000, { initialStop: null })).toBeNull();
	});

	test('a time limit counts from the first fill, to the minute', () => {
		const rule: ExitRule = { method: 'time_limit', minutes: 90 };
		const at = (now: number) => stepOf(rule, view({ createdAt: OPENED - HOUR }), { now, atr: null });
		expect(at(OPENED + 90 * MINUTE - 1)).toBeNull();
		expect(at(OPENED + 90 * MINUTE)).toEqual({ kind: 'close' });
	});

	test.each<[string, string, number, number]>([
		// India has no daylight saving: 15:15 there is 09:45 UTC.
		['the same day', 'Asia/Kolkata', Date.UTC(2026, 10, 20, 8, 0), Date.UTC(2026, 10, 20, 9, 45)],
		['the next day, when opened after it', 'Asia/Kolkata', Date.UTC(2026, 10, 20, 9, 45), Date.UTC(2026, 10, 21, 9, 45)],
		['in summer time', 'Europe/Berlin', Date.UTC(2026, 6, 1, 8, 0), Date.UTC(2026, 6, 1, 13, 15)],
		['in winter time', 'Europe/Berlin', Date.UTC(2026, 11, 1, 8, 0), Date.UTC(2026, 11, 1, 14, 15)],
		['over the change of the clocks', 'America/New_York', Date.UTC(2026, 9, 31, 22, 0), Date.UTC(2026, 10, 1, 20, 15)],
	])('a session is squared off %s', (_when, zone, createdAt, end) => {
		const rule: ExitRule = { method: 'session', at: '15:15', zone };
		const at = (now: number) => stepOf(rule, view({ createdAt, openedAt: createdAt + 1 }), { now, atr: null });
		expect(at(end - 1)).toBeNull();
		expect(at(end)).toEqual({ kind: 'close' });
	});
});

describe('average true range', () => {
	const bar = (high: number, low: number, close: number) => ({
		high: decimal(high), low: decimal(low), close: decimal(close),
	});
	// True ranges: 12 − 9 = 3; 13 − 11 = 2; gap up: 20 − 12 = 8; gap down: |10 − 19| = 9; 12 − 9 = 3.
	const bars = [bar(11, 8, 10), bar(12, 9, 11), bar(13, 11, 12), bar(20, 15, 19), bar(16, 10, 11), bar(12, 9, 10)];

	test('is the mean of the first ranges, then smoothed as Wilder did', () => {
		expect(averageTrueRange(bars.slice(0, 4), 3)).toBe('4.333333333333333333333333');
		// (13/3 × 2 + 9) ÷ 3 = 53/9, then (53/9 × 2 + 3) ÷ 3 = 133/27.
		expect(Number(averageTrueRange(bars.slice(0, 5), 3))).toBeCloseTo(53 / 9, 18);
		expect(Number(averageTrueRange(bars, 3))).toBeCloseTo(133 / 27, 18);
		expect(averageTrueRange(bars.slice(0, 5), 1)).toBe('9');
		expect(averageTrueRange(bars.slice(0, 5), 4)).toBe('5.5');
	});

	test('is not known with too few bars', () => {
		expect(averageTrueRange(bars.slice(0, 3), 3)).toBeNull();
		expect(averageTrueRange([], 1)).toBeNull();
	});
});

const trade = (side: Side, entry = 2000): Trade => ({
	id: 'trd_1', accountId: 'acc_1', memberId: 'mbr_1', signalId: null, ticketId: null, source: null,
	venue: 'paper', symbol: 'X/USDT', side, state: 'OPEN', plannedQuantity: decimal(2),
	enteredQuantity: decimal(2), exitedQuantity: decimal(0), entryValue: mul(2, entry), exitValue: decimal(0),
	fees: decimal(0), feesBooked: decimal(0), realisedGross: decimal(0), realisedNet: decimal(0),
	stopLoss: null, initialRisk: decimal(1), closeReason: null, closeActor: null, exitReason: null,
	planKept: null, stopHonoured: null, openedAt: OPENED, closedAt: null, createdAt: OPENED, policyVersion: 'p',
}) as Trade;

const ruleRow = (rule: ExitRule, bestPrice: Decimal | null = null): TradeRule => ({
	id: rule.method, tradeId: 'trd_1', rule, bestPrice, activatedAt: null, addedBy: 'x', createdAt: OPENED,
});
const stopOf = (side: Side, price: Decimal): Exit => {
	const [stop] = planExits({ id: 'trd_1', side }, price, [], OPENED);
	if (stop === undefined) throw new Error('no stop');
	return stop;
};
const look = (price: number | Decimal | null, change: Partial<RulesLook> = {}): RulesLook => ({
	now: OPENED, price: price === null ? null : decimal(price), atrOf: () => decimal(45), tick: decimal('0.01'),
	stepBasisPoints: '0', ...change,
});

describe('what the rules of a trade come to', () => {
	const long = trade('buy');
	const stop = stopOf('buy', decimal(1900));

	test('the tightest of all rules moves the stop and is named', () => {
		const rules = [amount(80), percent(1.5), atr(2)].map((rule) => ruleRow(rule));
		expect(tightening(long, stop, rules, look(2100))).toMatchObject({
			stop: { price: '2068.5', method: 'trailing_percent' }, close: null,
		});
	});

	test('a best price seen earlier counts', () => {
		const found = tightening(long, stop, [ruleRow(amount(30), decimal(2100))], look(2075));
		expect(found.stop?.price).toBe('2070');
	});

	test('a stop moves by the least step or not at all', () => {
		const near = { ...stop, price: decimal(1970) };
		const of = (price: number, basisPoints: string) =>
			tightening(long, near, [ruleRow(amount(30))], look(price, { stepBasisPoints: basisPoints })).stop;
		expect(of(2000.39, '2')).toBeNull();
		expect(of(2000.4, '2')?.price).toBe('1970.4');
		expect(of(2000.005, '0')).toBeNull();
		expect(of(2000.01, '0')?.price).toBe('1970.01');
	});

	test('without a price only time acts', () => {
		const rules = [ruleRow(amount(30), decimal(2100)), ruleRow({ method: 'time_limit', minutes: 5 })];
		const found = tightening(long, stop, rules, look(null, { now: OPENED + 5 * MINUTE }));
		expect(found).toMatchObject({ stop: { price: '2070' }, close: 'time_limit' });
		expect(tightening(long, stop, [ruleRow(amount(30))], look(null))).toEqual({ stop: null, close: null, findings: [] });
	});

	test('a stop whose order is out is left alone', () => {
		const out: Exit = { ...stop, state: 'WORKING' };
		expect(tightening(long, out, [ruleRow(amount(30))], look(2100)).stop).toBeNull();
	});

	test.each<[Side, number, number, number]>([['buy', 2100, 2100.39, 2100.43], ['sell', 1900, 1899.63, 1899.6]])(
		'%s: the best price is noted at first, then when it has grown by the least step',
		(side, first, near, far) => {
			const open = trade(side);
			const wide = stopOf(side, decimal(side === 'buy' ? 100 : 9000));
			const of = (rule: TradeRule, price: number) =>
				tightening(open, { ...wide, state: 'WORKING' }, [rule], look(price, { stepBasisPoints: '2' })).findings;
			const fresh = ruleRow(amount(30));
			const [noted] = of(fresh, first);
			expect(noted).toEqual({ rule: fresh, bestPrice: decimal(first), activatedAt: OPENED });
			const known: TradeRule = { ...fresh, bestPrice: decimal(first), activatedAt: OPENED - 5 };
			expect(of(known, first)).toEqual([]);
			expect(of(known, near)).toEqual([]);
			expect(of(known, far)).toMatchObject([{ bestPrice: decimal(far), activatedAt: OPENED - 5 }]);
			expect(of(known, side === 'buy' ? first - 50 : first + 50)).toEqual([]);
		},
	);

	test('a rule is activated by the first stop that it wants, once', () => {
		const rule = ruleRow(amount(30, 50), decimal(2000));
		const of = (each: TradeRule, price: number) => tightening(long, stop, [each], look(price)).findings;
		expect(of(rule, 2049)).toMatchObject([{ bestPrice: '2049', activatedAt: null }]);
		expect(of(rule, 2050)).toMatchObject([{ bestPrice: '2050', activatedAt: OPENED }]);
		expect(of({ ...rule, bestPrice: decimal(2050), activatedAt: 7 }, 2060)).toMatchObject([{ activatedAt: 7 }]);
	});

	test('break-even counts from where the stop began, not from where it is', () => {
		const moved: Exit = { ...stop, price: decimal(1990) };
		expect(tightening(long, moved, [ruleRow(breakEven(1))], look(2099)).stop).toBeNull();
		expect(tightening(long, moved, [ruleRow(breakEven(1))], look(2100)).stop?.price).toBe('2000');
		expect(tightening(long, null, [ruleRow(breakEven(1))], look(9000)).stop).toBeNull();
	});

	test('before its first fill a trade has nothing to tighten', () => {
		const empty = { ...long, enteredQuantity: decimal(0), entryValue: decimal(0) };
		for (const open of [empty, { ...long, openedAt: null }]) {
			const rules = [ruleRow(amount(30)), ruleRow({ method: 'time_limit', minutes: 1 })];
			expect(tightening(open, stop, rules, look(2100, { now: OPENED + HOUR }))).toEqual({ stop: null, close: null, findings: [] });
		}
	});

	test('no stop is put at nothing, or below', () => {
		const far = stopOf('buy', decimal('0.01'));
		expect(tightening(long, far, [ruleRow(amount(2100))], look(2100)).stop).toBeNull();
		expect(tightening(long, null, [ruleRow(amount(5000))], look(2100)).stop).toBeNull();
	});

	test.each<[Side, number, number, boolean]>([
		['buy', 99, 100, false], ['buy', 100, 100, true], ['buy', 101, 100, true],
		['sell', 101, 100, false], ['sell', 100, 100, true], ['sell', 99, 100, true],
	])('a %s stop at %d is beyond %d: %s', (side, at, closing, beyond) => {
		expect(isBeyond(side, decimal(at), decimal(closing))).toBe(beyond);
	});

	test('a trade without a stop gets its first one', () => {
		expect(tightening(long, null, [ruleRow(amount(30))], look(2100)).stop).toEqual({ price: '2070', method: 'trailing_amount' });
	});
});

describe('properties, both sides', () => {
	const price = fc.integer({ min: 100_000, max: 300_000 }).map((cents) => decimal(cents / 100));
	const rule: fc.Arbitrary<ExitRule> = fc.oneof(
		fc.double({ min: 0.1, max: 20, noNaN: true }).map((value) => percent(Number(value.toFixed(3)))),
		fc.integer({ min: 1, max: 500 }).map((value) => amount(value)),
		fc.integer({ min: 1, max: 9 }).map((value) => atr(value)),
		fc.integer({ min: 1, max: 3 }).map((value) => breakEven(value)),
		fc.integer({ min: 1, max: 300 }).map((value) => amount(value, 40)),
	);
	const side = fc.constantFrom<Side>('buy', 'sell');

	test('over any path of prices a stop only ever tightens, stays on the tick and behind the best', () => {
		fc.assert(
			fc.property(side, fc.array(rule, { minLength: 1, maxLength: 4 }), fc.array(price, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 90 }), (of, rules, path, range) => {
				const open = trade(of);
				let stop = stopOf(of, of === 'buy' ? decimal(1900) : decimal(2100));
				let rows = rules.map((each, index) => ({ ...ruleRow(each), id: String(index) }));
				let seen: Decimal | null = null;
				for (const each of path) {
					seen = seen === null ? each : of === 'buy' ? (gt(each, seen) ? each : seen) : lt(each, seen) ? each : seen;
					const found = tightening(open, stop, rows, look(each, { atrOf: () => decimal(range) }));
					rows = rows.map((row) => {
						const note = found.findings.find((finding) => finding.rule.id === row.id);
						return note === undefined ? row : { ...row, bestPrice: note.bestPrice, activatedAt: note.activatedAt };
					});
					if (found.stop === null) continue;
					expect(isTighter(of, found.stop.price, stop.price)).toBe(true);
					expect(isMultipleOf(found.stop.price, '0.01')).toBe(true);
					// Never at or past the best price that was there, but for the entry price itself.
					const behindBest = of === 'buy' ? lt(found.stop.price, seen) : gt(found.stop.price, seen);
					expect(behindBest).toBe(true);
					stop = { ...stop, price: found.stop.price };
				}
				expect(of === 'buy' ? gte(stop.price, 1900) : lte(stop.price, 2100)).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	test('the best price is never forgotten by more than the step: a trail ends where one look of the best would put it', () => {
		fc.assert(
			fc.property(side, fc.array(price, { minLength: 1, maxLength: 40 }), (of, path) => {
				const open = trade(of);
				let stop = stopOf(of, of === 'buy' ? decimal(100) : decimal(9000));
				let row = ruleRow(amount(50));
				for (const each of path) {
					const found = tightening(open, stop, [row], look(each));
					const [note] = found.findings;
					if (note !== undefined) row = { ...row, bestPrice: note.bestPrice };
					if (found.stop !== null) stop = { ...stop, price: found.stop.price };
				}
				const best = path.reduce((a, b) => ((of === 'buy' ? gt(b, a) : lt(b, a)) ? b : a));
				expect(stop.price).toBe(of === 'buy' ? sub(best, 50) : add(best, 50));
			}),
			{ numRuns: 200 },
		);
	});

	test('a stop on the tick is never tighter than asked, and off by less than a tick', () => {
		const digits = fc.integer({ min: 1, max: 10_000_000 }).map((value) => decimal(value / 10_000));
		fc.assert(
			fc.property(side, digits, (of, asked) => {
				const tick = decimal('0.05');
				const put = stopOnTick(of, asked, tick);
				expect(isTighter(of, put, asked)).toBe(false);
				expect(lt(of === 'buy' ? sub(asked, put) : sub(put, asked), tick)).toBe(true);
			}),
		);
	});
});
