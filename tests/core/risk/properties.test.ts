import fc from 'fast-check';
import { add, div, HUNDRED, isRefused, lte, mul, type Policy } from '../../../core/model';
import { judgeOpening } from '../../../core/risk';
import { planOrder } from '../../../core/risk/plan';
import type { HeldCapacity, OpenTrade } from '../../../core/risk/snapshot';
import { START } from '../../support/databases';
import { BTC, d, policyWith, snapshot, trade, type SnapshotParts } from './snapshots';

const RUNS = Number(process.env['FIRECONTROL_PROPERTY_RUNS'] ?? 300);

const cents = (from: number, to: number) =>
	fc.integer({ min: from * 100, max: to * 100 }).map((n) => d(n / 100));

const openTrades: fc.Arbitrary<OpenTrade[]> = fc.array(
	fc.record({
		symbol: fc.constantFrom('ETH/USDT', 'SOL/USDT', 'XRP/USDT', 'ADA/USDT'),
		openQuantity: cents(0, 3),
		entryPrice: fc.option(cents(10, 3000), { nil: null }),
		stopLoss: fc.option(cents(5, 3000), { nil: null }),
		unbookedFees: cents(0, 5),
	}).map(trade),
	{ maxLength: 4 },
);

const reservations: fc.Arbitrary<HeldCapacity[]> = fc.array(
	fc.record({
		symbol: fc.constantFrom('LTC/USDT', 'BNB/USDT', 'DOT/USDT'),
		risk: cents(0, 120),
		cash: cents(0, 4000),
	}),
	{ maxLength: 3 },
);

interface World {
	readonly equity: number;
	readonly stopPercent: number;
	readonly rewardTimes: number;
	readonly fee: number;
	readonly realised: number;
	readonly limit: boolean;
	readonly given: number | null;
	readonly trades: OpenTrade[];
	readonly reservations: HeldCapacity[];
	readonly auto: boolean;
}

const world: fc.Arbitrary<World> = fc.record({
	equity: fc.integer({ min: 50, max: 500_000 }),
	stopPercent: fc.integer({ min: 1, max: 2500 }),
	rewardTimes: fc.integer({ min: 150, max: 500 }),
	fee: fc.integer({ min: 0, max: 50 }),
	realised: fc.integer({ min: -700, max: 700 }),
	limit: fc.boolean(),
	given: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: null }),
	trades: openTrades,
	reservations,
	auto: fc.boolean(),
});

function partsOf(w: World): SnapshotParts {
	const stop = 60_000 * (1 - w.stopPercent / 10_000);
	const target = 60_000 + ((60_000 - stop) * w.rewardTimes) / 100;
	return {
		mode: w.auto ? 'FULL_AUTO' : 'MANUAL',
		trades: w.trades,
		reservations: w.reservations,
		account: {
			cash: d(w.equity), equity: d(w.equity), dayStartEquity: d(w.equity),
			realisedToday: d(w.realised),
		},
		venue: { takerFeePercent: d(w.fee / 100) },
		signal: {
			quantity: w.given === null ? null : d(w.given / 100_000),
			stopLoss: d(stop.toFixed(2)),
			takeProfits: [{ price: d(target.toFixed(2)), share: d(1) }],
			...(w.limit ? { orderType: 'limit' as const, entry: d(60_000) } : {}),
		},
	};
}

const outcomeOf = (parts: SnapshotParts, names: readonly string[]) =>
	judgeOpening(snapshot(parts)).checks.filter((check) => names.includes(check.check));

test('a size of our own passes the checks that bound it', () => {
	fc.assert(
		fc.property(world, (w) => {
			const parts = partsOf({ ...w, given: null });
			const plan = planOrder(snapshot(parts));
			if (isRefused(plan.size)) throw new Error('every input is there');
			const shrunkToNothing = !lte(BTC.minNotional, mul(plan.size.quantity, 60_000));
			const own = outcomeOf(parts, ['risk_per_trade', 'position_value']);
			expect(own.map((check) => check.result)).toEqual(['pass', 'pass']);
			for (const check of outcomeOf(parts, ['quantity'])) {
				expect(check.result === 'pass' || shrunkToNothing).toBe(true);
			}
			for (const check of outcomeOf(parts, ['balance'])) {
				// Only cash that others hold may be missing.
				expect(check.result === 'pass' || w.trades.length + w.reservations.length > 0).toBe(true);
			}
		}),
		{ numRuns: RUNS },
	);
});

test('the suggested quantity, asked for, is approved by every cap', () => {
	const caps = [
		'balance', 'risk_per_trade', 'daily_loss', 'position_value', 'total_open_risk',
	];
	fc.assert(
		fc.property(world, (w) => {
			const { suggestedMaxQuantity } = planOrder(snapshot(partsOf(w)));
			if (isRefused(suggestedMaxQuantity) || suggestedMaxQuantity === '0') return;
			const parts = partsOf({ ...w, auto: false });
			const asked = { ...parts, signal: { ...parts.signal, quantity: suggestedMaxQuantity } };
			for (const check of outcomeOf(asked, caps)) expect(check.result).not.toBe('block');
		}),
		{ numRuns: RUNS },
	);
});

