import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { installFlags, networkHint, npm } from './npm.mjs';
import { logFile, root } from './paths.mjs';

const markerOf = (folder) => join(folder, 'node_modules', '.firecontrol-installed.json');

/** What package.json and its lock say now; the lock alone may be rewritten by npm itself. */
export function wantedInstall(folder) {
	return hashFiles(folder, ['package.json', '.npmrc']) + hashFiles(folder, ['package-lock.json']);
}

export function isInstalled(folder) {
	return readJson(markerOf(folder))?.wanted === wantedInstall(folder);
}

export function markInstalled(folder) {
	writeJson(markerOf(folder), { wanted: wantedInstall(folder), at: new Date().toISOString() });
}

/**
 * npm writes `node_modules/.package-lock.json` last. Where it is missing, an earlier install was cut
 * off, and packages may be half unpacked without npm noticing: start anew.
 */
export function removeHalfInstall(folder, progress) {
	const modules = join(folder, 'node_modules');
	if (!existsSync(modules) || existsSync(join(modules, '.package-lock.json'))) return;
	progress.say('  An earlier install was interrupted; removing it and starting over.');
	rmSync(modules, { recursive: true, force: true });
}

/** The tools of this repository: compiler, linter, test runners. */
export async function ensureDependencies(progress) {
	if (isInstalled(root)) return;
	await withLock('dependencies', async () => {
		if (isInstalled(root)) return;
		removeHalfInstall(root, progress);
		await progress.step("Installing the repository's tools", (detail) =>
			installWithCount(root, logFile('dependencies'), detail),
		);
		markInstalled(root);
	});
}

/** npm install that tells how many of the lock's packages are in place. */
export async function installWithCount(folder, log, detail) {
	const wanted = lockedPackages(folder);
	const timer = setInterval(() => {
		const there = countPackages(join(folder, 'node_modules'));
		if (there > 0) detail(`${Math.min(there, wanted)} of ${wanted} packages`);
		else detail('resolving and downloading');
	}, 1000);
	try {
		await npm(['install', ...installFlags], {
			cwd: folder,
			log,
			timeoutMs: 1_800_000,
			hint: networkHint,
		});
	} finally {
		clearInterval(timer);
	}
}

function lockedPackages(folder) {
	const packages = readJson(join(folder, 'package-lock.json'))?.packages ?? {};
	const top = /^node_modules\/(@[^/]+\/)?[^/]+$/;
	return Object.keys(packages).filter((name) => top.test(name)).length;
}

/** npm makes all folders first and fills them later: a package is there when its manifest is. */
function countPackages(modules) {
	const inside = (folder) => readdirSync(join(modules, folder)).map((name) => join(folder, name));
	try {
		return readdirSync(modules)
			.flatMap((name) => (name.startsWith('@') ? inside(name) : [name]))
			.filter((name) => existsSync(join(modules, name, 'package.json'))).length;
	} catch {
		return 0; // intentional: npm is creating or moving the folder at this moment
	}
}
