import { createEvents, type DomainEvent, type EventType } from '../../../core/events';
import { findAccount } from '../../../core/members';
import { add, clientOrderId, decimal, newId, SECOND, sub } from '../../../core/model';
import {
	entryOrderOf, findTrade, liveReservations, openTradeOf, ordersOfTrade, reserve,
} from '../../../core/orders';
import { exitsOfTrade, findPosition } from '../../../core/orders/trades.repository';
import { describeDatabases } from '../../support/databases';
import { openTrading, type Trading } from '../../support/trading';

async function eventsOf(trading: Trading, types?: EventType[]): Promise<DomainEvent[]> {
	const all = await createEvents(trading.kernel).list({ limit: 500 });
	const wanted = types ?? ['order.submitted', 'order.filled', 'order.cancelled', 'order.rejected', 'order.failed', 'order.unknown', 'trade.opened', 'trade.closed'];
	return all.filter((event) => wanted.includes(event.type));
}

const account = async (trading: Trading) => {
	const found = await findAccount(trading.kernel.conn, trading.accountId);
	if (found === null) throw new Error('no account');
	return found;
};

const openTrade = async (trading: Trading, symbol = 'BTC/USDT') => {
	const trade = await openTradeOf(trading.kernel.conn, trading.accountId, symbol);
	if (trade === null) throw new Error('no open trade');
	return trade;
};

