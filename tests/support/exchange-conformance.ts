import type {
	Exchange, SubmitReport, SubmitRequest, VenueFill, VenueReport, VenueTimeInForce,
} from '../../core/exchange';
import {
	add, decimal, eq, floorToStep, gt, gte, isMultipleOf, lte, mul, neg, roundHalfEven, sub, type AccountId,
	type Decimal, type DecimalInput,
} from '../../core/model';

/** A venue under test, with its market in the test's hands. */
export interface VenueUnderTest {
	readonly exchange: Exchange;
	/** Two accounts with 10,000 of the quote currency each and nothing else. */
	readonly accounts: readonly [AccountId, AccountId];
	/** Moves the market of `BTC/USDT`; null takes the quote away. */
	setQuote(bid: DecimalInput | null, ask?: DecimalInput): void;
}

const SYMBOL = 'BTC/USDT';
let number = 0;

function request(change: Partial<SubmitRequest> = {}): SubmitRequest {
	number += 1;
	return {
		clientOrderId: `fcconform${String(number).padStart(11, '0')}`,
		symbol: SYMBOL,
		side: 'buy',
		type: 'market',
		quantity: decimal('0.01'),
		price: null,
		triggerPrice: null,
		reduceOnly: false,
		timeInForce: 'GTC',
		postOnly: false,
		...change,
	};
}

function accepted(report: SubmitReport): VenueReport {
	if (report.kind !== 'accepted') throw new Error(`rejected: ${report.code} ${report.message}`);
	return report;
}

function only<T>(items: readonly T[]): T {
	const [item] = items;
	if (items.length !== 1 || item === undefined) throw new Error(`${items.length} items, not 1`);
	return item;
}

/** What of an asset the executions moved, fees included; positive: received. */
function moved(fills: readonly VenueFill[], asset: 'BTC' | 'USDT'): Decimal {
	const signed = fills.map((fill) => {
		const amount = asset === 'BTC' ? fill.quantity : roundHalfEven(mul(fill.quantity, fill.price), 8);
		const got = (fill.side === 'buy') === (asset === 'BTC') ? amount : neg(amount);
		return fill.feeCurrency === asset ? sub(got, fill.fee) : got;
	});
	return add(...signed);
}

const total = (balances: Readonly<Record<string, Decimal>>, asset: string): Decimal =>
	balances[asset] ?? decimal(0);

/** What is held: balances, and of a derivatives venue the positions in place of the base assets. */
async function holdings(exchange: Exchange, account: AccountId): Promise<Readonly<Record<string, Decimal>>> {
	const positions = (await exchange.positions(account)) ?? [];
	const held = positions.map(({ symbol, quantity }) => [symbol.split('/')[0] ?? symbol, quantity] as const);
	return { ...(await exchange.balances(account)), ...Object.fromEntries(held) };
}

const fees = (fills: readonly VenueFill[]): Decimal => add(...fills.map(({ fee }) => fee));

