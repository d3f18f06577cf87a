import type { AccountId, MemberId, Tier, TripId } from '../model';

/** Strictness ascending. Exits pass in all of them. */
export const TRADING_STATES = ['ACTIVE', 'PAUSED', 'REDUCING', 'FLATTENING', 'LOCKED'] as const;
/**
 * ACTIVE · PAUSED: no new entries, resting ones stay · REDUCING: resting entries are cancelled ·
 * FLATTENING: positions are being closed · LOCKED: all closed, stays so.
 */
export type TradingState = (typeof TRADING_STATES)[number];

export const SCOPES = ['global', 'tier', 'member', 'account', 'symbol', 'account_symbol'] as const;
/** What a trip stops: everything, or one tier, member, account, symbol, symbol of an account. */
export type Scope = (typeof SCOPES)[number];

export const TRIP_CAUSES = [
	'daily_loss',
	'equity_drop',
	'drawdown',
	'tilt',
	'api_errors',
	'volatility',
	'feed_lost',
	'reconciliation',
	'engine_dead',
	'unknown_order',
	'person',
] as const;
/** Why trading was stopped. */
export type TripCause = (typeof TRIP_CAUSES)[number];

/** How a trip ends: by a person, or by the engine at a time or once things are well again. */
export type Rearm = 'hand' | 'next_day' | 'timed' | 'healthy';

/** One reason to stop, open until `clearedAt` is set. Times in ms UTC. */
export interface Trip {
	readonly id: TripId;
	readonly scope: Scope;
	/** Tier, member id or account id; null for the scopes `global` and `symbol`. */
	readonly scopeId: string | null;
	readonly symbol: string | null;
	readonly state: TradingState;
	readonly cause: TripCause;
	readonly reason: string;
	readonly rearm: Rearm;
	/** When the engine may re-arm; null when not by time. */
	readonly rearmAt: number | null;
	readonly openedBy: string;
	readonly openedAt: number;
	readonly clearedBy: string | null;
	readonly clearedAt: number | null;
	readonly clearReason: string | null;
	/** Since when what it waits for is well again; for `healthy` trips. Null: not, or not reported. */
	readonly healthySince: number | null;
	readonly policyVersion: string;
}

/** What a `healthy` trip waits for: the same words that opened it. */
export interface HealthSubject {
	readonly scope: Scope;
	readonly scopeId?: string | null;
	readonly symbol?: string | null;
	readonly cause: TripCause;
}

/** Whose trading is asked about; null where it does not apply. */
export interface TradingSubject {
	readonly tier: Tier | null;
	readonly memberId: MemberId | null;
	readonly accountId: AccountId | null;
	readonly symbol: string | null;
}

/** The strictest of the states; ACTIVE for none. */
export function strictest(states: readonly TradingState[]): TradingState {
	const rank = Math.max(0, ...states.map((state) => TRADING_STATES.indexOf(state)));
	return TRADING_STATES[rank] ?? 'LOCKED';
}

/**
 * Whether a stop of one symbol means the other: a pair means its derivatives too, whatever they are
 * settled in (`BTC/USDT` means `BTC/USDT:USDT`); a derivative means itself alone.
 */
export function coversSymbol(stopped: string | null, symbol: string | null): boolean {
	if (stopped === null || symbol === null) return false;
	return symbol === stopped || (!stopped.includes(':') && symbol.startsWith(`${stopped}:`));
}

/** Whether a trip of this scope concerns the subject. */
export function concerns(
	trip: Pick<Trip, 'scope' | 'scopeId' | 'symbol'>,
	subject: TradingSubject,
): boolean {
	switch (trip.scope) {
		case 'global':
			return true;
		case 'tier':
			return trip.scopeId === subject.tier;
		case 'member':
			return trip.scopeId === subject.memberId;
		case 'account':
			return trip.scopeId === subject.accountId;
		case 'symbol':
			return coversSymbol(trip.symbol, subject.symbol);
		case 'account_symbol':
			return trip.scopeId === subject.accountId && coversSymbol(trip.symbol, subject.symbol);
	}
}

/** What is wrong with the address of a trip, or null. */
export function scopeFault(
	scope: Scope,
	scopeId: string | null,
	symbol: string | null,
): string | null {
	const needsId = scope !== 'global' && scope !== 'symbol';
	const needsSymbol = scope === 'symbol' || scope === 'account_symbol';
	if (needsId !== (scopeId !== null)) {
		return `The scope ${scope} ${needsId ? 'needs' : 'takes no'} scope id.`;
	}
	if (needsSymbol !== (symbol !== null)) {
		return `The scope ${scope} ${needsSymbol ? 'needs' : 'takes no'} symbol.`;
	}
	return null;
}
