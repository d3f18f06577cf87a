/** The main path in a real n8n: what the demo shows, the fire call, repeats, and hostile input. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { planDemo } from '../../scripts/demo/plan.mjs';
import { isSettled } from '../../scripts/demo/report.mjs';
import { endSharedInstance, follow, makeMember, post, sharedInstance, sleep, until, wideAlert } from './instance.mjs';

let instance;
before(async () => {
	instance = await sharedInstance();
});
after(endSharedInstance);

const submit = (alert, headers) => post(instance.demo.signalUrl, instance.demo.token, alert, headers);

async function settled(entry, timeoutMs = 240_000) {
	return until(
		async () => {
			entry.followed = await follow(instance, entry.answer.signal_id);
			return isSettled(entry) ? entry.followed.accounts[0] : null;
		},
		{ what: `"${entry.title}" to settle`, timeoutMs, everyMs: 1000 },
	);
}

const codesOf = ({ verdict }) => verdict.checks.filter(({ result }) => result === 'block').map(({ code }) => code);

describe('the demo', { timeout: 600_000 }, () => {
	const sent = [];

	it('sends its dozen alerts and gets the answers of the contract', async () => {
		const handle = await makeMember(instance.core);
		const plan = await until(
			() => planDemo({ quote: instance.quote, symbols: instance.symbols, start: Date.now() + 500, handle, run: handle }),
			{ what: 'fitting swings', timeoutMs: 90_000, everyMs: 1000 },
		);
		assert.equal(plan.length, 12);
		for (const alert of plan) {
			if (alert.waitFor) {
				const target = sent.find(({ role }) => role === alert.waitFor);
				await until(async () => {
					const found = await follow(instance, target.answer.signal_id);
					return found?.accounts[0]?.orders.some(({ state }) => state === 'FILLED');
				}, { what: 'the queued trade to open', timeoutMs: 180_000 });
			}
			const response = await post(instance.demo.signalUrl, instance.demo.token, alert.body, { 'content-type': alert.contentType });
			sent.push({ ...alert, ...response });
			await sleep(1200);
		}
		const byRole = (role) => sent.filter((entry) => entry.role === role);
		for (const { status, answer, role, title } of sent) {
			if (role === 'rejected') assert.ok(status === 400 || status === 422, `${title}: ${status}`);
			else if (role === 'duplicate') assert.deepEqual([status, answer.duplicate], [200, true]);
			else assert.equal(status, 202, `${title}: ${JSON.stringify(answer)}`);
		}
		assert.equal(byRole('duplicate')[0].answer.signal_id, byRole('winner')[0].answer.signal_id);
	});

	it('blocks with exactly the reason that is meant', async () => {
		const oversize = await settled(sent.find(({ role }) => role === 'oversize'));
		assert.deepEqual(codesOf(oversize), ['RISK_PER_TRADE']);
		const reasons = [];
		for (const entry of sent.filter(({ role }) => role === 'blocked')) reasons.push(codesOf(await settled(entry)));
		assert.ok(reasons[0].includes('STOP_LOSS_MISSING'), String(reasons[0]));
		assert.ok(reasons[1].includes('SIGNAL_EXPIRED') || reasons[1].includes('SIGNAL_STALE'), String(reasons[1]));
		assert.ok(reasons[2].includes('SYMBOL_UNKNOWN'), String(reasons[2]));
	});

	it('wins, loses and closes as planned, with XP and an alert for each closed trade', async () => {
		for (const entry of sent.filter(({ role }) => role === 'winner')) {
			const { outcome, xp, alerts } = await settled(entry);
			assert.equal(outcome.exit_reason, 'target');
			assert.ok(Number(outcome.net) > 0, `${entry.title}: ${outcome.net}`);
			assert.ok(xp.length > 0 && alerts.length > 0);
		}
		const closed = await settled(sent.find(({ role }) => role === 'queued'));
		assert.equal(closed.outcome.exit_reason, 'signal');
		const lost = await settled(sent.find(({ role }) => role === 'loser'));
		assert.equal(lost.outcome.exit_reason, 'stop');
		assert.ok(Number(lost.outcome.net) < 0);
		assert.equal(lost.xp.at(-1).day_total, 150, 'all plans kept and the stop honoured');
	});
});

describe('repeats', { timeout: 120_000 }, () => {
	it('makes one signal, one verdict and one order of six deliveries, two of them at the same instant', async () => {
		const handle = await makeMember(instance.core);
		const alert = wideAlert(instance, 'BTC/USDT', handle);
		const answers = await Promise.all([submit(alert), submit(alert)]);
		for (let again = 0; again < 4; again++) {
			await sleep(500);
			answers.push(await submit(alert));
		}
		assert.equal(new Set(answers.map(({ answer }) => answer.signal_id)).size, 1);
		assert.equal(answers.filter(({ status }) => status === 202).length, 1);
		const status = await until(async () => {
			const found = await follow(instance, answers[0].answer.signal_id);
			return found.accounts[0]?.orders.some(({ state }) => state === 'FILLED') ? found : null;
		}, { what: 'the fill' });
		assert.equal(status.accounts.length, 1);
		assert.equal(status.accounts[0].orders.length, 1);
	});
});

describe('manual fire', { timeout: 120_000 }, () => {
	it('holds the ticket until the fire call, and fires it once', async () => {
		const handle = await makeMember(instance.core, { fireMode: 'MANUAL' });
		const { answer } = await submit(wideAlert(instance, 'ETH/USDT', handle));
		const held = await until(async () => {
			const found = await follow(instance, answer.signal_id);
			return found.accounts[0]?.ticket?.state === 'HELD' ? found.accounts[0] : null;
		}, { what: 'the held ticket' });
		assert.equal(held.orders.length, 0);
		const ticket = held.ticket.ticket_id ?? held.ticket.id ?? held.ticket.ticket;
		const fire = () => post(instance.demo.fireUrl, instance.demo.token, { ticket });
		const [first, second] = await Promise.all([fire(), fire()]);
		assert.deepEqual([first.status, second.status].sort(), [200, 202]);
		assert.equal(first.answer.client_order_id, second.answer.client_order_id);
		const filled = await until(async () => {
			const found = await follow(instance, answer.signal_id);
			return found.accounts[0].orders.some(({ state }) => state === 'FILLED') ? found.accounts[0] : null;
		}, { what: 'the fill' });
		assert.equal(filled.orders.length, 1);
		const unknown = await post(instance.demo.fireUrl, instance.demo.token, { ticket: 'tkt_nothere' });
		assert.equal(unknown.status, 404);
	});
});

function filesBelow(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.name === 'node_modules') return [];
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

describe('hostile input', { timeout: 120_000 }, () => {
	it('answers with the contract\'s faults and never with a 5xx', async () => {
		const { conn } = instance.core.kernel;
		const count = async () => Number((await conn('signals').count({ n: '*' }))[0].n);
		const before = await count();
		const token = instance.demo.token;
		const cases = [
			[await post(instance.demo.signalUrl, 'wrong', { symbol: 'BTC/USDT', side: 'buy' }), 401],
			[await submit('{"symbol":'), 400],
			[await submit(`{"symbol":"BTC/USDT","side":"buy","note":"${'x'.repeat(65_536)}"}`), 413],
			[await submit(`{"symbol":"BTC/USDT","side":"buy","__proto__":{"admin":true}}`), 422],
			[await submit(`${'['.repeat(20_000)}${']'.repeat(20_000)}`), null],
			[await submit({ symbol: 'BTC/USDT', side: 'sideways' }), 422],
		];
		for (const [{ status, answer }, expected] of cases) {
			assert.ok(status >= 400 && status < 500, `${status} ${JSON.stringify(answer)}`);
			if (expected !== null) assert.equal(status, expected, JSON.stringify(answer));
			assert.equal(answer.status, 'rejected');
			assert.ok(answer.errors.length > 0);
		}
		assert.equal(await count(), before, 'nothing stored');
		assert.equal(await follow(instance, 'sig_unknown'), null);
		assert.ok(token.length > 20);
	});

	it('keeps the token out of logs, databases and execution data', async () => {
		const { answer } = await submit(
			{ symbol: 'BTC/USDT', side: 'buy', secret: instance.demo.token, members: ['nobody'] },
			{ authorization: '' },
		);
		assert.ok(answer.signal_id);
		await sleep(3000);
		const kept = new Set(['firecontrol-installation.json', 'firecontrol-demo.json']);
		for (const path of filesBelow(instance.userFolder)) {
			if (kept.has(path.split('/').at(-1)) || statSync(path).size > 200_000_000) continue;
			assert.equal(readFileSync(path).includes(instance.demo.token), false, `the token is in ${path}`);
		}
	});
});
