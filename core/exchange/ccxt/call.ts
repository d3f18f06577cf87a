import { AsyncLocalStorage } from 'node:async_hooks';
import { SECOND } from '../../model';
import { isRecord } from './answer';
import type { CcxtClient } from './library';

/** What a question is about: prices for the gate and the exits, or orders, fills and balances. */
export type Question = 'books' | 'prices';

/** What became of the requests of one call. */
export interface CallTrace {
	/** Whether a request has left for the venue; until then nothing can have taken effect. */
	sent: boolean;
	/** HTTP status of the last answer; null while there is none. */
	status: number | null;
	/** Text of the last answer. */
	body: string | null;
	/** Pause that the last answer asks for, ms; null where it asks for none. */
	pause: number | null;
	/** What it asks for; null for what changes something, which waits for no question. */
	readonly question: Question | null;
	/** Nobody waits any more: a request that has not left yet must not leave. */
	abandoned: boolean;
}

/** Statuses of too many requests; 418 is Binance's ban of an address that went on after 429. */
const TOO_MANY = [429, 418];
const LEAST_PAUSE = 1 * SECOND;
const LONGEST_PAUSE = 60 * SECOND;

/** The pause of the `Retry-After` header, within bounds: a ban of days is looked at every minute. */
function pauseOf(headers: unknown): number {
	const seconds = isRecord(headers) ? Number(headers['Retry-After']) : Number.NaN;
	if (!Number.isFinite(seconds)) return LEAST_PAUSE;
	return Math.min(LONGEST_PAUSE, Math.max(LEAST_PAUSE, seconds * SECOND));
}

const current = new AsyncLocalStorage<CallTrace>();

const urgent = new AsyncLocalStorage<true>();

/**
 * Work whose questions wait for no pace: closing everything must not queue behind what is merely
 * compared. The venue's own limit stays, and so does what it says when it is reached.
 */
export async function asUrgent<T>(work: () => Promise<T>): Promise<T> {
	return urgent.run(true, work);
}

/** What the call that runs now asks for; null where it changes something, or cannot wait. */
export function questionNow(): Question | null {
	return urgent.getStore() === true ? null : (current.getStore()?.question ?? null);
}

/** A call that waited too long for its turn and was never sent. */
export class NeverSent extends Error {
	override readonly name = 'NeverSent';
}

/** Notes on every call of this client what was sent and answered. */
export function watchCalls(client: CcxtClient): void {
	const fetch = client.fetch.bind(client);
	client.fetch = async (url, method, headers, body) => {
		const trace = current.getStore();
		if (trace !== undefined) {
			if (trace.abandoned) throw new NeverSent('The venue\'s rate limit gave the request no turn.');
			trace.sent = true;
			trace.status = null;
			trace.body = null;
		}
		return fetch(url, method, headers, body);
	};
	const onRestResponse = client.onRestResponse.bind(client);
	client.onRestResponse = (status, reason, url, method, headers, body, ...request) => {
		const trace = current.getStore();
		if (trace !== undefined) {
			trace.status = status;
			trace.body = body;
			trace.pause = TOO_MANY.includes(status) ? pauseOf(headers) : null;
		}
		return onRestResponse(status, reason, url, method, headers, body, ...request);
	};
}

/** A call that was over in time, or not. */
export type Traced<T> =
	| { readonly kind: 'done'; readonly value: T; readonly trace: CallTrace }
	| { readonly kind: 'failed'; readonly error: unknown; readonly trace: CallTrace };

/**
 * Runs a call with its trace and an upper limit in time (ms), queueing for the rate limit included.
 * What has not left for the venue by then never will.
 */
export async function traced<T>(
	limit: number,
	work: () => Promise<T>,
	question: Question | null = 'books',
): Promise<Traced<T>> {
	const trace: CallTrace = {
		sent: false, status: null, body: null, pause: null, question, abandoned: false,
	};
	return new Promise((resolve) => {
		const timer = setTimeout(() => {
			trace.abandoned = true;
			const error = trace.sent
				? new Error(`No answer within ${limit} ms.`)
				: new NeverSent(`The venue's rate limit gave the request no turn within ${limit} ms.`);
			resolve({ kind: 'failed', error, trace });
		}, limit);
		const settle = (result: Traced<T>): void => {
			clearTimeout(timer);
			resolve(result);
		};
		void current
			.run(trace, work)
			.then((value) => settle({ kind: 'done', value, trace }))
			.catch((error: unknown) => settle({ kind: 'failed', error, trace }));
	});
}
