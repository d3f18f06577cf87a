import { constants, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hash, hashFiles, readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { networkHint, npm } from './npm.mjs';
import { cacheFolder, logFile, packName, root } from './paths.mjs';
import { Problem } from './problem.mjs';
import { duration } from './progress.mjs';
import { run } from './run.mjs';

const sources = [
	'package.json',
	'tsconfig.json',
	'tsconfig.build.json',
	'gulpfile.js',
	'README.md',
	'LICENSE',
	'core',
	'nodes',
	'credentials',
	'types',
	'icons',
	'workflows',
];
const packFolder = join(cacheFolder, 'pack');
const packMarker = join(packFolder, 'pack.json');

/**
 * Builds and packs when a source changed since the last time.
 * @returns {Promise<{ tarball: string, hash: string }>}
 */
export async function ensurePack(progress) {
	return await withLock('pack', async () => {
		const wanted = hashFiles(root, sources);
		const last = readJson(packMarker);
		if (last?.hash === wanted && existsSync(last.tarball)) return last;
		return await progress.step('Building and packing the nodes', async () => {
			const log = logFile('build');
			rmSync(packFolder, { recursive: true, force: true });
			mkdirSync(packFolder, { recursive: true });
			await npm(['run', 'build'], { cwd: root, log });
			await npm(['pack', '--ignore-scripts', '--pack-destination', packFolder], { cwd: root, log });
			const name = readdirSync(packFolder).find((file) => file.endsWith('.tgz'));
			if (!name) throw new Problem('npm pack made no tarball.', { log });
			const pack = { tarball: join(packFolder, name), hash: wanted };
			writeJson(packMarker, pack);
			return pack;
		});
	});
}

/** Where n8n looks for community packages; n8n ignores names there that are not `n8n-nodes-*`. */
export function packIn(userFolder, name = packName) {
	return join(userFolder, '.n8n', 'nodes', 'node_modules', name);
}

/**
 * Puts the tarball's real folder with its production dependencies where n8n loads packages from.
 * A link there has made n8n's command line hang.
 */
export async function installPack(userFolder, pack, progress) {
	const target = packIn(userFolder);
	const marker = join(userFolder, '.n8n', 'nodes', '.firecontrol-pack.json');
	if (readJson(marker)?.hash === pack.hash && existsSync(join(target, 'node_modules')))
		return target;
	await progress.step('Installing the nodes into n8n', async () => {
		const modules = join(userFolder, '.n8n', 'nodes', 'node_modules');
		const incoming = join(modules, '.firecontrol-incoming');
		rmSync(marker, { force: true });
		rmSync(incoming, { recursive: true, force: true });
		mkdirSync(incoming, { recursive: true });
		const log = logFile('pack-install');
		await run('tar', ['-xzf', pack.tarball, '-C', incoming, '--strip-components=1'], { log });
		const manifest = keepProductionOnly(incoming);
		const dependencies = await productionDependencies(manifest, log);
		cpSync(dependencies, join(incoming, 'node_modules'), {
			recursive: true,
			verbatimSymlinks: true,
			mode: constants.COPYFILE_FICLONE,
		});
		rmSync(target, { recursive: true, force: true });
		renameSync(incoming, target);
		writeJson(marker, { hash: pack.hash, version: manifest.version });
	});
	return target;
}

/** As n8n does it before it installs a package's dependencies. */
function keepProductionOnly(folder) {
	const file = join(folder, 'package.json');
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = readJson(file);
	writeJson(file, manifest);
	return manifest;
}

/** Installed by n8n's own npm flags, once per set of dependencies, and copied from then on. */
async function productionDependencies({ name, version, dependencies = {} }, log) {
	const folder = join(cacheFolder, 'pack-dependencies', hash(JSON.stringify(dependencies)));
	const done = join(folder, 'done.json');
	return await withLock('pack-dependencies', async () => {
		const modules = join(folder, 'node_modules');
		if (existsSync(done)) return modules;
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(modules, { recursive: true });
		writeJson(join(folder, 'package.json'), { name, version, dependencies });
		const started = Date.now();
		const flags = ['--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true'];
		await npm(
			[
				'install',
				...flags,
				'--omit=dev',
				'--package-lock=false',
				'--no-audit',
				'--no-fund',
				'--prefer-offline',
			],
			{ cwd: folder, log, hint: networkHint },
		);
		writeJson(done, { took: duration(Date.now() - started) });
		return modules;
	});
}
