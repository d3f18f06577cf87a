import { n8nBinary } from './paths.mjs';
import { run } from './run.mjs';
import { n8nEnvironment } from './n8n-environment.mjs';

/**
 * One command of n8n's command line, such as `import:workflow`. n8n takes two seconds for one, but
 * sometimes it never ends; then it is killed and tried again.
 */
export async function n8nCommand(args, { userFolder, port = 5678, env, log, attempts = 3 }) {
	const environment = n8nEnvironment({ userFolder, port, env });
	for (let attempt = 1; ; attempt++) {
		try {
			return await run(process.execPath, [n8nBinary, ...args], {
				env: environment,
				log,
				// The first command on an empty folder also creates n8n's database.
				timeoutMs: attempt === 1 ? 60_000 : 120_000,
			});
		} catch (error) {
			if (attempt === attempts) throw error;
		}
	}
}
