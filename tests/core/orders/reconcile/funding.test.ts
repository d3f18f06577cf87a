import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { findAccount } from '../../../../core/members';
import { sub } from '../../../../core/model';
import { listAdjustments, listIssues, type AccountReport } from '../../../../core/orders';
import { openVenueWorld, tick, type VenueAccount, type VenueProcess, type VenueWorld } from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

interface Desk {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	readonly process: VenueProcess;
}

describeDatabases('funding at a futures exchange', (open) => {
	let world: VenueWorld | null = null;

	afterAll(async () => {
		await closeClients();
		await world?.close();
	});

	async function look({ world: here, process, account }: Desk): Promise<AccountReport> {
		await tick(here, process, 10);
		const report = await process.reconciliation?.run({ accountId: account.accountId, actor: 'operator' });
		const own = report?.accounts[0];
		if (own === undefined) throw new Error('no report');
		return own;
	}

	/** An account with an open long. */
	async function desk(): Promise<Desk> {
		world ??= await openVenueWorld(await open(), { futures: true });
		world.server.setPrice('BTCUSDT', '60000', '60000.01');
		const account = await world.addAccount();
		const process = world.start({ reconcile: true });
		const here = { world, account, process };
		await tick(world, process);
		await tick(world, process, 2);
		await look(here);
		await world.create(process, account, { quantity: '0.01', targets: [[70_000, 1]] });
		await tick(world, process);
		expect(await look(here)).toMatchObject({ issues: [], adjusted: [] });
		return here;
	}
	const moneyOf = async ({ process, account }: Desk) => {
		const row = await findAccount(process.kernel.conn, account.accountId);
		if (row === null) throw new Error('no account');
		return row;
	};
	const adjusted = async ({ process, account }: Desk) =>
		(await listAdjustments(process.kernel.conn, { accountId: account.accountId })).map(({ kind, amount }) => `${kind} ${amount}`).reverse();

	test('is booked at once as a result of the day, never as a withdrawal or a deposit', async () => {
		const here = await desk();
		const before = await moneyOf(here);
		here.world.server.payFunding(here.account.accountId, 'BTCUSDT', '-12.34');
		const report = await look(here);
		expect(report.issues).toEqual([]);
		expect(await listAdjustments(here.process.kernel.conn, { accountId: here.account.accountId })).toMatchObject([
			{ kind: 'funding', amount: '-12.34', asset: 'USDT', tradeId: expect.stringMatching(/^trd_/) },
		]);
		const after = await moneyOf(here);
		expect([sub(after.cash, before.cash), sub(after.realisedNet, before.realisedNet), sub(after.realisedToday, before.realisedToday)])
			.toEqual(['-12.34', '-12.34', '-12.34']);
		expect([after.dayStartEquity, after.peakEquity]).toEqual([before.dayStartEquity, before.peakEquity]);
		here.world.server.payFunding(here.account.accountId, 'BTCUSDT', '3');
		await look(here);
		for (let again = 0; again < 3; again++) expect((await look(here)).adjusted).toEqual([]);
		expect(await adjusted(here)).toEqual(['funding -12.34', 'funding 3']);
		expect(after.cash).toBe(sub((await moneyOf(here)).cash, 3));
		expect((await look(here)).allClear).toBe(true);
	});

	test('beside a withdrawal: each is what it is', async () => {
		const here = await desk();
		const before = await moneyOf(here);
		here.world.server.payFunding(here.account.accountId, 'BTCUSDT', '-1.5');
		here.world.server.deposit(here.account.accountId, 'USDT', '-500');
		for (let turn = 0; turn < 3; turn++) await look(here);
		expect((await adjusted(here)).sort()).toEqual(['cash -500', 'funding -1.5']);
		const after = await moneyOf(here);
		expect(sub(after.realisedNet, before.realisedNet)).toBe('-1.5');
		expect(sub(after.dayStartEquity, before.dayStartEquity)).toBe('-500');
		// What was booked before a correction of the cash is not looked for again.
		expect((await look(here)).adjusted).toEqual([]);
	});

	test('while the list of payments does not answer nobody knows what the difference is: nothing is corrected', async () => {
		const here = await desk();
		here.world.server.payFunding(here.account.accountId, 'BTCUSDT', '-2');
		const { exchange } = here.process;
		const honest = exchange.fundings?.bind(exchange);
		Object.assign(exchange, { fundings: async () => Promise.reject(new Error('no answer')) });
		for (let turn = 0; turn < 3; turn++) expect((await look(here)).skipped).toMatchObject([{ what: 'funding', why: 'failed' }]);
		expect(await adjusted(here)).toEqual([]);
		Object.assign(exchange, { fundings: honest });
		await look(here);
		expect(await adjusted(here)).toEqual(['funding -2']);
		expect(await listIssues(here.process.kernel.conn, { accountId: here.account.accountId })).toEqual([]);
	});
});
