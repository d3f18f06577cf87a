import type { Exchange, OcoRequest, SubmitRequest } from '../../../../core/exchange';
import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { clientOrderId, decimal, newId, seededRng, systemClock, type AccountId, type Side } from '../../../../core/model';
import { startBinance, type BinanceServer } from '../../../support/binance';
import { ccxtOver } from '../../../support/binance/venue';

const rng = seededRng(23);
const silent = { info: () => {}, warn: () => {}, error: () => {} };
let server: BinanceServer;
let exchange: Exchange;
let account: AccountId;
let number = 0;

beforeAll(async () => {
	server = await startBinance();
	({ exchange } = ccxtOver(server, { clock: systemClock, log: silent }, { inProcess: true }));
});

beforeEach(() => {
	account = newId('acc', systemClock, rng);
	server.addKey({ apiKey: account, secret: 'secret', balances: { USDT: 10_000, BTC: 1 } });
	server.setPrice('BTCUSDT', 60_000, 60_010);
});

afterAll(async () => {
	await closeClients();
	await server.close();
});

function pair(side: Side = 'sell', change: { stop?: Partial<SubmitRequest>; target?: Partial<SubmitRequest> } = {}): OcoRequest {
	number += 1;
	const shared = {
		symbol: 'BTC/USDT', side, quantity: decimal('0.01'), reduceOnly: true, timeInForce: 'GTC', postOnly: false,
	} as const;
	const [stop, target] = side === 'sell' ? [59_000, 63_000] : [61_000, 57_000];
	return {
		stop: { ...shared, type: 'stop', clientOrderId: clientOrderId('trd_oco', 'stop', number), price: null, triggerPrice: decimal(stop), ...change.stop },
		target: { ...shared, type: 'limit', clientOrderId: clientOrderId('trd_oco', 'target1', number), price: decimal(target), triggerPrice: null, ...change.target },
	};
}

async function submit(request: OcoRequest) {
	if (exchange.submitOco === undefined) throw new Error('no pairs');
	return exchange.submitOco(account, request);
}

const posts = (): number => server.requests()['POST orderList/oco'] ?? 0;

describe('a pair on the wire', () => {
	test.each<[Side, string, string]>([
		['sell', 'STOP_LOSS', 'LIMIT_MAKER'],
		['buy', 'STOP_LOSS', 'LIMIT_MAKER'],
	])('a %s goes as one list, each order under our own id', async (side, stopType, targetType) => {
		const request = pair(side);
		expect(await submit(request)).toMatchObject({
			kind: 'accepted',
			stop: { order: { clientOrderId: request.stop.clientOrderId, state: 'OPEN', type: 'stop', triggerPrice: request.stop.triggerPrice } },
			target: { order: { clientOrderId: request.target.clientOrderId, state: 'OPEN', type: 'limit', price: request.target.price } },
		});
		const open = server.account(account).openOrders;
		expect(open).toHaveLength(2);
		expect(open.find((order) => order['clientOrderId'] === request.stop.clientOrderId)).toMatchObject({ type: stopType, side: side.toUpperCase() });
		expect(open.find((order) => order['clientOrderId'] === request.target.clientOrderId)).toMatchObject({ type: targetType });
		expect(new Set(open.map((order) => order['orderListId'])).size).toBe(1);
	});

	test('the quantity is held once, and a cancel of one takes both', async () => {
		const request = pair();
		await submit(request);
		expect(server.account(account).balances['BTC']).toMatchObject({ free: '0.99000000', locked: '0.01000000' });
		expect(await exchange.cancel(account, request.stop.clientOrderId, 'BTC/USDT')).toMatchObject({ kind: 'cancelled' });
		expect(server.account(account).openOrders).toEqual([]);
		expect(await exchange.cancel(account, request.target.clientOrderId, 'BTC/USDT')).toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_OPEN' });
		expect(await exchange.lookup(account, request.target.clientOrderId, 'BTC/USDT')).toMatchObject({ order: { state: 'CANCELLED' } });
	});

	test('the answers to the list and to its cancel say all: nothing is asked afterwards', async () => {
		const request = pair();
		const before = server.requests()['GET order'] ?? 0;
		await submit(request);
		expect(await exchange.cancel(account, request.stop.clientOrderId, 'BTC/USDT')).toMatchObject({
			kind: 'cancelled',
			order: { clientOrderId: request.stop.clientOrderId, state: 'CANCELLED', filledQuantity: '0', type: 'stop' },
			also: [{ order: { clientOrderId: request.target.clientOrderId, state: 'CANCELLED', filledQuantity: '0' }, fills: [] }],
		});
		expect(server.requests()['GET order'] ?? 0).toBe(before);
	});

	test('sent once, however often it is asked', async () => {
		const request = pair();
		const before = posts();
		const answers = await Promise.all([submit(request), submit(request)]);
		expect(posts()).toBe(before + 1);
		for (const answer of answers) expect(answer).toMatchObject({ kind: 'accepted' });
	});

	test.each<[string, Parameters<typeof pair>[1], string]>([
		['two quantities', { stop: { quantity: decimal('0.02') } }, 'OCO_INVALID'],
		['two sides', { target: { side: 'buy' } }, 'OCO_INVALID'],
		['a market order', { target: { type: 'market', price: null } }, 'OCO_INVALID'],
		['a price off the tick', { target: { price: decimal('63000.001') } }, 'PRICE_TICK'],
		['a quantity off the step', { stop: { quantity: decimal('0.010001') }, target: { quantity: decimal('0.010001') } }, 'QUANTITY_STEP'],
	])('%s is refused before it is sent', async (_what, change, code) => {
		const before = posts();
		expect(await submit(pair('sell', change))).toMatchObject({ kind: 'rejected', code });
		expect(posts()).toBe(before);
	});

	test('what the exchange refuses is refused for both, in its words', async () => {
		const answer = await submit(pair('sell', { stop: { quantity: decimal(2) }, target: { quantity: decimal(2) } }));
		expect(answer).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
		const wrongSide = await submit(pair('sell', { target: { price: decimal(59_500) } }));
		expect(wrongSide).toMatchObject({ kind: 'rejected' });
		expect(server.account(account).openOrders).toEqual([]);
	});

	test('an answer that is lost leaves it unknown, and both can be found', async () => {
		const request = pair();
		server.plan({ kind: 'answer-lost', call: 'oco' });
		await expect(submit(request)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		for (const { clientOrderId: id } of [request.stop, request.target]) {
			expect(await exchange.lookup(account, id, 'BTC/USDT')).toMatchObject({ order: { state: 'OPEN' } });
		}
		server.plan({ kind: 'never-arrives', call: 'oco' });
		const lost = pair();
		await expect(submit(lost)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		expect(await exchange.lookup(account, lost.stop.clientOrderId, 'BTC/USDT')).toBeNull();
	});
});
