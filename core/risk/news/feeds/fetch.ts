import { shorten } from '../../../model';
import type { NewsRules } from '../event';
import { feedError } from '../news.errors';

/** A text that a feed answered with. */
export interface FeedAnswer {
	readonly text: string;
	readonly host: string;
}

type Limits = Pick<NewsRules, 'feedSeconds' | 'feedBytesMax' | 'feedRedirectsMax'>;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** How servers call JSON and calendars, and text of no particular kind. */
const TYPES = /^(application|text)\/(([\w.-]+\+)?json|calendar|plain|ics|x-icalendar|octet-stream)$/i;
const HEADERS = {
	accept: 'application/json, text/calendar, text/plain;q=0.5',
	'user-agent': 'n8n-nodes-firecontrol',
};

/**
 * The address of a feed, which the operator chooses: any host that this machine reaches, by http or
 * https. @throws FirecontrolError `NEWS_FEED_URL`
 */
export function feedAddress(text: string): URL {
	const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
	if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
	const found = url === null ? 'no address' : `an address of the kind "${url.protocol}"`;
	throw feedError('NEWS_FEED_URL', `The address of the feed is ${found}. Give one that begins with https:// or http://.`);
}

/** The request without name and password in the address, which fetch refuses: they go in a header. */
function request(url: URL): { readonly url: URL; readonly headers: Record<string, string> } {
	if (url.username === '' && url.password === '') return { url, headers: { ...HEADERS } };
	const plain = new URL(url);
	plain.username = '';
	plain.password = '';
	const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
	const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
	return { url: plain, headers: { ...HEADERS, authorization } };
}

/** Code of the failure beneath fetch's own "fetch failed"; its message could name the address. */
function causeOf(error: unknown): string {
	for (let at: unknown = error; typeof at === 'object' && at !== null; ) {
		if ('code' in at && typeof at.code === 'string') return at.code;
		at = 'cause' in at ? at.cause : null;
	}
	return 'no answer';
}

function failure(error: unknown, host: string, timedOut: boolean, { feedSeconds }: Limits): Error {
	if (timedOut) {
		return feedError('NEWS_FEED_TIMEOUT', `${host} did not answer within ${feedSeconds} s. Try again later.`, true);
	}
	const text = `${host} could not be read (${causeOf(error)}). Check the address and the network.`;
	return feedError('NEWS_FEED_UNREACHABLE', text, true);
}

async function bounded(response: Response, host: string, { feedBytesMax }: Limits): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	if (response.body === null) return '';
	for await (const chunk of response.body) {
		size += chunk.byteLength;
		if (size > feedBytesMax) {
			throw feedError('NEWS_FEED_TOO_LARGE', `${host} sent more than ${feedBytesMax} bytes. Give the address of a shorter calendar.`);
		}
		chunks.push(chunk);
	}
	return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
}

const STATUS_ADVICE: Readonly<Record<number, string>> = {
	401: 'It wants a login: check the secret in the address.',
	403: 'It does not let this machine in: check the secret in the address.',
	404: 'There is nothing at this address: check it.',
	410: 'There is nothing at this address any more.',
	429: 'It was asked too often: refresh less often.',
};

function checkStatus({ status }: Response, host: string): void {
	if (status >= 200 && status < 300 && status !== 204) return;
	const advice = STATUS_ADVICE[status] ?? (status >= 500 ? 'It is in trouble: try again later.' : 'Check the address.');
	throw feedError('NEWS_FEED_STATUS', `${host} answered with status ${status}. ${advice}`, status >= 500 || status === 429);
}

function checkType({ headers }: Response, host: string): void {
	const type = (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
	if (type === '' || TYPES.test(type)) return;
	const kind = /html/i.test(type) ? 'a web page' : `"${shorten(type, 60)}"`;
	throw feedError('NEWS_FEED_TYPE', `${host} sent ${kind} instead of JSON or a calendar. Open the address in a browser and see what it shows.`);
}

function nextAddress(from: URL, response: Response): URL {
	const location = response.headers.get('location');
	if (location === null || !URL.canParse(location, from.href)) {
		throw feedError('NEWS_FEED_REDIRECT', `${from.host} sends elsewhere, but does not say where.`);
	}
	const to = new URL(location, from);
	if (to.protocol !== 'https:' && !(to.protocol === 'http:' && from.protocol === 'http:')) {
		throw feedError('NEWS_FEED_REDIRECT', `${from.host} sends on to an address of the kind "${to.protocol}", which is less safe. Give the final address.`);
	}
	if (to.origin === from.origin && to.username === '') {
		to.username = from.username;
		to.password = from.password;
	}
	return to;
}

/**
 * Asks a feed: one time limit for all, a bounded number of redirects, a bounded answer. Name and
 * password in the address go to its own host only. Nothing that it throws shows more of the address
 * than the host. @throws FirecontrolError `NEWS_FEED_*`
 */
export async function fetchFeed(address: URL, limits: Limits): Promise<FeedAnswer> {
	const signal = AbortSignal.timeout(limits.feedSeconds * 1_000);
	let at = address;
	for (let hops = 0; hops <= limits.feedRedirectsMax; hops++) {
		const { url, headers } = request(at);
		try {
			const response = await fetch(url, { headers, redirect: 'manual', signal });
			if (REDIRECTS.has(response.status)) {
				await response.body?.cancel();
				at = nextAddress(at, response);
				continue;
			}
			checkStatus(response, at.host);
			checkType(response, at.host);
			return { text: await bounded(response, at.host, limits), host: address.host };
		} catch (error) {
			if (error instanceof Error && error.name === 'FirecontrolError') throw error;
			throw failure(error, at.host, signal.aborted, limits);
		}
	}
	throw feedError('NEWS_FEED_REDIRECT', `${address.host} sends on more than ${limits.feedRedirectsMax} times. Give the final address.`);
}
