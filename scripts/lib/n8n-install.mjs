import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
	installWithCount,
	isInstalled,
	markInstalled,
	removeHalfInstall,
	wantedInstall,
} from './dependencies.mjs';
import { readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { headersFolder } from './node24.mjs';
import { npm } from './npm.mjs';
import { hostFolder, logFile, n8nBinary } from './paths.mjs';
import { platform } from './platform.mjs';
import { Problem } from './problem.mjs';
import { checkToolchain } from './toolchain.mjs';

/** n8n's two native modules; npm skips their install scripts, so they are built by name. */
const natives = ['sqlite3', 'isolated-vm'];
const builtMarker = join(hostFolder, 'node_modules', '.firecontrol-natives.json');
const wantedBuild = () => `${wantedInstall(hostFolder)} ${platform} abi${process.versions.modules}`;
const isBuilt = () => readJson(builtMarker)?.built === wantedBuild();

/** The n8n that `docker/host` pins, with its native modules for this Node. */
export async function ensureN8n(progress) {
	if (isInstalled(hostFolder) && isBuilt()) return;
	await withLock('n8n', async () => {
		if (!isBuilt() && !nativesWork()) await checkToolchain();
		if (!isInstalled(hostFolder)) await install(progress);
		if (!isBuilt()) await buildNatives(progress);
	});
}

async function install(progress) {
	removeHalfInstall(hostFolder, progress);
	const { dependencies } = readJson(join(hostFolder, 'package.json'));
	await progress.step(`Installing n8n ${dependencies.n8n} (minutes, once)`, async (detail) => {
		const log = logFile('n8n-install');
		await installWithCount(hostFolder, log, detail);
		if (!existsSync(n8nBinary)) throw new Problem('npm ended well but n8n is not there.', { log });
	});
	markInstalled(hostFolder);
}

async function buildNatives(progress) {
	if (!nativesWork()) {
		await progress.step(`Building n8n's native modules (${natives.join(', ')})`, async () => {
			const headers = headersFolder();
			const log = logFile('n8n-natives');
			await npm(['rebuild', '--ignore-scripts=false', ...natives], {
				cwd: hostFolder,
				env: headers ? nodeGypHeaders(headers) : {},
				log,
				hint: 'python3, make and a C++ compiler must be installed and working.',
			});
			if (!nativesWork())
				throw new Problem("n8n's native modules do not load after building.", { log });
		});
	}
	writeJson(builtMarker, { built: wantedBuild() });
}

/** node-gyp's old name for it, which npm passes on with a warning, and its new one. */
function nodeGypHeaders(folder) {
	return { npm_config_nodedir: folder, npm_package_config_node_gyp_nodedir: folder };
}

function nativesWork() {
	try {
		const script = natives.map((name) => `require('${name}');`).join('');
		execFileSync(process.execPath, ['-e', script], {
			cwd: hostFolder,
			stdio: 'ignore',
			timeout: 30_000,
		});
		return true;
	} catch {
		return false;
	}
}
