import {
	createOrders, forgetVenueFailures, openTradeOf, venueFailuresSince, type Order,
} from '../../../../core/orders';
import { ambiguousOutcome, exchangesOf, type Exchange, type VenueReport } from '../../../../core/exchange';
import { decimal, SECOND, type AccountId } from '../../../../core/model';
import { describeDatabases } from '../../../support/databases';
import { FaultyExchange } from '../../../support/faulty-exchange';
import { openTrading, type Trading } from '../../../support/trading';

/** The paper venue under another name, whose line can be cut. */
class OtherVenue extends FaultyExchange {
	override readonly venue = 'elsewhere';
	hangs = false;
	broken = false;
	listeners = new Map<AccountId, (report: VenueReport) => void>();
	ended = 0;

	override async reports(refs: Parameters<Exchange['reports']>[0]) {
		if (this.hangs) return new Promise<never>(() => {});
		if (this.broken) throw ambiguousOutcome('down');
		return super.reports(refs);
	}

	subscribe(accountId: AccountId, onReport: (report: VenueReport) => void): () => void {
		this.listeners.set(accountId, onReport);
		return () => {
			this.ended++;
			this.listeners.delete(accountId);
		};
	}
}

interface Two {
	readonly trading: Trading;
	readonly other: OtherVenue;
	readonly orders: ReturnType<typeof createOrders>;
	/** Account at the other venue with an open trade and its stop. */
	readonly elsewhere: AccountId;
}

async function two(trading: Trading): Promise<Two> {
	const other = new OtherVenue(trading.venue.inner, { restingStop: true, watchOrders: true });
	const exchanges = exchangesOf([trading.venue, other], trading.quotes);
	const orders = createOrders(trading.kernel, exchanges);
	const process = { kernel: trading.kernel, venue: other, exchanges, orders };
	const { memberId, accountId } = await trading.addMember('elsewhere');
	await trading.kernel.conn('accounts').where({ id: accountId }).update({ venue: 'elsewhere' });
	const intent = { ...trading.intent({ memberId, accountId }), venue: 'elsewhere' };
	const made = await trading.kernel.transaction(async (trx) =>
		orders.createEntry(trx, intent as never, { reservationId: null, actor: 'test' }),
	);
	await process.orders.dispatch(made.order.id);
	return { trading, other, orders, elsewhere: accountId };
}

const stopOf = async ({ orders, elsewhere }: Two): Promise<Order> => {
	const stop = (await orders.list({ accountId: elsewhere })).find(({ leg }) => leg === 'stop');
	if (stop === undefined) throw new Error('no stop');
	return stop;
};

describeDatabases('the watch of several venues', (open) => {
	test.each(['broken', 'hangs'] as const)('one that %s keeps no other from its exits', async (how) => {
		const scene = await two(await openTrading(await open()));
		const { trading, other, orders, elsewhere } = scene;
		await trading.enter({ targets: [[62_000, 1]] });
		other[how] = true;
		trading.quotes.set('BTC/USDT', 58_500);
		await orders.watch();
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toBeNull();
		expect(await openTradeOf(trading.kernel.conn, elsewhere, 'BTC/USDT')).not.toBeNull();
		// While the one look hangs, the others go on.
		trading.quotes.set('BTC/USDT', 60_000);
		trading.database.clock.advance(5 * SECOND);
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_950, targets: [[3_200, 1]] });
		trading.quotes.set('ETH/USDT', 3_200);
		await orders.watch();
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'ETH/USDT')).toBeNull();
	});

	test('a venue whose order lists fail is watched by its prices all the same', async () => {
		const scene = await two(await openTrading(await open()));
		const { trading, other, orders, elsewhere } = scene;
		other.broken = true;
		trading.quotes.set('BTC/USDT', 58_000);
		for (let second = 0; second < 5; second++) {
			trading.database.clock.advance(SECOND);
			await orders.watch();
		}
		// The stop filled at the venue meanwhile, or gave way to the engine's own close.
		other.broken = false;
		await orders.watch();
		expect(await openTradeOf(trading.kernel.conn, elsewhere, 'BTC/USDT')).toBeNull();
	});

	test('calls that fail are counted, whatever they were for', async () => {
		const scene = await two(await openTrading(await open()));
		const { trading, other, orders, elsewhere } = scene;
		other.broken = true;
		for (let second = 0; second < 3; second++) {
			trading.database.clock.advance(SECOND);
			await orders.watch();
		}
		const since = trading.database.clock.now() - 2 * SECOND;
		expect(await venueFailuresSince(trading.kernel.conn, since)).toEqual([
			{ accountId: elsewhere, venue: 'elsewhere', count: 2, lastAt: trading.database.clock.now() },
		]);
		other.broken = false;
		other.plan('cancel', 'timeout-after');
		const stop = await stopOf(scene);
		trading.database.clock.advance(SECOND);
		await orders.cancel(stop.id, 'operator');
		const now = trading.database.clock.now();
		expect(await venueFailuresSince(trading.kernel.conn, now - 1)).toMatchObject([{ count: 1, lastAt: now }]);
		await forgetVenueFailures(trading.kernel.conn, now);
		expect(await venueFailuresSince(trading.kernel.conn, 0)).toMatchObject([{ count: 1 }]);
	});

	test('news of a stream are booked as they come, once, and end with the engine', async () => {
		const scene = await two(await openTrading(await open()));
		const { trading, other, orders, elsewhere } = scene;
		const stop = await stopOf(scene);
		expect(await orders.followStreams()).toBe(1);
		expect([...other.listeners.keys()]).toEqual([elsewhere]);
		trading.quotes.set('BTC/USDT', 58_900);
		const report = await trading.venue.inner.lookup(elsewhere, stop.clientOrderId, 'BTC/USDT');
		if (report === null) throw new Error('no report');
		const tell = other.listeners.get(elsewhere);
		tell?.({ ...report, order: { ...report.order, clientOrderId: 'somebody-elses' } });
		tell?.(report);
		tell?.(report);
		const until = Date.now() + 5_000;
		while (Date.now() < until && (await orders.get(stop.id))?.state !== 'FILLED') {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(await orders.get(stop.id)).toMatchObject({ state: 'FILLED', fills: [{ quantity: decimal('0.01') }] });
		expect(await openTradeOf(trading.kernel.conn, elsewhere, 'BTC/USDT')).toBeNull();
		// Nothing is open there any more: nobody listens.
		expect(await orders.followStreams()).toBe(0);
		expect(other.ended).toBe(1);
		orders.endStreams();
		expect(other.ended).toBe(1);
	});
});
