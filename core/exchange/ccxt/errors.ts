import { FirecontrolError, messageOf } from '../../model';
import { ambiguousOutcome } from '../exchange.errors';
import type { VenueRejection } from '../exchange';
import { NeverSent, type CallTrace } from './call';
import type { VenueProfile } from './profile';
import { scrub } from './scrub';

/** ccxt's names of refusals that the venue states itself, with ours; the first that fits. */
const REFUSALS: readonly (readonly [string, string])[] = [
	['InsufficientFunds', 'INSUFFICIENT_BALANCE'],
	['OrderImmediatelyFillable', 'WOULD_TAKE'],
	['OrderNotFillable', 'NOT_FILLABLE'],
	['DuplicateOrderId', 'DUPLICATE_ORDER_ID'],
	['OrderNotFound', 'ORDER_NOT_FOUND'],
	['InvalidOrder', 'INVALID_ORDER'],
	['BadSymbol', 'SYMBOL_UNKNOWN'],
	['MarketClosed', 'MARKET_CLOSED'],
	['AccountSuspended', 'ACCOUNT_SUSPENDED'],
	['RestrictedLocation', 'RESTRICTED_LOCATION'],
	['PermissionDenied', 'PERMISSION_DENIED'],
	['AuthenticationError', 'VENUE_AUTH'],
	['ArgumentsRequired', 'INVALID_ORDER'],
	['BadRequest', 'INVALID_ORDER'],
	['NotSupported', 'NOT_SUPPORTED'],
	['OperationRejected', 'REJECTED'],
];
const RATE_LIMITS = ['RateLimitExceeded', 'DDoSProtection'];
/** No connection came about, so that not a byte of the request can have left. */
const NEVER_CONNECTED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)\b|Connect Timeout Error/;
const SERVER_FAULT = 500;
const REQUEST_TIMEOUT = 408;

/** Whether an error is of that ccxt class or one below it; by name, so that ccxt is not loaded. */
export function isKindOf(error: unknown, kind: string): boolean {
	if (!(error instanceof Error)) return false;
	for (let level: unknown = error; level instanceof Error; level = Object.getPrototypeOf(level)) {
		if (level.constructor.name === kind) return true;
	}
	return false;
}

/** What an error of a call that changes something means. */
export type Verdict =
	/** The venue certainly did not take it. */
	| { readonly kind: 'refused'; readonly rejection: VenueRejection }
	/** It has an order of that client id. */
	| { readonly kind: 'duplicate' }
	/** It certainly did not look at it, because of the time or number the request bore. */
	| { readonly kind: 'clock' }
	/** Nobody knows. */
	| { readonly kind: 'ambiguous'; readonly error: FirecontrolError };

function refused(code: string, error: unknown): Verdict {
	return { kind: 'refused', rejection: { kind: 'rejected', code, message: scrub(messageOf(error)) } };
}

/**
 * Judges a failed call that was to change something. Only what the venue itself is known to have
 * refused is a refusal; everything else is unknown.
 */
export function judge(profile: VenueProfile, error: unknown, trace: CallTrace): Verdict {
	if (error instanceof NeverSent) return refused('NOT_SENT', error);
	const refusal = REFUSALS.find(([kind]) => isKindOf(error, kind));
	// What ccxt itself refuses before anything has left is certain, whatever it is.
	if (!trace.sent) return refused(refusal?.[1] ?? 'NOT_SENT', error);
	const { status } = trace;
	if (status === null && isKindOf(error, 'NetworkError') && NEVER_CONNECTED.test(messageOf(error))) {
		return refused('NOT_SENT', error);
	}
	const lost =
		status === null ||
		status >= SERVER_FAULT ||
		status === REQUEST_TIMEOUT ||
		profile.taken.test(trace.body ?? '');
	if (!lost) {
		if (profile.duplicate.test(messageOf(error))) return { kind: 'duplicate' };
		if (isKindOf(error, 'InvalidNonce')) return { kind: 'clock' };
		const own = profile.codes.find(([words]) => words.test(trace.body ?? ''))?.[1];
		if (refusal !== undefined) return refused(own ?? refusal[1], error);
		if (profile.refuses(trace)) {
			if (own !== undefined) return refused(own, error);
			const limited = RATE_LIMITS.some((kind) => isKindOf(error, kind));
			return refused(limited ? 'RATE_LIMITED' : 'REJECTED', error);
		}
	}
	return { kind: 'ambiguous', error: ambiguousOutcome(scrub(messageOf(error))) };
}

/** Binance's code for a key it refuses, which ccxt takes for a ban once the key has worked. */
const REFUSED_KEY = /"code"\s*:\s*-2015\b/;

/**
 * The error of a question that failed: there is no answer, which is never "nothing".
 * @returns `VENUE_AUTH` for keys that the venue refuses, else `VENUE_UNAVAILABLE` (retryable)
 */
export function questionFailed(venue: string, error: unknown): FirecontrolError {
	if (error instanceof FirecontrolError) return error;
	const message = scrub(messageOf(error));
	if (isKindOf(error, 'AuthenticationError') || REFUSED_KEY.test(message)) {
		return new FirecontrolError(
			'VENUE_AUTH',
			`${venue} refuses the key of this account: ${message}. Check the key and its rights, then connect the account again.`,
			{ details: { venue } },
		);
	}
	return new FirecontrolError('VENUE_UNAVAILABLE', `${venue} gave no answer: ${message}`, {
		retryable: true,
		details: { venue },
	});
}

/** @returns the error for a question that is not asked, because the venue has had too many */
export function wantsPause(venue: string): FirecontrolError {
	return new FirecontrolError(
		'VENUE_UNAVAILABLE',
		`${venue} has had too many requests and wants a pause; it is asked again after it.`,
		{ retryable: true, details: { venue } },
	);
}
