/** `npm start`: from a fresh clone to a running n8n with Firecontrol; Ctrl-C stops all of it. */
import { ensureDependencies } from './lib/dependencies.mjs';
import { stopWith } from './lib/interrupt.mjs';
import { startLocalRun } from './lib/local-run.mjs';
import { ensureN8n } from './lib/n8n-install.mjs';
import { checkNotRunning } from './lib/n8n-process.mjs';
import { runUnderNode24 } from './lib/node24.mjs';
import { defaultUserFolder, shown } from './lib/paths.mjs';
import { checkPlatform } from './lib/platform.mjs';
import { portFromEnvironment } from './lib/ports.mjs';
import { describeProblem, tail } from './lib/problem.mjs';
import { createProgress, duration } from './lib/progress.mjs';
import { welcome } from './lib/welcome.mjs';

await runUnderNode24(import.meta.url);

const started = Date.now();
const progress = createProgress();
const interrupt = stopWith(() => progress.say('\nStopping …'));

try {
	checkPlatform();
	const userFolder = defaultUserFolder();
	const port = portFromEnvironment();
	await checkNotRunning(userFolder, port);
	await ensureDependencies(progress);
	await ensureN8n(progress);
	const run = await startLocalRun({ userFolder, port, progress });
	interrupt.use(run.stop);
	progress.say(welcome({ ...run, userFolder, took: duration(Date.now() - started) }));
	await run.n8n.exited;
	if (!interrupt.asked) {
		progress.say(
			`\nn8n ended by itself. Its last lines (${shown(run.n8n.log)}):`,
		);
		for (const line of tail(run.n8n.log, 15)) progress.say(`  | ${line}`);
		process.exit(1);
	}
} catch (error) {
	if (!interrupt.asked) {
		process.stderr.write(`\n${describeProblem(error)}\n`);
		process.exit(1);
	}
}
