import fc from 'fast-check';
import {
	createPaperExchange, DEMO_MARKETS, openPaperAccount, type PaperWish, type SubmitReport, type SubmitRequest,
} from '../../../../core/exchange';
import {
	add, decimal, gte, lte, MINUTE, mul, roundHalfEven, sub, ZERO, type AccountId, type Decimal,
	type DecimalInput,
} from '../../../../core/model';
import { describeDatabases, START, type TestDatabase } from '../../../support/databases';
import { exchangeConformance } from '../../../support/exchange-conformance';
import { runs } from '../../../support/runs';
import { ScriptedQuotes } from '../../../support/scripted-quotes';

const SYMBOL = 'BTC/USDT';
const NEVER = { rms: 0, circuit: 0, exchangeDown: 0, priceRange: 0 };
const CALM: PaperWish = { model: 'realistic', seed: 1, profile: { rejectPercents: NEVER } };

/** A paper venue whose waiting moves the clock of the test. */
async function venueOn(database: TestDatabase, volume: DecimalInput | null = 1_000) {
	const kernel = database.kernel();
	const quotes = new ScriptedQuotes(database.clock);
	quotes.set(SYMBOL, 60_000, 60_010);
	const slept: number[] = [];
	let number = 0;
	const openAccount = async (paper: PaperWish = CALM, balance = 1_000_000): Promise<AccountId> => {
		number += 1;
		const accountId = `acc_real${number}` as const;
		await kernel.transaction(async (trx) =>
			openPaperAccount(trx, kernel, { accountId, currency: 'USDT', balance: decimal(balance), paper }),
		);
		return accountId;
	};
	const exchange = createPaperExchange(kernel, {
		quotes,
		markets: DEMO_MARKETS,
		barVolume: async () => (volume === null ? null : decimal(volume)),
		sleep: async (milliseconds) => {
			slept.push(milliseconds);
			database.clock.advance(milliseconds);
		},
	});
	return { kernel, quotes, exchange, openAccount, slept, clock: database.clock };
}

let count = 0;
function order(change: Partial<SubmitRequest> = {}): SubmitRequest {
	count += 1;
	return {
		clientOrderId: `fcreal${count}`, symbol: SYMBOL, side: 'buy', type: 'market', quantity: decimal(1),
		price: null, triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false, ...change,
	};
}
const limit = (price: DecimalInput, change: Partial<SubmitRequest> = {}) =>
	order({ type: 'limit', price: decimal(price), ...change });
const stateOf = (report: SubmitReport): string =>
	report.kind === 'accepted' ? report.order.state : report.code;

