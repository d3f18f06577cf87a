import { createEmergency } from '../../../../core/emergency';
import { DEMO_MARKETS, exchangesOf, type Market } from '../../../../core/exchange';
import { SECOND } from '../../../../core/model';
import { createOrders, type Order } from '../../../../core/orders';
import { coversSymbol, listOpenTrips, tradingStateFor } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { MarginVenue } from '../../../support/margin-venue';
import { openTrading, type EntryWish } from '../../../support/trading';
import { everything, unrefused } from '../stage';

const swaps: Market[] = DEMO_MARKETS.map((market) => ({
	...market, symbol: `${market.symbol}:${market.quote}`, id: `${market.base}PERP`,
}));

class Swaps extends MarginVenue {
	override async markets(): Promise<readonly Market[]> {
		return swaps;
	}

	override async resolve(text: string): Promise<Market | null> {
		return swaps.find(({ symbol, id }) => symbol === text || id === text) ?? null;
	}
}

it.each<[string, string | null, boolean]>([
	['BTC/USDT', 'BTC/USDT', true],
	['BTC/USDT', 'BTC/USDT:USDT', true],
	['BTC/USDT', 'BTC/USDT:USDT-261225', true],
	['BTC/USDT', 'BTC/USDTX', false],
	['BTC/USDT', 'BTC/USD:USDT', false],
	['BTC/USDT', null, false],
	['BTC/USDT:USDT', 'BTC/USDT:USDT', true],
	['BTC/USDT:USDT', 'BTC/USDT', false],
	['BTC/USDT:USDT', 'BTC/USDT:USDT-261225', false],
])('a stop of %s means %s: %s', (stopped, symbol, means) => {
	expect(coversSymbol(stopped, symbol)).toBe(means);
});

describeDatabases('a stop of a symbol', (open) => {
	it.each(['symbol', 'account_symbol'] as const)('of scope %s means its derivatives too', async (scope) => {
		const trading = await openTrading(await open());
		const { kernel, quotes, database, accountId, memberId, intent } = trading;
		await kernel.conn('accounts').update({ venue: 'margin' });
		const venue = new Swaps(quotes, database.clock);
		const exchanges = exchangesOf([trading.venue, venue], quotes);
		const orders = createOrders(kernel, exchanges);
		quotes.set('BTC/USDT:USDT', 60_000);
		quotes.set('ETH/USDT:USDT', 3_000);
		const enter = async (wish: EntryWish): Promise<Order> => {
			const wanted = { ...intent(wish), venue: 'margin' };
			const how = { reservationId: null, actor: 'test' };
			const { order } = await kernel.transaction(async (trx) => orders.createEntry(trx, wanted as never, how));
			database.clock.set(Math.max(database.clock.now(), order.sendAfter));
			return orders.dispatch(order.id);
		};
		await enter({ symbol: 'BTC/USDT:USDT' });
		await enter({ symbol: 'ETH/USDT:USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
		const other = await trading.addMember('other');
		await kernel.conn('accounts').update({ venue: 'margin' });
		if (scope === 'symbol') {
			await enter({ ...other, symbol: 'BTC/USDT:USDT', type: 'stop', trigger: 61_000 });
		}
		const emergency = createEmergency({ kernel, orders, exchanges });
		// As people write it; the paper venue knows it as the pair of the spot market.
		const wish = everything({
			scope, scopeId: scope === 'symbol' ? null : accountId, symbol: 'BTCUSDT', state: 'FLATTENING', phrase: 'FLATTEN NOW',
		});
		const stopped = unrefused(await emergency.trip(wish));
		expect(stopped).toMatchObject({
			kind: 'stopped', trip: { symbol: 'BTC/USDT' }, impact: { positions: 1, workingOrders: scope === 'symbol' ? 1 : 0 },
		});
		const subject = { tier: null, memberId, accountId, symbol: 'BTC/USDT:USDT' };
		expect(await tradingStateFor(kernel.conn, subject)).toMatchObject({ state: 'FLATTENING' });
		// The venue nets positions over accounts: the one without any waits for the other's close.
		for (let second = 0; second < 10 && (await listOpenTrips(kernel.conn))[0]?.state !== 'LOCKED'; second++) {
			await emergency.flattenStep();
			database.clock.advance(SECOND);
		}
		const trades: { symbol: string; state: string }[] = await kernel.conn('trades').select('symbol', 'state');
		expect(trades.filter(({ symbol }) => symbol === 'BTC/USDT:USDT').every(({ state }) => state !== 'OPEN' && state !== 'OPENING')).toBe(true);
		expect(trades.find(({ symbol }) => symbol === 'ETH/USDT:USDT')?.state).toBe('OPEN');
		expect(venue.position('BTC/USDT:USDT')).toBe('0');
		expect(venue.resting().filter(({ symbol }) => symbol === 'BTC/USDT:USDT')).toEqual([]);
		expect(await listOpenTrips(kernel.conn)).toMatchObject([{ state: 'LOCKED' }]);
	});

	it('is not over while the venue holds a derivative of it that no trade explains', async () => {
		const trading = await openTrading(await open());
		const { kernel, quotes, database, accountId, intent } = trading;
		await kernel.conn('accounts').update({ venue: 'margin' });
		const venue = new Swaps(quotes, database.clock);
		const exchanges = exchangesOf([trading.venue, venue], quotes);
		const orders = createOrders(kernel, exchanges);
		quotes.set('BTC/USDT:USDT', 60_000);
		const wanted = { ...intent({ symbol: 'BTC/USDT:USDT' }), venue: 'margin' };
		const how = { reservationId: null, actor: 'test' };
		const { order } = await kernel.transaction(async (trx) => orders.createEntry(trx, wanted as never, how));
		await orders.dispatch(order.id);
		// What a late fill leaves there.
		const request = { ...wanted, clientOrderId: 'late', type: 'market', reduceOnly: false, timeInForce: 'GTC', postOnly: false };
		await venue.submit(accountId, { ...request, quantity: intent({ quantity: '0.5' }).quantity } as never);
		const emergency = createEmergency({ kernel, orders, exchanges });
		unrefused(await emergency.trip(everything({ scope: 'symbol', symbol: 'BTC/USDT', state: 'FLATTENING', phrase: 'FLATTEN NOW' })));
		await emergency.flattenStep();
		const [status] = (await emergency.status(null)).trips;
		expect(status).toMatchObject({
			trip: { state: 'FLATTENING' },
			flattening: { accounts: [{ leftovers: [{ kind: 'position', symbol: 'BTC/USDT:USDT', quantity: '0.5' }] }] },
		});
	});
});
