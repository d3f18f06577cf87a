import { execFileSync, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { installFlags, networkHint, npm } from './npm.mjs';
import { onOrphaned } from './processes.mjs';
import { logFile, nodeFolder } from './paths.mjs';
import { checkPlatform, platform, usesMusl } from './platform.mjs';
import { Problem, describeProblem } from './problem.mjs';
import { createProgress } from './progress.mjs';

/** n8n 2.40 needs Node 24. */
const required = 24;
const majorOf = (version) => Number(version.replace(/^v/, '').split('.')[0]);

/**
 * Goes on when this process runs on Node 24 or newer. Otherwise runs the same script again on a
 * Node 24 (fetched from npm when missing) and ends with its exit code.
 */
export async function runUnderNode24(scriptUrl) {
	if (majorOf(process.versions.node) >= required) return;
	let node;
	try {
		checkPlatform();
		node = await ensureNode24(createProgress());
	} catch (error) {
		process.stderr.write(`\n${describeProblem(error)}\n`);
		process.exit(1);
	}
	process.exit(await runAgain(node, fileURLToPath(scriptUrl)));
}

async function runAgain(node, script) {
	const child = spawn(node, [script, ...process.argv.slice(2)], {
		stdio: 'inherit',
		env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
	});
	// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone does not.
	for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	process.on('SIGINT', () => {
		if (!process.stdin.isTTY) child.kill('SIGINT');
	});
	onOrphaned(() => child.kill('SIGTERM'));
	return await new Promise((done) => {
		child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
	});
}

async function ensureNode24(progress) {
	const name = `node-${platform}`;
	const binary = join(nodeFolder, 'node_modules', name, 'bin', 'node');
	if (works(binary)) return binary;
	if (usesMusl()) {
		throw new Problem(
			`Node ${process.versions.node} is too old for n8n, which needs Node ${required}.`,
			{
				hint: 'this system uses musl libc, for which npm has no Node: install Node 24 by its package manager (Alpine: apk add nodejs-current npm).',
			},
		);
	}
	await progress.step(`Fetching Node ${required} (this is ${process.versions.node})`, () =>
		withLock('node', async () => {
			if (works(binary)) return;
			rmSync(nodeFolder, { recursive: true, force: true });
			mkdirSync(nodeFolder, { recursive: true });
			writeFileSync(join(nodeFolder, 'package.json'), '{ "private": true }\n');
			const log = logFile('node');
			await npm(
				['install', `${name}@${required}`, '--no-save', '--no-package-lock', ...installFlags],
				{
					cwd: nodeFolder,
					log,
					hint: networkHint,
				},
			);
			if (!works(binary)) throw new Problem(`The fetched ${binary} does not run here.`, { log });
		}),
	);
	return binary;
}

function works(binary) {
	if (!existsSync(binary)) return false;
	try {
		return majorOf(execFileSync(binary, ['--version'], { encoding: 'utf8' })) >= required;
	} catch {
		return false;
	}
}

/** Folder with `include/node` beside this Node: node-gyp then downloads no headers. */
export function headersFolder() {
	const folder = dirname(dirname(process.execPath));
	return existsSync(join(folder, 'include', 'node', 'node_api.h')) ? folder : null;
}
