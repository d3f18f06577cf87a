import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import {
	NodeHelpers,
	safeParseWorkflowStructure,
	validateWorkflowHasTriggerLikeNode,
	Workflow,
	type IDataObject,
	type INode,
	type INodeParameters,
} from 'n8n-workflow';
import { upsertIssue } from '../../core/orders';
import { closedTrade, goodAlert, makeMember, storeSignal } from '../nodes/fixtures';
import { openInstallation, runWorkflow, type TestInstallation, type TestRun } from '../support/harness';
import { BUILT_IN_NODES, nodeTypes, ourNodes, PACKAGE } from '../support/node-types';

const folder = join(__dirname, '..', '..', 'workflows');
const types = nodeTypes();
const ours = ourNodes();

interface Template {
	readonly name: string;
	readonly nodes: INode[];
	readonly connections: Workflow['connectionsBySourceNode'];
	readonly settings: IDataObject;
	readonly active: boolean;
}

const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): Template => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const workflowOf = ({ nodes, connections }: Template): Workflow =>
	new Workflow({ nodes: structuredClone(nodes), connections, active: false, nodeTypes: types });

it('ships the templates', () => {
	expect(files).toEqual([
		'00-engine.json',
		'01-signal-to-order.json',
		'02-trade-outcome-to-xp-and-alerts.json',
		'03-manual-fire.json',
		'04-live-order-desk.json',
		'05-paper-league.json',
		'06-emergency-stop.json',
		'07-risk-desk.json',
		'08-news-lockout.json',
	]);
});

