import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from './files.mjs';
import { logFile, root } from './paths.mjs';
import { childEnvironment, run, signalGroup, trackGroup } from './run.mjs';

const reporter = fileURLToPath(new URL('jest-reporter.cjs', import.meta.url));
const bin = (...parts) => join(root, 'node_modules', ...parts);

/** A tool that is right or wrong as a whole counts as one check; quiet when right, unless `echo`. */
export async function toolCheck(
	title,
	script,
	args,
	progress,
	{ timeoutMs = 600_000, echo = false } = {},
) {
	const log = logFile(title);
	rmSync(log, { force: true });
	try {
		await progress.step(title, () =>
			run(process.execPath, [bin(...script), ...args], { cwd: root, log, timeoutMs }),
		);
		if (echo) progress.say(readFileSync(log, 'utf8').trimEnd());
		return { passed: 1, failed: 0 };
	} catch {
		progress.say(readFileSync(log, 'utf8').trimEnd());
		return { passed: 0, failed: 1 };
	}
}

/**
 * One run of jest with its real counts. `areas` are folders under tests/ that must have run at least
 * one test each: a suite that silently found nothing is a failure.
 */
export async function jestCheck(
	title,
	{ config, args = [], areas, env = {}, timeoutMs },
	progress,
) {
	progress.say(`  ${title} …`);
	const results = logFile(`jest-${title.replaceAll(/\W+/g, '-')}`).replace(/\.log$/, '.json');
	rmSync(results, { force: true });
	const command = [
		bin('jest', 'bin', 'jest.js'),
		'--config',
		join(root, config),
		'--reporters',
		reporter,
	];
	const code = await runLive(
		[...command, ...args],
		{ FIRECONTROL_JEST_RESULTS: results, ...env },
		timeoutMs,
	);
	const { files = [], ok = false } = readJson(results) ?? {};
	const sum = (key) => files.reduce((total, file) => total + file[key], 0);
	const counts = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };

	const ran = (area) =>
		files.some(
			({ file, passed, failed }) => file.startsWith(`tests/${area}/`) && passed + failed > 0,
		);
	const idle = areas.filter((area) => !ran(area));
	if (idle.length > 0)
		progress.say(`✗ ${title}: no test ran in ${idle.map((area) => `tests/${area}`).join(', ')}`);
	counts.failed += idle.length;
	if ((code !== 0 || !ok) && counts.failed === 0) {
		progress.say(
			`✗ ${title}: jest ended with ${code === null ? 'a signal' : `code ${code}`} although no test failed`,
		);
		counts.failed = 1;
	}
	return counts;
}

/** With its output on our terminal, in a process group of its own, bounded. */
function runLive(args, env, timeoutMs) {
	return new Promise((done) => {
		const child = spawn(process.execPath, args, {
			cwd: root,
			env: childEnvironment({ FORCE_COLOR: process.stdout.isTTY ? '1' : '0', ...env }),
			stdio: ['ignore', 'inherit', 'inherit'],
			detached: true,
		});
		const release = trackGroup(child.pid);
		const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), timeoutMs);
		child.once('exit', (code) => {
			clearTimeout(timer);
			signalGroup(child.pid, 'SIGKILL'); // what a test left behind
			release();
			done(code);
		});
	});
}
