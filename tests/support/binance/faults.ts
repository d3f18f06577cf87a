/** What a request is for, as faults name it. */
export type CallName =
	| 'submit' | 'cancel' | 'replace' | 'oco' | 'cancelAll' | 'query' | 'openOrders' | 'allOrders'
	| 'myTrades' | 'account' | 'positions' | 'countdown' | 'markets' | 'quote' | 'time' | 'other';

/** Which requests a fault strikes; what is left out matches all. */
export interface RequestMatch {
	/** `any`: every request; `orders`: all that change orders. */
	readonly call?: CallName | 'any' | 'orders';
	readonly symbol?: string;
	readonly side?: 'BUY' | 'SELL';
	/** Order type as on the wire, `STOP_LOSS_LIMIT`. */
	readonly type?: string;
	readonly clientOrderId?: string;
	readonly apiKey?: string;
}

/** Which frames of the user data stream a fault strikes. */
export interface FrameMatch {
	/** `fill`: executions; `order`: all order reports (default); `position`: balances. */
	readonly frame?: 'fill' | 'order' | 'position' | 'any';
	readonly symbol?: string;
	readonly clientOrderId?: string;
	readonly account?: string;
}

/** How often a fault strikes: `times` (default 1), after it let `skip` pass. */
export interface Often {
	readonly times?: number;
	readonly skip?: number;
}

export type RequestFault = RequestMatch & Often & (
	/** The socket is cut (or, with `hang`, left silent) before anything is done. */
	| { readonly kind: 'never-arrives'; readonly hang?: boolean }
	/** Done, but the socket is cut (or left silent) instead of an answer. */
	| { readonly kind: 'answer-lost'; readonly hang?: boolean }
	/** Done at once, answered `ms` later. */
	| { readonly kind: 'answer-late'; readonly ms: number }
	/** The socket is cut (or left silent); done only `ms` later, however old its timestamp is then. */
	| { readonly kind: 'arrives-late'; readonly ms: number; readonly hang?: boolean }
	/** An HTTP status instead of an answer; `processed`: done nevertheless (504: default true). */
	| {
			readonly kind: 'status';
			readonly status: 418 | 429 | 500 | 502 | 503 | 504;
			readonly processed?: boolean;
			/** Seconds, for 418 and 429. */
			readonly retryAfter?: number;
	  }
	/** A proxy's HTML page with status 200; done nevertheless unless `processed` is false. */
	| { readonly kind: 'garbage'; readonly processed?: boolean }
);

export type FrameFault = FrameMatch & Often & (
	| { readonly kind: 'frame-twice' }
	| { readonly kind: 'frame-missing' }
	/** Sent after the next frame of that account. */
	| { readonly kind: 'frame-late' }
	/** The frame is lost and the connection with it. */
	| { readonly kind: 'stream-cut' }
);

export type Fault = RequestFault | FrameFault;

/** A planned fault. */
export interface PlannedFault {
	/** How often it has struck. */
	readonly struck: number;
	cancel(): void;
}

const CALLS: Readonly<Record<string, CallName>> = {
	'POST order': 'submit', 'DELETE order': 'cancel', 'POST order/cancelReplace': 'replace',
	'POST orderList/oco': 'oco', 'DELETE orderList': 'cancel', 'DELETE openOrders': 'cancelAll',
	'GET order': 'query', 'GET openOrders': 'openOrders', 'GET allOrders': 'allOrders',
	'GET myTrades': 'myTrades', 'GET account': 'account', 'GET exchangeInfo': 'markets',
	'GET ticker/bookTicker': 'quote', 'GET ticker/24hr': 'quote', 'GET ticker/price': 'quote',
	'GET time': 'time',
};
const CHANGES: readonly CallName[] = ['submit', 'cancel', 'replace', 'oco', 'cancelAll'];

