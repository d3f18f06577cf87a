import fc from 'fast-check';
import { planTimers, wantsTimer, type Resting } from '../../../../core/emergency/dead-man/plan';
import { afterCall, afterFiring, newTimer } from '../../../../core/emergency/dead-man/outcome';
import type { Timer } from '../../../../core/emergency/dead-man/dead-man';
import { DEAD_MAN_MODES, SECOND, STANDARD_POLICY, type AccountId, type DeadManMode } from '../../../../core/model';

const accountId = 'acc_1' as AccountId;
const POLICY = STANDARD_POLICY.emergency.deadMan;
const NOW = 1_000_000;
const resting = (symbol: string, opens: boolean, waits = true): Resting => ({ accountId, symbol, opens, waits });
const entry = (symbol = 'BTC/USDT') => resting(symbol, true);
const stop = (symbol = 'BTC/USDT') => resting(symbol, false);
const armed = (change: Partial<Timer> = {}): Timer => ({
	...newTimer({ accountId, symbol: 'BTC/USDT' }, 0), state: 'armed', armedAt: NOW - 20 * SECOND,
	refreshedAt: NOW - 10 * SECOND, expiresAt: NOW + 50 * SECOND, mayRunUntil: NOW + 50 * SECOND, ...change,
});
const plan = (orders: readonly Resting[], timers: readonly Timer[], change: { mode?: DeadManMode; reach?: 'symbol' | 'account' } = {}) => {
	const { mode = 'entries', reach = 'symbol' } = change;
	return planTimers(orders, timers, { reach, policy: { ...POLICY, mode }, now: NOW }).map(({ kind, symbol }) => `${kind} ${symbol}`);
};

test('the shipped numbers: entries only, a minute, renewed every quarter of it', () => {
	expect(POLICY).toEqual({ mode: 'entries', timeoutSeconds: 60, refreshSeconds: 15, retrySeconds: 5 });
});

describe('whether a timer is wanted', () => {
	test.each<[string, readonly Resting[], Record<DeadManMode, boolean>]>([
		['nothing', [], { entries: false, all: false, off: false }],
		['an entry', [entry()], { entries: true, all: true, off: false }],
		['a stop', [stop()], { entries: false, all: true, off: false }],
		['an entry beside a stop', [entry(), stop()], { entries: false, all: true, off: false }],
		['a market order on its way', [resting('BTC/USDT', true, false)], { entries: false, all: false, off: false }],
		['an entry beside a stop on its way', [entry(), resting('BTC/USDT', false, false)], { entries: false, all: true, off: false }],
	])('%s', (_what, orders, wanted) => {
		for (const mode of DEAD_MAN_MODES) expect([mode, wantsTimer(mode, orders)]).toEqual([mode, wanted[mode]]);
	});
});

describe('what is to be done', () => {
	test('a timer a symbol, or one for the account, as the venue has it', () => {
		const orders = [entry('BTC/USDT'), entry('ETH/USDT'), stop('SOL/USDT')];
		expect(plan(orders, [])).toEqual(['arm BTC/USDT', 'arm ETH/USDT']);
		expect(plan(orders, [], { reach: 'account' })).toEqual([]);
		expect(plan(orders.slice(0, 2), [], { reach: 'account' })).toEqual(['arm null']);
		expect(plan(orders, [], { mode: 'all' })).toEqual(['arm BTC/USDT', 'arm ETH/USDT', 'arm SOL/USDT']);
	});

	test('renewed when due, not before; ended as soon as it is not wanted', () => {
		expect(plan([entry()], [armed()])).toEqual([]);
		expect(plan([entry()], [armed({ refreshedAt: NOW - 15 * SECOND })])).toEqual(['refresh BTC/USDT']);
		expect(plan([entry(), stop()], [armed()])).toEqual(['disarm BTC/USDT']);
		expect(plan([], [armed()])).toEqual(['disarm BTC/USDT']);
		expect(plan([entry()], [armed()], { mode: 'off' })).toEqual(['disarm BTC/USDT']);
	});

	test('a failed call waits its pause; a timer that cannot run any more needs no ending', () => {
		const failing = armed({ state: 'failing', refreshedAt: NOW - 20 * SECOND, retryAt: NOW + 1, error: 'no' });
		expect(plan([entry()], [failing])).toEqual([]);
		expect(plan([entry()], [{ ...failing, retryAt: NOW }])).toEqual(['refresh BTC/USDT']);
		expect(plan([], [failing])).toEqual([]);
		expect(plan([], [{ ...failing, retryAt: NOW }])).toEqual(['disarm BTC/USDT']);
		expect(plan([], [{ ...failing, mayRunUntil: NOW }])).toEqual(['forget BTC/USDT']);
		expect(plan([], [armed({ mayRunUntil: NOW })])).toEqual([]);
	});
});

