/**
 * The watch over open risk in a real n8n: each trigger stops what it should and ends as it should,
 * on accounts at a loopback exchange whose prices and faults this test makes. Small numbers of the
 * policy take the place of hours.
 */
import { readVenueCredential } from '../../core/exchange';
import type { Policy } from '../../core/model';
import { startBinance, type BinanceServer } from '../support/binance';
import { e2e, type Instance } from '../support/e2e';
import type { RunningN8n } from '../support/host';

jest.setTimeout(300_000);

const { post, sleep, startInstance, until } = e2e;

interface Who {
	readonly handle: string;
	readonly apiKey: string;
	readonly symbol: string;
	readonly prices: { readonly stop_loss: number; readonly take_profit: number };
	accountId: string;
}

const who = (handle: string, symbol: string, stop_loss: number, take_profit: number): Who => ({
	handle, apiKey: `watch-${handle}-key-0123456789abcdef`, symbol, prices: { stop_loss, take_profit }, accountId: '',
});
const drop = who('drop', 'BTC/USDT', 57_000, 69_000);
const fall = who('fall', 'BTC/USDT', 57_000, 69_000);
const loss = who('loss', 'ETH/USDT', 2_850, 3_450);
const calls = who('calls', 'XRP/USDT', 0.475, 0.58);
const ALL = [drop, fall, loss, calls];
const SECRET = 'watch-secret-fedcba9876543210';

function small(policy: Policy): Policy {
	const { tiers } = policy;
	return {
		...policy,
		tiers: {
			...tiers,
			COMMANDER: { ...tiers.COMMANDER, dailyLossPercent: 5, riskPerTradePercent: 1, cooldownMinutes: 0 },
			FANG: { ...tiers.FANG, dailyLossPercent: 0.2 },
			OPERATOR: { ...tiers.OPERATOR, dailyLossPercent: 1.2 },
		},
		watch: {
			...policy.watch, drawdownPercent: 0.6, volatilityPercent: 10, volatilityMinutes: 1, volatilityPauseMinutes: 1,
			engineDeadSeconds: 20, idleSeconds: 5,
		},
		protection: { ...policy.protection, apiErrorsPerMinute: 5, feedLostSeconds: 5 },
		emergency: { ...policy.emergency, healthySeconds: 10, apiErrorsHealthySeconds: 60 },
		reconciliation: { ...policy.reconciliation, failedAfterSeconds: 10, healthySeconds: 10 },
	};
}

let server: BinanceServer;
let instance: Instance;
let n8n: RunningN8n;

interface OpenTrip {
	readonly scope: string;
	readonly scopeId: string | null;
	readonly symbol: string | null;
	readonly state: string;
	readonly cause: string;
	readonly rearm: string;
	readonly rearmAt: number | null;
}
const trips = async (): Promise<OpenTrip[]> => instance.core['safety'].open();
const stopOf = async (cause: string, accountId: string | null): Promise<OpenTrip | undefined> =>
	(await trips()).find((each) => each.cause === cause && each.scopeId === accountId);
const stopped = async (cause: string, accountId: string | null, timeoutMs = 45_000): Promise<OpenTrip> =>
	until(async () => stopOf(cause, accountId), { what: `the stop by ${cause}`, timeoutMs, everyMs: 300 });
const ended = async (cause: string, accountId: string | null, timeoutMs = 60_000): Promise<unknown> =>
	until(async () => (await stopOf(cause, accountId)) === undefined, { what: `the end of ${cause}`, timeoutMs, everyMs: 500 });
const told = async (type: string): Promise<{ event_id: string; account_id: string; payload: string }[]> =>
	instance.core.kernel.conn('events').where({ type });

async function engineBeats(): Promise<void> {
	const since = Date.now();
	await until(
		async () => Number((await instance.core.kernel.conn('heartbeats').where({ name: 'engine' }).first())?.at ?? 0) > since,
		{ what: 'the engine', timeoutMs: 200_000, everyMs: 500 },
	);
}

async function send(one: Who, rest: object = {}): Promise<void> {
	const { status } = await post(instance.demo.signalUrl, instance.demo.token, {
		source: 'e2e', symbol: one.symbol, side: 'buy', class: 'SNIPER_OPS', confidence: 95, ...one.prices,
		members: [one.handle], ...rest,
	});
	expect(status).toBe(202);
}

const held = (one: Who): number => Number(server.account(one.apiKey).balances[one.symbol.split('/')[0] ?? '']?.total ?? 0);

beforeAll(async () => {
	server = await startBinance();
	instance = await startInstance();
	n8n = instance.n8n;
	const { conn, rules } = instance.core.kernel as Instance['core']['kernel'] & { rules: { policy: Policy } };
	await conn('settings').insert({ name: 'policy', value: JSON.stringify(small(rules.policy)), updated_at: Date.now() });
	await n8n.stop();
	n8n = await n8n.restart();
	await engineBeats();
	for (const one of ALL) {
		server.addKey({ apiKey: one.apiKey, secret: SECRET, balances: { USDT: 10_000 } });
		const tier = one === loss ? 'OPERATOR' : 'COMMANDER';
		await instance.core['members'].upsert({
			handle: one.handle, tier, fireMode: 'FULL_AUTO', autoSlots: 3, zone: 'UTC', actor: 'operator:e2e',
		});
		const credential = readVenueCredential({
			venue: 'binance', mode: 'sandbox', apiKey: one.apiKey, secret: SECRET, passphrase: '',
			otherAddresses: true, apiUrl: server.url, streamUrl: server.streamUrl,
		});
		const connected = await instance.core['connections'].connect({
			member: one.handle, credential, label: 'desk', currency: 'USDT', prices: 'venue', replaceKey: false, actor: 'operator:e2e',
		});
		one.accountId = connected.account.id;
	}
	await until(async () => (await trips()).length === 0, { what: 'the first comparison', timeoutMs: 60_000, everyMs: 500 });
	for (const one of ALL) await send(one);
	await until(
		() => ALL.every((one) => held(one) > 0 && server.account(one.apiKey).openOrders.length > 0),
		{ what: 'four protected trades', timeoutMs: 60_000, everyMs: 300 },
	);
});
afterAll(async () => {
	await n8n.kill();
	await instance.end();
	await server.close();
});

