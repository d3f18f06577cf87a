import { createHmac } from 'node:crypto';
import { NodeHelpers, type IDataObject } from 'n8n-workflow';
import { SignalIntakeTrigger } from '../../nodes/SignalIntakeTrigger/SignalIntakeTrigger.node';
import {
	callWebhook,
	FAILURE,
	node,
	openInstallation,
	startTrigger,
	TOKEN,
	until,
	type RunningTrigger,
	type TestInstallation,
	type WebhookAnswer,
	type WebhookCall,
} from '../support/harness';
import { closedTrade, goodAlert, makeMember } from './fixtures';

let home: TestInstallation;
beforeEach(async () => {
	home = await openInstallation();
});
afterEach(async () => home.close());

const intake = node('signalIntakeTrigger');
const SIGNAL = '/webhook/firecontrol/signal';
const FIRE = '/webhook/firecontrol/fire';
const bearer = { authorization: `Bearer ${TOKEN}` };

const call = async (
	request: Partial<WebhookCall> & Pick<WebhookCall, 'url'>,
	credentials = home.credentials,
): Promise<WebhookAnswer> => callWebhook(intake, { method: 'POST', headers: bearer, ...request }, { credentials });
const post = async (url: string, body: IDataObject): Promise<WebhookAnswer> =>
	call({ url, body: JSON.stringify(body) });
const follow = async (id: unknown): Promise<WebhookAnswer> =>
	call({ method: 'GET', url: `${SIGNAL}?id=${String(id)}` });
const start = async (): Promise<RunningTrigger> =>
	startTrigger(intake, { credentials: home.credentials });
const pause = async (milliseconds: number) =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));
const storedSignals = async () => home.core.kernel.conn('signals').select('id', 'state', 'attempts');