describe.each(files)('%s', (file) => {
	const template = read(file);
	const text = readFileSync(join(folder, file), 'utf8');

	it('is a workflow that n8n takes, with a trigger', () => {
		expect(safeParseWorkflowStructure(template)).toMatchObject({ success: true });
		const byName = Object.fromEntries(template.nodes.map((each) => [each.name, each]));
		expect(validateWorkflowHasTriggerLikeNode(byName, types)).toMatchObject({ isValid: true });
		expect(template.active).toBe(false);
		expect(template.settings['executionOrder']).toBe('v1');
	});

	it('uses our nodes under the name of the package, and known ones of n8n', () => {
		for (const { type, typeVersion } of template.nodes) {
			if (type.startsWith(`${PACKAGE}.`)) expect([type, ours.has(type)]).toEqual([type, true]);
			else {
				expect(Object.keys(BUILT_IN_NODES)).toContain(type);
				expect(typeVersion).toBeLessThanOrEqual(BUILT_IN_NODES[type]?.newest ?? 0);
			}
		}
	});

	it('has every parameter that its nodes need, and none that they do not know', () => {
		for (const each of template.nodes.filter(({ type }) => ours.has(type))) {
			const { description } = types.getByNameAndVersion(each.type, each.typeVersion) as any;
			const full = NodeHelpers.getNodeParameters(
				description.properties, each.parameters, true, false, each, description,
			) as INodeParameters;
			expect(Object.keys(full)).toEqual(expect.arrayContaining(Object.keys(each.parameters)));
			const issues = NodeHelpers.getNodeParametersIssues(
				description.properties, { ...each, parameters: full }, description,
			);
			expect([each.name, issues]).toEqual([each.name, null]);
		}
	});

	it('wires only outputs that exist, to nodes that exist', () => {
		const workflow = workflowOf(template);
		for (const [name, { main = [] }] of Object.entries(template.connections)) {
			const source = workflow.getNode(name) as INode;
			const { description } = types.getByNameAndVersion(source.type, source.typeVersion) as any;
			const outputs = NodeHelpers.getNodeOutputs(workflow, source, description);
			expect([name, main.length <= outputs.length]).toEqual([name, true]);
			for (const target of main.flatMap((links) => links ?? [])) {
				expect(workflow.getNode(target.node)?.name).toBe(target.node);
			}
		}
	});

	it('leads to orders only from Approved and Fire', () => {
		for (const [name, { main = [] }] of Object.entries(template.connections)) {
			const type = template.nodes.find((each) => each.name === name)?.type;
			const targets = main.map((links) =>
				(links ?? []).map(({ node }) => template.nodes.find((each) => each.name === node)?.type),
			);
			const status = template.nodes.find((each) => each.name === name)?.parameters['operation'] === 'status';
			if (type === `${PACKAGE}.riskGate` && status) {
				expect(targets.flat()).not.toContain(`${PACKAGE}.fireModeRouter`);
				expect(targets.slice(1).flat()).toEqual([]);
			} else if (type === `${PACKAGE}.riskGate`) {
				expect(targets[0]).not.toContain(`${PACKAGE}.fireModeRouter`);
				expect(targets[1]).toContain(`${PACKAGE}.fireModeRouter`);
			}
			if (type === `${PACKAGE}.fireModeRouter` && targets.length > 1) {
				const toOrders = targets.flatMap((to, output) =>
					to.includes(`${PACKAGE}.orderTracker`) ? [output] : [],
				);
				expect(toOrders).toEqual([1]);
			}
		}
	});

	it('carries no ids of an installation and no secrets', () => {
		expect(template.nodes.every((each) => each.credentials === undefined)).toBe(true);
		expect(template.nodes.every((each) => each.webhookId === undefined)).toBe(true);
		for (const key of ['"pinData"', '"instanceId"', '"versionId"', '"staticData"', 'CUSTOM.']) {
			expect(text).not.toContain(key);
		}
		expect(text).not.toMatch(/[\w.+-]+@[\w-]+\.[a-z]{2,}/i);
		expect(text).not.toMatch(/Bearer [A-Za-z0-9_-]{8,}|\b[0-9a-f]{32,}\b|\d{6,}:[\w-]{20,}/);
	});

	it('says on a sticky note which credentials it needs', () => {
		const notes = template.nodes
			.filter(({ type }) => type.endsWith('.stickyNote'))
			.map(({ parameters }) => String(parameters['content']));
		expect(notes.some((note) => note.startsWith('### Credentials') && note.includes('Firecontrol Database'))).toBe(true);
	});

	it('lies open: no node covers another', () => {
		const real = template.nodes.filter(({ type }) => !type.endsWith('.stickyNote'));
		for (const [index, one] of real.entries()) {
			for (const other of real.slice(index + 1)) {
				const apart = [0, 1].some(
					(axis) => Math.abs((one.position[axis] ?? 0) - (other.position[axis] ?? 0)) >= 96,
				);
				expect([one.name, other.name, apart]).toEqual([one.name, other.name, true]);
			}
		}
	});
});

