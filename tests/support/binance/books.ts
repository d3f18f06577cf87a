import { type Fixed, fixed, least } from './fixed';
import { isOpen, type Order } from './order';
import type { SymbolSpec } from './symbols';

export interface Level {
	readonly price: Fixed;
	qty: Fixed;
}

/** One piece of what an order would take. */
export interface Take {
	readonly price: Fixed;
	readonly qty: Fixed;
	readonly level: Level | null;
}

/** The market of a pair: a quote, any amount at it or the depth that was set, and who waits. */
export class Book {
	bid: Fixed | null = null;
	ask: Fixed | null = null;
	/** Best first; null: any amount at the quote. */
	bids: Level[] | null = null;
	asks: Level[] | null = null;
	updateId = 1;
	nextOrderId = 1;
	nextTradeId = 1;
	/** In the order they came. */
	readonly open = new Set<Order>();
	readonly prints: { id: number; price: Fixed; qty: Fixed; time: number; buyerMaker: boolean }[] = [];

	constructor(readonly spec: SymbolSpec) {}

	get isOpen(): boolean {
		return this.bid !== null && this.ask !== null;
	}

	quote(bid: Fixed | null, ask: Fixed | null): void {
		if (bid !== null && ask !== null && bid > ask) throw new Error('bid above ask');
		[this.bid, this.ask, this.bids, this.asks] = [bid, ask, null, null];
		this.updateId += 1;
	}

	depth(bids: readonly (readonly [string | number, string | number])[], asks: typeof bids): void {
		const levels = (rows: typeof bids): Level[] =>
			rows.map(([price, qty]) => ({ price: fixed(price), qty: fixed(qty) }));
		const [buys, sells] = [levels(bids), levels(asks)];
		this.quote(buys[0]?.price ?? this.bid, sells[0]?.price ?? this.ask);
		[this.bids, this.asks] = [buys, sells];
	}

	/** What an order of this side and amount would take now, no worse than its limit. */
	takes(side: Order['side'], quantity: Fixed, limit: Fixed | null): Take[] {
		const buys = side === 'BUY';
		const worse = (price: Fixed): boolean =>
			limit !== null && (buys ? price > limit : price < limit);
		const depth = buys ? this.asks : this.bids;
		if (depth === null) {
			const price = buys ? this.ask : this.bid;
			return price === null || worse(price) ? [] : [{ price, qty: quantity, level: null }];
		}
		const takes: Take[] = [];
		let left = quantity;
		for (const level of depth) {
			if (left === 0n || worse(level.price)) break;
			const qty = least(left, level.qty);
			if (qty > 0n) takes.push({ price: level.price, qty, level });
			left -= qty;
		}
		return takes;
	}

	/** Best price the side would take at, null when there is none. */
	touch(side: Order['side']): Fixed | null {
		return side === 'BUY' ? this.ask : this.bid;
	}

	/** Whether a waiting stop wakes at this market. */
	wakes(order: Pick<Order, 'side' | 'type' | 'stopPrice'>): boolean {
		const price = this.touch(order.side);
		if (price === null) return false;
		const up = order.type.startsWith('STOP') === (order.side === 'BUY');
		return up ? price >= order.stopPrice : price <= order.stopPrice;
	}

	#reaches({ side, price }: Order): boolean {
		const touch = this.touch(side);
		return touch !== null && (side === 'BUY' ? touch <= price : touch >= price);
	}

	/** Orders that this market concerns: woken stops and reached limits. */
	due(): Order[] {
		const due: Order[] = [];
		for (const order of this.open) {
			if (!isOpen(order)) continue;
			if (order.working ? this.#reaches(order) : this.wakes(order)) due.push(order);
		}
		return due;
	}
}