/** Futures' own names of the same calls. */
const FUTURES_CALLS: Readonly<Record<string, CallName>> = {
	'POST algoOrder': 'submit', 'DELETE algoOrder': 'cancel', 'GET algoOrder': 'query', 'DELETE allOpenOrders': 'cancelAll',
	'DELETE algoOpenOrders': 'cancelAll', 'GET openAlgoOrders': 'openOrders', 'GET allAlgoOrders': 'allOrders',
	'GET userTrades': 'myTrades', 'POST countdownCancelAll': 'countdown', 'GET positionRisk': 'positions',
};

/** What a request is for. */
export function callName(route: string): CallName {
	const plain = route.replace(' derivatives ', ' ');
	return CALLS[plain] ?? FUTURES_CALLS[plain] ?? 'other';
}

/** What is known of a request when faults are looked up. */
export interface RequestFacts {
	readonly route: string;
	readonly apiKey: string | null;
	param(name: string): string | null;
}

function strikesRequest(fault: RequestFault, facts: RequestFacts): boolean {
	const name = callName(facts.route);
	const { call = 'orders' } = fault;
	if (call !== 'any' && (call === 'orders' ? !CHANGES.includes(name) : call !== name)) return false;
	const ids = ['clientAlgoId', 'newClientOrderId', 'origClientOrderId', 'cancelOrigClientOrderId'].map((id) => facts.param(id));
	return (
		(fault.symbol === undefined || fault.symbol === facts.param('symbol')) &&
		(fault.side === undefined || fault.side === facts.param('side')) &&
		(fault.type === undefined || fault.type === facts.param('type')) &&
		(fault.apiKey === undefined || fault.apiKey === facts.apiKey) &&
		(fault.clientOrderId === undefined || ids.includes(fault.clientOrderId))
	);
}

function strikesFrame(fault: FrameFault, account: string, event: Record<string, unknown>): boolean {
	const { frame = 'order' } = fault;
	const order = event['e'] === 'executionReport';
	const kinds = { any: true, order, fill: order && event['x'] === 'TRADE', position: event['e'] === 'outboundAccountPosition' };
	return (
		kinds[frame] &&
		(fault.account === undefined || fault.account === account) &&
		(fault.symbol === undefined || fault.symbol === event['s']) &&
		(fault.clientOrderId === undefined || [event['c'], event['C']].includes(fault.clientOrderId))
	);
}

interface Entry {
	fault: Fault;
	skip: number;
	left: number;
	struck: number;
}

const FRAMES: readonly string[] = ['frame-twice', 'frame-missing', 'frame-late', 'stream-cut'];
const isFrameFault = (fault: Fault): fault is FrameFault => FRAMES.includes(fault.kind);

/** The script of what goes wrong; the first planned fault that fits strikes. */
export class Faults {
	#entries: Entry[] = [];

	plan(fault: Fault): PlannedFault {
		const entry: Entry = { fault, skip: fault.skip ?? 0, left: fault.times ?? 1, struck: 0 };
		this.#entries.push(entry);
		return {
			get struck() {
				return entry.struck;
			},
			cancel: () => void (entry.left = 0),
		};
	}

	clear(): void {
		this.#entries = [];
	}

	/** Faults that have not yet struck as often as planned. */
	get waiting(): number {
		this.#entries = this.#entries.filter(({ left }) => left > 0);
		return this.#entries.length;
	}

	forRequest(facts: RequestFacts): RequestFault | null {
		return this.#strike((fault) => (!isFrameFault(fault) && strikesRequest(fault, facts) ? fault : null));
	}

	forFrame(account: string, event: Record<string, unknown>): FrameFault | null {
		return this.#strike((fault) => (isFrameFault(fault) && strikesFrame(fault, account, event) ? fault : null));
	}

	#strike<F extends Fault>(fits: (fault: Fault) => F | null): F | null {
		if (this.#entries.length === 0) return null;
		this.#entries = this.#entries.filter(({ left }) => left > 0);
		for (const entry of this.#entries) {
			const fault = fits(entry.fault);
			if (fault === null) continue;
			if (entry.skip > 0) {
				entry.skip -= 1;
				continue;
			}
			entry.left -= 1;
			entry.struck += 1;
			return fault;
		}
		return null;
	}
}
