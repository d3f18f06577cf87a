import { Account } from './accounts';
import { Book, type Take } from './books';
import type { VenueClock } from './clock';
import { type Fixed, least, times } from './fixed';
import { Ledger, OUTSIDE } from './ledger';
import {
	type ExecutionType, hasLimit, isOpen, isStop, listRow, type Order, type OrderList, type OrderRequest,
	remaining, type Trade,
} from './order';
import { refusals } from './refusal';
import type { Segment } from './segment';
import { SpotSegment } from './spot';
import { type OrderLimits, PRICE_BAND, type SymbolSpec } from './symbols';

type Event = Record<string, unknown>;

/** The second leg of an order list, or both. */
export type ListRequest = readonly [OrderRequest, OrderRequest];

/** Matches orders against the market that tests set, and keeps the money right. */
export class Engine {
	readonly ledger = new Ledger();
	readonly accounts = new Map<string, Account>();
	readonly books = new Map<string, Book>();
	/** Hears what the user data stream of an account tells. */
	onEvent: (account: string, event: Event) => void = () => {};
	/** Hears of every change of a quote. */
	onQuote: (book: Book) => void = () => {};
	#nextList = 1;
	/** Everything of one event has one time. */
	#frozen: number | null = null;
	#matching = false;
	readonly #segment: Segment;

	constructor(
		readonly clock: VenueClock,
		readonly limits: OrderLimits,
		symbols: readonly SymbolSpec[],
		segment: (engine: Engine) => Segment = (engine) => new SpotSegment(engine),
	) {
		this.#segment = segment(this);
		for (const spec of symbols) this.books.set(spec.symbol, new Book(spec));
	}