describeDatabases('the realistic paper venue', (open) => {
	describe('conforms', () => {
		exchangeConformance(async () => {
			const { exchange, quotes, openAccount } = await venueOn(await open(), null);
			return {
				exchange,
				accounts: [await openAccount(CALM, 10_000), await openAccount(CALM, 10_000)],
				setQuote: (bid, ask) => {
					if (bid === null) quotes.clear(SYMBOL);
					else quotes.set(SYMBOL, bid, ask);
				},
			};
		});
	});

	test('an order is on its way for its latency, and nobody sees it before', async () => {
		const { exchange, openAccount, slept, clock, kernel } = await venueOn(await open());
		const account = await openAccount();
		const asked = order();
		const sending = exchange.submit(account, asked);
		const report = await sending;
		expect(slept).toHaveLength(1);
		expect(slept[0]).toBeGreaterThan(10);
		expect(clock.now()).toBe(START + (slept[0] ?? 0));
		expect(report).toMatchObject({ kind: 'accepted', fills: [{ at: clock.now() }] });
		expect(await kernel.conn('paper_orders').where({ state: 'IN_FLIGHT' })).toHaveLength(0);
	});

	test('a sender that dies on the way: the order arrives at its time all the same', async () => {
		const database = await open();
		const { kernel, quotes, openAccount, clock } = await venueOn(database);
		const account = await openAccount();
		let waiting = 0;
		const parts = { quotes, markets: DEMO_MARKETS, barVolume: async () => decimal(1_000) };
		const dying = createPaperExchange(kernel, {
			...parts,
			sleep: async (milliseconds) => {
				waiting = milliseconds;
				throw new Error('The process died.');
			},
		});
		const asked = order();
		await expect(dying.submit(account, asked)).rejects.toThrow('died');
		const next = createPaperExchange(database.kernel(), parts);
		expect(await next.lookup(account, asked.clientOrderId, SYMBOL)).toBeNull();
		expect(await next.openOrders(account)).toEqual([]);
		expect(await next.recentOrders(account, { symbol: null, since: 0 })).toEqual([]);
		clock.advance(waiting);
		const found = await next.lookup(account, asked.clientOrderId, SYMBOL);
		expect(found).toMatchObject({ order: { state: 'FILLED' }, fills: [{ quantity: '1' }] });
		expect(await next.fills(account, { symbol: null, since: 0 })).toHaveLength(1);
	});

	test('a cancel takes its time too, and what fills meanwhile is filled', async () => {
		const { exchange, openAccount, slept, quotes } = await venueOn(await open());
		const account = await openAccount();
		const resting = limit(59_000);
		await exchange.submit(account, resting);
		expect(await exchange.cancel(account, resting.clientOrderId, SYMBOL)).toMatchObject({ kind: 'cancelled' });
		expect(slept).toHaveLength(2);
		const late = limit(59_000);
		await exchange.submit(account, late);
		quotes.set(SYMBOL, 58_900, 58_910);
		expect(await exchange.cancel(account, late.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'rejected', code: 'ORDER_NOT_OPEN', message: 'The order is FILLED.',
		});
	});

	test('a cancel that crosses with the last fill does not undo it', async () => {
		const { kernel, exchange, quotes, openAccount, clock } = await venueOn(await open());
		const account = await openAccount();
		const resting = limit(59_000);
		await exchange.submit(account, resting);
		const dying = createPaperExchange(kernel, {
			quotes, markets: DEMO_MARKETS, sleep: () => Promise.reject(new Error('The process died.')),
		});
		await expect(dying.cancel(account, resting.clientOrderId, SYMBOL)).rejects.toThrow('died');
		quotes.set(SYMBOL, 58_000, 58_010);
		clock.advance(10_000);
		expect(await exchange.lookup(account, resting.clientOrderId, SYMBOL)).toMatchObject({
			order: { state: 'FILLED', filledQuantity: '1' }, fills: [{ price: '59000' }],
		});
	});

	test('a cancel whose sender died takes effect at the next look', async () => {
		const database = await open();
		const { kernel, exchange, quotes, openAccount, clock } = await venueOn(database);
		const account = await openAccount();
		const resting = limit(59_000);
		await exchange.submit(account, resting);
		const dying = createPaperExchange(kernel, {
			quotes, markets: DEMO_MARKETS, sleep: () => Promise.reject(new Error('The process died.')),
		});
		await expect(dying.cancel(account, resting.clientOrderId, SYMBOL)).rejects.toThrow('died');
		expect((await exchange.openOrders(account)).map(({ state }) => state)).toEqual(['OPEN']);
		clock.advance(10_000);
		expect(await exchange.openOrders(account)).toEqual([]);
		expect(await exchange.lookup(account, resting.clientOrderId, SYMBOL)).toMatchObject({
			order: { state: 'CANCELLED' },
		});
	});

	test('takes a tenth of a bar at most; the rest waits for the next bars', async () => {
		const { exchange, openAccount, clock } = await venueOn(await open(), 20);
		const account = await openAccount();
		const asked = order({ quantity: decimal('4.5') });
		const report = await exchange.submit(account, asked);
		expect(report).toMatchObject({
			order: { state: 'PARTIALLY_FILLED', filledQuantity: '2' }, fills: [{ quantity: '2' }],
		});
		const look = async () => exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(await look()).toMatchObject({ order: { filledQuantity: '2' } });
		clock.advance(MINUTE);
		expect(await look()).toMatchObject({ order: { state: 'PARTIALLY_FILLED', filledQuantity: '4' } });
		clock.advance(MINUTE);
		const done = await look();
		expect(done).toMatchObject({ order: { state: 'FILLED', filledQuantity: '4.5' } });
		expect(done?.fills.map(({ quantity }) => quantity)).toEqual(['2', '2', '0.5']);
		expect(new Set(done?.fills.map(({ venueTradeId }) => venueTradeId)).size).toBe(3);
	});

	test('a cancel after a part keeps the part', async () => {
		const { exchange, openAccount } = await venueOn(await open(), 20);
		const account = await openAccount();
		const asked = limit(60_100, { quantity: decimal('4.5') });
		expect(stateOf(await exchange.submit(account, asked))).toBe('PARTIALLY_FILLED');
		expect(await exchange.cancel(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'cancelled', order: { state: 'CANCELLED', filledQuantity: '2' }, fills: [{ quantity: '2' }],
		});
		expect(await exchange.balances(account)).toMatchObject({ BTC: '2' });
		expect(stateOf(await exchange.submit(account, order({ side: 'sell', quantity: decimal(2), reduceOnly: true })))).toBe('OPEN');
	});

	test('what is left of a market order holds its funds until it is filled', async () => {
		const { exchange, openAccount } = await venueOn(await open(), 20);
		const account = await openAccount(CALM, 301_500);
		await exchange.submit(account, order({ quantity: decimal('4.5') }));
		const second = await exchange.submit(account, order({ quantity: decimal('0.5') }));
		expect(second).toMatchObject({ kind: 'accepted', order: { state: 'OPEN' } });
		const third = await exchange.submit(account, order({ quantity: decimal('0.5') }));
		expect(third).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
	});

	test.each<[string, SubmitRequest, string, DecimalInput]>([
		['IOC takes what is there and ends', order({ quantity: decimal(3), timeInForce: 'IOC' }), 'EXPIRED', 2],
		['FOK that the bar cannot fill takes nothing', order({ quantity: decimal(3), timeInForce: 'FOK' }), 'EXPIRED', 0],
		['FOK that it can is filled', order({ quantity: decimal(2), timeInForce: 'FOK' }), 'FILLED', 2],
		['an IOC limit away from the market ends', limit(59_000, { timeInForce: 'IOC' }), 'EXPIRED', 0],
		['an IOC stop waits for its trigger', order({ type: 'stop', triggerPrice: decimal(61_000), timeInForce: 'IOC' }), 'OPEN', 0],
		['a post-only order away from the market rests', limit(59_000, { postOnly: true }), 'OPEN', 0],
	])('%s', async (_, asked, state, filled) => {
		const { exchange, openAccount } = await venueOn(await open(), 20);
		const report = await exchange.submit(await openAccount(), asked);
		expect(report).toMatchObject({ kind: 'accepted', order: { state, filledQuantity: decimal(filled) } });
	});

	test.each<[string, string, Partial<SubmitRequest>, PaperWish['profile']]>([
		['POST_ONLY_WOULD_TAKE', 'a post-only order that would take', { type: 'limit', price: decimal(60_100), postOnly: true }, {}],
		['POST_ONLY_INVALID', 'a post-only market order', { postOnly: true }, {}],
		['PRICE_BAND', 'a price more than a fifth away', { type: 'limit', price: decimal(45_000) }, {}],
		['PRICE_BAND', 'a trigger more than a fifth away', { type: 'stop', triggerPrice: decimal(80_000) }, {}],
		['OUTSIDE_HOURS', 'an order at night', {}, { hours: { from: 0, to: 60, days: [1, 2, 3, 4, 5, 6, 7] } }],
		['QUANTITY_STEP', 'a broken lot', { quantity: decimal('0.000001') }, {}],
		['INSUFFICIENT_BALANCE', 'more than the margin', { quantity: decimal(100) }, {}],
	])('rejects with %s %s', async (code, _, change, profile = {}) => {
		const { exchange, openAccount } = await venueOn(await open());
		const account = await openAccount({ ...CALM, profile: { rejectPercents: NEVER, ...profile } });
		const asked = order(change);
		expect(await exchange.submit(account, asked)).toMatchObject({ kind: 'rejected', code });
		expect(await exchange.submit(account, asked)).toMatchObject({ kind: 'rejected', code });
	});

	test('takes only so many working orders; what closes is always taken', async () => {
		const database = await open();
		const { exchange, openAccount, kernel } = await venueOn(database);
		const account = await openAccount();
		await exchange.submit(account, order());
		const [row] = await kernel.conn('paper_orders').where({ account_id: account });
		const many = Array.from({ length: 200 }, (_, index) => ({
			...row, client_order_id: `fcmany${index}`, venue_order_id: `many${index}`, type: 'limit',
			price: '50000', quantity: '0.001', filled_quantity: '0', state: 'OPEN',
		}));
		for (const each of many) await kernel.conn('paper_orders').insert(each);
		expect(stateOf(await exchange.submit(account, order({ quantity: decimal('0.01') })))).toBe('RMS_LIMIT');
		const exit = order({ side: 'sell', quantity: decimal('0.01'), reduceOnly: true });
		expect(stateOf(await exchange.submit(account, exit))).toBe('FILLED');
	});

	test('a limit order is filled through its price for certain, at a mere touch by its place in the queue', async () => {
		const { exchange, openAccount, quotes, clock } = await venueOn(await open());
		const account = await openAccount(CALM, 100_000_000);
		const asked = Array.from({ length: 60 }, () => limit(59_990, { quantity: decimal('0.01') }));
		for (const each of asked) await exchange.submit(account, each);
		// The ask, a spread of two basis points each side, touches the price exactly.
		quotes.set(SYMBOL, 59_966, 59_990);
		const touchedAt = START + 10 * MINUTE;
		clock.set(touchedAt);
		const filled = async () => {
			const working = await exchange.openOrders(account);
			return asked.length - working.length;
		};
		const first = await filled();
		expect(first).toBeGreaterThan(15);
		expect(first).toBeLessThan(45);
		// The same bar decides nothing anew, however often and late in it one looks.
		for (const second of [1, 20, 59]) {
			clock.set(touchedAt + second * 1_000);
			expect(await filled()).toBe(first);
		}
		clock.advance(MINUTE);
		const second = await filled();
		expect(second).toBeGreaterThan(first);
		expect(second).toBeLessThan(60);
		quotes.set(SYMBOL, 59_950, 59_951);
		expect(await filled()).toBe(60);
		const fills = await exchange.fills(account, { symbol: null, since: 0 });
		// Nobody in the book gets a better price than its own, however far the market jumps over it.
		expect(new Set(fills.map(({ price }) => price))).toEqual(new Set(['59990']));
	});

	test('a limit to sell waits in its queue as well', async () => {
		const { exchange, openAccount, quotes } = await venueOn(await open());
		const account = await openAccount(CALM, 100_000_000);
		await exchange.submit(account, order({ quantity: decimal('0.4') }));
		const asked = Array.from({ length: 40 }, () => limit(60_400, { side: 'sell', quantity: decimal('0.01') }));
		for (const each of asked) await exchange.submit(account, each);
		quotes.set(SYMBOL, 60_400, 60_430);
		const left = (await exchange.openOrders(account)).length;
		expect(left).toBeGreaterThan(8);
		expect(left).toBeLessThan(32);
		quotes.set(SYMBOL, 60_500, 60_530);
		expect(await exchange.openOrders(account)).toEqual([]);
	});

	test('pays a spread of two basis points each side where the source has none', async () => {
		const { exchange, openAccount, quotes } = await venueOn(await open());
		const account = await openAccount();
		quotes.set(SYMBOL, 60_000, 60_000);
		const report = await exchange.submit(account, order({ quantity: decimal('0.001') }));
		const price = report.kind === 'accepted' ? (report.fills[0]?.price ?? 0) : 0;
		expect(gte(price, 60_012) && lte(price, 60_014)).toBe(true);
	});

	test('a stop that has woken stays awake: for the next bar, and wherever the market goes', async () => {
		const { exchange, openAccount, quotes, clock } = await venueOn(await open(), 20);
		const account = await openAccount();
		clock.set(START + 10 * MINUTE);
		await exchange.submit(account, order({ quantity: decimal(2) }));
		const stop = (change: Partial<SubmitRequest> = {}) =>
			order({ type: 'stop', triggerPrice: decimal(60_500), ...change });
		const [one, other] = [stop({ quantity: decimal(3) }), stop({ quantity: decimal(1) })];
		await exchange.submit(account, one);
		clock.set(START + 11 * MINUTE);
		await exchange.submit(account, other);
		quotes.set(SYMBOL, 60_600, 60_610);
		const states = async () =>
			Promise.all([one, other].map(async ({ clientOrderId }) => {
				const found = await exchange.lookup(account, clientOrderId, SYMBOL);
				return [found?.order.state, found?.order.filledQuantity];
			}));
		// The bar gives two: the first order takes them, the second has only woken.
		expect(await states()).toEqual([['PARTIALLY_FILLED', '2'], ['TRIGGERED', '0']]);
		quotes.set(SYMBOL, 60_000, 60_010);
		clock.set(START + 12 * MINUTE);
		expect(await states()).toEqual([['FILLED', '3'], ['FILLED', '1']]);
	});

	test('a stop takes what is offered behind the gap, never its trigger', async () => {
		const { exchange, openAccount, quotes } = await venueOn(await open());
		const account = await openAccount();
		await exchange.submit(account, order());
		const stop = order({ side: 'sell', type: 'stop', triggerPrice: decimal(59_000), reduceOnly: true });
		await exchange.submit(account, stop);
		quotes.set(SYMBOL, 55_000, 55_010);
		const woken = await exchange.lookup(account, stop.clientOrderId, SYMBOL);
		expect(woken?.order.state).toBe('FILLED');
		expect(lte(woken?.fills[0]?.price ?? 0, 55_000)).toBe(true);
	});

	test('refuses about two in a hundred by chance, of four kinds, and the same ones again', async () => {
		const { exchange, openAccount } = await venueOn(await open(), 1_000_000);
		const account = await openAccount({ model: 'realistic', seed: 5 }, 100_000_000);
		const refused = new Map<string, number>();
		const total = 200;
		for (let index = 0; index < total; index++) {
			const asked = order({ clientOrderId: `fcchance${index}`, quantity: decimal('0.001') });
			const report = await exchange.submit(account, asked);
			if (report.kind === 'rejected') refused.set(report.code, (refused.get(report.code) ?? 0) + 1);
		}
		const sum = [...refused.values()].reduce((a, b) => a + b, 0);
		expect(sum).toBeGreaterThanOrEqual(1);
		expect(sum).toBeLessThanOrEqual(12);
		const kinds = ['RMS_REJECTION', 'CIRCUIT_LIMIT', 'EXCHANGE_DOWN', 'PRICE_RANGE'];
		expect(kinds).toEqual(expect.arrayContaining([...refused.keys()]));
	});

	test('the same seed, orders and prices give the same fills; another seed gives others', async () => {
		const wish = (seed: number): PaperWish => ({ model: 'realistic', seed });
		const play = async (seed: number) => {
			const { exchange, openAccount, quotes, clock } = await venueOn(await open(), 5);
			const account = await openAccount(wish(seed));
			for (let index = 0; index < 40; index++) {
				const price = 60_000 + ((index * 7_919) % 400);
				quotes.set(SYMBOL, price, price + 24);
				const side = index % 3 === 2 ? 'sell' : 'buy';
				const change = { clientOrderId: `fcreplay${index}`, side, quantity: decimal('0.05') } as const;
				await exchange.submit(account, index % 2 === 0 ? order(change) : limit(price + 4, change));
				clock.advance(7_000);
				await exchange.openOrders(account);
			}
			const query = { symbol: null, since: 0 };
			return { orders: await exchange.recentOrders(account, query), fills: await exchange.fills(account, query) };
		};
		const first = await play(11);
		expect(first.fills.length).toBeGreaterThan(20);
		expect(await play(11)).toEqual(first);
		expect(await play(12)).not.toEqual(first);
	});

	test('nothing is made or lost, no fill is better than offered, no bar gives more than its share', async () => {
		const database = await open();
		const step = fc.record({
			side: fc.constantFrom('buy' as const, 'sell' as const),
			lots: fc.integer({ min: 1, max: 400 }),
			bid: fc.integer({ min: 55_000, max: 65_000 }),
			kind: fc.constantFrom('market' as const, 'limit' as const, 'stop' as const),
			price: fc.integer({ min: 55_000, max: 65_000 }),
			tif: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
			pass: fc.integer({ min: 0, max: 90 }),
		});
		const { exchange, openAccount, quotes, clock } = await venueOn(database, 10);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
				const account = await openAccount(CALM, 100_000);
				let told: readonly { quantity: Decimal; price: Decimal; fee: Decimal; side: string; at: number; id: string }[] = [];
				for (const { side, lots, bid, kind, price, tif, pass } of steps) {
					quotes.set(SYMBOL, bid, bid + 30);
					const given = kind === 'limit' ? { price: decimal(price) } : kind === 'stop' ? { triggerPrice: decimal(price) } : {};
					await exchange.submit(account, order({ side, type: kind, quantity: decimal(`${lots}e-2`), timeInForce: tif, ...given }));
					await exchange.openOrders(account);
					const fills = await exchange.fills(account, { symbol: null, since: 0 });
					const orders = new Map((await exchange.recentOrders(account, { symbol: null, since: 0 })).map((each) => [each.venueOrderId, each]));
					for (const fill of fills.slice(told.length)) {
						const own = orders.get(fill.venueOrderId);
						const offered = fill.side === 'buy' ? gte(fill.price, bid + 30) : lte(fill.price, bid);
						// One that was in the book is come to: it pays its own price.
						expect(offered || fill.price === own?.price).toBe(true);
						if (own?.price !== undefined && own.price !== null) {
							expect(fill.side === 'buy' ? lte(fill.price, own.price) : gte(fill.price, own.price)).toBe(true);
						}
					}
					told = fills.map((fill) => ({ ...fill, id: fill.venueTradeId }));
					clock.advance(pass * 1_000);
				}
				expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
				const bars = new Map<number, Decimal>();
				for (const { at, quantity } of told) {
					const bar = Math.floor(at / MINUTE);
					bars.set(bar, add(bars.get(bar) ?? ZERO, quantity));
				}
				for (const taken of bars.values()) expect(lte(taken, 1)).toBe(true);
				let quote: Decimal = decimal(100_000);
				let base: Decimal = ZERO;
				for (const { side, quantity, price, fee } of told) {
					const value = roundHalfEven(mul(quantity, price), 8);
					quote = side === 'buy' ? sub(quote, add(value, fee)) : add(quote, sub(value, fee));
					base = side === 'buy' ? add(base, quantity) : sub(base, quantity);
				}
				const balances = await exchange.balances(account);
				expect([balances['USDT'], balances['BTC'] ?? ZERO]).toEqual([quote, base]);
				expect(gte(quote, 0) && gte(base, 0)).toBe(true);
			}),
			{ numRuns: runs(25) },
		);
	});

	describe('rehearses', () => {
		const with_ = (faults: NonNullable<PaperWish['profile']>['faults']): PaperWish => ({
			...CALM, profile: { rejectPercents: NEVER, faults },
		});

		test('lost requests and lost answers: unknown to the sender, and half of them arrived', async () => {
			const { exchange, openAccount } = await venueOn(await open(), 1_000_000);
			const account = await openAccount(with_([{ kind: 'drop' }]));
			const asked = Array.from({ length: 40 }, () => order({ quantity: decimal('0.01') }));
			for (const each of asked) {
				await expect(exchange.submit(account, each)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
			}
			const arrived = await exchange.recentOrders(account, { symbol: null, since: 0 });
			expect(arrived.length).toBeGreaterThan(8);
			expect(arrived.length).toBeLessThan(32);
		});

		test('a request that arrives half a minute late', async () => {
			const { exchange, openAccount, clock } = await venueOn(await open());
			const account = await openAccount(with_([{ kind: 'delay', seconds: 30 }]));
			const asked = order();
			await expect(exchange.submit(account, asked)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
			expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toBeNull();
			clock.set(START + 29_000);
			expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toBeNull();
			clock.set(START + 36_000);
			expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toMatchObject({ order: { state: 'FILLED' } });
		});

		test('fills told twice under one trade id', async () => {
			const { exchange, openAccount } = await venueOn(await open());
			const account = await openAccount(with_([{ kind: 'duplicate' }]));
			const asked = order();
			const report = await exchange.submit(account, asked);
			const ids = report.kind === 'accepted' ? report.fills.map(({ venueTradeId }) => venueTradeId) : [];
			expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
		});

		test('refusals', async () => {
			const { exchange, openAccount } = await venueOn(await open());
			const account = await openAccount(with_([{ kind: 'reject' }]));
			expect(stateOf(await exchange.submit(account, order()))).toBe('REHEARSED_REJECTION');
		});

		test('an outage of one account: every call fails there, and nowhere else', async () => {
			const { exchange, openAccount, clock } = await venueOn(await open());
			const fine = await openAccount();
			const account = await openAccount(with_([{ kind: 'outage', seconds: 60, everySeconds: 600, from: START + 10_000 }]));
			const [one, other] = [limit(59_000), limit(59_000)];
			await exchange.submit(account, one);
			await exchange.submit(fine, other);
			const refs = [
				{ accountId: account, clientOrderId: one.clientOrderId, symbol: SYMBOL },
				{ accountId: fine, clientOrderId: other.clientOrderId, symbol: SYMBOL },
			];
			expect(await exchange.reports(refs)).toHaveLength(2);
			for (const at of [START + 10_000, START + 69_999, START + 610_000]) {
				clock.set(at);
				const down = { code: 'VENUE_AMBIGUOUS' };
				await expect(exchange.submit(account, order())).rejects.toMatchObject(down);
				await expect(exchange.cancel(account, one.clientOrderId, SYMBOL)).rejects.toMatchObject(down);
				await expect(exchange.lookup(account, one.clientOrderId, SYMBOL)).rejects.toMatchObject(down);
				await expect(exchange.balances(account)).rejects.toMatchObject(down);
				await expect(exchange.openOrders(account)).rejects.toMatchObject(down);
				expect(await exchange.reports(refs)).toHaveLength(1);
			}
			clock.set(START + 70_000);
			expect(await exchange.lookup(account, one.clientOrderId, SYMBOL)).toMatchObject({ order: { state: 'OPEN' } });
		});
	});
});
