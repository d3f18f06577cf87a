/**
 * n8n is killed (SIGKILL) between the signal's answer and the fill, at the commit of each durable
 * step, and started again: every accepted signal ends in a verdict, no order is sent twice, none is
 * lost, and no reservation stays behind.
 */
import assert from 'node:assert/strict';
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { waitUntilUsable } from '../../scripts/lib/local-run.mjs';
import { follow, makeMember, post, startInstance, until, wideAlert } from './instance.mjs';

/** After the commit of: stored signal, verdict, ticket, created order, order in SUBMITTING, the venue's own book. */
const POINTS = ['signals', 'verdicts', 'tickets', 'orders', 'orders:SUBMITTING', 'paper_orders'];
const preload = new URL('../support/kill-after.cjs', import.meta.url).pathname;

async function submitUntilAnswered(instance, alert) {
	return until(
		async () => {
			try {
				const { status, answer } = await post(instance.demo.signalUrl, instance.demo.token, alert);
				return status === 200 || status === 202 ? answer.signal_id : null;
			} catch {
				return null; // intentional: n8n is down; a sender sends again
			}
		},
		{ what: 'an answer', timeoutMs: 120_000, everyMs: 500 },
	);
}

describe('killed between answer and fill', { timeout: 900_000 }, () => {
	let instance;
	let n8n;
	const alerts = [];

	before(async () => {
		instance = await startInstance();
		n8n = instance.n8n;
	});
	after(async () => {
		await n8n.kill();
		await instance.end();
	});

	for (const [index, point] of POINTS.entries()) {
		it(`dies right after the commit to ${point}`, async () => {
			await n8n.kill();
			const marker = join(instance.userFolder, `killed-${index}`);
			n8n = await n8n.restart({
				env: {
					NODE_OPTIONS: `--require ${preload}`,
					FIRECONTROL_KILL_AFTER: point,
					FIRECONTROL_KILL_MARKER: marker,
				},
			});
			const handle = await makeMember(instance.core);
			const symbol = instance.symbols[index % instance.symbols.length];
			const alert = { ...wideAlert(instance, symbol, handle), id: `crash-${index}-${handle}` };
			alerts.push(alert);
			await until(
				async () => {
					if (existsSync(marker)) return true;
					await post(instance.demo.signalUrl, instance.demo.token, alert).catch(() => {});
					return existsSync(marker);
				},
				{ what: `the kill after ${point}`, timeoutMs: 120_000, everyMs: 500 },
			);
			assert.match(readFileSync(marker, 'utf8'), new RegExp(`^${point.split(':')[0]}`));
		});
	}

	it('recovers everything after a clean start', async () => {
		await n8n.kill();
		n8n = await n8n.restart();
		await waitUntilUsable(n8n, instance);
		for (const alert of alerts) alert.signalId = await submitUntilAnswered(instance, alert);
		for (const { signalId } of alerts) {
			const status = await until(
				async () => {
					const found = await follow(instance, signalId);
					const orders = found?.accounts?.[0]?.orders ?? [];
					return orders.some(({ state }) => state === 'FILLED') ? found : null;
				},
				{ what: `the fill of ${signalId}`, timeoutMs: 180_000, everyMs: 1000 },
			);
			assert.equal(status.accounts.length, 1);
			const [account] = status.accounts;
			assert.notEqual(account.verdict.decision, 'BLOCK');
			const entries = account.orders.filter(({ leg }) => leg === 'entry');
			assert.equal(entries.filter(({ state }) => state === 'FILLED').length, 1, 'exactly one filled entry');
			const filled = entries.find(({ state }) => state === 'FILLED');
			assert.equal(new Set(filled.fills.map((fill) => fill.venue_trade_id)).size, filled.fills.length);
		}
	});

	it('left one order a signal at the venue and no reservation behind', async () => {
		const { conn } = instance.core.kernel;
		const venue = await conn('paper_orders')
			.join('accounts', 'accounts.id', 'paper_orders.account_id')
			.where('paper_orders.side', 'buy')
			.select('paper_orders.account_id');
		assert.equal(venue.length, alerts.length);
		assert.equal(new Set(venue.map((row) => row.account_id)).size, alerts.length);
		const live = await until(async () => {
			const rows = await conn('reservations').where({ state: 'LIVE' });
			return rows.length === 0 ? 'none' : null;
		}, { what: 'released reservations', timeoutMs: 60_000 });
		assert.equal(live, 'none');
	});
});