describe('the watch in a real n8n', () => {
	it('a clean stop and start was no death', async () => {
		expect((await told('trading_state.tripped')).filter(({ payload }) => payload.includes('engine_dead'))).toEqual([]);
	});

	it('pauses an account whose equity dropped to the limit of the day', async () => {
		server.setPrice('BTCUSDT', '58800', '58800.01');
		await sleep(5_000);
		expect(await stopOf('equity_drop', drop.accountId)).toBeUndefined();
		// The tier's own limit counts, from the moment of the change.
		await instance.core['members'].upsert({ handle: drop.handle, tier: 'FANG', actor: 'operator:e2e' });
		const stop = await stopped('equity_drop', drop.accountId);
		expect(stop).toMatchObject({ scope: 'account', state: 'PAUSED', rearm: 'next_day' });
		expect(stop.rearmAt).toBeGreaterThan(Date.now());
		expect(held(drop)).toBeGreaterThan(0);
	});

	it('flattens and locks an account that fell too far from its peak', async () => {
		expect(await stopOf('drawdown', fall.accountId)).toBeUndefined();
		server.setPrice('BTCUSDT', '57500', '57500.01');
		expect(await stopped('drawdown', fall.accountId)).toMatchObject({ rearm: 'hand', rearmAt: null });
		await until(async () => (await stopOf('drawdown', fall.accountId))?.state === 'LOCKED', { what: 'LOCKED', timeoutMs: 60_000, everyMs: 500 });
		expect(held(fall)).toBeLessThan(0.0001);
		expect(server.account(fall.apiKey).openOrders).toEqual([]);
		expect((await told('risk.warning')).some(({ account_id }) => account_id === fall.accountId)).toBe(true);
	});

	it('pauses an account that realised its daily loss, by a stop that the price jumped over', async () => {
		server.setPrice('ETHUSDT', '2780', '2780.01');
		const stop = await stopped('daily_loss', loss.accountId, 90_000);
		expect(stop).toMatchObject({ scope: 'account', state: 'PAUSED', rearm: 'next_day' });
		expect(held(loss)).toBeLessThan(0.001);
	});

	it('pauses a symbol that moves too fast, for everybody', async () => {
		await send(calls, { symbol: 'SOL/USDT', stop_loss: 140, take_profit: 180, confidence: 20 });
		await until(async () => (await instance.core.kernel.conn('price_windows').where({ symbol: 'SOL/USDT' })).length > 0, { what: 'the window', everyMs: 300 });
		server.setPrice('SOLUSDT', '170', '170.01');
		const stop = await until(async () => (await trips()).find(({ cause }) => cause === 'volatility'), { what: 'the pause', everyMs: 300 });
		expect(stop).toMatchObject({ scope: 'symbol', symbol: 'SOL/USDT', state: 'PAUSED', rearm: 'timed' });
		expect(stop.rearmAt).toBeGreaterThan(Date.now() + 30_000);
	});

	it('pauses the accounts of a venue without prices, until it has them again', async () => {
		const silence = server.plan({ kind: 'status', status: 503, call: 'quote', times: 100_000 });
		await stopped('feed_lost', calls.accountId);
		expect(await stopped('feed_lost', fall.accountId)).toMatchObject({ rearm: 'healthy', state: 'PAUSED' });
		silence.cancel();
		await ended('feed_lost', calls.accountId);
		await ended('feed_lost', fall.accountId);
	});

	it('pauses an account whose calls fail, and one that cannot be compared', async () => {
		const down = server.plan({ kind: 'status', status: 503, call: 'any', apiKey: calls.apiKey, times: 100_000 });
		expect(await stopped('api_errors', calls.accountId, 90_000)).toMatchObject({ rearm: 'healthy', state: 'PAUSED' });
		expect(await stopped('reconciliation', calls.accountId, 90_000)).toMatchObject({ state: 'PAUSED' });
		expect(await stopOf('api_errors', drop.accountId)).toBeUndefined();
		down.cancel();
		await ended('reconciliation', calls.accountId, 90_000);
		await ended('api_errors', calls.accountId, 120_000);
	});

	it('an engine that was killed stops all trading until it has lived for a while; nothing is told twice', async () => {
		const before = await told('risk.warning');
		await n8n.kill();
		await sleep(22_000);
		n8n = await n8n.restart();
		await engineBeats();
		expect(await stopped('engine_dead', null)).toMatchObject({ scope: 'global', state: 'PAUSED', rearm: 'healthy' });
		await ended('engine_dead', null);
		const after = await told('risk.warning');
		expect(after.slice(0, before.length)).toEqual(before);
		const keys = after.map(({ account_id, payload }) => `${account_id} ${JSON.parse(payload).warning} ${JSON.parse(payload).trade_id}`);
		expect([...new Set(keys)]).toEqual(keys);
		expect(held(calls)).toBeGreaterThan(0);
	});
});
