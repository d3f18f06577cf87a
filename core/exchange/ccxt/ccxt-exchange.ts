import type { Kernel } from '../../db';
import type { AccountId, Decimal } from '../../model';
import { FirecontrolError } from '../../model';
import type {
	CancelAllAfterWish, CancelReport, Exchange, Market, OcoReport, OcoRequest, OrderRef, PastQuery,
	ReportsListener, SubmitReport, SubmitRequest, VenueCapabilities, VenueFill, VenueFunding, VenueOrder, VenuePosition, VenueReport,
} from '../exchange';
import { findMarket } from '../markets';
import type { Quotes } from '../quotes';
import { totalsOf } from './balances';
import { cancelOrder } from './cancel';
import { cancelAllAfter } from './cancel-all-after';
import { listOpen } from './list-open';
import { fundingsOf } from './fundings';
import { manyReports, type Looks } from './many-reports';
import { toVenueFill, toVenueOrder } from './orders';
import { toPositions } from './positions';
import { findReport } from './reports';
import type { VenueSession } from './session';
import { onceEach, type OnceEach } from './once-each';
import { startStream } from './stream';
import { submitOrder, unlessUnknown } from './submit';
import { submitPair } from './submit-oco';

/** What a live venue is made from. */
export interface CcxtParts {
	readonly kernel: Pick<Kernel, 'clock' | 'log'>;
	readonly session: VenueSession;
	readonly capabilities: VenueCapabilities;
	/** This venue's own prices. */
	readonly quotes: Quotes;
}

/** Of a venue that lists its past by symbol only. */
function symbolNeeded(venue: string): FirecontrolError {
	return new FirecontrolError(
		'VENUE_SYMBOL_NEEDED',
		`${venue} lists past orders and executions of one symbol at a time. Name the symbol.`,
	);
}

class CcxtExchange implements Exchange {
	readonly venue: string;
	readonly capabilities: VenueCapabilities;
	readonly #session: VenueSession;
	readonly #sent: OnceEach<SubmitReport>;
	readonly #pairs: OnceEach<OcoReport>;
	readonly #looks: Looks = { turns: new Map(), wholeAt: new Map() };

	constructor(private readonly parts: CcxtParts) {
		this.#session = parts.session;
		this.venue = parts.session.venue;
		this.capabilities = parts.capabilities;
		this.#sent = onceEach();
		this.#pairs = onceEach();
	}

