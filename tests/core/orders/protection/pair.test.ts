import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { sub } from '../../../../core/model';
import { openTradeOf, type Order } from '../../../../core/orders';
import { listIssues } from '../../../../core/orders/issues/issues.queries';
import { exitsOfTrade, saveExit } from '../../../../core/orders/trades.repository';
import { decimal } from '../../../../core/model';
import { openVenueWorld, tick, type VenueAccount, type VenueProcess, type VenueWorld } from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	process: VenueProcess;
}

/** Sells that rest at the exchange, `type quantity @ level`, with `*` for those of a list. */
function rests({ world, account }: Desk): string[] {
	return world.server.account(account.accountId).openOrders
		.filter(({ side }) => side === 'SELL')
		.map((order) => {
			const level = Number(order['stopPrice']) > 0 ? Number(order['stopPrice']) : Number(order['price']);
			return `${String(order['type'])} ${Number(order['origQty'])} @ ${level}${Number(order['orderListId']) >= 0 ? ' *' : ''}`;
		})
		.sort();
}

const ordersOf = async ({ process, account }: Desk, leg: string): Promise<Order[]> =>
	(await process.orders.list({ accountId: account.accountId, limit: 100 })).filter((each) => each.leg === leg);

async function orderOf(desk: Desk, leg: string, type?: string): Promise<Order> {
	const [order] = (await ordersOf(desk, leg)).filter((each) => type === undefined || each.type === type);
	if (order === undefined) throw new Error(`no ${leg}`);
	return order;
}

const openTrade = async ({ process, account }: Desk) =>
	openTradeOf(process.kernel.conn, account.accountId, 'BTC/USDT');

const lastTrade = async ({ process, account }: Desk): Promise<Record<string, unknown>> =>
	process.kernel.conn('trades').where({ account_id: account.accountId }).orderBy('created_at', 'desc').first();

const issues = async ({ process, account }: Desk): Promise<string[]> =>
	(await listIssues(process.kernel.conn, { accountId: account.accountId, state: 'all' })).map(({ kind }) => kind);

