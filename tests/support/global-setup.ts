import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres } from './postgres-server';

declare global {
	var firecontrolPostgres: { server: RunningPostgres; folder: string } | undefined;
}

export async function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address !== null ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}

/** Starts PostgreSQL once for the run, unless the environment names one. */
export default async function globalSetup(): Promise<void> {
	if (process.env['FIRECONTROL_TEST_POSTGRES'] !== undefined) return;
	if (process.env['FIRECONTROL_TEST_DATABASES'] === 'sqlite') return;
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-postgres-'));
	const server = await startPostgres(folder, await freePort());
	process.env['FIRECONTROL_TEST_POSTGRES'] = server.url;
	globalThis.firecontrolPostgres = { server, folder };
}

export async function globalTeardown(): Promise<void> {
	const running = globalThis.firecontrolPostgres;
	if (running === undefined) return;
	await running.server.stop();
	rmSync(running.folder, { recursive: true, force: true });
}
