import {
	DEMO_MARKETS, findMarket, type CancelReport, type Exchange, type Market, type OrderRef, type PastQuery,
	type Quotes, type SubmitReport, type SubmitRequest, type VenueCapabilities, type VenueFill,
	type VenueOrder, type VenuePosition, type VenueReport,
} from '../../core/exchange';
import {
	abs, add, decimal, gte, isZero, lte, min, mul, sign, sub, ZERO, type AccountId, type Clock, type Decimal,
} from '../../core/model';

interface Kept {
	order: VenueOrder;
	readonly fills: VenueFill[];
}

/**
 * A derivatives venue in memory: positions of both signs, resting stops that lock nothing, exits that
 * the venue itself keeps from opening the other side. Market orders and woken stops fill whole at the
 * quote.
 */
export class MarginVenue implements Exchange {
	readonly venue = 'margin';
	readonly capabilities: VenueCapabilities = {
		clientIdLookup: true, restingStop: true, stopLocksBalance: false, attachedStop: false, nativeOco: false,
		trailing: false, cancelAllAfter: false, watchOrders: false, reduceOnly: true, amend: false, postOnly: true,
		timeInForce: ['GTC', 'IOC', 'FOK'], testnet: true, shortSelling: true, sessions: '24/7',
		orderTypes: ['market', 'limit', 'stop', 'stop_limit'], takerFeePercent: decimal('0.05'),
	};

	/** What happened, in order: `submit stop`, `fill close`, `cancel stop`, … with the client order id. */
	readonly log: { readonly what: string; readonly clientOrderId: string }[] = [];
	readonly #orders = new Map<string, Kept>();
	readonly #held = new Map<string, Decimal>();

	constructor(private readonly quotes: Quotes, private readonly clock: Clock) {}

	async markets(): Promise<readonly Market[]> {
		return DEMO_MARKETS;
	}

	async resolve(symbolText: string): Promise<Market | null> {
		return findMarket(DEMO_MARKETS, symbolText);
	}

	isOpen(): boolean {
		return true;
	}

	position(symbol: string): Decimal {
		return this.#held.get(symbol) ?? ZERO;
	}

	/** Orders that rest. */
	resting(): VenueOrder[] {
		return [...this.#orders.values()].map(({ order }) => order).filter(({ state }) => state === 'OPEN');
	}

	async submit(_accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		const first = this.#orders.get(request.clientOrderId);
		if (first !== undefined) return { kind: 'accepted', ...first };
		const { clientOrderId } = request;
		const order: VenueOrder = {
			...request, venueOrderId: `m-${this.#orders.size + 1}`, state: 'OPEN', filledQuantity: ZERO,
			message: null, createdAt: this.clock.now(),
		};
		const kept: Kept = { order, fills: [] };
		this.#orders.set(clientOrderId, kept);
		this.log.push({ what: 'submit', clientOrderId });
		await this.#match(kept);
		return { kind: 'accepted', order: kept.order, fills: [...kept.fills] };
	}

	async cancel(_accountId: AccountId, clientOrderId: string): Promise<CancelReport> {
		const kept = this.#orders.get(clientOrderId);
		if (kept === undefined || kept.order.state !== 'OPEN') {
			return { kind: 'rejected', code: 'ORDER_NOT_OPEN', message: 'There is nothing to cancel.' };
		}
		kept.order = { ...kept.order, state: 'CANCELLED' };
		this.log.push({ what: 'cancel', clientOrderId });
		return { kind: 'cancelled', order: kept.order, fills: [...kept.fills] };
	}

	async lookup(accountId: AccountId, clientOrderId: string, symbol: string): Promise<VenueReport | null> {
		return (await this.reports([{ accountId, clientOrderId, symbol }]))[0] ?? null;
	}

	async reports(refs: readonly OrderRef[]): Promise<VenueReport[]> {
		const kept = refs.flatMap(({ clientOrderId }) => this.#orders.get(clientOrderId) ?? []);
		for (const each of kept) await this.#match(each);
		return kept.map(({ order, fills }) => ({ order, fills: [...fills] }));
	}

	async openOrders(_accountId?: AccountId, symbols?: readonly string[]): Promise<VenueOrder[]> {
		for (const kept of this.#orders.values()) await this.#match(kept);
		return this.resting().filter(({ symbol }) => symbols?.includes(symbol) ?? true);
	}

	async recentOrders(_accountId: AccountId, { since }: PastQuery): Promise<VenueOrder[]> {
		return [...this.#orders.values()].map(({ order }) => order).filter(({ createdAt }) => createdAt >= since);
	}

	async fills(_accountId: AccountId, { since }: PastQuery): Promise<VenueFill[]> {
		return [...this.#orders.values()].flatMap(({ fills }) => fills).filter(({ at }) => at >= since);
	}

	async positions(): Promise<VenuePosition[]> {
		return [...this.#held].map(([symbol, quantity]) => ({ symbol, quantity, averagePrice: null }));
	}

	async balances(): Promise<Readonly<Record<string, Decimal>>> {
		return { USDT: decimal(10_000) };
	}

	async #match(kept: Kept): Promise<void> {
		const { order } = kept;
		if (order.state !== 'OPEN') return;
		const quote = await this.quotes.quote(this.venue, order.symbol);
		if (quote === null) return;
		const price = order.side === 'buy' ? quote.ask : quote.bid;
		const { triggerPrice } = order;
		const woken = triggerPrice === null || (order.side === 'buy' ? gte(price, triggerPrice) : lte(price, triggerPrice));
		if (!woken) return;
		const held = this.position(order.symbol);
		const closes = sign(held) === (order.side === 'sell' ? 1 : -1);
		const quantity = order.reduceOnly ? (closes ? min(order.quantity, abs(held)) : ZERO) : order.quantity;
		if (isZero(quantity)) {
			kept.order = { ...order, state: 'CANCELLED', message: 'Reduce-only, and nothing to reduce.' };
			return;
		}
		kept.fills.push({
			venueTradeId: `${order.venueOrderId}-1`, venueOrderId: order.venueOrderId, clientOrderId: order.clientOrderId,
			symbol: order.symbol, side: order.side, quantity, price, fee: mul(quantity, price, '0.0005'),
			feeCurrency: 'USDT', at: this.clock.now(),
		});
		this.#held.set(order.symbol, order.side === 'buy' ? add(held, quantity) : sub(held, quantity));
		const whole = quantity === order.quantity;
		kept.order = { ...order, state: whole ? 'FILLED' : 'CANCELLED', filledQuantity: quantity };
		this.log.push({ what: 'fill', clientOrderId: order.clientOrderId });
	}
}
