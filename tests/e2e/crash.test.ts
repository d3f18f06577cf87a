/**
 * n8n is killed (SIGKILL) between the signal's answer and the fill, at the commit of each durable
 * step, and started again: every accepted signal ends in a verdict, no order is sent twice, none is
 * lost, and no reservation stays behind.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { e2e, type Instance } from '../support/e2e';
import type { RunningN8n } from '../support/host';

const { follow, makeMember, post, sleep, startInstance, until, wideAlert } = e2e;

/**
 * The commit after which n8n dies, and how the entry order then ends. One that was on its way when
 * n8n died is looked up five times.
 */
const POINTS = [
	['signals', 'FILLED'],
	['verdicts', 'FILLED'],
	['tickets', 'FILLED'],
	['orders', 'FAILED'],
	['paper_orders', 'FILLED'],
] as const;
const ENDED = ['FILLED', 'DENIED', 'FAILED'];
const preload = join(__dirname, '../support/kill-after.cjs');

async function submitUntilAnswered(instance: Instance, alert: object): Promise<string> {
	return until(
		async () => {
			try {
				const { status, answer } = await post(instance.demo.signalUrl, instance.demo.token, alert);
				return status === 200 || status === 202 ? (answer.signal_id ?? null) : null;
			} catch {
				return null; // intentional: n8n is down; a sender sends again
			}
		},
		{ what: 'an answer', timeoutMs: 120_000, everyMs: 500 },
	);
}

/**
 * Until the engine of this start reports and every workflow had time to be activated. An n8n that is
 * killed while it activates workflows makes the next one wait for minutes: its own lease, not ours.
 */
async function started(instance: Instance): Promise<void> {
	const since = Date.now();
	const beats = async (): Promise<boolean> => {
		const beat = await instance.core.kernel.conn('heartbeats').where({ name: 'engine' }).first();
		return Number(beat?.at ?? 0) > since;
	};
	await until(beats, { what: 'the engine', timeoutMs: 200_000, everyMs: 500 });
	await sleep(2_000);
	// A start that took longer than a minute counts as a dead engine: a minute of life ends that stop.
	const running = async (): Promise<boolean> => (await instance.core['safety'].open()).length === 0;
	await until(running, { what: 'the end of the stop', timeoutMs: 120_000, everyMs: 500 });
}

jest.setTimeout(300_000);

describe('killed between answer and fill', () => {
	let instance: Instance;
	let n8n: RunningN8n;
	const alerts: { alert: object; signalId: string; end: string }[] = [];

	beforeAll(async () => {
		instance = await startInstance();
		n8n = instance.n8n;
	});
	afterAll(async () => {
		await n8n.kill();
		await instance.end();
	});

	for (const [index, [point, end]] of POINTS.entries()) {
		it(`dies right after the commit to ${point}`, async () => {
			await n8n.kill();
			const marker = join(instance.userFolder, `killed-${index}`);
			const env = {
				NODE_OPTIONS: `--require ${preload}`,
				FIRECONTROL_KILL_AFTER: point,
				FIRECONTROL_KILL_MARKER: marker,
			};
			n8n = await n8n.restart({ env });
			await started(instance);
			writeFileSync(`${marker}.armed`, '');
			const handle = await makeMember(instance.core);
			const symbol = instance.symbols[index % instance.symbols.length] ?? 'BTC/USDT';
			const alert = { ...wideAlert(instance, symbol, handle), id: `crash-${index}-${handle}` };
			alerts.push({ alert, signalId: '', end });
			await until(
				async () => {
					if (existsSync(marker)) return true;
					await post(instance.demo.signalUrl, instance.demo.token, alert).catch(() => {});
					return existsSync(marker);
				},
				{ what: `the kill after ${point}`, timeoutMs: 120_000, everyMs: 500 },
			);
			expect(readFileSync(marker, 'utf8')).toMatch(new RegExp(`^${point.split(':')[0]}`));
		});
	}

	it('recovers everything after a clean start', async () => {
		await n8n.kill();
		n8n = await n8n.restart();
		await started(instance);
		for (const entry of alerts) entry.signalId = await submitUntilAnswered(instance, entry.alert);
		for (const { signalId, end } of alerts) {
			const status = await until(
				async () => {
					const found = await follow(instance, signalId);
					const orders = found?.accounts?.[0]?.orders ?? [];
					return orders.some(({ state }) => ENDED.includes(state)) ? found : null;
				},
				{ what: `the end of ${signalId}`, timeoutMs: 180_000, everyMs: 1000 },
			);
			expect(status.accounts).toHaveLength(1);
			expect(status.accounts[0]?.verdict?.decision).not.toBe('BLOCK');
			expect(status.accounts[0]?.orders.map(({ leg, state }) => [leg, state])).toEqual([['entry', end]]);
			const trades = status.accounts[0]?.orders[0]?.fills.map((fill) => fill.venue_trade_id) ?? [];
			expect(trades.length > 0).toBe(end === 'FILLED');
			expect(new Set(trades).size).toBe(trades.length);
		}
	});

	it('left one order a signal at the venue and no reservation behind', async () => {
		const { conn } = instance.core.kernel;
		const venue = await conn('paper_orders')
			.join('accounts', 'accounts.id', 'paper_orders.account_id')
			.where('paper_orders.side', 'buy')
			.select('paper_orders.account_id');
		const accounts = venue.map((row: { account_id: string }) => row.account_id);
		const filled = alerts.filter(({ end }) => end === 'FILLED');
		expect(accounts).toHaveLength(filled.length);
		expect(new Set(accounts).size).toBe(filled.length);
		const released = async (): Promise<boolean> =>
			(await conn('reservations').where({ state: 'LIVE' })).length === 0;
		expect(await until(released, { what: 'released reservations' })).toBe(true);
	});
});