	async markets(): Promise<readonly Market[]> {
		return (await this.#session.listing()).markets;
	}

	async resolve(symbolText: string): Promise<Market | null> {
		return findMarket(await this.markets(), symbolText);
	}

	/** All venues here trade round the clock. */
	isOpen(): boolean {
		return true;
	}

	/**
	 * Some venues would take a second order under the id of one that is over. So an id is sent once
	 * by this process, and by the order's own state once for ever; a repeat is a look at the first.
	 */
	async submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		const { clientOrderId, symbol } = request;
		const { parts } = this;
		return this.#sent(
			`${accountId} ${clientOrderId}`,
			async () => submitOrder(parts, accountId, request),
			async (first) => {
				if (first?.kind === 'rejected') return first;
				const found = await unlessUnknown(async () => this.lookup(accountId, clientOrderId, symbol));
				return found === null ? first : { kind: 'accepted', ...found };
			},
		);
	}

	async submitOco(accountId: AccountId, request: OcoRequest): Promise<OcoReport> {
		const { stop, target } = request;
		const { parts } = this;
		return this.#pairs(
			`${accountId} ${stop.clientOrderId}`,
			async () => submitPair(parts, accountId, request),
			async (first) => {
				if (first?.kind === 'rejected') return first;
				const [one, other] = await unlessUnknown(async () => Promise.all([
					this.lookup(accountId, stop.clientOrderId, stop.symbol),
					this.lookup(accountId, target.clientOrderId, target.symbol),
				]));
				if (one === null || other === null) return first;
				return { kind: 'accepted', stop: one, target: other };
			},
		);
	}

	async cancelAllAfter(accountId: AccountId, wish: CancelAllAfterWish): Promise<void> {
		await cancelAllAfter(this.#session, accountId, wish);
	}

	async cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport> {
		return cancelOrder(this.#session, accountId, clientOrderId, symbol);
	}

	async lookup(
		accountId: AccountId,
		clientOrderId: string,
		symbol: string,
	): Promise<VenueReport | null> {
		const connection = await this.#session.connect(accountId);
		const listed = connection.listing.find(symbol);
		// Without the market nothing can be asked; "there is none" would be a guess.
		if (listed === null) throw this.#unknownSymbol(symbol);
		return findReport(this.#session, connection, listed, clientOrderId);
	}

	async reports(
		refs: readonly OrderRef[],
		listener?: ReportsListener,
	): Promise<readonly VenueReport[]> {
		return manyReports(this.#session, this.#looks, refs, listener);
	}

	async openOrders(
		accountId: AccountId,
		symbols?: readonly string[],
	): Promise<readonly VenueOrder[]> {
		const { profile } = this.#session;
		const connection = await this.#session.connect(accountId);
		const { listing } = connection;
		const answers = await listOpen(this.#session, connection, symbols ?? null);
		return answers
			.map((answer) => toVenueOrder(answer, { profile, listing }))
			.filter(({ symbol }) => symbols === undefined || symbols.includes(symbol));
	}

	async recentOrders(accountId: AccountId, query: PastQuery): Promise<readonly VenueOrder[]> {
		const { profile } = this.#session;
		const { client, listing } = await this.#session.connect(accountId);
		const symbol = this.#symbolOf(query, listing.find(query.symbol ?? '')?.ccxtSymbol);
		const answers = await this.#session.ask(
			client,
			async () => profile.pastOrders(client, symbol, query.since),
			PAST_LIMIT,
		);
		const orders = answers.map((answer) => toVenueOrder(answer, { profile, listing }));
		const byId = new Map(orders.map((order) => [order.venueOrderId, order]));
		return [...byId.values()]
			.filter((order) => query.symbol === null || order.symbol === query.symbol)
			.sort((a, b) => a.createdAt - b.createdAt);
	}

	async fills(accountId: AccountId, query: PastQuery): Promise<readonly VenueFill[]> {
		const { profile } = this.#session;
		const { client, listing } = await this.#session.connect(accountId);
		const symbol = this.#symbolOf(query, listing.find(query.symbol ?? '')?.ccxtSymbol);
		const answers = await this.#session.ask(
			client,
			async () => profile.pastTrades(client, symbol, query.since),
			PAST_LIMIT,
		);
		return answers
			.map((answer) => toVenueFill(answer, { profile, listing }))
			.filter((fill) => query.symbol === null || fill.symbol === query.symbol)
			.sort((a, b) => a.at - b.at);
	}

	async fundings(accountId: AccountId, since: number): Promise<readonly VenueFunding[]> {
		return fundingsOf(this.#session, accountId, since);
	}

	async positions(accountId: AccountId): Promise<readonly VenuePosition[] | null> {
		if (!this.capabilities.shortSelling) return null;
		const { client, listing } = await this.#session.connect(accountId);
		const answers = await this.#session.ask(client, async () => client.fetchPositions());
		return toPositions(answers, listing);
	}

	async balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>> {
		const { client } = await this.#session.connect(accountId);
		return totalsOf(await this.#session.ask(client, async () => client.fetchBalance()));
	}

	subscribe(accountId: AccountId, onReport: (report: VenueReport) => void): () => void {
		return startStream({ ...this.parts, accountId, onReport });
	}

	#unknownSymbol(symbol: string): FirecontrolError {
		return new FirecontrolError('SYMBOL_UNKNOWN', `${this.venue} does not list ${symbol}.`);
	}

	#symbolOf({ symbol }: PastQuery, ccxtSymbol: string | undefined): string | undefined {
		if (symbol === null) {
			if (!this.#session.profile.listsWithoutSymbol) throw symbolNeeded(this.venue);
			return undefined;
		}
		if (ccxtSymbol === undefined) throw this.#unknownSymbol(symbol);
		return ccxtSymbol;
	}
}

/** Several pages take several turns of the rate limit; ms. */
const PAST_LIMIT = 60_000;

/** A live venue behind the port, by ccxt. */
export function createCcxtExchange(parts: CcxtParts): Exchange {
	return new CcxtExchange(parts);
}
