/** Once before all end-to-end suites; they find the run by FIRECONTROL_E2E_FOLDER. */
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = async () => {
	const { ensureN8n } = await import('../../../scripts/lib/n8n-install.mjs');
	const { startLocalRun } = await import('../../../scripts/lib/local-run.mjs');
	const { createProgress } = await import('../../../scripts/lib/progress.mjs');
	const { freePort } = await import('../../../scripts/lib/ports.mjs');
	const { describeProblem } = await import('../../../scripts/lib/problem.mjs');

	const progress = createProgress();
	const userFolder = mkdtempSync(join(tmpdir(), 'firecontrol-e2e-'));
	process.env.FIRECONTROL_E2E_FOLDER = userFolder;
	try {
		await ensureN8n(progress);
		await startLocalRun({ userFolder, port: await freePort(), progress });
	} catch (error) {
		throw new Error(describeProblem(error));
	}
};