describe('the webhook', () => {
	it('has the addresses of the contract and of stop links, with no id of a node or workflow in them', () => {
		const { webhooks = [], version, properties } = new SignalIntakeTrigger().description;
		const placed = { ...intake, webhookId: '5f0c2c8e-1f0e-4f5e-9d5e-0d3f1c3a7b11' };
		const addresses = webhooks.map(
			({ httpMethod, path, isFullPath }) =>
				`${httpMethod} ${NodeHelpers.getNodeWebhookPath('workflow', placed, path, isFullPath)}`,
		);
		expect(addresses).toEqual([
			'POST firecontrol/signal',
			'GET firecontrol/signal',
			'POST firecontrol/fire',
			'GET firecontrol/stop',
			'POST firecontrol/stop',
		]);
		// Only at type version 1, and with this value, n8n leaves the raw bytes to the node.
		expect(version).toBe(1);
		const options = properties.find(({ name }) => name === 'options');
		expect(options).toMatchObject({ type: 'hidden', default: { binaryData: true } });
	});

	it('stores a signal, answers 202 itself and starts no execution', async () => {
		const answer = await post(SIGNAL, await goodAlert(home.core, 'operator'));
		expect(answer.status).toBe(202);
		expect(answer.body).toMatchObject({ status: 'accepted', duplicate: false });
		expect(answer.result).toEqual({ noWebhookResponse: true });
		expect(await storedSignals()).toHaveLength(1);
	});

	it('marks every answer as data that no browser may run', async () => {
		for (const answer of [await post(SIGNAL, {}), await follow('sig_1'), await post(FIRE, {})]) {
			expect(answer.headers).toMatchObject({
				'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
				'x-content-type-options': 'nosniff',
			});
		}
	});

	it('leaves the body to the core, byte by byte: malformed, signed, too large', async () => {
		expect((await call({ url: SIGNAL, body: '{"symbol":' })).status).toBe(400);
		expect((await call({ url: SIGNAL, body: Buffer.alloc(65_537, 32) })).status).toBe(413);
		const body = JSON.stringify(await goodAlert(home.core, 'operator'), null, '   ');
		const time = Math.floor(Date.now() / 1000);
		const v1 = createHmac('sha256', 'hmac-secret').update(`${time}.${body}`).digest('hex');
		const credentials = {
			...home.credentials,
			firecontrolSignalApi: { ...home.credentials['firecontrolSignalApi'], hmacSecret: 'hmac-secret' },
		};
		const headers = { 'x-firecontrol-signature': `t=${time},v1=${v1}` };
		expect((await call({ url: SIGNAL, body, headers }, credentials)).status).toBe(202);
	});

	it('lets nobody in without a key, and says nothing more', async () => {
		for (const request of [
			{ url: SIGNAL, method: 'POST' as const, body: '{}' },
			{ url: `${SIGNAL}?id=sig_1`, method: 'GET' as const },
			{ url: FIRE, method: 'POST' as const, body: '{"ticket":"tkt_1"}' },
		]) {
			const answer = await call({ ...request, headers: {} });
			expect(answer.status).toBe(401);
			expect(answer.body.errors).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
		}
	});

	it('answers 503 when the store is not available, and accepts nothing', async () => {
		const credentials = {
			...home.credentials,
			firecontrolDatabaseApi: { client: 'postgres', connectionString: 'postgresql://x@127.0.0.1:1/x', encryptionKey: 'k' },
		};
		const answer = await call({ url: SIGNAL, body: '{"symbol":"BTC/USDT","side":"buy"}' }, credentials);
		expect(answer.status).toBe(503);
		expect(answer.body.status).toBe('retry');
		expect(answer.headers['retry-after']).toBe('1');
	});

	it('shows a signal to its own key only, and what it may see', async () => {
		const { signalId } = await closedTrade(home.core, home.credentials, 'seen');
		const full = await follow(signalId);
		expect(full.status).toBe(200);
		expect(full.body).toMatchObject({ signal: { id: signalId }, accounts: [{ outcome: {} }] });
		expect((await follow('sig_00000000000000000000000000')).status).toBe(404);
		const other = {
			...home.credentials,
			firecontrolSignalApi: {
				...home.credentials['firecontrolSignalApi'],
				moreKeys: JSON.stringify([
					{ name: 'other', token: 'other-token', scopes: ['submit', 'read'] },
					{ name: 'writer', token: 'writer-token', scopes: ['submit'] },
				]),
			},
		};
		const asked = { method: 'GET' as const, url: `${SIGNAL}?id=${signalId}` };
		const foreign = await call({ ...asked, headers: { authorization: 'Bearer other-token' } }, other);
		expect(foreign.status).toBe(404);
		const fired = await call(
			{ url: FIRE, body: '{"ticket":"tkt_1"}', headers: { authorization: 'Bearer writer-token' } },
			other,
		);
		expect(fired.status).toBe(403);
	});

	it('fires a held ticket: 202, then 200 with the same order, 409 and 404 with a code', async () => {
		const { core } = home;
		const member = await makeMember(core, 'presser');
		const { body } = await post(SIGNAL, await goodAlert(core, 'presser'));
		const accountId = member.accounts[0]?.id ?? null;
		const verdict = await core.risk.judge({
			signalId: body.signal_id, accountId, manualRun: false, allowLive: false, actor: 'test',
		});
		const { ticket } = await core.firemodes.route(verdict.id);
		const fired = await post(FIRE, { ticket: ticket.id });
		expect(fired.status).toBe(202);
		expect(fired.body).toEqual({
			status: 'fired', ticket: ticket.id, client_order_id: expect.stringMatching(/^fc/),
		});
		const again = await post(FIRE, { ticket: ticket.id });
		expect([again.status, again.body]).toEqual([200, fired.body]);
		expect((await post(FIRE, { ticket: 'tkt_zz' })).status).toBe(404);
		expect((await post(FIRE, {})).status).toBe(422);
		expect((await call({ url: FIRE, body: 'tkt' })).status).toBe(400);
		const next = await post(SIGNAL, await goodAlert(core, 'presser', { symbol: 'ETH/USDT' }));
		const second = await core.risk.judge({
			signalId: next.body.signal_id, accountId, manualRun: false, allowLive: false, actor: 'test',
		});
		const held = await core.firemodes.route(second.id);
		await core.kernel.conn('tickets').where({ id: held.ticket.id }).update({ expires_at: 1 });
		const late = await post(FIRE, { ticket: held.ticket.id });
		expect(late.status).toBe(409);
		expect(late.body.errors).toMatchObject([{ code: 'TICKET_EXPIRED' }]);
	});

	it('shows a sample in the editor, stores nothing, and puts no secret into the execution', async () => {
		const answer = await callWebhook(
			intake,
			{ method: 'POST', url: `/webhook-test/firecontrol/signal?token=${TOKEN}`, body: '{"secret":"s3cret"}' },
			{ credentials: home.credentials, mode: 'manual' },
		);
		expect(answer.status).toBe(200);
		expect(answer.result.workflowData[0]).toMatchObject([{ json: { source: 'sample' } }]);
		expect(JSON.stringify(answer.result)).not.toMatch(/s3cret|fc_test-token/);
		expect(await storedSignals()).toEqual([]);
	});
});

