import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash, readJson, writeJson } from './files.mjs';
import { fixedId, fixedUuid } from './installation.mjs';
import { n8nCommand } from './n8n-cli.mjs';
import { hostModules, templatesFolder } from './paths.mjs';
import { Problem } from './problem.mjs';

/** n8n's own trigger types whose webhook path is taken whole only when they carry a webhook id. */
const n8nWebhookTypes = new Set(['n8n-nodes-base.webhook', 'n8n-nodes-base.formTrigger']);

/**
 * Imported and left unpublished: an operator publishes them once an account at a venue is connected, or
 * once trading is to pause for news, whose calendar comes over the network.
 */
const byOperator = new Set(['04-live-order-desk', '08-news-lockout']);

/** Whether the first start publishes the template of this file. */
export const isPublished = (file) => !byOperator.has(basename(file, '.json'));

export function templateFiles(folder = templatesFolder) {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.json'))
		.sort()
		.map((name) => join(folder, name));
}

export function describePack(packFolder) {
	const script = fileURLToPath(new URL('describe-pack.cjs', import.meta.url));
	const env = { ...process.env, NODE_PATH: hostModules };
	try {
		return JSON.parse(
			execFileSync(process.execPath, [script, packFolder], { env, encoding: 'utf8' }),
		);
	} catch (error) {
		throw new Problem('The node types of the pack do not load.', { cause: error });
	}
}

/**
 * A template as n8n stores it: with ids of this installation and with the credentials linked on
 * every node whose type declares them. The template itself carries neither.
 */
export function linkTemplate(template, { name, installation, credentials, types }) {
	const nodes = template.nodes.map((node) => {
		const { credentials: wanted = [], webhooks = n8nWebhookTypes.has(node.type) } =
			types[node.type] ?? {};
		const links = credentials
			.filter(({ type }) => wanted.includes(type) || type === node.parameters?.nodeCredentialType)
			.map(({ id, name: title, type }) => [type, { id, name: title }]);
		return {
			...node,
			...(webhooks ? { webhookId: fixedUuid(installation, `${name} ${node.name}`) } : {}),
			...(links.length > 0
				? { credentials: { ...node.credentials, ...Object.fromEntries(links) } }
				: {}),
		};
	});
	return { ...template, id: fixedId(installation, name), active: false, nodes };
}

/**
 * Imports templates and publishes those that `publish` says; n8n must not be running in this user
 * folder. An import takes a workflow that was published out of use.
 * @returns {Promise<{ file: string, id: string, name: string }[]>}
 */
export async function importWorkflows(
	files,
	{ installation, credentials, types, userFolder, log, publish = isPublished },
) {
	const linked = files.map((file) => {
		const template = readJson(file);
		if (!Array.isArray(template?.nodes)) throw new Problem(`${file} is no workflow.`);
		return linkTemplate(template, {
			name: basename(file, '.json'),
			installation,
			credentials,
			types,
		});
	});
	const input = join(userFolder, 'firecontrol-workflows.tmp.json');
	writeJson(input, linked, 0o600);
	try {
		await n8nCommand(['import:workflow', `--input=${input}`], { userFolder, log });
	} finally {
		rmSync(input, { force: true });
	}
	const due = linked.filter((_, index) => publish(files[index]));
	for (const { id } of due) {
		await n8nCommand(['publish:workflow', `--id=${id}`], { userFolder, log });
	}
	return linked.map(({ id, name }, index) => ({ file: files[index], id, name }));
}

/** The parts of a workflow that make it what it is, without what n8n adds. */
export function contentHash({ nodes, connections, settings }) {
	return hash(JSON.stringify(nodes), JSON.stringify(connections), JSON.stringify(settings ?? {}));
}

/** What n8n has of a workflow now; null when the operator deleted it. */
export async function exportWorkflow(id, { userFolder, log }) {
	const file = join(userFolder, 'firecontrol-export.tmp.json');
	rmSync(file, { force: true });
	try {
		await n8nCommand(['export:workflow', `--id=${id}`, `--output=${file}`], {
			userFolder,
			log,
			attempts: 2,
		});
	} catch {
		// intentional: n8n ends with an error when there is no such workflow
	}
	const [workflow] = [readJson(file)].flat();
	rmSync(file, { force: true });
	return workflow ?? null;
}
