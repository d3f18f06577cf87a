import type { OrderRef, ReportsListener } from '../../../../core/exchange';
import { messageOf, type AccountId } from '../../../../core/model';
import type { WireAnswer, WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ACCOUNT: AccountId = 'acc_wire';
const ref = (clientOrderId: string): OrderRef => ({ accountId: ACCOUNT, clientOrderId, symbol: 'BTC/USDT' });
const DOWN: WireAnswer = { status: 503, text: '' };

function order(id: unknown): WireAnswer {
	return {
		symbol: 'BTCUSDT', orderId: 28, clientOrderId: id, price: '60000', origQty: '0.001', executedQty: '0', status: 'CANCELED',
		timeInForce: 'GTC', type: 'LIMIT', side: 'BUY', time: 1507725176595, updateTime: 1507725176595, cummulativeQuoteQty: '0',
	};
}

/** Nothing is open; single orders are answered by name. */
const answering = (one: (id: unknown) => WireAnswer): WireRoutes => ({
	...WIRE_ROUTES.binance,
	'GET /api/v3/order': ({ fields }) => one(fields['origClientOrderId']),
	'GET /api/v3/openOrders': () => [],
});

class Heard implements ReportsListener {
	readonly failures: string[] = [];
	readonly notAsked = (): void => {};
	readonly failed = ({ clientOrderId }: OrderRef, error: unknown): void => {
		this.failures.push(`${clientOrderId}: ${messageOf(error)}`);
	};
}

describe('one order whose report always fails', () => {
	let venue: WireVenue;
	let heard: Heard;

	beforeAll(async () => {
		venue = await openWireVenue('binance');
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		heard = new Heard();
	});

	const reportsOf = async (...ids: string[]): Promise<string[]> =>
		(await venue.exchange.reports(ids.map(ref), heard)).map((report) => report.order.clientOrderId);

	test('by an answer that cannot be read: the others are told', async () => {
		venue.wire.routes = answering((id) => (id === 'fcbad' ? { symbol: 'BTCUSDT' } : order(id)));
		expect(await reportsOf('fcbad', 'fcone', 'fctwo')).toEqual(['fcone', 'fctwo']);
		expect(heard.failures).toEqual([expect.stringMatching(/^fcbad: The venue's answer has no /)]);
	});

	test('by a fault of the venue: the others are told', async () => {
		venue.wire.routes = answering((id) => (id === 'fcbad' ? DOWN : order(id)));
		expect(await reportsOf('fcone', 'fcbad', 'fctwo')).toEqual(['fcone', 'fctwo']);
		expect(heard.failures).toEqual([expect.stringMatching(/^fcbad: binance.* gave no answer/)]);
	});

	test('in the list of open orders: the others are told', async () => {
		venue.wire.routes = {
			...answering(order),
			'GET /api/v3/openOrders': () => [
				{ clientOrderId: 'fcbad', symbol: 'BTCUSDT' }, { ...order('fcone'), status: 'NEW' },
			],
		};
		expect(await reportsOf('fcbad', 'fcone')).toEqual(['fcone']);
		expect(heard.failures).toEqual([expect.stringMatching(/^fcbad: /)]);
	});

	test('order after order without an answer is the venue\'s failure, and so is one that is alone', async () => {
		venue.wire.routes = answering(() => DOWN);
		await expect(reportsOf('fcone', 'fctwo', 'fcthree', 'fcfour')).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
		expect(heard.failures).toHaveLength(2);
		await expect(reportsOf('fcone')).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
		venue.wire.routes = answering(() => ({ symbol: 'BTCUSDT' }));
		expect(await reportsOf('fcone')).toEqual([]);
		expect(heard.failures).toHaveLength(3);
	});

	test('where nobody listens it is an error', async () => {
		venue.wire.routes = answering((id) => (id === 'fcbad' ? DOWN : order(id)));
		await expect(venue.exchange.reports([ref('fcone'), ref('fcbad')])).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
	});
});
