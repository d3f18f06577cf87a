/** Ends the n8n of this run, also one that a test restarted, and keeps its log. */
const { copyFileSync, existsSync, mkdirSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');

module.exports = async () => {
	const { attachN8n } = await import('../../../scripts/lib/n8n-process.mjs');
	const { logFile } = await import('../../../scripts/lib/paths.mjs');

	const userFolder = process.env.FIRECONTROL_E2E_FOLDER;
	if (!userFolder) return;
	await attachN8n(userFolder)?.stop();
	const log = join(userFolder, 'n8n.log');
	if (existsSync(log)) {
		const kept = logFile('e2e-n8n');
		mkdirSync(dirname(kept), { recursive: true });
		copyFileSync(log, kept);
	}
	rmSync(userFolder, { recursive: true, force: true });
};
