import { FirecontrolError, shorten, type SignalId } from '../model';
import { JsonNumber } from './json';
import type { IntakeAnswer } from './signal';

/** What can be wrong with a call. Codes are permanent. */
export type FaultCode =
	| 'BODY_UNPARSEABLE'
	| 'BODY_NOT_AN_OBJECT'
	| 'BODY_TOO_LARGE'
	| 'UNAUTHENTICATED'
	| 'FORBIDDEN'
	| 'FIELD_MISSING'
	| 'FIELD_INVALID'
	| 'CONFIDENCE_AMBIGUOUS'
	| 'KEY_FORBIDDEN'
	| 'PARTIAL_EXIT'
	| 'BATCH_EMPTY'
	| 'BATCH_TOO_LARGE'
	| 'ID_REUSED'
	| 'RATE_LIMITED'
	| 'STORE_UNAVAILABLE';

/** One thing that is wrong, where, and how to put it right. */
export interface Fault {
	readonly code: FaultCode;
	/** As `take_profit[0].price`, in a batch `signals[3].side`; empty: the whole body. */
	readonly path: string;
	/** The value found, as JSON, shortened; null: there is none. */
	readonly value: string | null;
	/** What was found and what to send instead. */
	readonly message: string;
}

const VALUE_LENGTH = 80;

/** A value of a body as JSON text for people, shortened; null where there is no value. */
export function show(value: unknown): string | null {
	if (value === undefined) return null;
	const text = JSON.stringify(value, (_, inner: unknown) =>
		inner instanceof JsonNumber ? inner.text : inner,
	);
	return shorten(value instanceof JsonNumber ? value.text : text, VALUE_LENGTH);
}

/** Path of a field: `signals[3].take_profit[0].price`. */
export function pathText(path: readonly PropertyKey[]): string {
	return path
		.map((part, index) =>
			typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
		)
		.join('');
}

/** A fault of one field; `advice` says what to send. */
export function fieldFault(
	code: FaultCode,
	path: readonly PropertyKey[],
	found: unknown,
	advice: string,
): Fault {
	const name = pathText(path);
	const value = show(found);
	const what = name === '' ? 'The body' : name;
	const message = `${what} is ${value === null ? 'missing' : value}. ${advice}`;
	return { code, path: name, value, message };
}

/** A fault of the call as a whole. */
export function callFault(code: FaultCode, message: string): Fault {
	return { code, path: '', value: null, message };
}

export const JSON_HEADERS: Readonly<Record<string, string>> = {
	'content-type': 'application/json; charset=utf-8',
	'cache-control': 'no-store',
};

/** A call refused as a whole. */
export function rejected(
	status: number,
	errors: readonly Fault[],
	headers: Readonly<Record<string, string>> = {},
): IntakeAnswer {
	return { status, headers: { ...JSON_HEADERS, ...headers }, body: { status: 'rejected', errors } };
}

/** The sender's id was used before for something else. */
export function idReused(path: string, senderId: string | null, first: SignalId): Fault {
	return {
		code: 'ID_REUSED',
		path,
		value: show(senderId ?? undefined),
		message: `This id was used before for a signal with other content, ${first}. Use an id only once.`,
	};
}

/** Not authenticated. Says the same whatever was wrong. */
export function unauthenticated(): IntakeAnswer {
	const message = 'Not authenticated. Send a valid signature, bearer token, ?token= or secret.';
	return rejected(401, [callFault('UNAUTHENTICATED', message)], { 'www-authenticate': 'Bearer' });
}

/** Authenticated, but not allowed from there or for that. Says the same for both. */
export function forbidden(): IntakeAnswer {
	const message = 'This key may not be used for this call from this place.';
	return rejected(403, [callFault('FORBIDDEN', message)]);
}

/** The body is larger than `limit` bytes. */
export function tooLarge(limit: number): IntakeAnswer {
	const message = `The body is larger than ${limit} bytes. Send fewer signals a call.`;
	return rejected(413, [callFault('BODY_TOO_LARGE', message)]);
}

/** Too many signals; the bucket holds enough again after `seconds`. */
export function rateLimited(seconds: number, ratePerSecond: number, burst: number): IntakeAnswer {
	const message = `Too many signals under this key: ${ratePerSecond} a second, ${burst} at once. Send again in ${seconds} s.`;
	return rejected(429, [callFault('RATE_LIMITED', message)], { 'retry-after': String(seconds) });
}

/** Nothing was accepted because the store did not answer. */
export function storeUnavailable(): IntakeAnswer {
	const message = 'The store is not available. Nothing was accepted; send the same again.';
	return {
		status: 503,
		headers: { ...JSON_HEADERS, 'retry-after': '1' },
		body: { status: 'retry', errors: [callFault('STORE_UNAVAILABLE', message)] },
	};
}

/** An id that names no stored signal. */
export function signalUnknown(id: string): FirecontrolError {
	return new FirecontrolError('SIGNAL_UNKNOWN', `There is no signal ${shorten(id, VALUE_LENGTH)}.`);
}
