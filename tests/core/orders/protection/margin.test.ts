import { exchangesOf } from '../../../../core/exchange';
import { SECOND, type Side } from '../../../../core/model';
import { createOrders, openTradeOf, type Orders } from '../../../../core/orders';
import { countedExit } from '../../../../core/orders/exits/exit-order';
import { freeToClose } from '../../../../core/orders/exits/reduce-only';
import { findPosition } from '../../../../core/orders/trades.repository';
import { describeDatabases } from '../../../support/databases';
import { FaultyExchange } from '../../../support/faulty-exchange';
import { MarginVenue } from '../../../support/margin-venue';
import { openTrading, type Trading } from '../../../support/trading';

interface Scene {
	readonly trading: Trading;
	readonly venue: MarginVenue;
	readonly line: FaultyExchange;
	readonly orders: Orders;
	/** Another process over the same database and venue. */
	restart(): Scene;
}

function sceneOn(trading: Trading, venue: MarginVenue): Scene {
	const line = new FaultyExchange(venue);
	const orders = createOrders(trading.kernel, exchangesOf([line], trading.quotes));
	return { trading, venue, line, orders, restart: () => sceneOn(trading, venue) };
}

async function enter(open: () => Promise<Parameters<typeof openTrading>[0]>, side: Side): Promise<Scene> {
	const database = await open();
	const trading = await openTrading(database);
	const scene = sceneOn(trading, new MarginVenue(trading.quotes, database.clock));
	await trading.kernel.conn('accounts').update({ venue: 'margin' });
	const long = side === 'buy';
	const wish = { side, stop: long ? 59_000 : 61_000, targets: long ? [[61_000, '0.5'], [62_000, '0.5']] as const : [[59_000, '0.5'], [58_000, '0.5']] as const };
	const intent = { ...trading.intent(wish), venue: 'margin' };
	const made = await trading.kernel.transaction(async (trx) =>
		scene.orders.createEntry(trx, intent as never, { reservationId: null, actor: 'test' }),
	);
	await scene.orders.dispatch(made.order.id);
	return scene;
}

async function look({ trading, orders }: Scene, seconds = 1): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		trading.database.clock.advance(SECOND);
		await orders.resolveUnknown();
		await orders.watch();
	}
}

/** What the venue saw, with legs in place of ids. */
async function seen({ trading, venue }: Scene): Promise<string[]> {
	const orders: { client_order_id: string; leg: string }[] = await trading.kernel.conn('orders');
	const legOf = new Map(orders.map((order) => [order.client_order_id, order.leg]));
	return venue.log.map(({ what, clientOrderId }) => `${what} ${legOf.get(clientOrderId)}`);
}

const stops = ({ venue }: Scene): string[] =>
	venue.resting().map(({ quantity, triggerPrice }) => `${quantity} @ ${triggerPrice}`);

const ENTERED = ['submit entry', 'fill entry', 'submit stop'];

describeDatabases('protection where a resting stop locks nothing', (open) => {
	test.each<[Side, number, string]>([
		['buy', 61_000, '0.005 @ 59000'],
		['sell', 59_000, '0.005 @ 61000'],
	])('a target of a %s closes first; then the stop is made smaller', async (side, price, rest) => {
		const scene = await enter(open, side);
		scene.trading.quotes.set('BTC/USDT', price);
		await look(scene);
		expect(await seen(scene)).toEqual([
			...ENTERED, 'submit target1', 'fill target1', 'cancel stop', 'submit stop',
		]);
		expect(stops(scene)).toEqual([rest]);
		scene.trading.quotes.set('BTC/USDT', side === 'buy' ? 62_000 : 58_000);
		await look(scene);
		expect(scene.venue.position('BTC/USDT')).toBe('0');
		expect(stops(scene)).toEqual([]);
		expect((await seen(scene)).slice(-3)).toEqual(['submit target2', 'fill target2', 'cancel stop']);
		const [trade]: Record<string, unknown>[] = await scene.trading.kernel.conn('trades');
		expect(trade).toMatchObject({ state: 'CLOSED', exit_reason: 'target' });
	});

	test('a close closes under the stop, counted once, and takes it away', async () => {
		const scene = await enter(open, 'buy');
		const { accountId } = scene.trading;
		await scene.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		expect(await seen(scene)).toEqual([...ENTERED, 'submit close', 'fill close', 'cancel stop']);
		expect(stops(scene)).toEqual([]);
		await look(scene, 2);
		// The stop that ended after its trade says nothing about it.
		const told: unknown[] = await scene.trading.kernel.conn('events').where({ type: 'trade.closed' });
		expect(told).toHaveLength(1);
		expect(await scene.trading.kernel.conn('trades').first()).toMatchObject({ state: 'CLOSED', exit_reason: 'manual' });
	});

	test('a close of unknown outcome leaves the stop where it is, and no more is closing than is held', async () => {
		const scene = await enter(open, 'buy');
		const { accountId, kernel } = scene.trading;
		scene.line.plan('submit', 'timeout-before');
		await scene.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		const working = (await scene.orders.list()).filter(({ reduceOnly, state }) => reduceOnly && state !== 'FILLED');
		const position = await findPosition(kernel.conn, accountId, 'BTC/USDT');
		expect(freeToClose(position, working.map(countedExit))).toBe('0');
		expect(stops(scene)).toEqual(['0.01 @ 59000']);
		await look(scene, 60);
		expect(stops(scene)).toEqual(['0.01 @ 59000']);
		// The stop would fill first; the close, should it arrive, finds nothing to reduce.
		await look(scene, 10);
		expect(scene.venue.position('BTC/USDT')).toBe('0');
		expect(stops(scene)).toEqual([]);
		expect(await openTradeOf(kernel.conn, accountId, 'BTC/USDT')).toBeNull();
	});

	test.each(['before', 'after'] as const)('a process that dies at any call (%s) leaves nothing resting that nothing is left for', async (when) => {
		const calm = await enter(open, 'buy');
		const life = async (scene: Scene): Promise<void> => {
			scene.trading.quotes.set('BTC/USDT', 61_000);
			await look(scene, 2);
			scene.trading.quotes.set('BTC/USDT', 60_500);
			const { accountId } = scene.trading;
			await scene.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
			await look(scene, 2);
		};
		const begun = calm.line.calls;
		await life(calm);
		const total = calm.line.calls - begun;
		expect(total).toBeGreaterThan(6);
		for (let call = 0; call < total; call += 2) {
			const scene = await enter(open, 'buy');
			scene.line.crashAt(scene.line.calls + call, when);
			await Promise.race([life(scene), scene.line.crashed]);
			const next = scene.restart();
			await look(next, 70);
			const open_ = await openTradeOf(next.trading.kernel.conn, next.trading.accountId, 'BTC/USDT');
			const held = next.venue.position('BTC/USDT');
			const [stop] = stops(next);
			expect(open_ === null ? '0' : held).toBe(held);
			expect(stop).toBe(held === '0' ? undefined : `${held} @ 59000`);
			expect(stops(next)).toHaveLength(held === '0' ? 0 : 1);
			const calls = next.venue.log.length;
			await look(next.restart(), 3);
			expect(next.venue.log).toHaveLength(calls);
		}
	});
});
