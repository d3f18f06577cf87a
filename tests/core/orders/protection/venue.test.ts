import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { add, sub } from '../../../../core/model';
import { openTradeOf, type Order } from '../../../../core/orders';
import { listIssues } from '../../../../core/orders/issues/issues.queries';
import { openVenueWorld, audit, tick, type VenueAccount, type VenueProcess, type VenueWorld } from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	process: VenueProcess;
}

/** Sells that rest at the exchange, as `type quantity @ trigger`. */
function rests({ world, account }: Desk): string[] {
	return world.server.account(account.accountId).openOrders
		.filter(({ side }) => side === 'SELL')
		.map((order) => `${String(order['type'])} ${Number(order['origQty'])} @ ${Number(order['stopPrice'])}`);
}

async function orderOf({ process, account }: Desk, leg: string): Promise<Order> {
	const [order] = (await process.orders.list({ accountId: account.accountId })).filter((each) => each.leg === leg);
	if (order === undefined) throw new Error(`no ${leg}`);
	return order;
}

const openTrade = async ({ process, account }: Desk) =>
	openTradeOf(process.kernel.conn, account.accountId, 'BTC/USDT');

async function enter(desk: Desk, wish: Parameters<VenueWorld['create']>[2]): Promise<void> {
	await desk.world.create(desk.process, desk.account, wish);
	await tick(desk.world, desk.process);
}

