import type { CancelAllAfterReach } from '../../exchange';
import { SECOND, type AccountId, type DeadManMode, type DeadManPolicy } from '../../model';
import type { Timer, TimerReach } from './dead-man';

/** What the plan must know of an order that the venue may have. */
export interface Resting {
	readonly accountId: AccountId;
	readonly symbol: string;
	/** It opens or enlarges something, and is ours. */
	readonly opens: boolean;
	/** It waits at the venue, rather than being on its way to fill at once. */
	readonly waits: boolean;
}

/** One call to make; `forget`: none, a failure that matters no more is off the books. */
export interface TimerCall extends TimerReach {
	readonly kind: 'arm' | 'refresh' | 'disarm' | 'forget';
}

const keyOf = ({ accountId, symbol }: TimerReach): string => `${accountId} ${symbol ?? ''}`;

/**
 * Whether a timer over these orders does more good than harm. In mode `entries` one order that is
 * not an opening one of ours is enough to leave it off: a stop that the timer would take guards more
 * than a forgotten entry risks.
 */
export function wantsTimer(mode: DeadManMode, orders: readonly Resting[]): boolean {
	if (mode === 'off' || !orders.some(({ waits }) => waits)) return false;
	return mode === 'all' || orders.every(({ opens }) => opens);
}

/** Orders by what one timer of their venue covers. */
export function byReach(
	orders: readonly Resting[],
	reach: CancelAllAfterReach,
): Map<string, { readonly reach: TimerReach; readonly orders: Resting[] }> {
	const groups = new Map<string, { readonly reach: TimerReach; readonly orders: Resting[] }>();
	for (const order of orders) {
		const { accountId } = order;
		const own = { accountId, symbol: reach === 'symbol' ? order.symbol : null };
		const group = groups.get(keyOf(own));
		if (group === undefined) groups.set(keyOf(own), { reach: own, orders: [order] });
		else group.orders.push(order);
	}
	return groups;
}

/** Whether it ran out although nobody ended it. */
export function hasFired({ expiresAt }: Timer, now: number): boolean {
	return expiresAt !== null && now >= expiresAt;
}

function callFor(
	reach: TimerReach,
	wanted: boolean,
	timer: Timer | undefined,
	policy: DeadManPolicy,
	now: number,
): TimerCall | null {
	const waits = now < (timer?.retryAt ?? 0);
	const { accountId, symbol } = reach;
	const call = (kind: TimerCall['kind']): TimerCall => ({ kind, accountId, symbol });
	if (!wanted) {
		if (now < (timer?.mayRunUntil ?? 0)) return waits ? null : call('disarm');
		return timer?.state === 'failing' ? call('forget') : null;
	}
	if (timer === undefined || timer.armedAt === null) return waits ? null : call('arm');
	const due = (timer.refreshedAt ?? 0) + policy.refreshSeconds * SECOND;
	return now >= due && !waits ? call('refresh') : null;
}

/** The calls of one account: which timers to start, renew or end now. */
export function planTimers(
	orders: readonly Resting[],
	timers: readonly Timer[],
	{ reach, policy, now }: {
		readonly reach: CancelAllAfterReach;
		readonly policy: DeadManPolicy;
		readonly now: number;
	},
): TimerCall[] {
	const known = new Map(timers.map((timer) => [keyOf(timer), timer]));
	const groups = byReach(orders, reach);
	const calls: (TimerCall | null)[] = [];
	for (const [key, { reach: own, orders: resting }] of groups) {
		calls.push(callFor(own, wantsTimer(policy.mode, resting), known.get(key), policy, now));
	}
	for (const [key, timer] of known) {
		if (!groups.has(key)) calls.push(callFor(timer, false, timer, policy, now));
	}
	return calls.filter((call) => call !== null);
}