async function flat(desk: Desk): Promise<void> {
	expect(await openTrade(desk)).toBeNull();
	expect(rests(desk)).toEqual([]);
	const { balances } = desk.world.server.account(desk.account.accountId);
	expect(Number(balances['BTC']?.total ?? 0)).toBeLessThan(0.00001);
	const row: { cash: string } = await desk.process.kernel.conn('accounts').where({ id: desk.account.accountId }).first();
	expect(Number(sub(row.cash, balances['USDT']?.total ?? 0))).toBeCloseTo(0, 6);
	const working = (await desk.process.orders.list({ accountId: desk.account.accountId, limit: 100 }))
		.filter(({ state }) => !['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'FAILED', 'DENIED'].includes(state));
	expect(working).toEqual([]);
}

const PAIR = ['LIMIT_MAKER 0.01 @ 63000 *', 'STOP_LOSS 0.01 @ 59000 *'];

describeDatabases('a stop and its target as a pair of the exchange', (open) => {
	let world: VenueWorld;

	async function desk(wish: Parameters<VenueWorld['create']>[2] = {}): Promise<Desk> {
		world ??= await openVenueWorld(await open());
		world.server.clearFaults();
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		const made: Desk = { world, account: await world.addAccount({ commission: 'quote' }), process: world.start() };
		await world.create(made.process, made.account, { quantity: '0.01', targets: [[63_000, 1]], ...wish });
		await tick(world, made.process);
		return made;
	}

	afterAll(async () => {
		await closeClients();
		await world.close();
	});

	test('a close takes both away with one request, and asks nothing', async () => {
		const here = await desk();
		const count = (call: string): number => world.server.requests()[call] ?? 0;
		const before = [count('DELETE order'), count('GET order')];
		await here.process.orders.closePosition({
			accountId: here.account.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator:test',
		});
		expect([count('DELETE order'), count('GET order')]).toEqual([(before[0] ?? 0) + 1, before[1]]);
		await flat(here);
	});

	test('rests with the fill; nothing of it is the engine\'s work, and later looks change nothing', async () => {
		const here = await desk();
		expect(rests(here)).toEqual(PAIR);
		const exits = await exitsOfTrade(here.process.kernel.conn, (await openTrade(here))?.id ?? 'trd_');
		expect(exits.map(({ kind, emulated }) => [kind, emulated])).toEqual([['stop', false], ['target', false]]);
		const [stop, target] = [await orderOf(here, 'stop'), await orderOf(here, 'target1')];
		expect(stop.ocoGroup).toBe(target.ocoGroup);
		expect([...stop.emulated, ...target.emulated]).toEqual([]);
		const before = { ...world.server.requests() };
		await tick(world, here.process, 10);
		await here.process.orders.auditStops();
		const after = world.server.requests();
		for (const call of ['POST order', 'POST orderList/oco', 'DELETE order']) expect(after[call]).toBe(before[call]);
		expect(await issues(here)).toEqual([]);
	});

	test('the target fills at the exchange: its stop is gone, the plan is kept', async () => {
		const here = await desk();
		world.server.setPrice('BTCUSDT', '63000', '63000.01');
		await tick(world, here.process);
		await tick(world, here.process);
		expect(await lastTrade(here)).toMatchObject({ state: 'CLOSED', exit_reason: 'target', plan_kept: 1 });
		expect((await orderOf(here, 'target1')).state).toBe('FILLED');
		await flat(here);
		expect(await issues(here)).toEqual([]);
	});

	test('the stop fills at the exchange: its target is gone', async () => {
		const here = await desk();
		world.server.setPrice('BTCUSDT', '58990', '58990.01');
		await tick(world, here.process);
		await tick(world, here.process);
		expect(await lastTrade(here)).toMatchObject({ state: 'CLOSED', exit_reason: 'stop', stop_honoured: 1 });
		await flat(here);
		expect(await issues(here)).toEqual([]);
	});

	test('follows a tightened stop together', async () => {
		const here = await desk();
		const trade = await openTrade(here);
		const stop = (await exitsOfTrade(here.process.kernel.conn, trade?.id ?? 'trd_')).find(({ kind }) => kind === 'stop');
		if (stop === undefined) throw new Error('no stop');
		await here.process.kernel.transaction(async (trx) => saveExit(trx, { ...stop, price: decimal(59_500) }));
		for (let second = 0; second < 6; second++) await tick(world, here.process);
		expect(rests(here)).toEqual(['LIMIT_MAKER 0.01 @ 63000 *', 'STOP_LOSS 0.01 @ 59500 *']);
		expect(await issues(here)).toEqual([]);
	});

	test('gives way to a close, both at once', async () => {
		const here = await desk();
		const { accountId } = here.account;
		const order = await here.process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		expect(order).toMatchObject({ leg: 'close', state: 'FILLED' });
		await flat(here);
	});

	test('what the target has filled in part keeps a stop for the rest', async () => {
		const here = await desk();
		world.server.fillPartially(here.account.accountId, (await orderOf(here, 'target1')).clientOrderId, '0.004');
		await tick(world, here.process);
		await tick(world, here.process);
		expect(await openTrade(here)).toMatchObject({ exitedQuantity: '0.004' });
		expect(rests(here)).toEqual(['LIMIT_MAKER 0.006 @ 63000 *', 'STOP_LOSS 0.006 @ 59000 *']);
		expect(await issues(here)).toEqual([]);
		world.server.setPrice('BTCUSDT', '63010', '63010.01');
		await tick(world, here.process);
		await tick(world, here.process);
		expect(await lastTrade(here)).toMatchObject({ state: 'CLOSED', exit_reason: 'target' });
		await flat(here);
	});

	test('a pair that the exchange refuses becomes a stop alone, and the engine watches the target', async () => {
		world ??= await openVenueWorld(await open());
		world.server.plan({ kind: 'status', status: 429, call: 'oco', times: 1 });
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		const made: Desk = { world, account: await world.addAccount({ commission: 'quote' }), process: world.start() };
		await world.create(made.process, made.account, { quantity: '0.01', targets: [[63_000, 1]] });
		for (let second = 0; second < 4; second++) await tick(world, made.process);
		expect(rests(made)).toEqual(['STOP_LOSS 0.01 @ 59000']);
		world.server.setPrice('BTCUSDT', '63010', '63010.01');
		await tick(world, made.process);
		await tick(world, made.process);
		expect(await orderOf(made, 'target1', 'market')).toMatchObject({ state: 'FILLED', emulated: ['target'] });
		await flat(made);
	});

	test.each([
		['answer-lost', true],
		['never-arrives', false],
	] as const)('%s: neither order is sent twice, and both are found, or neither', async (kind, arrived) => {
		world ??= await openVenueWorld(await open());
		world.server.plan({ kind, call: 'oco' });
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		const made: Desk = { world, account: await world.addAccount({ commission: 'quote' }), process: world.start() };
		await world.create(made.process, made.account, { quantity: '0.01', targets: [[63_000, 1]] });
		await tick(world, made.process);
		expect((await orderOf(made, 'stop')).state).toBe('UNKNOWN');
		expect((await orderOf(made, 'target1')).state).toBe('UNKNOWN');
		for (let second = 0; second < (arrived ? 3 : 64); second++) await tick(world, made.process);
		for (let second = 0; second < 3; second++) await tick(world, made.process);
		expect(rests(made)).toEqual(PAIR);
		expect(world.server.account(made.account.accountId).openOrders).toHaveLength(2);
		world.server.setPrice('BTCUSDT', '58990', '58990.01');
		await tick(world, made.process);
		await tick(world, made.process);
		await flat(made);
	});

	test('several targets are watched by the engine, with one stop for all', async () => {
		const here = await desk({ targets: [[62_000, '0.5'], [63_000, '0.5']] });
		expect(rests(here)).toEqual(['STOP_LOSS 0.01 @ 59000']);
		world.server.setPrice('BTCUSDT', '62010', '62010.01');
		await tick(world, here.process);
		expect(rests(here)).toEqual(['STOP_LOSS 0.005 @ 59000']);
	});

	test('somebody takes the list away: it is placed again and told of', async () => {
		const here = await desk();
		world.server.cancelForeign(here.account.accountId, (await orderOf(here, 'stop')).clientOrderId);
		await tick(world, here.process);
		expect(rests(here)).toEqual(PAIR);
		expect(await issues(here)).toEqual(['MISSING_STOP']);
	});

	test.each(['before', 'after'] as const)('a process that dies while it sends the pair (%s): never two, and protected in the end', async (when) => {
		world ??= await openVenueWorld(await open());
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		const here: Desk = { world, account: await world.addAccount({ commission: 'quote' }), process: world.start() };
		await world.create(here.process, here.account, { type: 'limit', price: 59_900, quantity: '0.01', targets: [[63_000, 1]] });
		await tick(world, here.process);
		world.server.fillPartially(here.account.accountId, (await orderOf(here, 'entry')).clientOrderId);
		here.process.dieAt('submit', when);
		void tick(world, here.process).catch(() => {});
		await here.process.died;
		const next: Desk = { ...here, process: world.start() };
		for (let second = 0; second < 72; second++) await tick(world, next.process);
		expect(rests(next)).toEqual(PAIR);
		const before = { ...world.server.requests() };
		next.process = world.start();
		for (let second = 0; second < 3; second++) await tick(world, next.process);
		for (const call of ['POST order', 'POST orderList/oco', 'DELETE order']) {
			expect(world.server.requests()[call]).toBe(before[call]);
		}
	});

	test.each(['before', 'after'] as const)('a process that dies while it takes the pair away (%s): the next one goes on', async (when) => {
		const here = await desk();
		here.process.dieAt('cancel', when);
		const { accountId } = here.account;
		void here.process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		await here.process.died;
		const next: Desk = { ...here, process: world.start() };
		for (let second = 0; second < 4; second++) await tick(world, next.process);
		await flat(next);
	});
});
