import { isRefused, type Core } from '../../../../core';
import type { Connected, ConnectWish } from '../../../../core/exchange';
import { findVenue, openAccountKeys } from '../../../../core/members';
import { startBinance, type BinanceServer } from '../../../support/binance';
import { testCore } from '../../../support/core';
import { describeDatabases, type TestDatabase } from '../../../support/databases';

const KEY = { apiKey: 'desk-key-0123456789', secret: 'desk-secret-9876543210' };
const OTHER = { apiKey: 'other-key-0123456789', secret: 'other-secret-9876543210' };

let server: BinanceServer;
beforeAll(async () => {
	server = await startBinance();
	server.addKey({ ...KEY, balances: { USDT: '2500.5', BTC: '0.5' } });
	server.addKey({ ...OTHER, balances: { USDT: 100 } });
	server.addKey({ apiKey: 'withdraw-key', secret: 'withdraw-secret', canWithdraw: true });
	server.addKey({ apiKey: 'reading-key', secret: 'reading-secret', canTrade: false });
});
afterAll(async () => server.close());

type Changes = Partial<Omit<ConnectWish, 'credential'>> & { credential?: Partial<ConnectWish['credential']> };

const wish = ({ credential, ...rest }: Changes = {}): ConnectWish => ({
	member: 'operator',
	credential: {
		venue: 'binance', mode: 'live', ...KEY, passphrase: null,
		apiUrl: server.url, streamUrl: server.streamUrl, ...credential,
	},
	currency: 'USDT',
	prices: 'venue',
	replaceKey: false,
	actor: 'node:test',
	...rest,
});

/** Everything that the database holds, as text. */
async function everything({ kernel }: Core): Promise<string> {
	const tables: string[] =
		kernel.pool.dialect === 'sqlite'
			? (await kernel.conn('sqlite_master').where({ type: 'table' })).map(({ name }: any) => name)
			: (await kernel.conn('pg_tables').where({ schemaname: 'public' })).map(({ tablename }: any) => tablename);
	const rows = await Promise.all(tables.map(async (table) => kernel.conn(table)));
	return JSON.stringify(rows);
}

async function home(database: TestDatabase): Promise<Core> {
	const { core } = testCore(database);
	await core.members.seedOperator();
	return core;
}

