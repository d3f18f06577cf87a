import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packName = 'n8n-nodes-firecontrol';
export const root = resolve(fileURLToPath(new URL('../../', import.meta.url)));

/** The pinned n8n: its package.json and lock are in git, its node_modules are not. */
export const hostFolder = join(root, 'docker', 'host');

/** Inside the docker image n8n lies elsewhere. */
export const hostModules = process.env.FIRECONTROL_N8N_MODULES ?? join(hostFolder, 'node_modules');
export const n8nBinary =
	process.env.FIRECONTROL_N8N_BINARY ?? join(hostModules, 'n8n', 'bin', 'n8n');

/** Node 24, fetched when the one in PATH is older. */
export const nodeFolder = join(root, '.node');

/** Build results and logs that may be deleted at any time. */
export const cacheFolder = join(root, '.cache', 'firecontrol');
export const templatesFolder = join(root, 'workflows');

/** The user folder of `npm start`: n8n's data, ours, and the secrets of this installation. */
export function defaultUserFolder() {
	return resolve(process.env.N8N_USER_FOLDER || join(root, '.n8n-data'));
}

export function logFile(name) {
	return join(cacheFolder, 'logs', `${name}.log`);
}

/** As a person in this folder would name it. */
export function shown(path) {
	const near = relative(process.cwd(), path);
	return near === '' || near.startsWith('..') ? path : near;
}
