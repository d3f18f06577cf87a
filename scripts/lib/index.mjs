/** The parts of `npm start` that tests, benches and the demo use too. */
import { ensurePack as buildPack, installPack as install } from './pack.mjs';
import { silentProgress } from './progress.mjs';

export { ensureInstallation } from './installation.mjs';
export { demoFile, prepareLocalRun, startLocalRun, waitUntilUsable } from './local-run.mjs';
export { attachN8n, runningN8n, startN8n } from './n8n-process.mjs';
export { ensureN8n } from './n8n-install.mjs';
export { packIn } from './pack.mjs';
export { freePort, isFree } from './ports.mjs';
export { isAlive } from './processes.mjs';
export { run } from './run.mjs';
export { importWorkflows, isPublished, linkTemplate, templateFiles } from './templates.mjs';

export async function ensurePack(progress = silentProgress) {
	return await buildPack(progress);
}

export async function installPack(userFolder, pack, progress = silentProgress) {
	return await install(userFolder, pack, progress);
}
