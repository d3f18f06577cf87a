import { exchangesOf, type VenueFill, type VenueReport } from '../../../../core/exchange';
import { decimal, type Decimal, type Side } from '../../../../core/model';
import { createOrders, liveReservations, openTradeOf, openTrades, reserve, type Order } from '../../../../core/orders';
import { bookReport } from '../../../../core/orders/booking/book';
import { findOrder } from '../../../../core/orders/orders.repository';
import { describeDatabases } from '../../../support/databases';
import { FaultyExchange } from '../../../support/faulty-exchange';
import { MarginVenue } from '../../../support/margin-venue';
import { openTrading, type EntryWish, type Trading } from '../../../support/trading';

const SYMBOL = 'BTC/USDT';

function reportOf(order: Order, state: VenueReport['order']['state'], filled: Decimal | null): VenueReport {
	const { clientOrderId, symbol, side, type, quantity, price, createdAt } = order;
	const venueOrderId = `v-${clientOrderId}`;
	const fills: VenueFill[] = filled === null ? [] : [{
		venueTradeId: `${clientOrderId}-${filled}`, venueOrderId, clientOrderId, symbol, side, quantity: filled,
		price: decimal(59_500), fee: decimal(0), feeCurrency: 'USDT', at: createdAt + 1,
	}];
	return {
		order: {
			clientOrderId, venueOrderId, symbol, side, type, quantity, price, triggerPrice: null, reduceOnly: false,
			timeInForce: 'GTC', postOnly: false, state, filledQuantity: filled ?? decimal(0), message: null, createdAt,
		},
		fills,
	};
}

/** Entries at a derivatives venue, written and sent one after the other. */
function entries({ kernel, quotes, database, intent }: Trading): {
	readonly line: FaultyExchange;
	enter(wish: EntryWish): Promise<Order>;
} {
	const line = new FaultyExchange(new MarginVenue(quotes, database.clock));
	const orders = createOrders(kernel, exchangesOf([line], quotes));
	return {
		line,
		enter: async (wish) => {
			const wanted = { ...intent(wish), venue: 'margin' };
			const { order } = await kernel.transaction(async (trx) =>
				orders.createEntry(trx, wanted as never, { reservationId: null, actor: 'test' }),
			);
			database.clock.set(Math.max(database.clock.now(), order.sendAfter));
			return orders.dispatch(order.id);
		},
	};
}

describeDatabases('a late fill where the symbol has another trade', (open) => {
	test.each<[Side, number, number]>([
		['buy', 61_000, 58_000],
		['sell', 59_000, 62_000],
	])('of the other side: the late %s closes a part of it, as it did at the venue', async (side, stop, target) => {
		const trading = await openTrading(await open());
		const { kernel, accountId } = trading;
		await kernel.conn('accounts').update({ venue: 'margin' });
		const { enter, line } = entries(trading);
		const long = side === 'buy';
		// Its outcome is told later, as a cancel; what it filled, later still.
		line.plan('submit', 'timeout-before');
		const gone = await enter({
			side, type: 'limit', price: long ? 50_000 : 70_000, quantity: '0.001', stop: long ? 49_000 : 71_000, targets: [],
		});
		await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', null));
		const other = await enter({ side: long ? 'sell' : 'buy', stop, targets: [[target, 1]], quantity: '0.01' });
		expect(other.state).toBe('FILLED');
		const late = await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', decimal('0.001')));
		expect(late).toMatchObject({ state: 'FILLED', tradeId: other.tradeId });
		expect(await findOrder(kernel.conn, gone.id)).toMatchObject({ tradeId: other.tradeId });
		expect(await openTrades(kernel.conn, accountId)).toMatchObject([
			{ id: other.tradeId, state: 'OPEN', enteredQuantity: '0.01', exitedQuantity: '0.001' },
		]);
		const [position]: { quantity: string }[] = await kernel.conn('positions').where({ account_id: accountId });
		expect(decimal(position?.quantity ?? '')).toBe(long ? '-0.009' : '0.009');
		expect(await kernel.conn('issues').where({ kind: 'LATE_FILL' })).toHaveLength(1);
	});

	test('that is over when still more fills: the order’s own plan begins anew, on its own side', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId, quotes } = trading;
		await kernel.conn('accounts').update({ venue: 'margin' });
		const { enter, line } = entries(trading);
		line.plan('submit', 'timeout-before');
		const gone = await enter({ side: 'buy', type: 'limit', price: 50_000, quantity: '0.003', stop: 49_000, targets: [] });
		await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', null));
		const other = await enter({ side: 'sell', stop: 61_000, targets: [[58_000, 1]], quantity: '0.001' });
		// It closes the whole of the other trade, and then some more of it turns up.
		const first = await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', decimal('0.001')));
		expect(first).toMatchObject({ tradeId: other.tradeId, filledQuantity: '0.001' });
		expect(await openTradeOf(kernel.conn, accountId, SYMBOL)).toBeNull();
		quotes.set(SYMBOL, 50_000);
		const second = await bookReport(kernel, first, reportOf(first, 'CANCELLED', decimal('0.002')));
		const trade = await openTradeOf(kernel.conn, accountId, SYMBOL);
		expect(trade).toMatchObject({ side: 'buy', enteredQuantity: '0.002', stopLoss: '49000', ticketId: gone.ticketId });
		expect(await findOrder(kernel.conn, second.id)).toMatchObject({ tradeId: trade?.id, filledQuantity: '0.003' });
	});

	test('whose own entry still works: what that holds back stays held', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId, database } = trading;
		const gone = await trading.enter({ type: 'limit', price: 59_500, quantity: '0.001' });
		await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', null));
		const intent = trading.intent({ type: 'limit', price: 59_400, quantity: '0.01' });
		const { order } = await kernel.transaction(async (trx) => {
			const { memberId, symbol, side, risk, cash } = intent;
			const held = await reserve(trx, kernel, {
				accountId, memberId, signalId: intent.signalId ?? 'sig_', verdictId: 'vrd_1', symbol, side, risk, cash,
			});
			return trading.orders.createEntry(trx, intent, { reservationId: held.id, actor: 'test' });
		});
		database.clock.set(Math.max(database.clock.now(), order.sendAfter));
		expect(await trading.orders.dispatch(order.id)).toMatchObject({ state: 'OPEN' });
		await bookReport(kernel, gone, reportOf(gone, 'CANCELLED', decimal('0.001')));
		expect(await openTradeOf(kernel.conn, accountId, SYMBOL)).toMatchObject({ id: order.tradeId, enteredQuantity: '0.001' });
		const [held] = await liveReservations(kernel.conn, accountId, database.clock.now());
		expect(held).toMatchObject({ tradeId: order.tradeId, state: 'BOUND' });
	});
});
