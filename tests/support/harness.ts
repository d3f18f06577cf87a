/** Runs workflows and triggers in n8n's own engine, on a core of our own: nothing is mocked. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecutionLifecycleHooks, TriggerContext, WebhookContext, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type IRun,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { openCore, type Core, type Transports } from '../../core';
import { nodeTypes, PACKAGE } from './node-types';

export type Credentials = Readonly<Record<string, IDataObject>>;

export const TOKEN = 'fc_test-token-of-the-harness';

/** A core on a SQLite file of its own, with the credentials that lead nodes to it. */
export interface TestInstallation {
	readonly core: Core;
	readonly credentials: Credentials;
	close(): Promise<void>;
}

/** Triggers that run; an installation stops them when it is closed. */
const started: RunningTrigger[] = [];

export async function openInstallation(
	options: { readonly transports?: Transports } = {},
): Promise<TestInstallation> {
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-nodes-'));
	const file = join(folder, 'firecontrol.sqlite');
	const encryptionKey = randomBytes(32).toString('hex');
	const core = await openCore({ database: { client: 'sqlite', file }, encryptionKey, ...options });
	await core.engine.tick();
	return {
		core,
		credentials: {
			firecontrolDatabaseApi: { client: 'sqlite', file, encryptionKey },
			firecontrolSignalApi: {
				keyName: 'test',
				token: TOKEN,
				hmacSecret: '',
				scopes: ['submit', 'read', 'fire'],
				cidrs: '',
				trustedProxyHops: 0,
				moreKeys: '[]',
			},
		},
		close: async () => {
			for (const { response } of started.splice(0)) await response.closeFunction?.();
			await core.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** A node of our own pack for a test workflow. */
export function node(type: string, parameters: IDataObject = {}, more: Partial<INode> = {}): INode {
	return {
		id: more.name ?? type,
		name: type,
		type: `${PACKAGE}.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		...more,
	};
}

const BASE = 'http://localhost:5678';
const types = nodeTypes();

function additionalData(credentials: Credentials): IWorkflowExecuteAdditionalData {
	const credentialsHelper = {
		getDecrypted: async (_: unknown, __: unknown, type: string) => ({ ...credentials[type] }),
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		authenticate: async (_: unknown, __: unknown, request: unknown) => request,
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getCredentials: async () => ({}),
		getCredentialsProperties: () => [],
		updateCredentials: async () => undefined,
		updateCredentialsOauthTokenData: async () => undefined,
	};
	return {
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		restApiUrl: `${BASE}/rest`,
		instanceBaseUrl: BASE,
		formBaseUrl: `${BASE}/form`,
		formWaitingBaseUrl: `${BASE}/form-waiting`,
		formTestBaseUrl: `${BASE}/form-test`,
		webhookBaseUrl: `${BASE}/webhook`,
		webhookWaitingBaseUrl: `${BASE}/webhook-waiting`,
		webhookTestBaseUrl: `${BASE}/webhook-test`,
		mcpBaseUrl: `${BASE}/mcp`,
		mcpTestBaseUrl: `${BASE}/mcp-test`,
		variables: {},
		logAiEvent: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Other contents have another id, as in n8n. */
const idOf = (data: IDataObject = {}): string =>
	createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);

/** Links, on every node, the credentials that its type declares and that the test has. */
function linked(workflow: Pick<IWorkflowBase, 'nodes'>, credentials: Credentials): INode[] {
	return workflow.nodes.map((each) => {
		const { description } = types.getByNameAndVersion(each.type, each.typeVersion) as any;
		const wanted: string[] = (description.credentials ?? []).map(({ name }: any) => name);
		const links = wanted.filter((name) => credentials[name] !== undefined);
		return {
			...each,
			credentials: Object.fromEntries(
				links.map((name) => [name, { id: idOf(credentials[name]), name }]),
			),
		};
	});
}

export interface TestWorkflow extends Pick<IWorkflowBase, 'nodes' | 'connections'> {
	readonly name?: string;
}

function build(workflow: TestWorkflow, credentials: Credentials): Workflow {
	return new Workflow({
		id: 'workflow-of-a-test',
		name: workflow.name ?? 'Test',
		nodes: linked(workflow, credentials),
		connections: workflow.connections,
		active: true,
		nodeTypes: types,
		settings: { executionOrder: 'v1' },
	});
}

/** What came out of a run: items by node, by number of the output. */
export interface TestRun {
	readonly run: IRun;
	/** The error that ended it. */
	readonly error: string | null;
	/** All items of an output of a node; [] when it did not run. */
	output(nodeName: string, output?: number): INodeExecutionData[];
	ran(nodeName: string): boolean;
}

function resultOf(run: IRun): TestRun {
	const { runData, error } = run.data.resultData;
	return {
		run,
		error: error?.message ?? null,
		ran: (name) => runData[name] !== undefined,
		output: (name, output = 0) =>
			(runData[name] ?? []).flatMap((task) => task.data?.['main']?.[output] ?? []),
	};
}

/** Runs a workflow from one node with these items, as an execution that n8n started. */
export async function runWorkflow(
	workflow: TestWorkflow,
	{
		start,
		items,
		credentials,
		mode = 'trigger',
	}: {
		start: string;
		items: readonly IDataObject[];
		credentials: Credentials;
		mode?: WorkflowExecuteMode;
	},
): Promise<TestRun> {
	const built = build(workflow, credentials);
	const startNode = built.getNode(start);
	if (startNode === null) throw new Error(`There is no node ${start}.`);
	const data = additionalData(credentials);
	const base = { id: built.id, name: 'Test', nodes: workflow.nodes } as unknown as IWorkflowBase;
	Object.assign(data, { hooks: new ExecutionLifecycleHooks(mode, 'execution-1', base) });
	data.executionId = 'execution-1';
	const main = [items.map((json): INodeExecutionData => ({ json }))];
	const stack = [{ node: startNode, data: { main }, source: null }];
	const state = createRunExecutionData({ executionData: { nodeExecutionStack: stack } });
	return resultOf(await new WorkflowExecute(data, mode, state).processRunExecutionData(built));
}

/** Runs one node on these items. */
export async function runNode(
	one: INode,
	options: { items: readonly IDataObject[]; credentials: Credentials; mode?: WorkflowExecuteMode },
): Promise<TestRun> {
	return runWorkflow({ nodes: [one], connections: {} }, { ...options, start: one.name });
}

/** A trigger that runs, with the cron in the hands of the test. */
export interface RunningTrigger {
	readonly response: ITriggerResponse;
	/** What it emitted, batch by batch; the test settles the executions. */
	readonly emitted: { readonly items: IDataObject[]; end(run?: Partial<IRun>): void }[];
	readonly errors: Error[];
	/** One second passes, for the cron. */
	tick(): void;
	readonly crons: number;
}

export interface TriggerOptions {
	readonly credentials: Credentials;
	readonly mode?: WorkflowExecuteMode;
	/** Settles every execution at once as a success. */
	readonly settle?: boolean;
}

const SUCCESS = { status: 'success', data: { resultData: { runData: {} } } };
export const FAILURE = {
	status: 'error',
	data: { resultData: { runData: {}, error: new Error('The execution failed.') } },
} as unknown as Partial<IRun>;

/** Starts `trigger()` of a node as n8n does when a workflow is published. */
export async function startTrigger(
	one: INode,
	{ credentials, mode = 'trigger', settle = false }: TriggerOptions,
): Promise<RunningTrigger> {
	const built = build({ nodes: [one], connections: {} }, credentials);
	const emitted: RunningTrigger['emitted'] = [];
	const errors: Error[] = [];
	const ticks: (() => void)[] = [];
	const emit: ITriggerFunctions['emit'] = (data, _response, done) => {
		const end = (run: Partial<IRun> = {}) => done?.resolve({ ...SUCCESS, ...run } as unknown as IRun);
		emitted.push({ items: (data[0] ?? []).map(({ json }) => json), end });
		if (settle) end();
	};
	const startNode = built.getNode(one.name) as INode;
	const context = new TriggerContext(
		built, startNode, additionalData(credentials), mode, 'activate', emit,
		(error) => errors.push(error),
		() => {},
		{ registerCron: (_cron, onTick) => ticks.push(() => onTick(new Date())) },
	);
	const type = types.getByNameAndVersion(one.type, 1) as any;
	const response: ITriggerResponse = await type.trigger.call(context);
	const running: RunningTrigger = {
		response,
		emitted,
		errors,
		tick: () => ticks.forEach((each) => each()),
		get crons() {
			return ticks.length;
		},
	};
	started.push(running);
	return running;
}

/** An answer that a webhook wrote. */
export interface WebhookAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: any;
	/** What the node told n8n. */
	readonly result: any;
}

export interface WebhookCall {
	readonly method: 'GET' | 'POST';
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

/** Calls `webhook()` of a node as n8n does, with the raw body unread. */
export async function callWebhook(
	one: INode,
	call: WebhookCall,
	{ credentials, mode = 'webhook' }: { credentials: Credentials; mode?: WorkflowExecuteMode },
): Promise<WebhookAnswer> {
	const built = build({ nodes: [one], connections: {} }, credentials);
	const data = additionalData(credentials);
	const answer = { status: 0, headers: {} as Record<string, string>, body: '' };
	const url = new URL(call.url, BASE);
	const request: any = {
		method: call.method,
		originalUrl: `${url.pathname}${url.search}`,
		query: Object.fromEntries(url.searchParams),
		headers: { ...call.headers },
		socket: { remoteAddress: '127.0.0.1' },
		readRawBody: async () => {
			request.rawBody = Buffer.from(call.body ?? '');
		},
	};
	const response: any = {
		status: (code: number) => ((answer.status = code), response),
		set: (headers: Record<string, string>) => (Object.assign(answer.headers, headers), response),
		end: (body: string) => ((answer.body = body), response),
	};
	data.httpRequest = request;
	data.httpResponse = response;
	const type = types.getByNameAndVersion(one.type, 1) as any;
	const [webhookDescription] = type.description.webhooks;
	const context = new WebhookContext(
		built, built.getNode(one.name) as INode, data, mode, { webhookDescription } as any, [], null,
	);
	const result = await type.webhook.call(context);
	return { ...answer, body: JSON.parse(answer.body), result };
}

/** Waits until `test` gives something. */
export async function until<T>(
	test: () => T | null | undefined | false | Promise<T | null | undefined | false>,
	milliseconds = 10_000,
): Promise<T> {
	const end = Date.now() + milliseconds;
	for (;;) {
		const value = await test();
		if (value) return value;
		if (Date.now() > end) throw new Error(`Not seen within ${milliseconds} ms: ${test}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
