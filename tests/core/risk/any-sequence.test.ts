import fc from 'fast-check';
import type { Account } from '../../../core/members';
import { booked, rolledTo, transferred, valued } from '../../../core/members/account';
import {
	add, decimal, div, gt, HOUR, HUNDRED, isRefused, lte, max, MINUTE, mul, sub, ZERO, type Decimal, type Tier,
} from '../../../core/model';
import { TRADING_STATES, type TradingState } from '../../../core/safety';
import { judgeClose } from '../../../core/risk/closing';
import { dailyUseOf } from '../../../core/risk/exposure';
import { judgeOpening, mayReserve } from '../../../core/risk/gate';
import type { HeldCapacity, OpenTrade, RiskSnapshot } from '../../../core/risk/snapshot';
import { deadline, runs } from '../../support/runs';
import { BTC, d, snapshot } from './snapshots';

/** Saturday noon before the clocks of the account's zone go back: a day of 25 h is among those that follow. */
const BEGIN = Date.UTC(2026, 9, 24, 10);
const SYMBOLS = ['BTC', 'SOL', 'LTC', 'XRP', 'LINK', 'DOGE'];
const PRICE = d(100);
const FEE = d('0.1');

interface Position extends OpenTrade {
	readonly target: Decimal;
	readonly entryPrice: Decimal;
	readonly stopLoss: Decimal;
}

interface Reserved extends HeldCapacity {
	readonly until: number;
}

type Step =
	| { readonly kind: 'signal'; readonly symbol: number; readonly stop: number; readonly given: number | null; readonly fires: boolean }
	| { readonly kind: 'outcome'; readonly trade: number; readonly at: number; readonly part: number }
	| { readonly kind: 'wait'; readonly ms: number }
	| { readonly kind: 'mark'; readonly at: number }
	| { readonly kind: 'transfer'; readonly amount: number }
	| { readonly kind: 'halt'; readonly state: TradingState };

const unit = fc.integer({ min: 0, max: 100 });
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant('signal' as const), symbol: fc.nat(SYMBOLS.length - 1), stop: fc.integer({ min: 20, max: 2000 }),
			given: fc.option(fc.integer({ min: 1, max: 6000 }), { nil: null }), fires: fc.boolean(),
		}),
	},
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('outcome' as const), trade: fc.nat(5), at: unit, part: unit }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat(2 * MINUTE), fc.nat(30 * HOUR)) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('mark' as const), at: unit }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('transfer' as const), amount: fc.integer({ min: 0, max: 5000 }) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('halt' as const), state: fc.constantFrom(...TRADING_STATES) }) },
);

const fees = (value: Decimal): Decimal => div(mul(value, FEE), HUNDRED);

/** An account whose trades end at their stop, at their target or between, and nowhere else. */
class World {
	now = BEGIN;
	state: TradingState = 'ACTIVE';
	trades: Position[] = [];
	reservations: Reserved[] = [];
	account: Account = {
		id: 'acc_1', memberId: 'mbr_1', label: 'paper', venue: 'paper', kind: 'paper', status: 'active',
		currency: 'USDT', zone: 'Europe/Berlin', startBalance: d(10_000), cash: d(10_000), realisedNet: ZERO,
		riskDay: '2026-10-24', dayStartEquity: d(10_000), realisedToday: ZERO, peakEquity: d(10_000),
		equity: d(10_000), equityAt: BEGIN, nextEntryAt: 0, liveEnabledAt: null, liveEnabledBy: null,
		createdAt: BEGIN, updatedAt: BEGIN,
	};

	constructor(readonly tier: Tier) {}

	/** What the gate would see of a signal now. */
	view(signal: Partial<RiskSnapshot['signal']>, base: string, fires: boolean): RiskSnapshot {
		const account = rolledTo(this.account, this.now);
		const symbol = `${base}/USDT`;
		return snapshot({
			now: this.now,
			mode: fires ? 'FULL_AUTO' : 'MANUAL',
			signal: {
				symbol, confidence: d(99), class: 'RAPID_ASSAULT', receivedAt: this.now, createdAt: this.now,
				expiresAt: this.now + HOUR, ...signal,
			},
			market: { ...BTC, symbol, base, id: `${base}USDT`, quantityStep: d('0.001'), minQuantity: d('0.001') },
			quote: { symbol, bid: PRICE, ask: PRICE, at: this.now },
			member: { tier: this.tier },
			account: { ...account, active: true, liveEnabled: false },
			trades: this.trades,
			reservations: this.reservations.filter(({ until }) => until > this.now),
			trading: { state: this.state, cause: 'test' },
			engineBeatAt: this.now,
			venue: { takerFeePercent: FEE },
		});
	}

	used(): { readonly used: Decimal; readonly openRisk: Decimal; readonly limit: Decimal; readonly day: string } {
		const made = this.view({}, 'BTC', false);
		const { dailyUsed, openRisk } = dailyUseOf(made);
		if (isRefused(dailyUsed) || isRefused(openRisk)) throw new Error('The world knows its equity.');
		const { riskDay, dayStartEquity } = rolledTo(this.account, this.now);
		const limit = div(mul(dayStartEquity, made.policy.tiers[this.tier].dailyLossPercent), HUNDRED);
		return { used: dailyUsed, openRisk, limit, day: riskDay };
	}

	/** The engine values what is open at `share` percent of the way from stop to target. */
	mark(share: number): void {
		const worth = this.trades.map((trade) => mul(trade.openQuantity, this.between(trade, share)));
		this.account = valued(this.account, add(this.account.cash, ...worth), this.now);
	}

	between({ stopLoss, target }: Position, share: number): Decimal {
		return add(stopLoss, div(mul(sub(target, stopLoss), share), HUNDRED));
	}

