import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { findTrade, openTradeOf, type AccountReport } from '../../../../core/orders';
import { listOpenTrips } from '../../../../core/safety';
import {
	audit, openVenueWorld, tick, type VenueAccount, type VenueProcess, type VenueWorld,
} from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	process: VenueProcess;
}

/** The unmodified ccxt on Binance's wire format of USD-M futures, in virtual time. */
describeDatabases('comparing with a derivatives exchange', (open) => {
	let world: VenueWorld | null = null;

	async function desk(): Promise<Desk> {
		world ??= await openVenueWorld(await open(), { futures: true });
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		world.server.setPrice('ETHUSDT', '3000', '3000.01');
		const account = await world.addAccount();
		const process = world.start({ reconcile: true });
		const here = { world, account, process };
		await tick(world, process);
		await tick(world, process, 2);
		expect(await listOpenTrips(process.kernel.conn)).toEqual([]);
		return here;
	}

	afterAll(async () => {
		await closeClients();
		await world?.close();
	});

	/** A while of the engine, then a whole look at the account. */
	async function look({ world: here, process, account }: Desk): Promise<AccountReport> {
		await tick(here, process, 10);
		const report = await process.reconciliation?.run({ accountId: account.accountId, actor: 'operator' });
		const own = report?.accounts[0];
		if (own === undefined) throw new Error('no report');
		return own;
	}

	async function settle(here: Desk): Promise<AccountReport> {
		for (let turn = 0; turn < 8; turn += 1) {
			const report = await look(here);
			if (report.allClear) return report;
			await audit(here.process);
		}
		throw new Error(JSON.stringify(await look(here)));
	}

	const atVenue = ({ world: here, account }: Desk) => here.server.account(account.accountId);
	const held = async ({ process, account }: Desk): Promise<string[][]> =>
		(await process.orders.positions(account.accountId)).map(({ symbol, quantity }) => [symbol, quantity]);
	const byHand = ({ world: here, account }: Desk, symbol: string, side: 'BUY' | 'SELL', quantity: string) =>
		here.server.placeForeign(account.accountId, { symbol, side, type: 'MARKET', quantity });
	const enter = async (here: Desk, wish: Parameters<VenueWorld['create']>[2]) => {
		const order = await here.world.create(here.process, here.account, wish);
		await here.process.orders.dispatch(order.id);
		await tick(here.world, here.process, 2);
		const trade = await openTradeOf(here.process.kernel.conn, here.account.accountId, order.symbol);
		if (trade === null) throw new Error('no trade');
		return trade;
	};

	test.each(['buy', 'sell'] as const)('a %s: position, stop and fees agree, at once and after a restart', async (side) => {
		const here = await desk();
		const stop = side === 'buy' ? 59_000 : 61_000;
		await enter(here, { side, stop });
		expect((await settle(here)).allClear).toBe(true);
		const signed = side === 'buy' ? '0.01' : '-0.01';
		expect(await held(here)).toEqual([['BTC/USDT', signed]]);
		expect(atVenue(here).positions).toEqual({ BTCUSDT: `${signed}000000` });
		expect(atVenue(here).openOrders).toHaveLength(1);
		here.process = here.world.start({ reconcile: true });
		expect((await settle(here)).allClear).toBe(true);
		expect(atVenue(here).openOrders).toHaveLength(1);
		await here.world.leave(here.account.accountId);
	});

	test('the stop fired while nobody looked: found, booked, and the trade is over', async () => {
		const here = await desk();
		const trade = await enter(here, { stop: 59_000 });
		here.world.advance(60_000);
		here.world.server.setPrice('BTCUSDT', '58500', '58500.01');
		here.world.advance(60_000);
		here.process = here.world.start({ reconcile: true });
		await settle(here);
		expect(await findTrade(here.process.kernel.conn, trade.id)).toMatchObject({ state: 'CLOSED', exitReason: 'stop' });
		expect(await held(here)).toEqual([]);
		await here.world.leave(here.account.accountId);
	});

	test('somebody takes part of the position away: our books follow the venue, and the stop follows them', async () => {
		const here = await desk();
		const trade = await enter(here, { stop: 59_000 });
		await settle(here);
		byHand(here, 'BTCUSDT', 'SELL', '0.004');
		await settle(here);
		expect(await held(here)).toEqual([['BTC/USDT', '0.006']]);
		await tick(here.world, here.process, 10);
		await audit(here.process);
		await tick(here.world, here.process, 10);
		expect(atVenue(here).openOrders.map(({ origQty }) => origQty)).toEqual(['0.00600000']);
		expect(await findTrade(here.process.kernel.conn, trade.id)).toMatchObject({ state: 'OPEN' });
		await here.world.leave(here.account.accountId);
	});

	test('somebody closes it: the trade is over and its stop is taken back', async () => {
		const here = await desk();
		const trade = await enter(here, { stop: 59_000 });
		await settle(here);
		byHand(here, 'BTCUSDT', 'SELL', '0.01');
		await settle(here);
		await tick(here.world, here.process, 10);
		expect((await findTrade(here.process.kernel.conn, trade.id))?.state).toBe('CLOSED');
		expect(atVenue(here).openOrders).toEqual([]);
		await here.world.leave(here.account.accountId);
	});

	test('a position that is not ours is told of and left alone', async () => {
		const here = await desk();
		await enter(here, { stop: 59_000 });
		byHand(here, 'ETHUSDT', 'SELL', '1');
		await look(here);
		const report = await look(here);
		expect(JSON.stringify(report)).toContain('UNKNOWN_POSITION');
		expect(await held(here)).toEqual([['BTC/USDT', '0.01']]);
		expect(atVenue(here).positions).toMatchObject({ ETHUSDT: '-1.00000000' });
		await here.world.leave(here.account.accountId);
	});
});