/** What every `Exchange` must do, whatever is behind it. */
export function exchangeConformance(open: () => Promise<VenueUnderTest>): void {
	let venue: VenueUnderTest;
	let exchange: Exchange;
	let account: AccountId;

	beforeAll(async () => {
		venue = await open();
		({ exchange } = venue);
		[account] = venue.accounts;
	});

	beforeEach(() => {
		venue.setQuote(60_000, 60_010);
	});

	test('lists markets with usable steps and unique names', async () => {
		const markets = await exchange.markets();
		expect(markets.length).toBeGreaterThan(0);
		expect(new Set(markets.map((market) => market.symbol)).size).toBe(markets.length);
		expect(new Set(markets.map((market) => market.id)).size).toBe(markets.length);
		for (const market of markets) {
			expect(market.symbol).toBe(`${market.base}/${market.quote}`);
			expect(gte(market.quantityStep, '1e-18') && gte(market.priceTick, '1e-18')).toBe(true);
			expect(isMultipleOf(market.minQuantity, market.quantityStep)).toBe(true);
		}
	});

	test.each(['BTC/USDT', 'BTCUSDT', 'BINANCE:BTCUSDT', 'ANY:BTC/USDT'])('resolves %s', async (text) => {
		expect((await exchange.resolve(text))?.symbol).toBe(SYMBOL);
	});

	test.each(['BTC', 'btc/usdt', 'BTCUSD', 'BTC-USDT', 'BTC/USDTT', 'XBTC/USDT', ''])(
		'does not guess what "%s" means',
		async (text) => {
			expect(await exchange.resolve(text)).toBeNull();
		},
	);

	test('a market buy fills whole at the ask or worse, and moves exactly value and fee', async () => {
		const before = await holdings(exchange, account);
		const asked = request();
		const { order, fills } = accepted(await exchange.submit(account, asked));
		const fill = only(fills);
		expect(order).toMatchObject({ ...asked, state: 'FILLED', filledQuantity: asked.quantity });
		expect(fill).toMatchObject({ clientOrderId: asked.clientOrderId, symbol: SYMBOL, side: 'buy' });
		expect(gte(fill.price, 60_010) && lte(fill.price, mul(60_010, '1.01'))).toBe(true);
		expect(eq(fill.quantity, asked.quantity)).toBe(true);
		const after = await holdings(exchange, account);
		expect(gt(fill.fee, 0)).toBe(true);
		// A contract is not paid for: the wallet pays the fee, the position is what was bought.
		const paid = (await exchange.positions(account)) === null ? moved(fills, 'USDT') : neg(fees(fills));
		expect(total(after, 'USDT')).toBe(add(total(before, 'USDT'), paid));
		expect(total(after, 'BTC')).toBe(add(total(before, 'BTC'), moved(fills, 'BTC')));
	});

	test('a market sell fills at the bid or worse', async () => {
		accepted(await exchange.submit(account, request()));
		const report = accepted(await exchange.submit(account, request({ side: 'sell', reduceOnly: true })));
		const { price } = only(report.fills);
		expect(lte(price, 60_000) && gte(price, mul(60_000, '0.99'))).toBe(true);
	});

	test('one client order id is one order, however often and at once it is sent', async () => {
		const before = await holdings(exchange, account);
		const asked = request();
		const reports = await Promise.all([1, 2, 3, 4].map(() => exchange.submit(account, asked)));
		reports.push(await exchange.submit(account, asked));
		venue.setQuote(50_000, 50_010);
		reports.push(await exchange.submit(account, { ...asked, quantity: decimal('0.02') }));
		const [first, ...others] = reports;
		for (const other of others) expect(other).toEqual(first);
		const after = await holdings(exchange, account);
		const once = first === undefined ? [] : accepted(first).fills;
		expect(sub(total(after, 'BTC'), total(before, 'BTC'))).toBe(moved(once, 'BTC'));
		expect(only(once).quantity).toBe(asked.quantity);
	});

	test.each<[string, Partial<SubmitRequest>]>([
		['more than the account can pay', { quantity: decimal(50) }],
		['a quantity between the steps', { quantity: decimal('0.010000001') }],
		['no quantity', { quantity: decimal(0) }],
		['less than the smallest value', { quantity: decimal('0.00001') }],
		['a symbol it does not list', { symbol: 'NOPE/USDT' }],
		['a limit order without a price', { type: 'limit' }],
		['a price between the ticks', { type: 'limit', price: decimal('59000.001') }],
	])('rejects %s for good, and moves nothing', async (_what, change) => {
		const before = await holdings(exchange, account);
		const asked = request(change);
		const report = await exchange.submit(account, asked);
		expect(report).toMatchObject({ kind: 'rejected' });
		expect(report.kind === 'rejected' && report.message.length > 0).toBe(true);
		expect(await exchange.submit(account, asked)).toEqual(report);
		expect(await holdings(exchange, account)).toEqual(before);
	});

	test('without short selling it sells only what is held', async () => {
		const [, other] = venue.accounts;
		if (exchange.capabilities.shortSelling) return;
		const report = await exchange.submit(other, request({ side: 'sell' }));
		expect(report).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
	});

	test('rejects rather than invents a price when nobody offers one', async () => {
		venue.setQuote(null);
		const report = await exchange.submit(account, request());
		expect(report).toMatchObject({
			kind: 'rejected',
			code: expect.stringMatching(/^(NO_LIQUIDITY|MARKET_CLOSED)$/),
		});
	});

	test('a limit order rests, and fills when the market comes to it, at its price or better', async () => {
		const asked = request({ type: 'limit', price: decimal(59_000) });
		const { order, fills } = accepted(await exchange.submit(account, asked));
		expect([order.state, fills]).toEqual(['OPEN', []]);
		expect(await exchange.openOrders(account)).toContainEqual(order);
		venue.setQuote(59_000, 59_000.5);
		expect((await exchange.lookup(account, asked.clientOrderId, SYMBOL))?.order.state).toBe('OPEN');
		venue.setQuote(58_970, 58_980);
		const filled = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		const { price } = only(filled?.fills ?? []);
		expect(filled?.order.state).toBe('FILLED');
		expect(gte(price, 58_980) && lte(price, 59_000)).toBe(true);
		expect(await exchange.openOrders(account)).not.toContainEqual(
			expect.objectContaining({ clientOrderId: asked.clientOrderId }),
		);
	});

	test('a stop wakes at its trigger and fills at what the market offers then', async () => {
		if (!exchange.capabilities.orderTypes.includes('stop')) return;
		const asked = request({ type: 'stop', triggerPrice: decimal(61_000) });
		expect(accepted(await exchange.submit(account, asked)).order.state).toBe('OPEN');
		venue.setQuote(61_500, 61_510);
		const woken = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(gte(only(woken?.fills ?? []).price, 61_510)).toBe(true);
	});

	test('cancels what is open, once; what is filled or unknown it does not', async () => {
		const resting = request({ type: 'limit', price: decimal(50_000) });
		accepted(await exchange.submit(account, resting));
		const cancelled = await exchange.cancel(account, resting.clientOrderId, SYMBOL);
		expect(cancelled).toMatchObject({ kind: 'cancelled', order: { state: 'CANCELLED' } });
		expect(await exchange.cancel(account, resting.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'rejected',
			code: 'ORDER_NOT_OPEN',
		});
		const filled = request();
		accepted(await exchange.submit(account, filled));
		expect(await exchange.cancel(account, filled.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'rejected',
			code: 'ORDER_NOT_OPEN',
		});
		expect(await exchange.cancel(account, 'fcnever', SYMBOL)).toMatchObject({
			kind: 'rejected',
			code: 'ORDER_NOT_FOUND',
		});
		venue.setQuote(40_000, 40_010);
		const after = await exchange.lookup(account, resting.clientOrderId, SYMBOL);
		expect(after).toMatchObject({ order: { state: 'CANCELLED' }, fills: [] });
	});

	test('a lookup tells what the submission told, and null for an id it never had', async () => {
		if (!exchange.capabilities.clientIdLookup) return;
		const asked = request();
		const { order, fills } = accepted(await exchange.submit(account, asked));
		const found = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(found).toEqual({ order, fills });
		expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toEqual(found);
		expect(await exchange.lookup(account, 'fcnever', SYMBOL)).toBeNull();
	});

	test('reports of many are the lookups of each; unknown ones are left out', async () => {
		const asked = [request(), request({ type: 'limit', price: decimal(55_000) })];
		for (const each of asked) accepted(await exchange.submit(account, each));
		const ids = [...asked.map((each) => each.clientOrderId), 'fcnever'];
		const refs = ids.map((clientOrderId) => ({ accountId: account, clientOrderId, symbol: SYMBOL }));
		const reports = await exchange.reports(refs);
		expect(reports).toHaveLength(2);
		for (const report of reports) {
			const { clientOrderId } = report.order;
			expect(await exchange.lookup(account, clientOrderId, SYMBOL)).toEqual(report);
		}
	});

	test('accounts do not see each other, even under one client order id', async () => {
		const [one, other] = venue.accounts;
		const asked = request();
		const first = accepted(await exchange.submit(one, asked));
		expect(await exchange.lookup(other, asked.clientOrderId, SYMBOL)).toBeNull();
		const second = accepted(await exchange.submit(other, asked));
		expect(second.order.venueOrderId).not.toBe(first.order.venueOrderId);
		expect(only(second.fills).venueTradeId).not.toBe(only(first.fills).venueTradeId);
	});

	test('the past of an account: every order and every execution, once', async () => {
		const [, other] = venue.accounts;
		const before = (await exchange.recentOrders(other, { symbol: SYMBOL, since: 0 })).length;
		const filled = accepted(await exchange.submit(other, request()));
		const rests = accepted(await exchange.submit(other, request({ type: 'limit', price: decimal(50_000) })));
		await exchange.cancel(other, rests.order.clientOrderId, SYMBOL);
		const open = accepted(await exchange.submit(other, request({ type: 'limit', price: decimal(51_000) })));
		const orders = await exchange.recentOrders(other, { symbol: SYMBOL, since: 0 });
		expect(orders.slice(before).map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
			[filled.order.clientOrderId, 'FILLED'],
			[rests.order.clientOrderId, 'CANCELLED'],
			[open.order.clientOrderId, 'OPEN'],
		]);
		const [fill] = filled.fills;
		const fills = await exchange.fills(other, { symbol: SYMBOL, since: 0 });
		expect(fills.at(-1)).toEqual({ ...fill, clientOrderId: fills.at(-1)?.clientOrderId });
		expect(new Set(fills.map(({ venueTradeId }) => venueTradeId)).size).toBe(fills.length);
		const since = filled.order.createdAt + 3_600_000;
		expect(await exchange.fills(other, { symbol: SYMBOL, since })).toEqual([]);
		expect(await exchange.recentOrders(other, { symbol: SYMBOL, since })).toEqual([]);
		await exchange.cancel(other, open.order.clientOrderId, SYMBOL);
	});

	test.each<VenueTimeInForce>(['IOC', 'FOK'])('%s takes what is there at its price and never rests', async (timeInForce) => {
		if (!exchange.capabilities.timeInForce.includes(timeInForce)) return;
		const far = request({ type: 'limit', price: decimal(50_000), timeInForce });
		const report = await exchange.submit(account, far);
		if (report.kind === 'accepted') {
			const seen = await exchange.lookup(account, far.clientOrderId, SYMBOL);
			expect(seen).toMatchObject({ order: { state: expect.stringMatching(/^(CANCELLED|EXPIRED)$/) }, fills: [] });
		}
		const near = request({ type: 'limit', price: decimal(60_500), timeInForce });
		const taken = accepted(await exchange.submit(account, near));
		expect(taken.order).toMatchObject({ state: 'FILLED', timeInForce });
		expect(lte(only(taken.fills).price, 60_500)).toBe(true);
	});

	test('post-only rests or is refused; it never takes', async () => {
		if (!exchange.capabilities.postOnly) return;
		const taking = request({ type: 'limit', price: decimal(60_500), postOnly: true });
		const report = await exchange.submit(account, taking);
		if (report.kind === 'accepted') {
			expect(report.fills).toEqual([]);
			expect(report.order.state).toMatch(/^(CANCELLED|EXPIRED|REJECTED)$/);
		}
		const resting = request({ type: 'limit', price: decimal(59_000), postOnly: true });
		expect(accepted(await exchange.submit(account, resting)).order).toMatchObject({ state: 'OPEN' });
		await exchange.cancel(account, resting.clientOrderId, SYMBOL);
	});

	test('a stop limit waits for its trigger, then rests at its own price', async () => {
		if (!exchange.capabilities.orderTypes.includes('stop_limit')) return;
		const asked = request({ type: 'stop_limit', triggerPrice: decimal(61_000), price: decimal(60_500) });
		expect(accepted(await exchange.submit(account, asked)).order).toMatchObject({
			state: 'OPEN',
			type: 'stop_limit',
			triggerPrice: '61000',
			price: '60500',
		});
		venue.setQuote(61_500, 61_510);
		expect((await exchange.lookup(account, asked.clientOrderId, SYMBOL))?.fills).toEqual([]);
		venue.setQuote(60_400, 60_410);
		const filled = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(filled?.order.state).toBe('FILLED');
		expect(lte(only(filled?.fills ?? []).price, 60_500)).toBe(true);
	});

	test('a resting stop holds the asset exactly where the venue says so', async () => {
		const { restingStop, stopLocksBalance, orderTypes } = exchange.capabilities;
		if (!restingStop || !orderTypes.includes('stop')) return;
		const [, other] = venue.accounts;
		accepted(await exchange.submit(other, request({ quantity: decimal('0.02') })));
		const stop = request({ side: 'sell', type: 'stop', triggerPrice: decimal(55_000), quantity: decimal('0.015') });
		accepted(await exchange.submit(other, stop));
		const held = total(await holdings(exchange, other), 'BTC');
		const all = floorToStep(held, '0.00001');
		const sale = await exchange.submit(other, request({ side: 'sell', quantity: all }));
		expect(sale.kind).toBe(stopLocksBalance ? 'rejected' : 'accepted');
		await exchange.cancel(other, stop.clientOrderId, SYMBOL);
		if (stopLocksBalance) accepted(await exchange.submit(other, request({ side: 'sell', quantity: all })));
	});

	test('positions are those of derivatives only', async () => {
		const positions = await exchange.positions(account);
		if (!exchange.capabilities.shortSelling) expect(positions).toBeNull();
		else expect(positions).toEqual(expect.any(Array));
	});

	describe('a pair of which the venue cancels the other', () => {
		const pair = () => {
			const quantity = decimal('0.001');
			const stop = request({ side: 'sell', type: 'stop', triggerPrice: decimal(58_000), quantity, reduceOnly: true });
			const target = request({ side: 'sell', type: 'limit', price: decimal(62_000), quantity, reduceOnly: true });
			return { stop, target };
		};

		/** Both states, stop first. */
		async function states({ stop, target }: ReturnType<typeof pair>): Promise<(string | undefined)[]> {
			const found = [stop, target].map(async ({ clientOrderId }) =>
				(await exchange.lookup(account, clientOrderId, SYMBOL))?.order.state,
			);
			return Promise.all(found);
		}

		async function placed(): Promise<ReturnType<typeof pair> | null> {
			if (!exchange.capabilities.nativeOco || exchange.submitOco === undefined) return null;
			accepted(await exchange.submit(account, request({ quantity: decimal('0.002') })));
			const both = pair();
			expect((await exchange.submitOco(account, both)).kind).toBe('accepted');
			expect(await states(both)).toEqual(['OPEN', 'OPEN']);
			return both;
		}

		test('the target fills: the stop is over', async () => {
			const both = await placed();
			if (both === null) return;
			venue.setQuote(62_100, 62_110);
			expect(await states(both)).toEqual([expect.stringMatching(/^(CANCELLED|EXPIRED)$/), 'FILLED']);
		});

		test('the stop wakes: the target is over', async () => {
			const both = await placed();
			if (both === null) return;
			venue.setQuote(57_900, 57_910);
			expect(await states(both)).toEqual(['FILLED', expect.stringMatching(/^(CANCELLED|EXPIRED)$/)]);
		});

		test('one cancelled is both cancelled, and what they held is free', async () => {
			const both = await placed();
			if (both === null) return;
			await exchange.cancel(account, both.stop.clientOrderId, SYMBOL);
			expect(await states(both)).toEqual(['CANCELLED', 'CANCELLED']);
			accepted(await exchange.submit(account, request({ side: 'sell', quantity: decimal('0.001') })));
		});

		test('sent twice it is one pair', async () => {
			const both = await placed();
			if (both === null || exchange.submitOco === undefined) return;
			const before = await exchange.openOrders(account);
			await exchange.submitOco(account, both).catch(() => null);
			expect(await exchange.openOrders(account)).toEqual(before);
			await exchange.cancel(account, both.target.clientOrderId, SYMBOL);
		});

		test('both or none: one that cannot be taken leaves nothing', async () => {
			if (!exchange.capabilities.nativeOco || exchange.submitOco === undefined) return;
			accepted(await exchange.submit(account, request({ quantity: decimal('0.002') })));
			const both = pair();
			const wrong = { ...both, stop: { ...both.stop, triggerPrice: decimal(61_000) } };
			expect((await exchange.submitOco(account, wrong)).kind).toBe('rejected');
			expect(await states(both)).toEqual([undefined, undefined]);
		});
	});
}