test('what is approved never risks more than its budgets', () => {
	fc.assert(
		fc.property(world, (w) => {
			const made = snapshot(partsOf(w));
			const { decision, intent, waitsForCapacity } = judgeOpening(made);
			if (decision === 'BLOCK' || waitsForCapacity || intent === null) return;
			const { exposure } = planOrder(made);
			if (isRefused(exposure.openRisk) || isRefused(exposure.dailyUsed)) throw new Error('known');
			const percent = (n: number) => div(mul(w.equity, n), HUNDRED);
			expect(lte(intent.risk, percent(1))).toBe(true);
			expect(lte(add(exposure.dailyUsed, intent.risk), percent(6))).toBe(true);
			expect(lte(add(exposure.openRisk, intent.risk), percent(10))).toBe(true);
			expect(lte(intent.cash, exposure.freeCash)).toBe(true);
			expect(lte(mul(intent.quantity, intent.referencePrice), percent(30))).toBe(true);
		}),
		{ numRuns: RUNS },
	);
});

test('tighter limits never turn a block into a pass', () => {
	const limits = fc.record({
		risk: fc.integer({ min: 10, max: 200 }),
		daily: fc.integer({ min: 50, max: 1000 }),
		positions: fc.integer({ min: 0, max: 5 }),
		openRisk: fc.integer({ min: 50, max: 1000 }),
		value: fc.integer({ min: 500, max: 10_000 }),
		orders: fc.integer({ min: 0, max: 50 }),
	});
	const policyOf = (l: { [K in 'risk' | 'daily' | 'positions' | 'openRisk' | 'value' | 'orders']: number }): Policy =>
		policyWith(
			'OPERATOR',
			{
				riskPerTradePercent: l.risk / 100, dailyLossPercent: l.daily / 100,
				openPositions: l.positions, ordersPerDay: l.orders,
			},
			{ totalOpenRiskPercent: l.openRisk / 100, positionValuePercent: l.value / 100 },
		);
	fc.assert(
		fc.property(world, limits, limits, fc.nat(60), (w, a, b, ordersToday) => {
			const tight = {
				risk: Math.min(a.risk, b.risk), daily: Math.min(a.daily, b.daily),
				positions: Math.min(a.positions, b.positions), openRisk: Math.min(a.openRisk, b.openRisk),
				value: Math.min(a.value, b.value), orders: Math.min(a.orders, b.orders),
			};
			// With a given quantity: a size of our own shrinks with the limits, and may then pass more.
			const parts = { ...partsOf({ ...w, given: w.given ?? 1000, auto: false }), member: { ordersToday } };
			const loose = judgeOpening(snapshot({ ...parts, policy: policyOf(a) }));
			const strict = judgeOpening(snapshot({ ...parts, policy: policyOf(tight) }));
			for (const [index, check] of loose.checks.entries()) {
				if (check.result === 'block') expect(strict.checks[index]?.result).toBe('block');
			}
			if (loose.decision === 'BLOCK') expect(strict.decision).toBe('BLOCK');
		}),
		{ numRuns: RUNS },
	);
});

test('more open or reserved never turns a block into a pass, and never a pass into room', () => {
	fc.assert(
		fc.property(world, reservations, (w, more) => {
			const parts = partsOf({ ...w, given: w.given ?? 500, auto: false });
			const before = judgeOpening(snapshot(parts));
			const after = judgeOpening(snapshot({ ...parts, reservations: [...w.reservations, ...more] }));
			if (before.decision === 'BLOCK') expect(after.decision).toBe('BLOCK');
		}),
		{ numRuns: RUNS },
	);
});

test('whatever is missing, nothing is approved and every check still reports', () => {
	const missing: fc.Arbitrary<SnapshotParts> = fc.constantFrom<SnapshotParts>(
		{ quote: null },
		{ quote: { symbol: 'BTC/USDT', bid: d(59990), ask: d(60000), at: START - 6000 } },
		{ market: null },
		{ member: { tier: null } },
		{ account: { equity: null } },
		{ account: { equityAt: START - 61_000 } },
		{ signal: { stopLoss: null } },
		{ signal: { takeProfits: [] } },
		{ signal: { confidence: null } },
		{ signal: { orderType: 'limit', entry: null } },
		{ engineBeatAt: null },
	);
	const all = judgeOpening(snapshot()).checks.map((check) => check.check);
	fc.assert(
		fc.property(missing, fc.boolean(), (parts, auto) => {
			const judged = judgeOpening(snapshot({ ...parts, mode: auto ? 'FULL_AUTO' : 'MANUAL' }));
			expect(judged.decision).toBe('BLOCK');
			expect(judged.checks.map((check) => check.check)).toEqual(all);
			for (const check of judged.checks) expect(check.message.length).toBeGreaterThan(5);
		}),
		{ numRuns: 60 },
	);
});
