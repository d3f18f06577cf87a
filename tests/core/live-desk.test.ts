/** An account at a venue, from its key to a closed trade, over a loopback exchange. */
import { setTimeout as pause } from 'node:timers/promises';
import { isRefused, type AccountId, type ConnectWish } from '../../core';
import { startBinance, type BinanceServer } from '../support/binance';
import { testCore, type TestCore } from '../support/core';
import { describeDatabases, type TestDatabase } from '../support/databases';
import { systemClock } from '../../core/model';

const FORMER = { apiKey: 'former-key-0123456789', secret: 'former-secret-987654321' };
const RENEWED = { apiKey: 'renewed-key-0123456789', secret: 'renewed-secret-987654321' };
const KEY = { apiKey: 'desk-key-0123456789', secret: 'desk-secret-9876543210' };

let server: BinanceServer;
beforeAll(async () => {
	server = await startBinance();
	server.addKey({ ...KEY, balances: { USDT: 10_000 } });
	server.setPrice('BTCUSDT', '60000', '60000.01');
});
afterAll(async () => server.close());

type Mode = 'sandbox' | 'live';

const wishOf = (member: string, mode: Mode, key: typeof KEY): ConnectWish => ({
	member,
	credential: {
		venue: 'binance', mode, ...key, passphrase: null, apiUrl: server.url, streamUrl: server.streamUrl,
	},
	currency: 'USDT',
	prices: 'venue',
	replaceKey: false,
	actor: 'test',
});

async function desk(database: TestDatabase, mode: Mode, key = KEY): Promise<TestCore & { accountId: AccountId; handle: string }> {
	// The exchange checks timestamps, so this core lives in the machine's time.
	const test = testCore(database, {}, { clock: systemClock });
	const { handle } = await test.member();
	const paper = (await test.core.members.accounts(handle))[0]!;
	await test.core.connections.disconnect({ accountId: paper.id, actor: 'test' });
	const connected = await test.core.connections.connect(wishOf(handle, mode, key));
	if (isRefused(connected)) throw new Error(connected.message);
	return { ...test, accountId: connected.account.id, handle };
}

/** Ticks of the engine in the machine's time, until it is so. */
async function tickUntil({ core }: TestCore, test: () => Promise<boolean>): Promise<void> {
	for (let look = 0; look < 75 && !(await test()); look++) {
		await core.engine.tick();
		await pause(200);
	}
	expect(await test()).toBe(true);
}

const isCompared = ({ core }: TestCore) => async (): Promise<boolean> =>
	(await core.safety.open()).length === 0;

describeDatabases('a live desk', (open) => {
	const alert = { symbol: 'BTC/USDT', stop_loss: '58000', take_profit: '66000' };

	it('opens, protects and closes a trade at the venue', async () => {
		const test = await desk(await open(), 'sandbox');
		const { core, submit, run, accountId, handle } = test;
		const [early] = await run(await submit({ ...alert, id: 'early', members: [handle] }));
		expect(early?.verdict.code).toBe('TRADING_STATE');
		await tickUntil(test, isCompared(test));
		const [step] = await run(await submit({ ...alert, members: [handle] }));
		expect(step?.verdict.checks.filter(({ result }) => result === 'block')).toEqual([]);
		const orders = await core.orders.list({ accountId, limit: 9 });
		expect(orders.find(({ leg }) => leg === 'entry')).toMatchObject({ state: 'FILLED' });
		await core.engine.tick();
		// Stop and target rest as a pair of which the venue cancels the other.
		expect(server.account(KEY.apiKey).openOrders).toMatchObject([
			{ side: 'SELL', type: 'LIMIT_MAKER', price: '66000.00000000' },
			{ side: 'SELL', type: 'STOP_LOSS', stopPrice: '58000.00000000' },
		]);
		const closed = await core.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'test' });
		expect(closed).toMatchObject({ state: 'FILLED', side: 'sell', reduceOnly: true });
		expect(server.account(KEY.apiKey).openOrders).toEqual([]);
		// The fee was taken in BTC: what is left is less than a step, and no trade any more.
		await tickUntil(test, async () => (await core.orders.positions(accountId)).length === 0);
		// Nothing is open any more: its keys may go.
		expect(await core.connections.disconnect({ accountId, actor: 'test' })).toMatchObject({ status: 'inactive' });
	});

	it('goes on with a new key of the same account, the trade open meanwhile', async () => {
		server.addKey({ ...FORMER, account: 'renewed', balances: { USDT: 10_000 } });
		const test = await desk(await open(), 'sandbox', FORMER);
		const { core, submit, run, accountId, handle } = test;
		await tickUntil(test, isCompared(test));
		await run(await submit({ ...alert, members: [handle] }));
		await core.engine.tick();
		expect(server.account(FORMER.apiKey).openOrders).toHaveLength(2);
		server.addKey({ ...RENEWED, account: 'renewed' });
		const replaced = await core.connections.connect({ ...wishOf(handle, 'sandbox', RENEWED), replaceKey: true });
		expect(replaced).toMatchObject({ kind: 'connected', replaced: true, account: { id: accountId } });
		server.removeKey(FORMER.apiKey);
		// New entries wait for a comparison; an exit does not.
		const closed = await core.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'test' });
		expect(closed).toMatchObject({ state: 'FILLED', side: 'sell' });
		expect(server.account(RENEWED.apiKey).openOrders).toEqual([]);
	});

	it('sends nothing with real money while its switch is off', async () => {
		const test = await desk(await open(), 'live');
		const { core, submit, run, accountId, handle } = test;
		await tickUntil(test, isCompared(test));
		const codes = async (id: string): Promise<string[]> => {
			const [step] = await run(await submit({ ...alert, id, members: [handle] }));
			const blocks = step?.verdict.checks.filter(({ result }) => result === 'block') ?? [];
			return blocks.map(({ code }) => code);
		};
		const before = server.requests()['POST order'];
		expect(await codes('one')).toContain('LIVE_NOT_ENABLED');
		await core.liveSwitch.enable({ accountId, phrase: 'TRADE REAL MONEY', actor: 'operator' });
		expect(await codes('two')).not.toContain('LIVE_NOT_ENABLED');
		expect(server.requests()['POST order']).toBe(before);
	});
});