describe('a run through the engine of n8n', () => {
	let home: TestInstallation;
	beforeAll(async () => {
		home = await openInstallation();
	});
	afterAll(async () => home.close());

	const run = async (file: string, start: string, items: IDataObject[]): Promise<TestRun> =>
		runWorkflow(read(file), { start, items, credentials: home.credentials });
	const json = (result: TestRun, name: string, output = 0): IDataObject[] =>
		result.output(name, output).map((item) => item.json);

	it('01: turns a signal into a filled order, a held ticket and a rejection', async () => {
		const { core } = home;
		await makeMember(core, 'template-auto', 'FULL_AUTO');
		await makeMember(core, 'template-manual', 'MANUAL');
		const alert = await goodAlert(core, '', { members: ['template-auto', 'template-manual'] });
		const good = await storeSignal(core, alert);
		const bad = await storeSignal(core, { ...alert, confidence: 20 });
		const result = await run('01-signal-to-order.json', 'Signal Intake', [
			{ signal_id: good },
			{ signal_id: bad },
		]);
		expect(result.error).toBeNull();
		expect(json(result, 'Who Is It For')).toHaveLength(4);
		expect(json(result, 'Risk Gate', 0).map(({ signal_id }) => signal_id)).toEqual([bad, bad]);
		expect(json(result, 'Risk Gate', 1).map(({ signal_id }) => signal_id)).toEqual([good, good]);
		expect(json(result, 'Fire Mode Router', 0)).toMatchObject([{ state: 'HELD', mode: 'MANUAL' }]);
		expect(json(result, 'Place Order')).toMatchObject([{ state: 'FILLED', leg: 'entry' }]);
		expect(Object.keys(json(result, 'Place Order')[0] ?? {}).sort()).toMatchSnapshot();
	});

	it('01: does nothing twice when the same execution runs again', async () => {
		const { core } = home;
		await makeMember(core, 'template-again', 'FULL_AUTO');
		const signal_id = await storeSignal(core, await goodAlert(core, 'template-again'));
		const first = await run('01-signal-to-order.json', 'Signal Intake', [{ signal_id }]);
		const again = await run('01-signal-to-order.json', 'Signal Intake', [{ signal_id }]);
		expect(json(again, 'Place Order')).toEqual(json(first, 'Place Order'));
		const { accounts } = (await core.members.get('template-again')) ?? { accounts: [] };
		expect(await core.orders.list({ accountId: accounts[0]?.id as `acc_${string}`, limit: 9 })).toHaveLength(1);
	});

	it('02: awards XP for a closed trade and hands its alert to the channels', async () => {
		const { core, credentials } = home;
		const { opened, closed, memberId } = await closedTrade(core, credentials, 'template-outcome');
		await core.members.upsert({ handle: 'template-outcome', telegramChatId: '77', actor: 'test' });
		const result = await run('02-trade-outcome-to-xp-and-alerts.json', 'Outcomes', [
			{ event_id: opened },
			{ event_id: closed },
		]);
		expect(result.error).toBeNull();
		expect(json(result, 'Award XP').map(({ awards }) => (awards as unknown[]).length)).toEqual([0, 2]);
		expect(json(result, 'Route Alerts', 2).map(({ event_id }) => event_id)).toEqual([opened, closed]);
		// No channel is set up on this installation: what was meant for Telegram says so.
		expect(json(result, 'Telegram')).toContainEqual(
			expect.objectContaining({ member_id: memberId, channel: 'telegram', reason: 'NOT_CONFIGURED' }),
		);
		expect(Object.keys(json(result, 'Award XP')[0] ?? {}).sort()).toMatchSnapshot();
	});

	it('03: shows the fire call of a held ticket', async () => {
		const result = await run('03-manual-fire.json', 'Ticket Held', [
			{
				event_id: 'evt_1',
				member_id: 'mbr_1',
				payload: { ticket_id: 'tkt_1', symbol: 'BTC/USDT', side: 'buy', expires_at: 1_795_168_800_000 },
			},
		]);
		expect(result.error).toBeNull();
		expect(json(result, 'The Fire Call')).toEqual([
			{
				method: 'POST',
				url: 'http://localhost:5678/webhook/firecontrol/fire',
				body: '{"ticket":"tkt_1"}',
				symbol: 'BTC/USDT',
				side: 'buy',
				member_id: 'mbr_1',
				expires_at: '2026-11-20T10:00:00.000Z',
			},
		]);
	});

	it('03: lists the newest held ticket and sends the contract’s calls', async () => {
		const calls: { method?: string; url?: string; body: string }[] = [];
		const server: Server = createServer((request, response) => {
			let body = '';
			request.on('data', (part) => (body += String(part)));
			request.on('end', () => {
				calls.push({ method: request.method ?? '', url: request.url ?? '', body });
				response.setHeader('content-type', 'application/json').end('{"status":"fired"}');
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			const { port } = server.address() as { port: number };
			const { core, credentials } = home;
			await makeMember(core, 'template-press');
			const signal_id = await storeSignal(core, await goodAlert(core, 'template-press'));
			await run('01-signal-to-order.json', 'Signal Intake', [{ signal_id }]);
			const [ticket] = await core.firemodes.list({ state: 'HELD', limit: 1 });
			const text = readFileSync(join(folder, '03-manual-fire.json'), 'utf8');
			const template: Template = JSON.parse(
				text.replaceAll('$execution.resumeUrl', `'http://127.0.0.1:${port}/webhook-waiting/1'`),
			);
			for (const each of template.nodes) {
				if (each.type.endsWith('.httpRequest')) each.parameters['authentication'] = 'none';
			}
			const result = await runWorkflow(template, {
				start: 'Execute by Hand',
				items: [{}],
				credentials,
			});
			expect(result.error).toBeNull();
			expect(calls).toEqual([
				{ method: 'POST', url: '/webhook/firecontrol/fire', body: JSON.stringify({ ticket: ticket?.id }) },
				{ method: 'GET', url: `/webhook/firecontrol/signal?id=${signal_id}`, body: '' },
			]);
		} finally {
			server.close();
		}
	});

	it('04: places a fired ticket once more, which changes nothing', async () => {
		const { core } = home;
		await makeMember(core, 'template-desk', 'FULL_AUTO');
		const signal_id = await storeSignal(core, await goodAlert(core, 'template-desk'));
		const first = await run('01-signal-to-order.json', 'Signal Intake', [{ signal_id }]);
		const [placed] = json(first, 'Place Order');
		const fired = { event_id: 'evt_1', payload: { ticket_id: placed?.['ticket_id'] } };
		const again = await run('04-live-order-desk.json', 'Ticket Fired', [fired]);
		expect(again.error).toBeNull();
		expect(json(again, 'Place Order')).toEqual([placed]);
		// It is known what became of it: nobody is asked.
		expect(again.ran('Reconcile This Account')).toBe(false);
	});

	it('04: reads an order as it is now, and compares the account when nobody knows', async () => {
		const { core } = home;
		const [order] = await core.orders.list({ limit: 1 });
		const news = [{ event_id: 'evt_2', payload: { order_id: order?.id, state: 'whatever the event says' } }];
		const known = await run('04-live-order-desk.json', 'Order News', news);
		expect(json(known, 'Order Now')).toMatchObject([{ order_id: order?.id, state: order?.state }]);
		expect(known.ran('Reconcile This Account')).toBe(false);
		await core.kernel.conn('orders').where({ id: order?.id }).update({ state: 'UNKNOWN' });
		const unknown = await run('04-live-order-desk.json', 'Order News', news);
		expect(unknown.error).toBeNull();
		expect(json(unknown, 'Reconcile This Account')).toMatchObject([{ accounts: [{ account_id: order?.accountId }] }]);
		await core.kernel.conn('orders').where({ id: order?.id }).update({ state: order?.state });
	});

	it('04: reports on all accounts, and resolves the worst issue by hand', async () => {
		const { core } = home;
		const hourly = await run('04-live-order-desk.json', 'Every Hour', [{}]);
		expect(hourly.error).toBeNull();
		expect(json(hourly, 'Reconcile All')).toHaveLength(1);
		const [account] = await core.members.accounts('template-desk');
		await core.kernel.transaction(async (trx) =>
			upsertIssue(trx, core.kernel, {
				accountId: account!.id, symbol: 'BTC/USDT', kind: 'PRICE_MISMATCH', severity: 'normal',
				ours: '1', venue: '2', detail: 'made by a test',
			}),
		);
		const resolved = await run('04-live-order-desk.json', 'Execute by Hand', [{}]);
		expect(resolved.error).toBeNull();
		expect(json(resolved, 'Worst Open Issue')).toHaveLength(1);
		expect([...json(resolved, 'Resolve Issue', 0), ...json(resolved, 'Resolve Issue', 1)]).toHaveLength(1);
	});
});
