/**
 * `npm test`: lint, types, all suites on both databases, the packed tarball, the templates, and the
 * end-to-end run in one real n8n. `npm test -- unit e2e` runs parts. Ends with the real counts.
 */
import { availableParallelism } from 'node:os';
import { jestCheck, toolCheck } from './lib/checks.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { stopWith } from './lib/interrupt.mjs';
import { ensureN8n } from './lib/n8n-install.mjs';
import { runUnderNode24 } from './lib/node24.mjs';
import { ensurePack } from './lib/pack.mjs';
import { checkPlatform } from './lib/platform.mjs';
import { describeProblem } from './lib/problem.mjs';
import { createProgress, duration } from './lib/progress.mjs';

await runUnderNode24(import.meta.url);

const progress = createProgress();
stopWith(() => progress.say('\nStopping …'));

const minutes = (count) => count * 60_000;

const parts = {
	build: async () => {
		await ensurePack(progress);
		return { passed: 1, failed: 0 };
	},
	lint: () => toolCheck('lint', ['eslint', 'bin', 'eslint.js'], ['.'], progress),
	types: () =>
		toolCheck('types', ['typescript', 'bin', 'tsc'], ['--noEmit', '-p', 'tsconfig.json'], progress),
	unit: () =>
		jestCheck(
			'suites',
			{
				config: 'jest.config.js',
				// Two beside each other, each with a PostgreSQL server of its own; more would wait for the disk.
				args: [`--maxWorkers=${Math.min(2, availableParallelism())}`],
				areas: ['architecture', 'core', 'nodes', 'package', 'workflows'],
				timeoutMs: minutes(30),
			},
			progress,
		),
	e2e: () =>
		jestCheck(
			'end to end',
			{
				config: 'jest.e2e.config.js',
				args: ['--runInBand'],
				areas: ['e2e'],
				timeoutMs: minutes(20),
			},
			progress,
		),
};

async function prepare() {
	checkPlatform();
	await ensureDependencies(progress);
	await ensureN8n(progress);
	return { passed: 0, failed: 0 };
}

/** A part that cannot even run is one failure, with its reason. */
async function guarded(work) {
	try {
		return await work();
	} catch (error) {
		progress.say(`\n${describeProblem(error)}`);
		return { passed: 0, failed: 1 };
	}
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
	progress.say(`Unknown part: ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}.`);
	process.exit(2);
}

const started = Date.now();
const counts = [await guarded(prepare)];
if (counts[0].failed === 0) {
	for (const [name, check] of Object.entries(parts)) {
		if (wanted.length === 0 || wanted.includes(name)) counts.push(await guarded(check));
	}
}

const sum = (key) => counts.reduce((total, part) => total + (part[key] ?? 0), 0);
const skipped = sum('skipped');
progress.say(
	`\nTook ${duration(Date.now() - started)}.${skipped > 0 ? ` ${skipped} skipped.` : ''}`,
);
progress.say(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 || sum('passed') === 0 ? 1 : 0);