describe('the pump', () => {
	it('is woken at once by a call in the same process', async () => {
		const trigger = await start();
		const { body } = await post(SIGNAL, await goodAlert(home.core, 'operator'));
		const batch = await until(() => trigger.emitted[0], 2_000);
		expect(batch.items).toMatchObject([{ signal_id: body.signal_id, symbol: 'BTC/USDT' }]);
		expect(JSON.stringify(batch.items)).not.toContain(TOKEN);
	});

	it('finds by itself what was stored before it ran, at most a hundred at a time', async () => {
		const alert = await goodAlert(home.core, 'operator');
		const signals = Array.from({ length: 100 }, (_, index) => ({ ...alert, id: `first-${index}` }));
		await post(SIGNAL, { signals });
		await pause(1_000); // the key's bucket: burst 100, 50 a second
		await post(SIGNAL, { signals: signals.slice(0, 20).map((each, index) => ({ ...each, id: `second-${index}` })) });
		const trigger = await startTrigger(intake, { credentials: home.credentials, settle: true });
		trigger.tick();
		await until(() => trigger.emitted.length === 2);
		expect(trigger.emitted.map(({ items }) => items.length)).toEqual([100, 20]);
	});

	it('runs up to 32 executions at once when each carries few signals, and leases again when half are free', async () => {
		const alert = await goodAlert(home.core, 'operator');
		await post(SIGNAL, { signals: Array.from({ length: 40 }, (_, index) => ({ ...alert, id: `n-${index}` })) });
		const few = node('signalIntakeTrigger', { advanced: { signalsPerExecution: 1 } });
		const trigger = await startTrigger(few, { credentials: home.credentials });
		trigger.tick();
		await until(() => trigger.emitted.length === 32);
		await pause(200);
		expect(trigger.emitted.map(({ items }) => items.length)).toEqual(Array.from({ length: 32 }, () => 1));
		for (const emission of trigger.emitted.slice(0, 16)) emission.end();
		await until(() => trigger.emitted.length === 40);
	});

	it('makes one batch of what comes while an execution runs', async () => {
		const trigger = await start();
		const alert = await goodAlert(home.core, 'operator');
		await post(SIGNAL, { ...alert, id: 'first' });
		const batch = await until(() => trigger.emitted[0]);
		const calls = ['second', 'third'].map((id) => post(SIGNAL, { ...alert, id }));
		await Promise.all(calls);
		batch.end();
		await until(() => trigger.emitted.length === 2);
		expect(trigger.emitted[1]?.items).toHaveLength(2);
	});

	it('starts further executions beside one that takes long, eight at most', async () => {
		const trigger = await start();
		const alert = await goodAlert(home.core, 'operator');
		for (let number = 1; number <= 10; number++) {
			await post(SIGNAL, { ...alert, id: `slow-${number}` });
			await until(() => (trigger.tick(), trigger.emitted.length >= Math.min(number, 8)));
		}
		await pause(500);
		expect(trigger.emitted).toHaveLength(8);
		for (const emission of trigger.emitted.slice(0, 5)) emission.end();
		await until(() => trigger.emitted.flatMap(({ items }) => items).length === 10);
	});

	it('is done with a signal when its verdicts are stored, and pumps a failed one again', async () => {
		const trigger = await start();
		await post(SIGNAL, await goodAlert(home.core, 'operator'));
		(await until(() => trigger.emitted[0])).end(FAILURE);
		await until(async () => (await storedSignals())[0]?.attempts === 1);
		expect((await storedSignals())[0]?.state).not.toBe('done');
		// The back-off is 2 s.
		const again = await until(() => (trigger.tick(), trigger.emitted[1]), 5_000);
		const signalId = again.items[0]?.['signal_id'] as `sig_${string}`;
		const { accounts } = await home.core.signals.fanOut(signalId);
		for (const { accountId } of accounts) {
			await home.core.risk.judge({
				signalId, accountId, manualRun: false, allowLive: false, actor: 'test',
			});
		}
		again.end();
		await until(async () => {
			const row = await home.core.kernel.conn('signals').first('done_at');
			return row?.done_at !== null;
		});
	});

	it('emits each signal once although two of the same node run', async () => {
		const [one, two] = [await start(), await start()];
		await post(SIGNAL, await goodAlert(home.core, 'operator'));
		one.tick();
		two.tick();
		await until(() => one.emitted.length + two.emitted.length > 0);
		await pause(200);
		expect(one.emitted.length + two.emitted.length).toBe(1);
	});

	it('waits for the engine, whose absence makes the gate refuse', async () => {
		await home.core.kernel.conn('heartbeats').delete();
		const trigger = await start();
		await post(SIGNAL, await goodAlert(home.core, 'operator'));
		trigger.tick();
		await pause(200);
		expect(trigger.emitted).toEqual([]);
		await home.core.engine.tick();
		trigger.tick();
		await until(() => trigger.emitted[0]);
	});

	it('stops when closed, any number of times', async () => {
		const trigger = await start();
		await trigger.response.closeFunction?.();
		await trigger.response.closeFunction?.();
		await post(SIGNAL, await goodAlert(home.core, 'operator'));
		trigger.tick();
		await pause(200);
		expect(trigger.emitted).toEqual([]);
	});

	it('shows the latest signal when run by hand and takes no lease', async () => {
		await post(SIGNAL, await goodAlert(home.core, 'operator'));
		const { credentials } = home;
		const trigger = await startTrigger(intake, { credentials, mode: 'manual' });
		await trigger.response.manualTriggerFunction?.();
		expect(trigger.crons).toBe(0);
		const [{ id } = { id: '' }] = await storedSignals();
		expect(trigger.emitted[0]?.items).toMatchObject([{ signal_id: id, symbol: 'BTC/USDT' }]);
		const [row] = await home.core.kernel.conn('signals').select('lease_holder');
		expect(row?.lease_holder).toBeNull();
	});
});