	signal({ symbol, stop, given, fires }: Extract<Step, { kind: 'signal' }>): void {
		const base = SYMBOLS[symbol] ?? 'BTC';
		const distance = div(mul(PRICE, stop), 10_000);
		const stopLoss = sub(PRICE, distance);
		const target = add(PRICE, mul(distance, 3));
		const signal = {
			stopLoss, takeProfits: [{ price: target, share: d(1) }], quantity: given === null ? null : d(given / 1000),
		};
		const made = this.view(signal, base, fires);
		const judged = judgeOpening(made);
		if (!mayReserve(judged)) return;
		const { intent } = judged;
		if (intent === null) return;
		expect(this.state).toBe('ACTIVE');
		const { used, openRisk, limit } = this.used();
		expect(lte(add(used, intent.risk), limit)).toBe(true);
		const tenth = div(made.account.equity ?? ZERO, 10);
		expect(lte(add(openRisk, intent.risk), tenth)).toBe(true);
		if (!fires) {
			this.reservations.push({ symbol: intent.symbol, risk: intent.risk, cash: intent.cash, until: this.now + 30_000 });
			return;
		}
		const value = mul(intent.quantity, PRICE);
		const fee = fees(value);
		this.account = booked(this.account, { cashDelta: sub(sub(ZERO, value), fee), realisedNet: ZERO }, this.now);
		this.trades.push({
			signalId: null, symbol: intent.symbol, side: 'buy', openQuantity: intent.quantity, entryPrice: PRICE,
			unbookedFees: fee, stopLoss, target, openedAt: this.now,
		});
		this.mark(25);
	}

	/** Sells a part at or above the stop: the whole, where the part leaves nothing. */
	outcome({ trade: index, at, part }: Extract<Step, { kind: 'outcome' }>): void {
		const trade = this.trades[index % Math.max(1, this.trades.length)];
		if (trade === undefined) return;
		const judged = judgeClose({
			symbol: trade.symbol, signal: { side: 'sell', createdAt: this.now }, trade,
			account: { kind: 'live' }, run: { manual: false, allowLive: false },
		});
		expect(judged.decision).not.toBe('BLOCK');
		const price = this.between(trade, at);
		const some = div(mul(trade.openQuantity, part), HUNDRED);
		const sold = part === 0 ? trade.openQuantity : some;
		const paid = div(mul(trade.unbookedFees, sold), trade.openQuantity);
		const value = mul(sold, price);
		const net = sub(sub(mul(sold, sub(price, trade.entryPrice)), fees(value)), paid);
		this.account = booked(this.account, { cashDelta: sub(value, fees(value)), realisedNet: net }, this.now);
		const rest = sub(trade.openQuantity, sold);
		this.trades = this.trades.flatMap((each) => {
			if (each !== trade) return [each];
			return gt(rest, ZERO) ? [{ ...each, openQuantity: rest, unbookedFees: sub(each.unbookedFees, paid) }] : [];
		});
		this.mark(50);
	}

	do(step: Step): void {
		if (step.kind === 'signal') this.signal(step);
		else if (step.kind === 'outcome') this.outcome(step);
		else if (step.kind === 'halt') this.state = step.state;
		else if (step.kind === 'transfer') this.account = transferred(this.account, decimal(step.amount), this.now);
		else if (step.kind === 'wait') {
			this.now += step.ms;
			this.mark(50);
		} else this.mark(step.at);
	}
}

/** Division keeps 24 decimals; sums of such quotients may differ in their last digits. */
const DUST = d('0.000000000001');
const within = (value: Decimal, limit: Decimal): boolean => lte(value, add(limit, DUST));

test(
	'for any sequence of signals, outcomes and time: used never passes the limit, nor open risk a tenth; exits pass',
	() => {
		fc.assert(
			fc.property(
				fc.constantFrom<Tier[]>('OPERATOR', 'COMMANDER', 'FANG'),
				fc.array(step, { minLength: 10, maxLength: 60 }),
				(tier, steps) => {
					const world = new World(tier);
					let day = world.used().day;
					// A day may begin with more open than a tenth of what its night left; then nothing is added.
					let ceiling = world.used().limit;
					for (const each of steps) {
						const before = world.used();
						world.do(each);
						const after = world.used();
						if (after.day !== day) {
							day = after.day;
							ceiling = max(after.limit, after.used);
						} else if (each.kind === 'transfer') {
							ceiling = max(ceiling, after.limit);
						} else if (each.kind !== 'signal') {
							// Whatever becomes of a trade, what is used does not grow: its loss was counted before.
							expect(within(after.used, before.used)).toBe(true);
						}
						expect(within(after.used, ceiling)).toBe(true);
					}
				},
			),
			{ numRuns: runs(150, 0.05) },
		);
	},
	deadline(60_000),
);

test('a world that is asked often enough comes near its limit, so that the property means something', () => {
	const world = new World('OPERATOR');
	const signal = (symbol: number): Step => ({ kind: 'signal', symbol, stop: 500, given: null, fires: true });
	let lost = 0;
	for (let round = 0; round < 20; round++) {
		world.do(signal(round % SYMBOLS.length));
		if (world.trades.length > 0) lost += 1;
		world.do({ kind: 'outcome', trade: 0, at: 0, part: 0 });
	}
	const { used, limit } = world.used();
	expect(lost).toBeGreaterThanOrEqual(5);
	expect(lost).toBeLessThanOrEqual(7);
	expect(lte(used, limit)).toBe(true);
	expect(gt(used, div(mul(limit, 80), HUNDRED))).toBe(true);
	world.do({ kind: 'wait', ms: 25 * HOUR });
	world.do(signal(0));
	expect(world.trades).toHaveLength(1);
});
