import { add, isoTime, isRefused, mul, ZERO, type Decimal, type Policy } from '../../model';
import type { TradingState, Trip } from '../../safety';
import type { Account, Member } from '../../members';
import type { BehaviourFacts } from '../behaviour';
import { baseOf } from '../concentration';
import type { NewsFacts } from '../news';
import type { EquitySample } from './curve';
import { percentOf, type PositionStanding, type Standing } from './standing';

/** How much of the account is in one symbol or asset. */
export interface HeldShare {
	readonly name: string;
	/** At the closing price where it is known, else at the entry price. */
	readonly value: Decimal;
	/** Of the equity; null while that is unknown. */
	readonly percent: Decimal | null;
}

/** What stops the account, and how it ends. */
export interface TripView {
	readonly trip: Trip;
	readonly ends: string;
}

/** What the account may still do today. */
export interface RoomLeft {
	readonly positionsMax: number;
	readonly positionsLeft: number;
	readonly ordersMax: number;
	readonly ordersLeft: number;
}

/** The dead-man switch at the account's venue. */
export interface DeadManView {
	readonly state: string;
	readonly detail: string;
}

/** Everything the watch knows of an account. What is unknown is null or a refusal that says why. */
export interface AccountStatus {
	readonly account: Account;
	readonly member: Member;
	readonly tier: string | null;
	readonly standing: Standing;
	readonly bySymbol: readonly HeldShare[];
	readonly byAsset: readonly HeldShare[];
	readonly state: TradingState;
	readonly trips: readonly TripView[];
	readonly behaviour: BehaviourFacts | null;
	readonly news: NewsFacts;
	readonly deadMan: DeadManView | null;
	/** Null while the member has no tier. */
	readonly room: RoomLeft | null;
	/** Last sign of life of the engine, ms UTC; null: there was none. */
	readonly engineBeatAt: number | null;
	/** Since when the venue gives no prices; null: it does, or was not asked. */
	readonly feedLostSince: number | null;
	/** Oldest first; empty unless asked for. */
	readonly curve: readonly EquitySample[];
}

/** How a stop ends, in words. */
export function endOf(trip: Trip, { emergency }: Pick<Policy, 'emergency'>): string {
	const { rearm, rearmAt, healthySince, openedAt, cause, state } = trip;
	if (state === 'FLATTENING') return 'Positions are being closed; nothing ends it before they are.';
	switch (rearm) {
		case 'hand': {
			const from = isoTime(openedAt + emergency.rearmAfterSeconds * 1000);
			return `By a person's hand, from ${from} on (Kill Switch: Request Re-arm).`;
		}
		case 'next_day':
			return `By itself at the next day: ${rearmAt === null ? '?' : isoTime(rearmAt)}.`;
		case 'timed':
			return `By itself at ${rearmAt === null ? '?' : isoTime(rearmAt)}.`;
		case 'healthy': {
			const { healthySeconds, apiErrorsHealthySeconds } = emergency;
			const seconds = cause === 'api_errors' ? apiErrorsHealthySeconds : healthySeconds;
			const since = healthySince === null ? 'it is not yet' : `it is since ${isoTime(healthySince)}`;
			return `By itself once it was well for ${seconds} s; ${since}.`;
		}
	}
}

function shares(
	positions: readonly PositionStanding[],
	nameOf: (symbol: string) => string,
	equity: Decimal | null,
): HeldShare[] {
	const values = new Map<string, Decimal>();
	for (const { symbol, quantity, mark, entryPrice } of positions) {
		const name = nameOf(symbol);
		const value = mul(quantity, mark ?? entryPrice ?? ZERO);
		values.set(name, add(values.get(name) ?? ZERO, value));
	}
	return [...values].map(([name, value]) => ({
		name, value, percent: equity === null ? null : percentOf(value, equity),
	}));
}

/** How much is held of each symbol, and of each asset over all symbols. */
export function heldShares(standing: Standing): Pick<AccountStatus, 'bySymbol' | 'byAsset'> {
	const equity = isRefused(standing.equity) ? null : standing.equity;
	return {
		bySymbol: shares(standing.positions, (symbol) => symbol, equity),
		byAsset: shares(standing.positions, baseOf, equity),
	};
}
