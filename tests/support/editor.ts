/** n8n's editor as its owner uses it: credentials and workflows made, tested and published by REST. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoRun, Installation } from './host';

interface Named {
	readonly id: string;
	readonly type: string;
}

/** A node of a chain; the credentials are linked by the types that are given. */
export interface ChainNode {
	readonly name: string;
	readonly type: string;
	readonly parameters: object;
	readonly credentials?: readonly Named[];
	/** How many of its outputs lead on to the next node; one unless given. */
	readonly outputs?: number;
}

export interface Editor {
	/** The credential of that type that the installation has. */
	credentialOf(type: string): Promise<Named>;
	makeCredential(type: string, name: string, data: object): Promise<Named>;
	/** Saves a credential as the dialogue does: it is tested after. */
	saveCredential(credential: Named, data: object): Promise<{ status: string; message: string }>;
	/** Presses "Test" on unsaved data. */
	testCredential(type: string, data: object): Promise<{ status: string; message: string }>;
	/** Publishes a workflow of a webhook and these nodes, one behind the other, and calls it once. */
	runChain(nodes: readonly ChainNode[], item?: object): Promise<readonly Record<string, unknown>[]>;
}

async function logIn(base: string, { email, password }: Installation['editor']): Promise<string> {
	const answer = await fetch(`${base}/rest/login`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ emailOrLdapLoginId: email, password }),
	});
	if (!answer.ok) throw new Error(`Login: ${answer.status} ${await answer.text()}`);
	return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

function chainWorkflow(nodes: readonly ChainNode[], path: string): object {
	const webhook = {
		id: 'call', name: 'Call', type: 'n8n-nodes-base.webhook', typeVersion: 2.1, position: [0, 0],
		webhookId: randomUUID(),
		parameters: { httpMethod: 'POST', path, responseMode: 'lastNode', responseData: 'allEntries', options: {} },
	};
	const rest = nodes.map(({ name, type, parameters, credentials = [] }, index) => ({
		id: name, name, type, typeVersion: 1, position: [(index + 1) * 220, 0], parameters,
		credentials: Object.fromEntries(credentials.map(({ id, type: of }) => [of, { id, name: of }])),
	}));
	const all = [webhook, ...rest];
	const outputs = [1, ...nodes.map((node) => node.outputs ?? 1)];
	const connections = Object.fromEntries(
		all.slice(0, -1).map(({ name }, index) => {
			const on = [{ node: all[index + 1]?.name, type: 'main', index: 0 }];
			return [name, { main: Array.from({ length: outputs[index] ?? 1 }, () => on) }];
		}),
	);
	return { name: `Chain ${path}`, nodes: all, connections, settings: { executionOrder: 'v1' } };
}

/** n8n publishes a moment after it said so; until then a call starts nothing. */
async function callWhenThere(url: string, item: object): Promise<Response> {
	for (let left = 100; ; left--) {
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(item),
		});
		if (answer.status !== 404 || left === 0) return answer;
		await pause(100);
	}
}

/** Logs in as the owner. */
export async function openEditor(demo: DemoRun, installation: Installation): Promise<Editor> {
	const base = demo.editorUrl.replace(/\/+$/, '');
	const cookie = await logIn(base, installation.editor);
	const call = async (method: string, path: string, body?: object): Promise<any> => {
		const answer = await fetch(`${base}/rest/${path}`, {
			method,
			headers: { cookie, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 600)}`);
		return JSON.parse(text).data;
	};
	return {
		credentialOf: async (type) => {
			const found = (await call('GET', 'credentials')).find((each: Named) => each.type === type);
			if (found === undefined) throw new Error(`There is no credential of the type ${type}.`);
			return { id: found.id, type };
		},
		makeCredential: async (type, name, data) => {
			const { id } = await call('POST', 'credentials', { name, type, data });
			return { id, type };
		},
		saveCredential: async ({ id, type }, data) => {
			await call('PATCH', `credentials/${id}`, { name: type, type, data });
			return call('POST', 'credentials/test', { credentials: { id, name: type, type, data } });
		},
		testCredential: async (type, data) =>
			call('POST', 'credentials/test', { credentials: { id: '', name: 'test', type, data } }),
		runChain: async (nodes, item = {}) => {
			const path = `chain-${randomUUID()}`;
			const { id, versionId } = await call('POST', 'workflows', chainWorkflow(nodes, path));
			await call('POST', `workflows/${id}/activate`, { versionId });
			const answer = await callWhenThere(`${base}/webhook/${path}`, item);
			const text = await answer.text();
			await call('POST', `workflows/${id}/deactivate`, {});
			if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 600)}`);
			return [JSON.parse(text)].flat();
		},
	};
}
