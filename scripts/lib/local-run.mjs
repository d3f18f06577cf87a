import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEditorLogin } from './editor-login.mjs';
import { writeJson } from './files.mjs';
import { migrateDatabase, waitForEngine } from './firecontrol.mjs';
import { ensureInstallation } from './installation.mjs';
import { checkNotRunning, startN8n } from './n8n-process.mjs';
import { ensurePack, installPack } from './pack.mjs';
import { silentProgress } from './progress.mjs';
import { ensureSetup } from './setup.mjs';
import { templateFiles } from './templates.mjs';
import { waitForWebhooks } from './webhooks.mjs';

/** What the demo and integrators read: written when everything works, removed on a clean stop. */
export const demoFile = (userFolder) => join(userFolder, 'firecontrol-demo.json');

/**
 * Makes a user folder ready for n8n: nodes installed, database migrated, credentials and templates
 * imported and published. What is there already, and what the operator changed, stays.
 */
export async function prepareLocalRun({
	userFolder,
	pack,
	templates = templateFiles(),
	progress = silentProgress,
}) {
	const installation = ensureInstallation(userFolder);
	const built = pack ?? (await ensurePack(progress));
	const packFolder = await installPack(userFolder, built, progress);
	await migrateDatabase(packFolder, installation);
	await ensureSetup({ userFolder, installation, packFolder, templates, progress });
	return { installation, packFolder };
}

/**
 * A whole local Firecontrol: prepares the folder, starts n8n and waits until alerts can become
 * orders. The host must be installed (`ensureN8n`).
 * @param {{ userFolder: string, port: number, env?: Record<string, string>, templates?: string[],
 *   pack?: { tarball: string, hash: string }, progress?: object }} options
 */
export async function startLocalRun({
	userFolder,
	port,
	env,
	progress = silentProgress,
	...content
}) {
	await checkNotRunning(userFolder, port);
	rmSync(demoFile(userFolder), { force: true });
	const prepared = await prepareLocalRun({ userFolder, progress, ...content });
	const { installation } = prepared;
	const n8n = await progress.step('Starting n8n', () => startN8n({ userFolder, port, env }));
	try {
		const login = await progress.step('Waiting for webhooks, engine and quotes', () =>
			waitUntilUsable(n8n, prepared),
		);
		const { editorUrl, signalUrl, statusUrl, fireUrl } = n8n.urls;
		const demo = { editorUrl, signalUrl, statusUrl, fireUrl, token: installation.token };
		writeJson(demoFile(userFolder), demo, 0o600);
		const stop = async () => {
			rmSync(demoFile(userFolder), { force: true });
			await n8n.stop();
		};
		return { ...prepared, n8n, login, demo, stop };
	} catch (error) {
		await n8n.stop({ graceMs: 5000 });
		throw error;
	}
}

/** After any start of n8n, also after a crash, when n8n itself pauses for ten seconds. */
export async function waitUntilUsable(n8n, { installation, packFolder }) {
	const [login] = await Promise.all([
		ensureEditorLogin(n8n.urls, installation),
		waitForWebhooks(n8n.urls, installation.token),
		waitForEngine(packFolder, installation),
	]);
	return login;
}
