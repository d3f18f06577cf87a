import { AsyncLocalStorage } from 'node:async_hooks';
import type { CcxtClient } from './library';

/** What became of the requests of one call. */
export interface CallTrace {
	/** Whether a request has left for the venue; until then nothing can have taken effect. */
	sent: boolean;
	/** HTTP status of the last answer; null while there is none. */
	status: number | null;
	/** Text of the last answer. */
	body: string | null;
	/** Nobody waits any more: a request that has not left yet must not leave. */
	abandoned: boolean;
}

const current = new AsyncLocalStorage<CallTrace>();

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
export async function traced<T>(limit: number, work: () => Promise<T>): Promise<Traced<T>> {
	const trace: CallTrace = { sent: false, status: null, body: null, abandoned: false };
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
