import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.mjs';

/** What compiling n8n's own sqlite3 takes, each with the commands that may provide it. */
const tools = [
	{ name: 'python3', commands: ['python3', 'python'] },
	{ name: 'make', commands: ['make', 'gmake'] },
	{ name: 'g++', commands: ['g++', 'c++', 'clang++'] },
];

const inPath = (command) =>
	(process.env.PATH ?? '').split(':').some((folder) => {
		try {
			accessSync(join(folder, command), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});

export function missingTools() {
	return tools.filter(({ commands }) => !commands.some(inPath)).map(({ name }) => name);
}

/**
 * n8n's sqlite3 is downloaded ready-made where GitHub can be reached and compiled elsewhere.
 * Checked before the long install, so that nobody waits minutes for a missing compiler.
 */
export async function checkToolchain() {
	const missing = missingTools();
	if (missing.length === 0 || (await readyMadeReachable())) return;
	const install =
		process.platform === 'darwin'
			? 'run "xcode-select --install"'
			: 'Debian and Ubuntu: sudo apt-get install python3 make g++; Fedora: sudo dnf install python3 make gcc-c++';
	throw new Problem(
		`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: n8n's own sqlite3 has to be compiled here.`,
		{ hint: `${install}; then start again.` },
	);
}

async function readyMadeReachable() {
	const url = `https://github.com/TryGhost/node-sqlite3/releases/download/v5.1.7/sqlite3-v5.1.7-napi-v6-${process.platform}-${process.arch}.tar.gz`;
	try {
		const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
		return answer.ok;
	} catch {
		return false; // intentional: no network to GitHub means that it will be compiled
	}
}
