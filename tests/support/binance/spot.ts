import type { Account } from './accounts';
import type { Book } from './books';
import { type Fixed, floorTo, least, ONE, over, text, times } from './fixed';
import { FEES, type Ledger, MARKET } from './ledger';
import {
	type ExecutionType, executionReport, hasLimit, isOpen, type Order, type OrderRequest, remaining, type Trade,
} from './order';
import { refusals } from './refusal';
import type { Segment } from './segment';

/** What spot needs of the exchange. */
interface SpotParts {
	readonly ledger: Ledger;
	readonly books: ReadonlyMap<string, Book>;
	account(name: string): Account;
}

/** Spot: what an order costs is locked, an execution swaps base for quote. */
export class SpotSegment implements Segment {
	readonly words = {
		wouldTrigger: refusals.wouldTrigger, wouldMatch: refusals.wouldMatch, duplicate: refusals.duplicate,
	};

	constructor(private readonly parts: SpotParts) {}

	admit(): void {}

	fund(book: Book, order: Order): void {
		const { ledger } = this.parts;
		const { base, quote } = order.spec;
		if (order.type === 'MARKET' && order.quantity === 0n) sizeByValue(book, order);
		if (order.type !== 'MARKET') {
			const asset = order.side === 'SELL' ? base : quote;
			const amount = needed(order, order.quantity);
			ledger.lock(order.account, asset, amount);
			order.hold = { asset, left: amount };
			return;
		}
		const takes = book.takes(order.side, order.quantity, null);
		const cost = takes.reduce((sum, take) => sum + times(take.price, take.qty), 0n);
		const [asset, amount] = order.side === 'SELL' ? [base, order.quantity] : [quote, cost];
		if (ledger.entry(order.account, asset).free < amount) throw refusals.insufficient();
	}

	fundList(legs: readonly [Order, Order]): void {
		const [one, other] = legs;
		const asset = one.side === 'SELL' ? one.spec.base : one.spec.quote;
		const need = legs.map((leg) => needed(leg, leg.quantity));
		const amount = need.reduce((a, b) => (a > b ? a : b));
		this.parts.ledger.lock(one.account, asset, amount);
		const hold = { asset, left: amount };
		[one.hold, other.hold] = [hold, hold];
	}

	/** A woken stop has only the money that was held for it, and what is free. */
	affordable(book: Book, order: Order): Fixed {
		const price = book.ask;
		if (order.side === 'SELL' || hasLimit(order.type) || price === null) return remaining(order);
		const free = this.parts.ledger.entry(order.account, order.spec.quote).free;
		const money = free + (order.hold?.left ?? 0n);
		return least(remaining(order), floorTo(over(money, price), order.spec.stepSize));
	}

	settle(order: Order, qty: Fixed, price: Fixed): [string, Fixed] {
		const { ledger } = this.parts;
		const value = times(price, qty);
		const { base, quote } = order.spec;
		const buys = order.side === 'BUY';
		this.#free(order, buys ? value : qty);
		ledger.pay(order.account, MARKET, buys ? quote : base, buys ? value : qty);
		ledger.pay(MARKET, order.account, buys ? base : quote, buys ? qty : value);
		const [commissionAsset, commission] = this.#commission(order, qty, value);
		ledger.pay(order.account, FEES, commissionAsset, commission);
		return [commissionAsset, commission];
	}

	trim(order: Order): void {
		if (order.hold === null) return;
		const surplus = order.hold.left - needed(order, remaining(order));
		if (surplus > 0n) this.#free(order, surplus);
	}

	release(order: Order): void {
		const shared = order.partner !== null && isOpen(order.partner);
		if (order.hold !== null && !shared) this.#free(order, order.hold.left);
	}

	news(order: Order, what: ExecutionType, trade: Trade | null, cancelId: string | null): Record<string, unknown>[] {
		const report = executionReport(order, what, trade, cancelId);
		if (what === 'EXPIRED' && order.partner !== null) return [report];
		const assets = new Set([order.spec.base, order.spec.quote, trade?.commissionAsset ?? order.spec.quote]);
		return [report, {
			e: 'outboundAccountPosition',
			E: order.updateTime,
			u: order.updateTime,
			B: [...assets].map((asset) => {
				const { free, locked } = this.parts.ledger.entry(order.account, asset);
				return { a: asset, f: text(free), l: text(locked) };
			}),
		}];
	}

	deposited(_account: string, asset: string, amount: Fixed, now: number): Record<string, unknown> {
		return { e: 'balanceUpdate', E: now, a: asset, d: text(amount), T: now };
	}

	/** Held money becomes payable. */
	#free(order: Order, amount: Fixed): void {
		if (order.hold === null) return;
		const part = least(amount, order.hold.left);
		this.parts.ledger.unlock(order.account, order.hold.asset, part);
		order.hold.left -= part;
	}

	#commission(order: Order, qty: Fixed, value: Fixed): [string, Fixed] {
		const { ledger, books } = this.parts;
		const account = this.parts.account(order.account);
		const { base, quote } = order.spec;
		const rate = account.commissionRate;
		if (account.commissionMode === 'BNB') {
			const price = books.get(`BNB${quote}`)?.bid ?? null;
			if (price !== null) {
				const fee = over((times(value, rate) * 3n) / 4n, price);
				const held = base === 'BNB' && order.side === 'SELL' ? 0n : fee;
				if (ledger.entry(account.name, 'BNB').free >= held) return ['BNB', fee];
			}
		}
		if (order.side === 'SELL') return [quote, times(value, rate)];
		const inQuote = times(value, rate);
		const paysQuote = account.commissionMode === 'quote' && ledger.entry(account.name, quote).free >= inQuote;
		return paysQuote ? [quote, inQuote] : [base, times(qty, rate)];
	}
}

/** What must be locked for the rest of an order. */
function needed(order: OrderRequest, rest: Fixed): Fixed {
	if (order.side === 'SELL') return rest;
	return times(hasLimit(order.type) ? order.price : order.stopPrice, rest);
}

function sizeByValue(book: Book, order: Order): void {
	const price = book.touch(order.side) ?? ONE;
	order.quantity = floorTo(over(order.quoteOrderQty, price), order.spec.stepSize);
	if (order.quantity === 0n) throw refusals.filter('LOT_SIZE');
}
