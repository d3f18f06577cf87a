import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { findAccount } from '../../../../core/members';
import { add, decimal, sub } from '../../../../core/model';
import { findTrade, listAdjustments, listHoldings, listIssues, type AccountReport } from '../../../../core/orders';
import { listOpenTrips } from '../../../../core/safety';
import {
	audit, openVenueWorld, tick, type VenueAccount, type VenueProcess, type VenueWorld,
} from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	readonly process: VenueProcess;
}

/** The unmodified ccxt, Binance's wire format, virtual time. */
describeDatabases('comparing with an exchange', (open) => {
	let world: VenueWorld | null = null;

	async function desk(options: { commission?: 'BNB' | 'quote' | 'received'; BNB?: string } = {}): Promise<Desk> {
		world ??= await openVenueWorld(await open());
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		world.server.setPrice('ETHUSDT', '3000', '3000.01');
		const account = await world.addAccount(options);
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

	/** A second of the engine, then a whole look at the account. */
	async function look({ world: here, process, account }: Desk): Promise<AccountReport> {
		await tick(here, process, 10);
		const report = await process.reconciliation?.run({ accountId: account.accountId, actor: 'operator' });
		const own = report?.accounts[0];
		if (own === undefined) throw new Error('no report');
		return own;
	}

	async function settle(here: Desk): Promise<void> {
		for (let turn = 0; turn < 8; turn++) {
			if ((await look(here)).allClear) return;
			await audit(here.process);
		}
		throw new Error(JSON.stringify(await look(here)));
	}

	const venueOf = ({ world: here, account }: Desk) => here.server.account(account.accountId);
	const held = async ({ process, account }: Desk): Promise<string[][]> =>
		(await process.orders.positions(account.accountId)).map(({ symbol, quantity }) => [symbol, quantity]);
	const enter = async (here: Desk, wish: Parameters<VenueWorld['create']>[2]) => {
		const order = await here.world.create(here.process, here.account, wish);
		await tick(here.world, here.process);
		return order;
	};

	/** Cash to the last digit, quantities to less than what can be traded. */
	async function agrees(here: Desk): Promise<void> {
		const { balances } = venueOf(here);
		const account = await findAccount(here.process.kernel.conn, here.account.accountId);
		expect(Number(sub(account?.cash ?? 0, balances['USDT']?.total ?? 0))).toBeCloseTo(0, 6);
		const external = await listHoldings(here.process.kernel.conn, [here.account.accountId]);
		for (const [asset, { total }] of Object.entries(balances)) {
			if (asset === 'USDT' || asset === 'BNB') continue;
			const ours = (await held(here)).find(([symbol]) => symbol === `${asset}/USDT`)?.[1] ?? '0';
			const others = external.find(({ name }) => name === asset)?.quantity ?? '0';
			expect([asset, Math.abs(Number(sub(total, add(ours, others)))) < 0.0001]).toEqual([asset, true]);
		}
	}

	test.each(['quote', 'received', 'BNB'] as const)('fees taken in %s: a trade in and out needs no correction', async (commission) => {
		const here = await desk({ commission, ...(commission === 'BNB' ? { BNB: '5' } : {}) });
		await look(here);
		const entry = await enter(here, { quantity: '0.01' });
		const report = await look(here);
		expect([report.issues, report.skipped]).toEqual([[], []]);
		await here.process.orders.closePosition({ accountId: here.account.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		for (let second = 0; second < 5; second++) await tick(here.world, here.process);
		expect(await findTrade(here.process.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED' });
		const after = await look(here);
		expect([after.issues, after.skipped]).toEqual([[], []]);
		await settle(here);
		const all = await listAdjustments(here.process.kernel.conn, { accountId: here.account.accountId });
		const fees = all.map(({ kind, reason }) => [kind, /of fees were paid in BNB/.test(reason)]);
		expect(fees).toEqual(commission === 'BNB' ? [['cash', true], ['cash', true]] : []);
		await agrees(here);
	});

	test('sold by hand, its stop cancelled by hand: the trade ends at the price it got', async () => {
		const here = await desk({ commission: 'quote' });
		const entry = await enter(here, { quantity: '0.01' });
		await audit(here.process);
		for (const { clientOrderId } of venueOf(here).openOrders) here.world.server.cancelForeign(here.account.accountId, String(clientOrderId));
		here.world.server.setPrice('BTCUSDT', '60500', '60500.01');
		here.world.server.placeForeign(here.account.accountId, {
			symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01', newClientOrderId: 'web_sold',
		});
		await settle(here);
		expect(await held(here)).toEqual([]);
		const trade = await findTrade(here.process.kernel.conn, entry.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ state: 'CLOSED', exitReason: 'reconciliation', planKept: null });
		expect(Number(trade?.exitValue)).toBeCloseTo(605, 2);
		expect(venueOf(here).openOrders).toEqual([]);
		await agrees(here);
	});

	test('an order, a deposit and coins of others are theirs', async () => {
		const here = await desk();
		const { server } = here.world;
		const { accountId } = here.account;
		await enter(here, { quantity: '0.01' });
		server.placeForeign(accountId, { symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.5', price: '2900', newClientOrderId: 'web_1' });
		server.deposit(accountId, 'USDT', '500');
		server.deposit(accountId, 'BTC', '0.3');
		for (let turn = 0; turn < 4; turn++) await look(here);
		const [foreign] = (await here.process.orders.list({ accountId })).filter(({ origin }) => origin === 'EXTERNAL');
		expect(foreign).toMatchObject({ clientOrderId: 'web_1', state: 'OPEN', symbol: 'ETH/USDT', quantity: '0.5', price: '2900' });
		expect((await listIssues(here.process.kernel.conn, { accountId })).map(({ kind }) => kind).sort()).toEqual(['UNKNOWN_ORDER', 'UNKNOWN_POSITION']);
		// It fills in two parts, one of them before it is cancelled.
		server.fillPartially(accountId, 'web_1', '0.2');
		await look(here);
		expect(await here.process.orders.get(foreign?.id ?? 'ord_')).toMatchObject({ state: 'PARTIALLY_FILLED', filledQuantity: '0.2' });
		expect(await here.process.orders.cancel(foreign?.id ?? 'ord_', 'operator', { foreign: true })).toMatchObject({ state: 'CANCELLED', filledQuantity: '0.2' });
		for (let turn = 0; turn < 3; turn++) await look(here);
		expect((await here.process.orders.list({ accountId, limit: 50 })).filter(({ origin }) => origin === 'RECONCILIATION')).toEqual([]);
		expect((await listHoldings(here.process.kernel.conn, [accountId])).map(({ name }) => name)).toEqual(['BTC', 'ETH']);
		await agrees(here);
		// Our own is closed; what is theirs stays.
		await here.process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		for (let second = 0; second < 5; second++) await tick(here.world, here.process);
		expect(await held(here)).toEqual([]);
		expect(Number(venueOf(here).balances['BTC']?.total)).toBeGreaterThanOrEqual(0.3);
	});

	test('our order cancelled by hand is ended; the next start changes nothing', async () => {
		const here = await desk();
		const order = await enter(here, { type: 'limit', price: 59_000, stop: 58_000, quantity: '0.01' });
		here.world.server.cancelForeign(here.account.accountId, order.clientOrderId);
		await settle(here);
		expect(await here.process.orders.get(order.id)).toMatchObject({ state: 'CANCELLED' });
		const again = here.world.start({ reconcile: true });
		await again.begun;
		expect(await listOpenTrips(again.kernel.conn)).toContainEqual(expect.objectContaining({ scopeId: here.account.accountId, cause: 'reconciliation' }));
		await tick(here.world, again);
		await tick(here.world, again, 2);
		expect(await listOpenTrips(again.kernel.conn)).toEqual([]);
		expect(await again.orders.get(order.id)).toMatchObject({ state: 'CANCELLED' });
	});

	test('a venue that answers with errors, or with nothing, changes no books', async () => {
		const here = await desk();
		await enter(here, { quantity: '0.01' });
		const before = await held(here);
		here.world.server.plan({ call: 'account', kind: 'status', status: 503, times: 50 });
		const report = await look(here);
		expect(report.skipped.some(({ why }) => why === 'failed')).toBe(true);
		expect(await held(here)).toEqual(before);
		here.world.server.clearFaults();
		await settle(here);
		expect(decimal(before[0]?.[1] ?? 0)).not.toBe('0');
	});
});