describeDatabases('an order from entry to exit', (open) => {
	test('an entry is written, sent, filled, booked and told of', async () => {
		const trading = await openTrading(await open());
		trading.quotes.set('BTC/USDT', 60_000, 60_010);
		const order = await trading.enter({ targets: [[62_500, 1]] });
		expect(order).toMatchObject({
			state: 'FILLED', leg: 'entry', filledQuantity: '0.01', averagePrice: '60028.01',
			fees: '0.6002801', origin: 'SYSTEM', reduceOnly: false, memberDay: '2026-11-20',
		});
		const details = await trading.orders.get(order.id);
		expect(details?.history.map((step) => `${step.from} ${step.event} ${step.to}`)).toEqual([
			'CREATED Submit SUBMITTING',
			'SUBMITTING Accept SUBMITTED',
			'SUBMITTED Fill FILLED',
		]);
		expect(details?.fills).toHaveLength(1);
		const trade = await openTrade(trading);
		expect(trade).toMatchObject({ state: 'OPEN', side: 'buy', enteredQuantity: '0.01', fees: '0.6002801', feesBooked: '0' });
		expect(await account(trading)).toMatchObject({ cash: sub(10_000, '600.8803801'), realisedNet: '0' });
		expect(await trading.exchanges.for('paper').balances(trading.accountId)).toMatchObject({
			USDT: (await account(trading)).cash,
		});
		const told = await eventsOf(trading);
		expect(told.map((event) => event.type)).toEqual(['trade.opened', 'order.filled']);
		expect(told[0]?.payload).toEqual({
			trade_id: trade.id, symbol: 'BTC/USDT', side: 'buy', quantity: '0.01', entry_price: '60028.01',
			stop_loss: '59000', targets: [{ price: '62500', share: '1' }], fees: '0.6002801',
		});
		expect(told.every((event) => event.signalId === order.signalId)).toBe(true);
	});

	test('the client order id comes from the ticket, and one ticket is one order', async () => {
		const trading = await openTrading(await open());
		const ticketId = newId('tkt', trading.kernel.clock, trading.kernel.rng);
		const first = await trading.create({ ticketId });
		const again = await trading.create({ ticketId });
		expect(again.id).toBe(first.id);
		expect(first.clientOrderId).toBe(clientOrderId(ticketId, 'entry', 1));
		const sent = await Promise.all([1, 2, 3].map(() => trading.orders.dispatch(first.id)));
		await trading.orders.dispatchDue();
		expect(trading.venue.submits()).toEqual([first.clientOrderId]);
		expect(sent.some((order) => order.state === 'FILLED')).toBe(true);
	});

	test('the stop closes the trade: plan kept, loss booked, slot-freeing event in one go', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter();
		trading.quotes.set('BTC/USDT', 59_000.01, 59_010);
		expect(await trading.orders.watch()).toEqual({ watched: 1, exits: 0, updated: 0 });
		trading.quotes.set('BTC/USDT', 58_990, 59_000);
		trading.database.clock.advance(SECOND);
		expect(await trading.orders.watch()).toEqual({ watched: 1, exits: 1, updated: 0 });
		const trade = await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ state: 'CLOSED', exitReason: 'stop', planKept: true, stopHonoured: true });
		const { cash, realisedNet, realisedToday } = await account(trading);
		expect(trade?.realisedNet).toBe(realisedNet);
		expect([cash, realisedToday]).toEqual([add(10_000, realisedNet), realisedNet]);
		expect(await findPosition(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toMatchObject({ quantity: '0', cost: '0' });
		const [closed] = await eventsOf(trading, ['trade.closed']);
		expect(closed?.payload).toMatchObject({
			trade_id: trade?.id, exit_reason: 'stop', plan_kept: true, stop_honoured: true, net: realisedNet,
			quantity: '0.01', currency: 'USDT', opened_at: trade?.openedAt, closed_at: trade?.closedAt,
		});
		expect(await trading.orders.watch()).toEqual({ watched: 0, exits: 0, updated: 0 });
		expect(await trading.orders.positions()).toEqual([]);
	});

	test('targets close their shares one after the other; the last takes the rest', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter({ quantity: '0.01001', targets: [[62_000, '0.5'], [63_000, '0.5']] });
		const tradeId = entry.tradeId ?? 'trd_';
		trading.quotes.set('BTC/USDT', 62_010);
		trading.database.clock.advance(SECOND);
		await trading.orders.watch();
		expect(await openTrade(trading)).toMatchObject({ state: 'OPEN', exitedQuantity: '0.005' });
		expect((await exitsOfTrade(trading.kernel.conn, tradeId)).map((exit) => exit.state)).toEqual(['ACTIVE', 'DONE', 'ACTIVE']);
		await trading.orders.watch();
		trading.quotes.set('BTC/USDT', 63_010);
		trading.database.clock.advance(SECOND);
		await trading.orders.watch();
		const trade = await findTrade(trading.kernel.conn, tradeId);
		expect(trade).toMatchObject({ state: 'CLOSED', exitReason: 'target', planKept: true, stopHonoured: null });
		expect((await ordersOfTrade(trading.kernel.conn, tradeId)).map(({ leg, quantity }) => [leg, quantity])).toEqual([
			['entry', '0.01001'], ['target1', '0.005'], ['target2', '0.00501'],
		]);
		expect((await account(trading)).cash).toBe(add(10_000, trade?.realisedNet ?? 0));
	});

	test('both targets in one look are two exits; the stop after the first takes what is left', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ targets: [[62_000, '0.5'], [63_000, '0.5']] });
		trading.quotes.set('BTC/USDT', 64_000);
		expect(await trading.orders.watch()).toMatchObject({ exits: 2 });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_100, '0.4'], [3_200, '0.6']] });
		trading.quotes.set('ETH/USDT', 3_150);
		await trading.orders.watch();
		trading.quotes.set('ETH/USDT', 2_890);
		await trading.orders.watch();
		const [stop] = (await trading.orders.list()).filter((order) => order.leg === 'stop');
		expect(stop).toMatchObject({ state: 'FILLED', quantity: '0.06' });
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'ETH/USDT')).toBeNull();
	});

	test('an old quote moves nothing', async () => {
		const trading = await openTrading(await open());
		await trading.enter();
		trading.quotes.set('BTC/USDT', 50_000, 50_010, trading.database.clock.now() - 6 * SECOND);
		expect(await trading.orders.watch()).toMatchObject({ watched: 1, exits: 0 });
	});

	test('a rejected entry frees its place, its reservation and its symbol', async () => {
		const trading = await openTrading(await open(), { balance: 100 });
		const { kernel, accountId, memberId } = trading;
		const intent = trading.intent();
		const { order } = await kernel.transaction(async (trx) => {
			const { id } = await reserve(trx, kernel, {
				accountId, memberId, signalId: intent.signalId ?? 'sig_', verdictId: 'vrd_1',
				symbol: intent.symbol, side: 'buy', risk: intent.risk, cash: intent.cash,
			});
			return trading.orders.createEntry(trx, intent, { reservationId: id, actor: 'node:test' });
		});
		const now = kernel.clock.now();
		expect(await liveReservations(kernel.conn, accountId, now)).toMatchObject([{ state: 'BOUND', heldRisk: '11.2' }]);
		expect(await trading.orders.dispatch(order.id)).toMatchObject({ state: 'REJECTED', code: 'VENUE_REJECTED' });
		expect(await liveReservations(kernel.conn, accountId, now)).toEqual([]);
		expect(await openTradeOf(kernel.conn, accountId, 'BTC/USDT')).toBeNull();
		expect((await eventsOf(trading)).map((event) => event.type)).toEqual(['order.rejected']);
		trading.quotes.clear('BTC/USDT');
		expect(await trading.enter()).toMatchObject({ state: 'REJECTED', code: 'NO_LIQUIDITY' });
	});

	test('one open trade a symbol and account: the second entry is denied', async () => {
		const trading = await openTrading(await open());
		await trading.enter();
		expect(await trading.create()).toMatchObject({ state: 'DENIED', code: 'POSITION_EXISTS', tradeId: null });
		expect(await trading.create({ symbol: 'ETH/USDT', quantity: '0.1' })).toMatchObject({ state: 'CREATED' });
	});

	test('a limit entry rests, opens by its fill and holds its reservation until then', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter({ type: 'limit', price: 59_500 });
		expect(order).toMatchObject({ state: 'OPEN', filledQuantity: '0' });
		expect(await openTrade(trading)).toMatchObject({ state: 'OPENING' });
		expect(await trading.orders.watch()).toMatchObject({ updated: 0, exits: 0 });
		trading.quotes.set('BTC/USDT', 59_480, 59_490);
		expect(await trading.orders.watch()).toMatchObject({ updated: 1 });
		expect(await openTrade(trading)).toMatchObject({ state: 'OPEN', enteredQuantity: '0.01' });
		expect((await eventsOf(trading)).map((event) => event.type)).toEqual([
			'order.submitted', 'trade.opened', 'order.filled',
		]);
		expect(await entryOrderOf(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'FILLED' });
	});

	test('a stop entry wakes and fills', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ type: 'stop', trigger: 60_500 });
		trading.quotes.set('BTC/USDT', 60_500, 60_510);
		await trading.orders.watch();
		expect(await openTrade(trading)).toMatchObject({ state: 'OPEN' });
	});

	test('equity is cash and positions at the price that closes them', async () => {
		const trading = await openTrading(await open());
		await trading.enter();
		trading.quotes.set('BTC/USDT', 61_000, 61_050);
		trading.database.clock.advance(SECOND);
		expect(await trading.orders.refreshEquity()).toBe(1);
		const { cash, equity, equityAt } = await account(trading);
		expect(equity).toBe(add(cash, 610));
		expect(equityAt).toBe(trading.database.clock.now());
		expect(await trading.orders.positions(trading.accountId)).toMatchObject([
			{ symbol: 'BTC/USDT', quantity: '0.01', mark: '61000', value: '610', unrealised: sub(610, '600.18') },
		]);
		trading.quotes.clear('BTC/USDT');
		trading.database.clock.advance(20 * SECOND);
		expect(await trading.orders.refreshEquity()).toBe(0);
		expect((await account(trading)).equityAt).toBe(equityAt);
		expect(decimal(equity ?? 0)).toBe(equity);
	});
});
