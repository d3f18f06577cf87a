/**
 * `npm run test:deep`: the random schedules of the suites with full counts, then mutation testing of
 * the rules that money hangs on. Takes an hour or so; `npm test` runs the same suites with few seeds.
 * `npm run test:deep -- schedules` or `-- mutation` runs one half.
 */
import { jestCheck, toolCheck } from './lib/checks.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { stopWith } from './lib/interrupt.mjs';
import { ensureN8n } from './lib/n8n-install.mjs';
import { runUnderNode24 } from './lib/node24.mjs';
import { describeProblem } from './lib/problem.mjs';
import { createProgress } from './lib/progress.mjs';

await runUnderNode24(import.meta.url);

const RUNS = process.env.FIRECONTROL_RUNS ?? '1000';
const progress = createProgress();
stopWith(() => progress.say('\nStopping …'));

const parts = {
	schedules: () =>
		jestCheck(
			`schedules, ${RUNS} runs each`,
			{
				config: 'jest.config.js',
				args: ['--runInBand', '--testTimeout=1800000', 'tests/core'],
				areas: ['core'],
				env: { FIRECONTROL_RUNS: RUNS },
				timeoutMs: 2 * 3_600_000,
			},
			progress,
		),
	mutation: () =>
		toolCheck('mutation', ['@stryker-mutator', 'core', 'bin', 'stryker.js'], ['run'], progress, {
			timeoutMs: 3 * 3_600_000,
			echo: true,
		}),
};

const wanted = process.argv.slice(2);
const counts = [];
try {
	await ensureDependencies(progress);
	await ensureN8n(progress);
	for (const [name, check] of Object.entries(parts)) {
		if (wanted.length === 0 || wanted.includes(name)) counts.push(await check());
	}
} catch (error) {
	progress.say(`\n${describeProblem(error)}`);
	counts.push({ passed: 0, failed: 1 });
}
const sum = (key) => counts.reduce((total, part) => total + (part[key] ?? 0), 0);
progress.say(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 || sum('passed') === 0 ? 1 : 0);
