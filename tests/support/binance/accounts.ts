import { fixed, type Fixed } from './fixed';
import { isOpen, type Order, type OrderList, type Trade } from './order';

/** In which asset an account pays its commissions. */
export type CommissionMode = 'received' | 'quote' | 'BNB';

/** One customer: orders, executions and order lists; the money is in the ledger. */
export class Account {
	readonly trades: Trade[] = [];
	readonly lists = new Map<number, OrderList>();
	readonly #orders = new Map<string, Order>();
	readonly #bySymbol = new Map<string, Order[]>();
	readonly #byClient = new Map<string, Order[]>();
	readonly #open = new Map<string, Set<Order>>();
	commissionMode: CommissionMode = 'received';
	commissionRate: Fixed = fixed('0.001');

	constructor(readonly name: string) {}

	add(order: Order): void {
		const { symbol } = order.spec;
		this.#orders.set(`${symbol} ${order.orderId}`, order);
		listOf(this.#bySymbol, symbol).push(order);
		listOf(this.#byClient, `${symbol} ${order.clientOrderId}`).push(order);
		let open = this.#open.get(symbol);
		if (open === undefined) this.#open.set(symbol, (open = new Set()));
		open.add(order);
	}

	/** Forgets that an order is working. */
	close(order: Order): void {
		this.#open.get(order.spec.symbol)?.delete(order);
	}

	byId(symbol: string, orderId: number): Order | null {
		return this.#orders.get(`${symbol} ${orderId}`) ?? null;
	}

	/** Every order ever made under a client order id, oldest first. */
	allByClient(symbol: string, clientOrderId: string): readonly Order[] {
		return this.#byClient.get(`${symbol} ${clientOrderId}`) ?? [];
	}

	/** The working order of that id, else the newest. */
	byClient(symbol: string, clientOrderId: string): Order | null {
		const orders = this.allByClient(symbol, clientOrderId);
		return orders.find(isOpen) ?? orders.at(-1) ?? null;
	}

	orders(symbol: string | null = null): readonly Order[] {
		return symbol === null ? [...this.#orders.values()] : (this.#bySymbol.get(symbol) ?? []);
	}

	openOrders(symbol: string | null = null): Order[] {
		if (symbol !== null) return [...(this.#open.get(symbol) ?? [])];
		return [...this.#open.values()].flatMap((open) => [...open]);
	}

	openCount(symbol: string, which: (order: Order) => boolean): number {
		let count = 0;
		for (const order of this.#open.get(symbol) ?? []) if (which(order)) count += 1;
		return count;
	}

	/** How often each client order id became an order. */
	orderCounts(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const orders of this.#byClient.values()) {
			const id = orders[0]?.clientOrderId ?? '';
			counts[id] = (counts[id] ?? 0) + orders.length;
		}
		return counts;
	}
}

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
	let list = map.get(key);
	if (list === undefined) map.set(key, (list = []));
	return list;
}
