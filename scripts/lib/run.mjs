import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.mjs';

/** Leaders of the process groups that are running now, so that nothing outlives this process. */
const groups = new Set();

process.on('exit', () => {
	for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

/** Has the group killed when this process ends before `release` is called. */
export function trackGroup(pid) {
	groups.add(pid);
	return function release() {
		groups.delete(pid);
	};
}

export function signalGroup(pid, signal) {
	if (!pid) return false;
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false; // intentional: the group has ended already
	}
}

/** Children find this very Node first, whatever PATH says. */
export function childEnvironment(env = {}) {
	return { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env };
}

/**
 * Starts a command in its own process group with its output in `log`. A group of its own keeps a
 * terminal's Ctrl-C from reaching it before we decide how to stop it.
 */
export function start(command, args, { cwd, env, log, append = true }) {
	mkdirSync(dirname(log), { recursive: true });
	const file = openSync(log, append ? 'a' : 'w', 0o600);
	writeSync(file, `\n$ ${[command, ...args].join(' ')}\n`);
	const child = spawn(command, args, {
		cwd,
		env: childEnvironment(env),
		stdio: ['ignore', file, file],
		detached: true,
	});
	closeSync(file);
	const release = trackGroup(child.pid);
	const exited = new Promise((done) => {
		child.once('error', (error) => done({ code: null, signal: null, error }));
		child.once('exit', (code, signal) => done({ code, signal, error: null }));
	}).finally(() => {
		release();
		signalGroup(child.pid, 'SIGKILL'); // what it left behind, such as n8n's task runner
	});
	return { pid: child.pid, exited };
}

/** Runs a command to its end; throws a Problem when it fails or takes longer than `timeoutMs`. */
export async function run(command, args, { cwd, env, log, timeoutMs = 600_000, hint }) {
	const { pid, exited } = start(command, args, { cwd, env, log });
	let timedOut = false;
	const timer = setTimeout(() => {
		timedOut = true;
		signalGroup(pid, 'SIGKILL');
	}, timeoutMs);
	const { code, signal, error } = await exited;
	clearTimeout(timer);
	if (code === 0 && !timedOut) return;
	const what = [command, ...args].join(' ').slice(0, 160);
	if (error) {
		const missing = error.code === 'ENOENT' ? `install ${command} and have it in PATH.` : hint;
		throw new Problem(`Could not start "${what}": ${error.message}`, { hint: missing, cause: error });
	}
	const how = timedOut
		? `did not finish within ${Math.round(timeoutMs / 1000)} s`
		: `ended with ${signal ?? `code ${code}`}`;
	throw new Problem(`"${what}" ${how}.`, { hint, log });
}

export async function waitFor(check, { timeoutMs, everyMs = 200 }) {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const result = await check();
		if (result) return result;
		if (Date.now() > end) return null;
		await new Promise((wake) => setTimeout(wake, everyMs));
	}
}