describe('what is known after a call', () => {
	const sent = { ends: false, sentAt: NOW, answeredAt: NOW + 300, error: null };
	const fresh = newTimer({ accountId, symbol: null }, 0);

	test('the venue counts from somewhere between sending and answer', () => {
		const timer = afterCall(fresh, sent, POLICY);
		expect(timer).toMatchObject({ state: 'armed', armedAt: NOW + 300, expiresAt: NOW + 60_000, mayRunUntil: NOW + 60_300 });
		const again = afterCall(timer, { ...sent, sentAt: NOW + 15_000, answeredAt: NOW + 15_100 }, POLICY);
		expect(again).toMatchObject({ armedAt: NOW + 300, refreshedAt: NOW + 15_100, expiresAt: NOW + 75_000, changedAt: NOW + 300 });
	});

	test('a call without an answer may have been taken: the earlier end holds, and the later one too', () => {
		const timer = afterCall(fresh, sent, POLICY);
		const lost = afterCall(timer, { ...sent, sentAt: NOW + 15_000, answeredAt: NOW + 27_000, error: 'no answer' }, POLICY);
		expect(lost).toMatchObject({ state: 'failing', expiresAt: NOW + 60_000, mayRunUntil: NOW + 87_000, retryAt: NOW + 32_000 });
		const never = afterCall(fresh, { ...sent, error: 'no answer' }, POLICY);
		expect(never).toMatchObject({ state: 'failing', armedAt: null, expiresAt: null, mayRunUntil: NOW + 60_300 });
	});

	test('run out, it is off until it is set again', () => {
		const timer = afterFiring(afterCall(fresh, sent, POLICY), NOW + 99_000);
		expect(timer).toMatchObject({ state: 'off', armedAt: null, expiresAt: null, firedAt: NOW + 60_000 });
	});
});

/** A venue's timer, and an engine that keeps it by the plan, under lost calls and outages. */
test('while the engine lives and its calls arrive the timer never runs out; a stop is never in its reach for long', () => {
	const step = fc.record({
		orders: fc.constantFrom<readonly Resting[]>([], [entry()], [entry(), stop()], [stop()]),
		seconds: fc.integer({ min: 1, max: 10 }),
		call: fc.constantFrom('taken', 'taken', 'taken', 'lost answer', 'never arrives'),
	});
	fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
		let now = NOW;
		let timer: Timer | null = null;
		let venue: number | null = null;
		let failedInRow = 0;
		let guardedSince: number | null = null;
		for (const { orders, seconds, call } of steps) {
			for (let second = 0; second < seconds; second += 1) {
				now += SECOND;
				if (venue !== null && now >= venue) {
					// Only calls that failed over and over let it come to this.
					expect(failedInRow).toBeGreaterThan(0);
					venue = null;
				}
				const calls = planTimers(orders, timer === null ? [] : [timer], { reach: 'symbol', policy: POLICY, now });
				for (const { kind, symbol } of calls) {
					const ends: boolean = kind === 'disarm' || kind === 'forget';
					const arrives = kind !== 'forget' && call !== 'never arrives';
					if (arrives) venue = ends ? null : now + 60 * SECOND;
					const error: string | null = kind === 'forget' || call === 'taken' ? null : call;
					failedInRow = error === null ? 0 : failedInRow + 1;
					const base: Timer = timer ?? newTimer({ accountId, symbol }, now);
					timer = afterCall(base, { ends, sentAt: now, answeredAt: now, error }, POLICY);
				}
				const guarded = orders.some(({ opens }) => !opens);
				if (!guarded || venue === null || failedInRow > 0) guardedSince = null;
				else guardedSince ??= now;
				if (guardedSince !== null) expect(now - guardedSince).toBeLessThanOrEqual(POLICY.retrySeconds * SECOND);
			}
		}
	}), { numRuns: 300 });
});