describeDatabases('connecting an account', (open) => {
	const connect = async (core: Core, changes?: Changes): Promise<Connected> => {
		const connected = await core.connections.connect(wish(changes));
		if (isRefused(connected)) throw new Error(connected.message);
		return connected;
	};
	const refusal = async (core: Core, changes: Changes): Promise<string> => {
		const refused = await core.connections.connect(wish(changes));
		return isRefused(refused) ? refused.code : 'connected';
	};

	it('asks the venue, seals the keys, and begins with what the venue holds', async () => {
		const core = await home(await open());
		const { account, created, venue } = await connect(core, { label: 'desk' });
		expect(created).toBe(true);
		expect(account).toMatchObject({
			label: 'desk', kind: 'live', status: 'active', currency: 'USDT', cash: '2500.5', equity: '2500.5',
			venue: `binance@127.0.0.1:${server.port}`, liveEnabledAt: null,
		});
		expect(venue).toMatchObject({ assets: 2, rights: { canTrade: true, canWithdraw: false } });
		expect(venue?.markets).toBeGreaterThan(3);
		const { conn } = core.kernel;
		expect(await openAccountKeys(conn, core.kernel, account.id)).toEqual({ ...KEY, passphrase: null });
		expect(await findVenue(conn, account.venue)).toMatchObject({
			ccxtId: 'binance', mode: 'live', apiUrl: server.url, streamUrl: server.streamUrl,
		});
		const kept = await everything(core);
		expect(kept).toContain(account.id);
		for (const secret of Object.values(KEY)) expect(kept).not.toContain(secret);
	});

	it('changes nothing when the same is asked again, under whatever label', async () => {
		const core = await home(await open());
		const first = await connect(core, { label: 'desk' });
		const again = await connect(core, { label: 'another' });
		expect(again).toEqual({ ...first, created: false });
		expect(await core.members.accounts('operator')).toHaveLength(2);
		expect(await refusal(core, { currency: 'EUR' })).toBe('ACCOUNT_CURRENCY');
	});

	it('gives a key to one account only', async () => {
		const core = await home(await open());
		await core.members.upsert({ handle: 'bea', tier: 'FANG', actor: 'test' });
		await connect(core);
		expect(await refusal(core, { member: 'bea' })).toBe('ACCOUNT_KEY_TAKEN');
		expect(await refusal(core, { credential: { mode: 'sandbox' } })).toBe('ACCOUNT_KEY_TAKEN');
		expect((await core.members.accounts('bea'))).toHaveLength(0);
	});

	it('gives a key to one of two members who bring it at the same moment', async () => {
		const core = await home(await open());
		await core.members.upsert({ handle: 'bea', tier: 'FANG', actor: 'test' });
		const results = await Promise.all([
			core.connections.connect(wish()),
			core.connections.connect(wish({ member: 'bea' })),
		]);
		const refused = results.filter(isRefused);
		expect(refused.map(({ code }) => code)).toEqual(['ACCOUNT_KEY_TAKEN']);
	});

	it('replaces a key only when told to, and turns the live switch off', async () => {
		const core = await home(await open());
		const { account } = await connect(core, { label: 'desk' });
		const on = { accountId: account.id, phrase: 'TRADE REAL MONEY', actor: 'operator' };
		expect(await core.liveSwitch.enable(on)).toMatchObject({ liveEnabledBy: 'operator' });
		// The same key again is no reason to turn it off.
		expect((await connect(core, { label: 'desk' })).account.liveEnabledAt).not.toBeNull();
		const renewed = { label: 'desk', credential: OTHER };
		expect(await refusal(core, renewed)).toBe('ACCOUNT_LABEL_TAKEN');
		const replaced = await connect(core, { ...renewed, replaceKey: true });
		expect(replaced).toMatchObject({
			created: false, replaced: true, account: { id: account.id, cash: '2500.5', liveEnabledAt: null },
		});
		expect(await openAccountKeys(core.kernel.conn, core.kernel, account.id)).toMatchObject(OTHER);
		// The former key is free again.
		expect((await connect(core, { label: 'second' })).created).toBe(true);
	});

	it('never puts the key of one venue under an account of another', async () => {
		const core = await home(await open());
		expect(await refusal(core, { label: 'paper' })).toBe('ACCOUNT_LABEL_TAKEN');
		expect(await refusal(core, { label: 'paper', replaceKey: true })).toBe('ACCOUNT_LABEL_TAKEN');
	});

	it('refuses what the venue or the rules do not allow, and stores nothing', async () => {
		const core = await home(await open());
		const cases = [
			[{ apiKey: 'withdraw-key', secret: 'withdraw-secret' }, 'VENUE_KEY_CAN_WITHDRAW'],
			[{ apiKey: 'nobody-knows-me', secret: 'x' }, 'VENUE_AUTH'],
			[{ ...KEY, secret: 'wrong-secret' }, 'VENUE_AUTH'],
			[{ venue: 'luno' }, 'VENUE_UNSUPPORTED'],
			[{ venue: 'kraken', mode: 'sandbox' }, 'VENUE_NO_SANDBOX'],
			[{ apiUrl: 'http://127.0.0.1:9', streamUrl: null }, 'VENUE_UNAVAILABLE'],
		] as const;
		for (const [credential, code] of cases) {
			await expect(core.connections.connect(wish({ credential }))).rejects.toMatchObject({ code });
		}
		expect(await core.kernel.conn('account_keys')).toEqual([]);
		expect(await core.kernel.conn('venues')).toEqual([]);
	});

	it('refuses a key that may only read, an unknown member, and words that are none', async () => {
		const core = await home(await open());
		const reading = { credential: { apiKey: 'reading-key', secret: 'reading-secret' } };
		expect(await refusal(core, reading)).toBe('VENUE_KEY_READ_ONLY');
		await expect(connect(core, { member: 'nobody' })).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
		await expect(connect(core, { label: 'x'.repeat(65), currency: 'dollars', zone: 'Mars' })).rejects.toMatchObject({
			code: 'MEMBER_INVALID',
			details: { violations: [{ field: 'label' }, { field: 'currency' }, { field: 'zone' }] },
		});
	});

	it('makes a paper account without asking anybody', async () => {
		const core = await home(await open());
		const credential = { mode: 'paper', apiKey: null, secret: null } as const;
		const demo = { credential, prices: 'demo', label: 'practice' } as const;
		const first = await connect(core, { ...demo, startBalance: '500' });
		expect(first).toMatchObject({
			created: true, venue: null, account: { kind: 'paper', venue: 'paper', cash: '500' },
		});
		expect(await connect(core, demo)).toMatchObject({ created: false });
		await core.connections.disconnect({ accountId: first.account.id, actor: 'test' });
		expect(await connect(core, demo)).toMatchObject({
			created: false, account: { id: first.account.id, status: 'active' },
		});
		expect((await connect(core, { credential })).account).toMatchObject({
			label: 'binance paper', kind: 'paper', venue: 'paper@ccxt:binance',
		});
		await expect(connect(core, { credential: { ...credential, venue: 'luno' } })).rejects.toMatchObject({
			code: 'VENUE_UNSUPPORTED',
		});
	});

	it('forgets the keys of an account that is disconnected, and takes it back', async () => {
		const core = await home(await open());
		const { account } = await connect(core, { label: 'desk' });
		const off = { accountId: account.id, actor: 'operator' };
		expect(await core.connections.disconnect(off)).toMatchObject({ status: 'inactive' });
		expect(await core.connections.disconnect(off)).toMatchObject({ status: 'inactive' });
		await expect(openAccountKeys(core.kernel.conn, core.kernel, account.id)).rejects.toMatchObject({
			code: 'ACCOUNT_KEYS_MISSING',
		});
		const entries = await core.audit.list({ limit: 100 });
		expect(entries.filter(({ action }) => action === 'account.disconnected')).toHaveLength(1);
		expect(await connect(core, { label: 'desk' })).toMatchObject({
			created: false, replaced: false, account: { id: account.id, status: 'active' },
		});
	});

	it('keeps the keys while something is open, or nobody could close it', async () => {
		const database = await open();
		const { core, member, submit, run } = testCore(database);
		const { accountId, handle } = await member();
		await core.engine.tick();
		await run(await submit({ members: [handle] }));
		expect(await core.connections.disconnect({ accountId, actor: 'test' })).toMatchObject({
			kind: 'refused', code: 'ACCOUNT_BUSY', context: { observed: 1 },
		});
		expect(await core.connections.disconnect({ accountId: 'acc_none', actor: 'test' })).toMatchObject({
			code: 'ACCOUNT_UNKNOWN',
		});
	});
});

