/**
 * One line per test file, failures in full, and the real counts in the file that the environment
 * names: scripts/test.mjs adds them up over all runners.
 */
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

class Reporter {
	constructor(globalConfig) {
		this.root = globalConfig.rootDir;
		this.files = [];
	}

	onTestResult(test, result) {
		const file = relative(this.root, test.path);
		const broken = result.testExecError ? 1 : 0;
		const passed = result.numPassingTests;
		const failed = result.numFailingTests + broken;
		const skipped = result.numPendingTests + result.numTodoTests;
		this.files.push({ file, passed, failed, skipped });

		const took = seconds(result.perfStats.runtime);
		const parts = [`${passed} passed`];
		if (failed > 0) parts.push(`${failed} FAILED`);
		if (skipped > 0) parts.push(`${skipped} skipped`);
		process.stdout.write(`  ${failed > 0 ? '✗' : '✓'} ${file}  ${parts.join(', ')}  ${took}\n`);
		if (result.failureMessage) process.stdout.write(`${result.failureMessage}\n`);
	}

	onRunComplete(_contexts, results) {
		const file = process.env.FIRECONTROL_JEST_RESULTS;
		// `results.success` is not decided yet when reporters are told of the end.
		const ok = results.numFailedTestSuites === 0 && !results.wasInterrupted;
		if (file) writeFileSync(file, JSON.stringify({ files: this.files, ok }));
		if (results.runExecError) process.stdout.write(`${results.runExecError.message}\n`);
	}
}

module.exports = Reporter;