	#now(): number {
		return this.#frozen ?? this.clock.now();
	}

	#atOnce<T>(work: () => T): T {
		const outer = this.#frozen;
		this.#frozen = this.#now();
		try {
			return work();
		} finally {
			this.#frozen = outer;
		}
	}

	account(name: string): Account {
		let account = this.accounts.get(name);
		if (account === undefined) this.accounts.set(name, (account = new Account(name)));
		return account;
	}

	book(symbol: string): Book {
		const book = this.books.get(symbol);
		if (book === undefined) throw refusals.unknownSymbol();
		return book;
	}

	/** Money from (or, negative, to) outside. */
	deposit(account: string, asset: string, amount: Fixed): void {
		if (amount >= 0n) this.ledger.pay(OUTSIDE, account, asset, amount);
		else this.ledger.pay(account, OUTSIDE, asset, -amount);
		this.onEvent(account, this.#segment.deposited(account, asset, amount, this.#now()));
	}

	setQuote(symbol: string, bid: Fixed | null, ask: Fixed | null): void {
		const book = this.book(symbol);
		book.quote(bid, ask);
		this.match(book);
	}

	/** Fills and wakes what the market of a book reaches. */
	match(book: Book): void {
		this.onQuote(book);
		if (!this.#matching) this.#atOnce(() => this.#matchAll(book));
	}

	#matchAll(book: Book): void {
		this.#matching = true;
		try {
			for (const order of book.due()) if (isOpen(order)) this.#meet(book, order);
		} finally {
			this.#matching = false;
		}
	}

	#meet(book: Book, order: Order): void {
		if (!order.working) return this.#wake(book, order);
		const most = this.#segment.affordable(book, order);
		if (most === 0n) this.#end(order, 'EXPIRED');
		else this.#execute(order, book.takes(order.side, most, order.price), order.price);
	}

	/** A stop becomes the order it stood for. */
	#wake(book: Book, order: Order): void {
		this.#dropPartner(order);
		order.working = true;
		order.actualId = book.nextOrderId++;
		order.updateTime = this.#now();
		if (hasLimit(order.type)) this.#tell(order, 'NEW');
		this.#take(book, order);
	}

	/** Takes what the market offers, then rests, or ends, as its kind says. */
	#take(book: Book, order: Order): void {
		const limit = hasLimit(order.type) ? order.price : null;
		const takes = book.takes(order.side, this.#segment.affordable(book, order), limit);
		const whole = takes.reduce((sum, take) => sum + take.qty, 0n) >= remaining(order);
		if (order.timeInForce !== 'FOK' || whole) this.#execute(order, takes, null);
		if (isOpen(order) && (limit === null || order.timeInForce !== 'GTC')) this.#end(order, 'EXPIRED');
	}

	#execute(order: Order, takes: readonly Take[], restingPrice: Fixed | null): void {
		for (const take of takes) {
			if (!isOpen(order)) return;
			if (take.level !== null) take.level.qty -= take.qty;
			this.fill(order, take.qty, restingPrice ?? take.price, restingPrice !== null);
		}
	}

	/** Books one execution. */
	fill(order: Order, quantity: Fixed, price: Fixed, maker: boolean): Trade {
		const qty = least(quantity, remaining(order));
		this.#dropPartner(order);
		const account = this.account(order.account);
		const book = this.book(order.spec.symbol);
		const [commissionAsset, commission] = this.#segment.settle(order, qty, price);
		const time = this.#now();
		const id = book.nextTradeId++;
		const trade: Trade = { id, order, price, qty, commission, commissionAsset, time, maker };
		order.executed += qty;
		order.spent += times(price, qty);
		order.updateTime = time;
		order.status = remaining(order) === 0n ? 'FILLED' : 'PARTIALLY_FILLED';
		order.trades.push(trade);
		account.trades.push(trade);
		book.prints.push({ id, price, qty, time, buyerMaker: maker === (order.side === 'BUY') });
		if (book.prints.length > 1_000) book.prints.splice(0, 500);
		if (isOpen(order)) this.#segment.trim(order);
		else this.#close(order);
		this.#tell(order, 'TRADE', trade);
		return trade;
	}

	/** Takes an order in, as the exchange would, or throws its refusal. */
	place(name: string, request: OrderRequest): Order {
		return this.#atOnce(() => this.#place(name, request));
	}

	#place(name: string, request: OrderRequest): Order {
		const { book, account } = this.#admit(name, [request]);
		const order = this.#create(account, book, request, -1);
		this.#segment.fund(book, order);
		this.#enter(account, book, order);
		if (order.working) this.#take(book, order);
		if (isOpen(order)) this.#segment.trim(order);
		return order;
	}

	/** One cancels the other; both share what is locked. */
	placeList(name: string, clientId: string, requests: ListRequest): OrderList {
		return this.#atOnce(() => this.#placeList(name, clientId, requests));
	}

	#placeList(name: string, clientId: string, requests: ListRequest): OrderList {
		const { book, account } = this.#admit(name, requests);
		const [first, second] = requests;
		const listId = this.#nextList++;
		const legs = [first, second].map((request) => this.#create(account, book, request, listId));
		const [one, other] = legs;
		if (one === undefined || other === undefined) throw new Error('a list has two legs');
		this.#segment.fundList([one, other]);
		[one.partner, other.partner] = [other, one];
		const list: OrderList = { listId, clientId, legs: [one, other], time: this.#now() };
		account.lists.set(listId, list);
		for (const leg of legs) this.#enter(account, book, leg);
		this.onEvent(name, { ...listRow(list), e: 'listStatus', E: list.time });
		return list;
	}

	#admit(name: string, requests: readonly OrderRequest[]): { book: Book; account: Account } {
		const account = this.account(name);
		const [{ spec }] = requests as [OrderRequest];
		const book = this.book(spec.symbol);
		if (!book.isOpen) throw refusals.marketClosed();
		for (const request of requests) {
			const same = account.allByClient(spec.symbol, request.clientOrderId);
			if (same.some(isOpen)) throw this.#segment.words.duplicate();
			this.#checkPrices(book, request, requests.length > 1);
			this.#segment.admit(name, request);
		}
		const stops = requests.filter(({ type }) => isStop(type)).length;
		const over = (limit: number, adds: number, which: (order: Order) => boolean): boolean =>
			adds > 0 && account.openCount(spec.symbol, which) + adds > limit;
		if (over(this.limits.maxOrders, requests.length, () => true)) throw refusals.filter('MAX_NUM_ORDERS');
		if (over(this.limits.maxAlgoOrders, stops, (order) => isStop(order.type))) {
			throw refusals.filter('MAX_NUM_ALGO_ORDERS');
		}
		return { book, account };
	}

	#checkPrices(book: Book, request: OrderRequest, inList: boolean): void {
		const { bid, ask } = book;
		if (bid === null || ask === null) throw refusals.marketClosed();
		if (hasLimit(request.type)) {
			const { up, down } = PRICE_BAND;
			if (request.price > bid * up || request.price * down < ask) {
				throw refusals.filter('PERCENT_PRICE_BY_SIDE');
			}
		}
		if (isStop(request.type) && book.wakes(request)) {
			throw inList ? refusals.ocoPrices() : this.#segment.words.wouldTrigger();
		}
		if (request.type === 'LIMIT_MAKER') {
			if (request.side === 'BUY' ? request.price >= ask : request.price <= bid) {
				throw inList ? refusals.ocoPrices() : this.#segment.words.wouldMatch();
			}
		}
	}

	#create(account: Account, book: Book, request: OrderRequest, listId: number): Order {
		const now = this.#now();
		return {
			...request,
			account: account.name,
			orderId: book.nextOrderId++,
			listId,
			executed: 0n,
			spent: 0n,
			status: 'NEW',
			working: !isStop(request.type),
			hold: null,
			trades: [],
			time: now,
			updateTime: now,
			partner: null,
			actualId: null,
		};
	}

	#enter(account: Account, book: Book, order: Order): void {
		account.add(order);
		book.open.add(order);
		this.#tell(order, 'NEW');
	}

	/** Ends a working order; both legs when it belongs to a list. */
	cancel(order: Order, cancelId: string): void {
		if (!isOpen(order)) throw refusals.unknownCancel();
		const { partner } = order;
		this.#end(order, 'CANCELED', cancelId);
		if (partner !== null && isOpen(partner)) this.#end(partner, 'CANCELED', cancelId);
	}

	#dropPartner(order: Order): void {
		const { partner } = order;
		if (partner !== null && isOpen(partner)) this.#end(partner, 'EXPIRED');
	}

	#end(order: Order, status: 'CANCELED' | 'EXPIRED', cancelId: string | null = null): void {
		order.status = status;
		order.updateTime = this.#now();
		this.#close(order);
		this.#tell(order, status, null, cancelId);
	}

	#close(order: Order): void {
		this.account(order.account).close(order);
		this.book(order.spec.symbol).open.delete(order);
		this.#segment.release(order);
	}

	#tell(order: Order, what: ExecutionType, trade: Trade | null = null, cancelId: string | null = null): void {
		for (const event of this.#segment.news(order, what, trade, cancelId)) this.onEvent(order.account, event);
	}
}