describeDatabases('the live switch', (open) => {
	it('needs the phrase, is audited, and goes off at once', async () => {
		const core = await home(await open());
		const connected = await core.connections.connect(wish());
		if (isRefused(connected)) throw new Error(connected.message);
		const accountId = connected.account.id;
		const enable = async (phrase: string) => core.liveSwitch.enable({ accountId, phrase, actor: 'member:1' });
		expect(await enable('trade real money')).toMatchObject({ code: 'LIVE_PHRASE' });
		expect(await enable(' TRADE REAL MONEY ')).toMatchObject({ liveEnabledBy: 'member:1' });
		expect(await enable('TRADE REAL MONEY')).toMatchObject({ liveEnabledBy: 'member:1' });
		expect(await core.liveSwitch.disable({ accountId, actor: 'operator' })).toMatchObject({ liveEnabledAt: null });
		await core.liveSwitch.disable({ accountId, actor: 'operator' });
		const entries = await core.audit.list({ limit: 100 });
		const told = entries.filter(({ action }) => action.startsWith('account.live_'));
		expect(told.map(({ action, actor }) => [action, actor]).sort()).toEqual([
			['account.live_disabled', 'operator'],
			['account.live_enabled', 'member:1'],
		]);
	});

	it('is for accounts with real money that are in use', async () => {
		const core = await home(await open());
		const [paper] = await core.members.accounts('operator');
		const on = { phrase: 'TRADE REAL MONEY', actor: 'operator' };
		expect(await core.liveSwitch.enable({ accountId: paper!.id, ...on })).toMatchObject({ code: 'ACCOUNT_NOT_LIVE' });
		expect(await core.liveSwitch.disable({ accountId: paper!.id, actor: 'x' })).toMatchObject({ code: 'ACCOUNT_NOT_LIVE' });
		expect(await core.liveSwitch.enable({ accountId: 'acc_none', ...on })).toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
		const connected = await core.connections.connect(wish());
		if (isRefused(connected)) throw new Error(connected.message);
		const { id } = connected.account;
		await core.connections.disconnect({ accountId: id, actor: 'operator' });
		expect(await core.liveSwitch.enable({ accountId: id, ...on })).toMatchObject({ code: 'ACCOUNT_INACTIVE' });
	});
});
