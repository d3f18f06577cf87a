import type { Account } from '../accounts';
import type { Book } from '../books';
import { type Fixed, over, text, times } from '../fixed';
import { FEES, type Ledger, MARKET } from '../ledger';
import { type ExecutionType, hasLimit, isStop, type Order, type OrderRequest, remaining, type Trade } from '../order';
import type { Segment } from '../segment';
import { entryPrice, Positions, unrealized } from './positions';
import { news } from './rows';
import { words } from './words';

/** What futures need of the exchange. */
export interface FuturesParts {
	readonly ledger: Ledger;
	readonly books: ReadonlyMap<string, Book>;
	account(name: string): Account;
}

const START_LEVERAGE = 20n;

/** USDⓈ-M futures, one-way mode, cross margin: an execution moves a position; the wallet pays results and fees. */
export class FuturesSegment implements Segment {
	readonly words = words;
	readonly positions = new Positions();
	readonly #leverage = new Map<string, bigint>();

	constructor(private readonly parts: FuturesParts) {}

	leverage(account: string, symbol: string): bigint {
		return this.#leverage.get(`${account} ${symbol}`) ?? START_LEVERAGE;
	}

	/** Payments for holding positions, as the list of income tells them. */
	readonly incomes: { readonly account: string; readonly symbol: string; readonly amount: Fixed; readonly id: number; readonly at: number }[] = [];

	/** The account gets this for holding a position; negative: pays it. */
	payFunding(account: string, symbol: string, amount: Fixed, at: number): void {
		const [from, to] = amount >= 0n ? [MARKET, account] : [account, MARKET];
		this.parts.ledger.pay(from, to, 'USDT', amount >= 0n ? amount : -amount);
		this.incomes.push({ account, symbol, amount, id: this.incomes.length + 1, at });
	}

	setLeverage(account: string, symbol: string, leverage: bigint): void {
		this.#leverage.set(`${account} ${symbol}`, leverage);
	}

	admit(account: string, request: OrderRequest): void {
		const { side, spec, quantity, reduceOnly = false } = request;
		if (!reduceOnly || isStop(request.type)) return;
		if (this.positions.reducible(account, spec.symbol, side, quantity) === 0n) throw words.reduceOnly();
	}

	/** A stop takes no margin until it triggers. */
	fund(book: Book, order: Order): void {
		if (isStop(order.type)) return;
		const { account, side, spec, quantity, reduceOnly = false } = order;
		const opens = quantity - this.positions.reducible(account, spec.symbol, side, quantity);
		if (reduceOnly || opens <= 0n) return;
		const price = hasLimit(order.type) ? order.price : (book.touch(side) ?? 0n);
		if (this.#marginOf(account, spec.symbol, times(price, opens)) > this.available(account)) throw words.margin();
	}

	fundList(): void {
		throw new Error('futures have no order lists');
	}

	affordable(_book: Book, order: Order): Fixed {
		const rest = remaining(order);
		if (order.reduceOnly !== true) return rest;
		return this.positions.reducible(order.account, order.spec.symbol, order.side, rest);
	}

	settle(order: Order, qty: Fixed, price: Fixed): [string, Fixed] {
		const { account, spec, side, updateTime: at } = order;
		const result = this.positions.book(account, spec.symbol, { side, qty, price, at });
		const [from, to] = result >= 0n ? [MARKET, account] : [account, MARKET];
		this.parts.ledger.pay(from, to, spec.quote, result >= 0n ? result : -result);
		const commission = times(times(price, qty), this.parts.account(account).commissionRate);
		this.parts.ledger.pay(account, FEES, spec.quote, commission);
		return [spec.quote, commission];
	}

	trim(): void {}
	release(): void {}

	news(order: Order, what: ExecutionType, trade: Trade | null, _cancelId: string | null): readonly Record<string, unknown>[] {
		return news(order, what, trade);
	}

	deposited(_account: string, asset: string, amount: Fixed, now: number): Record<string, unknown> {
		return { e: 'ACCOUNT_UPDATE', E: now, T: now, a: { m: 'DEPOSIT', B: [{ a: asset, bc: text(amount) }], P: [] } };
	}

	#marginOf(account: string, symbol: string, value: Fixed): Fixed {
		return over(value, this.leverage(account, symbol) * 100_000_000n);
	}

	/** Middle of the book. */
	mark(symbol: string): Fixed {
		const book = this.parts.books.get(symbol);
		return ((book?.bid ?? 0n) + (book?.ask ?? 0n)) / 2n;
	}

	/** Wallet, result of open positions, and the margin that positions and resting orders take. */
	standing(account: string): { wallet: Fixed; result: Fixed; positionMargin: Fixed; orderMargin: Fixed } {
		let [result, positionMargin, orderMargin] = [0n, 0n, 0n];
		for (const [symbol, position] of this.positions.of(account)) {
			if (position.qty === 0n) continue;
			result += unrealized(position, this.mark(symbol));
			const size = position.qty < 0n ? -position.qty : position.qty;
			positionMargin += this.#marginOf(account, symbol, times(size, entryPrice(position)));
		}
		for (const order of this.parts.account(account).openOrders()) {
			if (order.reduceOnly === true || !order.working || !hasLimit(order.type)) continue;
			orderMargin += this.#marginOf(account, order.spec.symbol, times(order.price, remaining(order)));
		}
		return { wallet: this.parts.ledger.entry(account, 'USDT').free, result, positionMargin, orderMargin };
	}

	available(account: string): Fixed {
		const { wallet, result, positionMargin, orderMargin } = this.standing(account);
		const left = wallet + result - positionMargin - orderMargin;
		return left < 0n ? 0n : left;
	}
}
