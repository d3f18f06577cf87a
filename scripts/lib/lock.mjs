import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { Problem } from './problem.mjs';
import { isAlive } from './processes.mjs';
import { waitFor } from './run.mjs';

/**
 * Lets one process at a time install or build in this checkout. The lock of a process that died is
 * taken over.
 */
export async function withLock(name, work) {
	const folder = join(cacheFolder, `${name}.lock`);
	mkdirSync(cacheFolder, { recursive: true });
	const taken = await waitFor(() => take(folder), { timeoutMs: 1_200_000, everyMs: 500 });
	if (!taken) {
		throw new Problem(`Another process has been busy with "${name}" for 20 minutes.`, {
			hint: `end it, or delete ${folder} if no other npm start or npm test runs.`,
		});
	}
	try {
		return await work();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function take(folder) {
	try {
		mkdirSync(folder);
		writeFileSync(join(folder, 'pid'), String(process.pid));
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	if (!ownerIsAlive(folder)) rmSync(folder, { recursive: true, force: true });
	return false;
}

function ownerIsAlive(folder) {
	try {
		const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
		// An empty file: its owner is between the two calls of `take`.
		return pid === 0 || isAlive(pid);
	} catch {
		return true; // intentional: not written yet, or just released; look again
	}
}
