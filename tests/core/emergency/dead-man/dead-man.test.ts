import { createDeadMan, type DeadMan } from '../../../../core/emergency';
import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { MINUTE, SECOND, STANDARD_POLICY, type DeadManMode, type Policy } from '../../../../core/model';
import { entryOrderOf, findOrder, listIssues, openTradeOf, ordersOfTrade } from '../../../../core/orders';
import {
	audit, openVenueWorld, tick, type VenueAccount, type VenueProcess, type VenueWorld,
} from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

const { emergency } = STANDARD_POLICY;
const policy = (mode: DeadManMode): Policy => ({
	...STANDARD_POLICY, emergency: { ...emergency, deadMan: { ...emergency.deadMan, mode } },
});

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	process: VenueProcess;
	deadMan: DeadMan;
}

/** Binance's wire format and the unmodified ccxt on USD-M futures, in virtual time. */
describeDatabases('dead-man switch', (open) => {
	let world: VenueWorld | null = null;

	async function desk(mode: DeadManMode): Promise<Desk> {
		world ??= await openVenueWorld(await open(), { futures: true });
		world.server.clearFaults();
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		world.server.setPrice('ETHUSDT', '3000', '3000.01');
		const account = await world.addAccount();
		const here = { world, account, ...started(world, mode) };
		await seconds(here, 3);
		return here;
	}

	const started = (on: VenueWorld, mode: DeadManMode) => {
		const process = on.start({ reconcile: true, policy: policy(mode) });
		return { process, deadMan: createDeadMan(process) };
	};

	/** Seconds of the engine. */
	async function seconds(here: Desk, count: number): Promise<void> {
		for (let second = 0; second < count; second += 1) {
			await tick(here.world, here.process);
			await here.deadMan.step();
		}
	}

	afterEach(async () => closeClients());
	afterAll(async () => world?.close());

	const enter = async (here: Desk, wish: Parameters<VenueWorld['create']>[2]) => {
		const order = await here.world.create(here.process, here.account, wish);
		await here.process.orders.dispatch(order.id);
		await seconds(here, 2);
		return order;
	};
	const rests = (here: Desk) => enter(here, { symbol: 'ETH/USDT', type: 'limit', price: 2_900, stop: 2_800, quantity: '0.1' });
	const ends = ({ world: on, account }: Desk, symbol: string): number | null =>
		on.server.futures?.countdowns.endsAt(account.accountId, symbol) ?? null;
	const atVenue = ({ world: on, account }: Desk) =>
		on.server.account(account.accountId).openOrders.map(({ symbol, type, stopPrice }) => `${symbol} ${type} ${Number(stopPrice)}`);
	const standing = async ({ deadMan, account }: Desk) => {
		const [own] = await deadMan.standing([account.accountId]);
		if (own === undefined) throw new Error('no standing');
		return own;
	};
	const trail = async ({ process, account }: Desk) => {
		const rows: { action: string }[] = await process.kernel.conn('audit').where({ account_id: account.accountId }).orderBy('seq');
		return rows.map(({ action }) => action).filter((action) => action.startsWith('dead_man'));
	};

	test('an entry that rests is covered, the timer renewed every quarter of a minute, and ended with the entry', async () => {
		const here = await desk('entries');
		expect(await standing(here)).toMatchObject({ state: 'off' });
		const order = await rests(here);
		expect(ends(here, 'BTCUSDT')).toBeNull();
		expect(await standing(here)).toMatchObject({ state: 'armed', timers: [{ symbol: 'ETH/USDT', state: 'armed' }] });
		const before = here.world.server.requests()['POST derivatives countdownCancelAll'] ?? 0;
		await seconds(here, 60);
		expect((here.world.server.requests()['POST derivatives countdownCancelAll'] ?? 0) - before).toBe(4);
		expect((ends(here, 'ETHUSDT') ?? 0) - here.world.server.now()).toBeGreaterThan(44 * SECOND);
		await here.process.orders.cancel(order.id, 'test');
		await seconds(here, 2);
		expect(ends(here, 'ETHUSDT')).toBeNull();
		expect(await standing(here)).toMatchObject({ state: 'off' });
		expect(await trail(here)).toEqual(['dead_man.armed', 'dead_man.off']);
		await here.world.leave(here.account.accountId);
	});

	test('where a protective stop rests in its reach the timer stays off, so that a dead engine costs no stop', async () => {
		const here = await desk('entries');
		await rests(here);
		await enter(here, { symbol: 'BTC/USDT', stop: 59_000 });
		expect(ends(here, 'BTCUSDT')).toBeNull();
		expect(ends(here, 'ETHUSDT')).not.toBeNull();
		// The entry fills: its stop rests in the same symbol now.
		here.world.server.setPrice('ETHUSDT', '2899', '2899.01');
		await seconds(here, 4);
		expect(ends(here, 'ETHUSDT')).toBeNull();
		// The engine is gone for long: everything that guards stays.
		const guards = atVenue(here);
		expect(guards).toEqual(['ETHUSDT STOP_LOSS 2800', 'BTCUSDT STOP_LOSS 59000']);
		here.world.advance(10 * MINUTE);
		expect(atVenue(here)).toEqual(guards);
		await here.world.leave(here.account.accountId);
	});

	test('a stopped engine lets it fire: entries are gone and booked so, and people are told', async () => {
		const here = await desk('entries');
		const order = await rests(here);
		here.world.advance(61 * SECOND);
		expect(atVenue(here)).toEqual([]);
		Object.assign(here, started(here.world, 'entries'));
		await seconds(here, 12);
		expect(await findOrder(here.process.kernel.conn, order.id)).toMatchObject({ state: 'CANCELLED' });
		const own = await standing(here);
		expect(own).toMatchObject({ state: 'off', timers: [{ firedAt: expect.any(Number) }] });
		expect(own.detail).toMatch(/last ran out/);
		const events: { payload: string }[] = await here.process.kernel.conn('events').where({ type: 'issue.raised', account_id: here.account.accountId });
		expect(events.map(({ payload }) => JSON.parse(payload).code)).toEqual(['DEAD_MAN_FIRED']);
		expect(await trail(here)).toEqual(expect.arrayContaining(['dead_man.armed', 'dead_man.fired']));
		await here.world.leave(here.account.accountId);
	});

	test('mode all: the venue took the stops too; the next start puts them back, and the trade is as it was', async () => {
		const here = await desk('all');
		await enter(here, { symbol: 'BTC/USDT', stop: 59_000, targets: [[62_000, '1']] });
		const { conn } = here.process.kernel;
		const before = await openTradeOf(conn, here.account.accountId, 'BTC/USDT');
		expect(before).toMatchObject({ state: 'OPEN' });
		expect(ends(here, 'BTCUSDT')).not.toBeNull();
		expect(atVenue(here)).toContain('BTCUSDT STOP_LOSS 59000');
		here.world.advance(5 * MINUTE);
		expect(atVenue(here)).toEqual([]);
		expect(here.world.server.account(here.account.accountId).positions).toEqual({ BTCUSDT: '0.01000000' });
		Object.assign(here, started(here.world, 'all'));
		await audit(here.process);
		await seconds(here, 5);
		await audit(here.process);
		expect(atVenue(here)).toContain('BTCUSDT STOP_LOSS 59000');
		const after = await openTradeOf(conn, here.account.accountId, 'BTC/USDT');
		if (before === null || after === null) throw new Error('the trade is gone');
		expect({ ...after, updatedAt: 0, protectedBy: null }).toEqual({ ...before, updatedAt: 0, protectedBy: null });
		expect((await entryOrderOf(conn, after.id))?.filledQuantity).toBe('0.01');
		expect(await ordersOfTrade(conn, after.id)).toEqual(expect.arrayContaining([
			expect.objectContaining({ leg: 'stop', state: 'CANCELLED' }), expect.objectContaining({ leg: 'stop', state: 'OPEN' }),
		]));
		// And the timer runs again.
		expect(ends(here, 'BTCUSDT')).not.toBeNull();
		await here.world.leave(here.account.accountId);
	});

	test('calls that fail are tried again and told of; the timer holds a minute of it', async () => {
		const here = await desk('entries');
		await rests(here);
		const fault = here.world.server.plan({ kind: 'status', status: 503, call: 'countdown', times: 1_000 });
		await seconds(here, 20);
		expect(await standing(here)).toMatchObject({ state: 'failing', detail: expect.stringMatching(/cannot be set for ETH\/USDT/) });
		const filter = { accountId: here.account.accountId } as never;
		expect(await listIssues(here.process.kernel.conn, filter)).toEqual([
			expect.objectContaining({ kind: 'DEAD_MAN_FAILING', severity: 'high', resolvedAt: null }),
		]);
		expect(atVenue(here)).toHaveLength(1);
		fault.cancel();
		await seconds(here, 6);
		expect(await standing(here)).toMatchObject({ state: 'armed' });
		expect(await listIssues(here.process.kernel.conn, filter)).toEqual([]);
		expect(atVenue(here)).toHaveLength(1);
		await here.world.leave(here.account.accountId);
	});

	test('lost answers: a timer that may run is ended as well', async () => {
		const here = await desk('entries');
		here.world.server.plan({ kind: 'answer-lost', call: 'countdown', times: 1 });
		const order = await rests(here);
		expect(await standing(here)).toMatchObject({ state: 'failing' });
		expect(ends(here, 'ETHUSDT')).not.toBeNull();
		await here.process.orders.cancel(order.id, 'test');
		await seconds(here, 8);
		expect(ends(here, 'ETHUSDT')).toBeNull();
		expect(await standing(here)).toMatchObject({ state: 'off' });
		await here.world.leave(here.account.accountId);
	});

	test('release ends the timers of an account; one that cannot be reached runs out by itself', async () => {
		const here = await desk('entries');
		await rests(here);
		await here.deadMan.release(here.account.accountId);
		expect(ends(here, 'ETHUSDT')).toBeNull();
		await seconds(here, 1);
		expect(ends(here, 'ETHUSDT')).not.toBeNull();
		here.world.server.plan({ kind: 'never-arrives', call: 'countdown', times: 1 });
		await expect(here.deadMan.release(here.account.accountId)).resolves.toBeUndefined();
		expect(ends(here, 'ETHUSDT')).not.toBeNull();
		await here.world.leave(here.account.accountId);
		await here.deadMan.step();
		here.world.advance(2 * MINUTE);
		await here.deadMan.step();
		expect(ends(here, 'ETHUSDT')).toBeNull();
	});
});
