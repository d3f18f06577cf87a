/** The main path in a real n8n: what the demo shows, the fire call, repeats, and hostile input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
	e2e,
	sharedInstance,
	type DemoAlert,
	type Followed,
	type FollowedAccount,
	type Instance,
	type Posted,
} from '../support/e2e';

jest.setTimeout(300_000);

const { findPlan, follow, isSettled, makeMember, post, sendAll, sleep, until, wideAlert } = e2e;

type Sent = DemoAlert & Posted & { followed?: Followed | null };

let instance: Instance;
beforeAll(async () => {
	instance = await sharedInstance();
});
afterAll(async () => instance.end());

const submit = async (alert: unknown, headers?: Record<string, string>): Promise<Posted> =>
	post(instance.demo.signalUrl, instance.demo.token, alert, headers);

async function settled(entry: Sent | undefined, timeoutMs = 240_000): Promise<FollowedAccount> {
	if (entry === undefined) throw new Error('No such alert was sent.');
	return until(
		async () => {
			entry.followed = await follow(instance, entry.answer.signal_id ?? '');
			return isSettled(entry) ? entry.followed?.accounts[0] : null;
		},
		{ what: `"${entry.title}" to settle`, timeoutMs, everyMs: 1000 },
	);
}

const codesOf = ({ verdict }: FollowedAccount): string[] =>
	(verdict?.checks ?? []).filter(({ result }) => result === 'block').map(({ code }) => code);

describe('the demo', () => {
	const sent: Sent[] = [];

	it('sends its dozen alerts and gets the answers of the contract', async () => {
		const handle = await makeMember(instance.core);
		const plan = await findPlan(instance, handle);
		expect(plan.alerts).toHaveLength(12);
		sent.push(...(await sendAll(instance.demo, plan)));
		const byRole = (wanted: string) => sent.filter(({ role }) => role === wanted);
		for (const { status, answer, role, title } of sent) {
			const expected = role === 'rejected' ? [400, 422] : role === 'duplicate' ? [200] : [202];
			expect({ title, answer, fits: expected.includes(status) }).toMatchObject({ fits: true });
		}
		expect(byRole('duplicate')[0]?.answer).toMatchObject({
			duplicate: true,
			signal_id: byRole('winner')[0]?.answer.signal_id,
		});
	});

	it('blocks with exactly the reason that is meant', async () => {
		const oversize = await settled(sent.find(({ role }) => role === 'oversize'));
		expect(codesOf(oversize)).toEqual(['RISK_PER_TRADE']);
		const reasons: string[][] = [];
		for (const entry of sent.filter(({ role }) => role === 'blocked')) reasons.push(codesOf(await settled(entry)));
		expect(reasons[0]).toContain('STOP_LOSS_MISSING');
		expect(reasons[1]).toContain('SIGNAL_EXPIRED');
		expect(reasons[2]).toContain('SYMBOL_UNKNOWN');
	});

	it('wins, loses and closes as planned, with XP and an alert for each closed trade', async () => {
		for (const entry of sent.filter(({ role }) => role === 'winner')) {
			const { outcome, xp, alerts } = await settled(entry);
			expect(outcome?.exit_reason).toBe('target');
			expect(Number(outcome?.net)).toBeGreaterThan(0);
			expect(xp.length).toBeGreaterThan(0);
			expect(alerts.length).toBeGreaterThan(0);
		}
		const closed = await settled(sent.find(({ role }) => role === 'queued'));
		expect(closed.outcome?.exit_reason).toBe('source_close');
		const lost = await settled(sent.find(({ role }) => role === 'loser'));
		expect(lost.outcome?.exit_reason).toBe('stop');
		expect(Number(lost.outcome?.net)).toBeLessThan(0);
		// All plans kept (100) and the stop honoured (50).
		expect(lost.xp.at(-1)?.day_total).toBe(150);
	});
});

describe('repeats', () => {
	it('makes one signal, one verdict and one order of six deliveries, two of them at the same instant', async () => {
		const handle = await makeMember(instance.core);
		const alert = wideAlert(instance, 'BTC/USDT', handle);
		const answers = await Promise.all([submit(alert), submit(alert)]);
		for (let again = 0; again < 4; again++) {
			await sleep(500);
			answers.push(await submit(alert));
		}
		expect(new Set(answers.map(({ answer }) => answer.signal_id)).size).toBe(1);
		expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
		const status = await until(async () => {
			const found = await follow(instance, answers[0]?.answer.signal_id ?? '');
			return found?.accounts[0]?.orders.some(({ state }) => state === 'FILLED') ? found : null;
		}, { what: 'the fill' });
		expect(status.accounts).toHaveLength(1);
		expect(status.accounts[0]?.orders).toHaveLength(1);
	});
});

describe('manual fire', () => {
	it('holds the ticket until the fire call, and fires it once', async () => {
		const handle = await makeMember(instance.core, { fireMode: 'MANUAL' });
		const { answer } = await submit(wideAlert(instance, 'ETH/USDT', handle));
		const held = await until(async () => {
			const found = await follow(instance, answer.signal_id ?? '');
			return found?.accounts[0]?.ticket?.state === 'HELD' ? found.accounts[0] : null;
		}, { what: 'the held ticket' });
		expect(held.orders).toHaveLength(0);
		const ticket = held.ticket?.ticket;
		const fire = () => post(instance.demo.fireUrl, instance.demo.token, { ticket });
		const [first, second] = await Promise.all([fire(), fire()]);
		expect([first.status, second.status].sort()).toEqual([200, 202]);
		expect(first.answer.client_order_id).toBe(second.answer.client_order_id);
		const filled = await until(async () => {
			const found = await follow(instance, answer.signal_id ?? '');
			return found?.accounts[0]?.orders.some(({ state }) => state === 'FILLED') ? found.accounts[0] : null;
		}, { what: 'the fill' });
		expect(filled.orders).toHaveLength(1);
		const unknown = await post(instance.demo.fireUrl, instance.demo.token, { ticket: 'tkt_nothere' });
		expect(unknown.status).toBe(404);
	});
});

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.name === 'node_modules') return [];
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

describe('hostile input', () => {
	it('answers with the contract\'s faults and never with a 5xx', async () => {
		const { conn } = instance.core.kernel;
		const count = async () => Number((await conn('signals').count({ n: '*' }))[0].n);
		const before = await count();
		const cases: (readonly [Posted, number])[] = [
			[await post(instance.demo.signalUrl, 'wrong', { symbol: 'BTC/USDT', side: 'buy' }), 401],
			[await submit('{"symbol":'), 400],
			[await submit('no gzip at all', { 'content-encoding': 'gzip' }), 400],
			[await submit(`{"symbol":"BTC/USDT","side":"buy","note":"${'x'.repeat(65_536)}"}`), 413],
			[await submit('{"symbol":"BTC/USDT","side":"buy","__proto__":{"admin":true}}'), 422],
			[await submit({ symbol: 'BTC/USDT', side: 'sideways' }), 422],
		];
		for (const [{ status, answer }, expected] of cases) {
			expect({ answer, status }).toMatchObject({ status: expected, answer: { status: 'rejected' } });
			expect(answer.errors?.length).toBeGreaterThan(0);
		}
		const deep = await submit(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
		expect([400, 422]).toContain(deep.status);
		expect(await count()).toBe(before);
		expect(await follow(instance, 'sig_unknown')).toBeNull();
	});

	it('keeps the token out of logs, databases and execution data', async () => {
		const { answer } = await submit(
			{ symbol: 'BTC/USDT', side: 'buy', secret: instance.demo.token, members: ['nobody'] },
			{ authorization: '' },
		);
		expect(answer.signal_id).toBeDefined();
		await sleep(3000);
		const kept = new Set(['firecontrol-installation.json', 'firecontrol-demo.json']);
		for (const path of filesBelow(instance.userFolder)) {
			if (kept.has(path.split('/').at(-1) ?? '') || statSync(path).size > 200_000_000) continue;
			expect({ path, leaked: readFileSync(path).includes(instance.demo.token) }).toMatchObject({ leaked: false });
		}
	});
});
