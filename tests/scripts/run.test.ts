/** @jest-environment ./tests/support/host-environment.cjs */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host } from '../support/host';

/** Starts a grandchild that would live for a minute, and tells its pid. */
const withGrandchild = (then: string) => `
	const { spawn } = require('node:child_process');
	const child = spawn('sleep', ['60'], { stdio: 'ignore' });
	require('node:fs').writeFileSync('pid', String(child.pid));
	${then}`;

describe('a command that the scripts run', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'firecontrol-run-'));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const run = (script: string, timeoutMs = 20_000) =>
		host.run(process.execPath, ['-e', script], {
			cwd: folder,
			log: join(folder, 'log'),
			timeoutMs,
		});
	const grandchild = () => Number(readFileSync(join(folder, 'pid'), 'utf8'));
	const gone = async (pid: number) => {
		for (let turn = 0; turn < 100 && host.isAlive(pid); turn++) {
			await new Promise((wake) => setTimeout(wake, 50));
		}
		return !host.isAlive(pid);
	};

	it('says how it failed and where its log is', async () => {
		await expect(run('console.log("told"); process.exit(3)')).rejects.toMatchObject({
			message: expect.stringContaining('ended with code 3'),
			log: join(folder, 'log'),
		});
		expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('told');
	});

	it('is ended with all it started when it takes too long', async () => {
		await expect(run(withGrandchild('setInterval(() => {}, 1000)'), 1500)).rejects.toThrow(
			'did not finish within',
		);
		expect(await gone(grandchild())).toBe(true);
	});

	it('leaves nothing behind when it ends well', async () => {
		await run(withGrandchild('process.exit(0)'));
		expect(await gone(grandchild())).toBe(true);
	});
});
