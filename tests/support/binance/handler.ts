import { type ApiKey, checkSigned, keyOf } from './auth';
import type { VenueClock } from './clock';
import type { Engine } from './engine';
import type { Faults, RequestFacts, RequestFault } from './faults';
import type { MarketData } from './market-data';
import { Params } from './params';
import { Refusal, refusals } from './refusal';
import { type Call, SIGNED, TRADING } from './routes';

/** One HTTP request. */
export interface VenueRequest {
	readonly method: string;
	/** Path and query. */
	readonly target: string;
	readonly apiKey: string | undefined;
	readonly body: string;
}

export interface VenueAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** The client's end: an answer, a cut socket, or silence. */
export type Outcome = VenueAnswer | 'cut' | 'silence';

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';
const KEY_ONLY = /^(POST|PUT|DELETE) (userDataStream|derivatives listenKey)$/;

/** Routes of another segment than spot. */
export interface FurtherRoutes {
	readonly open: Readonly<Record<string, (params: Params) => unknown>>;
	readonly signed: Readonly<Record<string, (call: Call) => unknown>>;
	readonly trading: ReadonlySet<string>;
}

/** A request in its parts. */
interface Parsed {
	readonly route: string;
	readonly payload: string;
	readonly params: Params;
}

function parse({ method, target, body }: VenueRequest): Parsed {
	const [path = '', query = ''] = target.split('?', 2);
	const payload = query + body;
	const fields = [...new URLSearchParams(query), ...new URLSearchParams(body)];
	const route = path.replace(/^\/(?:s?api|fapi|dapi)\/v\d+\//, '').replace(/^\/+/, '');
	const family = /^\/[fd]api\//.test(path) ? 'derivatives ' : '';
	return { route: `${method} ${family}${route}`, payload, params: new Params(fields) };
}

/** Everything between a request and its answer: faults, keys, signatures, routes. */
export class Handler {
	readonly keys = new Map<string, ApiKey>();
	/** Requests that were worked on, by route. */
	readonly worked = new Map<string, number>();
	readonly listenKeys = new Map<string, string>();
	#held = new Set<() => void>();
	#weight = 0;

	constructor(
		private readonly engine: Engine,
		private readonly market: MarketData,
		private readonly faults: Faults,
		private readonly clock: VenueClock,
		private readonly further: FurtherRoutes | null = null,
	) {}

	async handle(request: VenueRequest): Promise<Outcome> {
		const parsed = parse(request);
		const facts: RequestFacts = {
			route: parsed.route,
			apiKey: request.apiKey ?? null,
			param: (name) => parsed.params.peek(name),
		};
		const fault = this.faults.forRequest(facts);
		if (fault === null) return this.#work(request, parsed);
		return this.#faulty(fault, request, parsed);
	}

	async #faulty(fault: RequestFault, request: VenueRequest, parsed: Parsed): Promise<Outcome> {
		switch (fault.kind) {
			case 'never-arrives':
				return fault.hang === true ? 'silence' : 'cut';
			case 'answer-lost':
				this.#work(request, parsed);
				return fault.hang === true ? 'silence' : 'cut';
			case 'answer-late': {
				const answer = this.#work(request, parsed);
				await new Promise<void>((resolve) => this.#hold(fault.ms, resolve));
				return answer;
			}
			case 'arrives-late': {
				const sent = this.clock.now();
				this.#hold(fault.ms, () => void this.#work(request, parsed, sent));
				return fault.hang === true ? 'silence' : 'cut';
			}
			case 'status': {
				const processed = fault.processed ?? fault.status === 504;
				if (processed) this.#work(request, parsed);
				return statusAnswer(fault.status, fault.retryAfter);
			}
			case 'garbage':
				if (fault.processed !== false) this.#work(request, parsed);
				return { status: 200, headers: { 'content-type': 'text/html' }, body: HTML };
		}
	}

	/** Work that waits for its time, or for `releaseHeld`. */
	#hold(ms: number, work: () => void): void {
		const run = (): void => {
			cancel();
			if (this.#held.delete(run)) work();
		};
		this.#held.add(run);
		const cancel = this.clock.after(ms, run);
	}

	/** Lets everything that is on its way arrive now. @returns how much that was */
	releaseHeld(): number {
		const held = [...this.#held];
		for (const run of held) run();
		return held.length;
	}

	get held(): number {
		return this.#held.size;
	}

	#work(request: VenueRequest, parsed: Parsed, sentAt: number | null = null): VenueAnswer {
		this.worked.set(parsed.route, (this.worked.get(parsed.route) ?? 0) + 1);
		this.#weight += 1;
		const headers = { 'content-type': 'application/json;charset=UTF-8', 'x-mbx-used-weight-1m': String(this.#weight % 1_000) };
		try {
			const body = JSON.stringify(this.#route(request, parsed, sentAt ?? this.clock.now()));
			return { status: 200, headers, body };
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			return { status: error.status, headers, body: error.body() };
		}
	}

	#route(request: VenueRequest, { route, payload, params }: Parsed, now: number): unknown {
		const open = this.market.routes[route] ?? this.further?.open[route];
		if (open !== undefined) return open(params);
		if (this.further === null && route.startsWith('GET derivatives ')) return { timezone: 'UTC', serverTime: now, rateLimits: [], exchangeFilters: [], symbols: [] };
		if (route === 'GET system/status') return { status: 0, msg: 'normal' };
		if (KEY_ONLY.test(route)) return this.#listenKey(route, keyOf(this.keys, request.apiKey), params);
		const signed = SIGNED[route] ?? this.further?.signed[route];
		if (signed === undefined) throw refusals.notFound();
		const key = keyOf(this.keys, request.apiKey);
		checkSigned(key, payload, params, now);
		const trades = TRADING.has(route) || this.further?.trading.has(route) === true;
		if (trades && !key.canTrade) throw refusals.badKey();
		return signed({ engine: this.engine, params, key, account: this.engine.account(key.account) });
	}

	#listenKey(route: string, key: ApiKey, params: Params): unknown {
		if (route.startsWith('POST')) {
			const listenKey = `lk${this.listenKeys.size + 1}${key.account}`.padEnd(60, '0');
			this.listenKeys.set(listenKey, key.account);
			return { listenKey };
		}
		// Futures have one key an account, which need not be named.
		const own = [...this.listenKeys].find(([, account]) => account === key.account)?.[0];
		const listenKey = route.includes('derivatives') ? (params.text('listenKey') ?? own ?? '') : params.required('listenKey');
		if (this.listenKeys.get(listenKey) !== key.account) throw refusals.listenKey();
		if (route.startsWith('DELETE')) this.listenKeys.delete(listenKey);
		return {};
	}
}

function statusAnswer(status: number, retryAfter = 1): VenueAnswer {
	const known: Readonly<Record<number, () => Refusal>> = {
		418: refusals.banned, 429: refusals.tooManyRequests, 500: refusals.internal,
		503: refusals.busy, 504: refusals.unknownStatus,
	};
	const refusal = known[status];
	const limited = status === 418 || status === 429;
	return {
		status,
		headers: {
			'content-type': refusal === undefined ? 'text/html' : 'application/json;charset=UTF-8',
			...(limited ? { 'retry-after': String(retryAfter) } : {}),
		},
		body: refusal === undefined ? HTML : refusal().body(),
	};
}