async function until(isSo: () => boolean): Promise<void> {
	const limit = Date.now() + 5_000;
	while (!isSo() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Nothing of it is held any more, and no more came or went than trading explains. */
async function flat(desk: Desk): Promise<void> {
	expect(await openTrade(desk)).toBeNull();
	expect(rests(desk)).toEqual([]);
	const { balances } = desk.world.server.account(desk.account.accountId);
	expect(Number(balances['BTC']?.total ?? 0)).toBeLessThan(0.00001);
	const row: { cash: string } = await desk.process.kernel.conn('accounts').where({ id: desk.account.accountId }).first();
	expect(Number(sub(row.cash, balances['USDT']?.total ?? 0))).toBeCloseTo(0, 6);
}

describeDatabases('protection at an exchange', (open) => {
	let world: VenueWorld;

	async function desk(options: { commission?: 'quote' | 'received'; streams?: boolean } = {}): Promise<Desk> {
		world ??= await openVenueWorld(await open());
		const { commission = 'quote', streams = false } = options;
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		return { world, account: await world.addAccount({ commission }), process: world.start({ streams }) };
	}

	afterAll(async () => {
		await closeClients();
		await world.close();
	});

	// One target for all of it would rest as a pair with the stop.
	const TWO = [[62_000, '0.5'], [63_000, '0.5']] as const;
	const LIMIT = { type: 'limit', price: 59_900, quantity: '0.01', targets: [[62_000, '0.5'], [63_000, '0.5']] } as const;

	test('the stop grows with an entry that fills part by part, and keeps what a cancel leaves', async () => {
		const here = await desk();
		await enter(here, LIMIT);
		const entry = await orderOf(here, 'entry');
		const { apiKey } = { apiKey: here.account.accountId };
		expect(rests(here)).toEqual([]);
		world.server.fillPartially(apiKey, entry.clientOrderId, '0.003');
		await tick(world, here.process);
		expect(rests(here)).toEqual(['STOP_LOSS 0.003 @ 59000']);
		world.server.fillPartially(apiKey, entry.clientOrderId, '0.004');
		await tick(world, here.process);
		expect(rests(here)).toEqual(['STOP_LOSS 0.007 @ 59000']);
		await here.process.orders.cancelEntries({ accountId: here.account.accountId, symbol: 'BTC/USDT', actor: 'operator' });
		await tick(world, here.process, 5);
		expect(rests(here)).toEqual(['STOP_LOSS 0.007 @ 59000']);
		expect(await openTrade(here)).toMatchObject({ state: 'OPEN', enteredQuantity: '0.007' });
		world.server.setPrice('BTCUSDT', '58990', '58990.01');
		await tick(world, here.process);
		expect((await orderOf(here, 'stop')).state).toBe('FILLED');
		await flat(here);
	});

	test('what an entry filled just before it was cancelled gets its stop', async () => {
		const here = await desk();
		await enter(here, LIMIT);
		const entry = await orderOf(here, 'entry');
		world.server.fillPartially(here.account.accountId, entry.clientOrderId, '0.002');
		world.server.cancelForeign(here.account.accountId, entry.clientOrderId);
		await tick(world, here.process);
		expect((await orderOf(here, 'entry')).state).toBe('CANCELLED');
		expect(rests(here)).toEqual(['STOP_LOSS 0.002 @ 59000']);
	});

	test('with the fee kept in what was bought, the stop is for what can be sold; the rest is dust', async () => {
		const here = await desk({ commission: 'received' });
		await enter(here, { quantity: '0.01', targets: [[62_000, '0.5'], [63_000, '0.5']] });
		expect(rests(here)).toEqual(['STOP_LOSS 0.00999 @ 59000']);
		world.server.setPrice('BTCUSDT', '62010', '62010.01');
		await tick(world, here.process);
		const target = await orderOf(here, 'target1');
		expect(target).toMatchObject({ state: 'FILLED', emulated: ['target'] });
		const rest = sub('0.00999', target.quantity);
		expect(rests(here)).toEqual([`STOP_LOSS ${Number(rest)} @ 59000`]);
		world.server.setPrice('BTCUSDT', '63010', '63010.01');
		await tick(world, here.process);
		await tick(world, here.process);
		await flat(here);
	});

	test('a stop that fills part by part is left to fill', async () => {
		const here = await desk();
		await enter(here, { quantity: '0.01', targets: TWO });
		const stop = await orderOf(here, 'stop');
		world.server.fillPartially(here.account.accountId, stop.clientOrderId, '0.004', '59000');
		await tick(world, here.process, 2);
		expect(await orderOf(here, 'stop')).toMatchObject({ id: stop.id, state: 'PARTIALLY_FILLED', filledQuantity: '0.004' });
		world.server.fillPartially(here.account.accountId, stop.clientOrderId, undefined, '58990');
		await tick(world, here.process);
		expect(add((await orderOf(here, 'stop')).filledQuantity)).toBe('0.01');
		await flat(here);
	});

	test('a stop that somebody cancels at the exchange is placed again; the audit finds it in order', async () => {
		const here = await desk();
		await enter(here, { quantity: '0.01', targets: TWO });
		world.server.cancelForeign(here.account.accountId, (await orderOf(here, 'stop')).clientOrderId);
		await tick(world, here.process);
		expect(rests(here)).toEqual(['STOP_LOSS 0.01 @ 59000']);
		const before = world.server.requests()['POST order'];
		await audit(here.process);
		expect(world.server.requests()['POST order']).toBe(before);
		expect(await listIssues(here.process.kernel.conn, { accountId: here.account.accountId })).toEqual([]);
	});

	test('while somebody else holds the asset the engine watches, and the stop is placed as soon as it is free', async () => {
		const here = await desk();
		await enter(here, LIMIT);
		const entry = await orderOf(here, 'entry');
		const { accountId } = here.account;
		world.server.fillPartially(accountId, entry.clientOrderId, '0.01');
		world.server.placeForeign(accountId, {
			symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '70000', newClientOrderId: 'by-hand',
		});
		await tick(world, here.process);
		expect((await orderOf(here, 'stop')).state).toBe('REJECTED');
		const exits: { emulated: number }[] = await here.process.kernel.conn('exits').where({ trade_id: (await openTrade(here))?.id, kind: 'stop' });
		expect(exits).toMatchObject([{ emulated: 1, state: 'ACTIVE' }]);
		expect(await listIssues(here.process.kernel.conn, { accountId })).toMatchObject([{ kind: 'EXIT_FAILED', severity: 'critical' }]);
		world.server.cancelForeign(accountId, 'by-hand');
		for (let second = 0; second < 5; second++) await tick(world, here.process);
		expect(rests(here)).toEqual(['STOP_LOSS 0.01 @ 59000']);
		expect(await listIssues(here.process.kernel.conn, { accountId })).toEqual([]);
	});

	test('an exchange that has no answer for the stop: never two, and a close gets through', async () => {
		const here = await desk();
		world.server.plan({ kind: 'answer-lost', call: 'submit', side: 'SELL', apiKey: here.account.accountId });
		await enter(here, { quantity: '0.01', targets: TWO });
		expect((await orderOf(here, 'stop')).state).toBe('UNKNOWN');
		await tick(world, here.process, 2);
		expect((await orderOf(here, 'stop')).state).toBe('OPEN');
		expect(rests(here)).toEqual(['STOP_LOSS 0.01 @ 59000']);
		const { accountId } = here.account;
		world.server.plan({ kind: 'status', status: 503, call: 'cancel', apiKey: accountId });
		await here.process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		await tick(world, here.process);
		await tick(world, here.process);
		await flat(here);
	});

	test('with a stream the fill is protected as it is heard, before anybody asks', async () => {
		const here = await desk({ streams: true });
		await enter(here, LIMIT);
		await here.process.orders.followStreams();
		await until(() => world.server.streams.listeners(here.account.accountId) > 0);
		world.server.fillPartially(here.account.accountId, (await orderOf(here, 'entry')).clientOrderId, '0.005');
		await until(() => rests(here).length > 0);
		expect(rests(here)).toEqual(['STOP_LOSS 0.005 @ 59000']);
		here.process.orders.endStreams();
		// What the stream began is done before the database is closed.
		while ((await orderOf(here, 'stop')).state !== 'OPEN') await tick(world, here.process);
		await tick(world, here.process);
	});
});
