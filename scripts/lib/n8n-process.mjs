import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { brokerPort, n8nEnvironment } from './n8n-environment.mjs';
import { n8nBinary } from './paths.mjs';
import { checkPortIsFree, isFree } from './ports.mjs';
import { Problem } from './problem.mjs';
import { isAlive } from './processes.mjs';
import { signalGroup, start, waitFor } from './run.mjs';

/** Who runs n8n in a user folder: written at every start, so that any process can find and end it. */
const recordIn = (userFolder) => join(userFolder, 'firecontrol-n8n.json');

export function urlsOf(port) {
	const base = `http://localhost:${port}`;
	return {
		editorUrl: base,
		signalUrl: `${base}/webhook/firecontrol/signal`,
		statusUrl: `${base}/webhook/firecontrol/signal`,
		fireUrl: `${base}/webhook/firecontrol/fire`,
		healthUrl: `${base}/healthz/readiness`,
	};
}

/** The n8n that runs in this user folder now, whoever started it; null if there is none. */
export function runningN8n(userFolder) {
	const record = readJson(recordIn(userFolder));
	if (!record || !isAlive(record.pid) || !isN8n(record.pid)) return null;
	return { pid: record.pid, port: record.port };
}

function isN8n(pid) {
	try {
		return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(
			'n8n',
		);
	} catch {
		return false; // intentional: it ended in between
	}
}

export async function checkNotRunning(userFolder, port) {
	const other = runningN8n(userFolder);
	if (other) {
		throw new Problem(
			`Firecontrol runs already in ${userFolder}: process ${other.pid}, http://localhost:${other.port}`,
			{ hint: `use that one, or stop it first: kill ${other.pid}` },
		);
	}
	await checkPortIsFree(port);
}

/**
 * Starts n8n in a prepared user folder and waits until it is ready to take requests.
 * @param {{ userFolder: string, port: number, env?: Record<string, string>, log?: string,
 *   readyMs?: number }} options `env` is laid over the defaults of `n8nEnvironment`
 */
export async function startN8n({ userFolder, port, env, log, readyMs = 180_000 }) {
	await checkNotRunning(userFolder, port);
	const output = log ?? join(userFolder, 'n8n.log');
	const environment = {
		N8N_RUNNERS_BROKER_PORT: await brokerPort(),
		...n8nEnvironment({ userFolder, port, env }),
	};
	const child = start(process.execPath, [n8nBinary, 'start'], {
		env: environment,
		log: output,
		append: false,
	});
	writeJson(recordIn(userFolder), { pid: child.pid, port, log: output });
	const host = handle({ userFolder, port, pid: child.pid, log: output });

	let ended = null;
	child.exited.then((how) => (ended = how));
	const ready = await waitFor(() => ended ?? isReady(host.urls.healthUrl), { timeoutMs: readyMs });
	if (ready === true) return { ...host, exited: child.exited };
	await host.kill();
	throw new Problem(
		ended ? 'n8n ended while starting.' : `n8n was not ready after ${readyMs / 1000} s.`,
		{
			log: output,
			hint: 'read its log; after a change of the nodes, "npm test" tells what is wrong with them.',
		},
	);
}

async function isReady(url) {
	try {
		const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
		return answer.ok;
	} catch {
		return false; // intentional: not listening yet
	}
}

/** The same handle for an n8n that another process started, or null. */
export function attachN8n(userFolder) {
	const running = runningN8n(userFolder);
	if (!running) return null;
	return handle({ ...running, userFolder, log: readJson(recordIn(userFolder)).log });
}

function handle({ userFolder, port, pid, log }) {
	/** Its port too: the kernel closes the sockets of a killed process a moment after its end. */
	async function ended(timeoutMs) {
		return await waitFor(async () => !isAlive(pid) && (await isFree(port)), { timeoutMs, everyMs: 50 });
	}

	/** At once and with everything it started, as a crash or the power would. */
	async function kill(signal = 'SIGKILL') {
		signalGroup(pid, signal);
		await ended(30_000);
		if (signal === 'SIGKILL') signalGroup(pid, 'SIGKILL');
	}

	/** As an operator would: n8n may finish what it is doing, for `graceMs`. */
	async function stop({ graceMs = 20_000 } = {}) {
		signalGroup(pid, 'SIGTERM');
		if (!(await ended(graceMs))) await kill();
		signalGroup(pid, 'SIGKILL');
		if (readJson(recordIn(userFolder))?.pid === pid) rmSync(recordIn(userFolder), { force: true });
	}

	/** Starts n8n anew in the same folder and port; ends the running one first, if it still runs. */
	async function restart(options = {}) {
		if (isAlive(pid)) await stop();
		return await startN8n({ userFolder, port, log, ...options });
	}

	return { pid, port, userFolder, log, urls: urlsOf(port), stop, kill, restart };
}
