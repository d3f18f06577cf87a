import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres } from './postgres-server';

declare global {
	var firecontrolPostgres: { server: RunningPostgres; folder: string }[] | undefined;
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

/**
 * Starts a PostgreSQL server for every worker of the run, unless the environment names one. Each has
 * its own: events become visible only when no older transaction of any database of a server is open,
 * so suites on one server would wait for each other's.
 */
export default async function globalSetup({ maxWorkers }: { maxWorkers: number }): Promise<void> {
	if (process.env['FIRECONTROL_TEST_POSTGRES'] !== undefined) return;
	if (process.env['FIRECONTROL_TEST_DATABASES'] === 'sqlite') return;
	const running = [];
	for (let worker = 0; worker < maxWorkers; worker++) {
		const folder = mkdtempSync(join(tmpdir(), 'firecontrol-postgres-'));
		running.push({ folder, server: await startPostgres(folder, await freePort()) });
		globalThis.firecontrolPostgres = running;
	}
	process.env['FIRECONTROL_TEST_POSTGRES'] = running.map(({ server }) => server.url).join(' ');
}

export async function globalTeardown(): Promise<void> {
	for (const { server, folder } of globalThis.firecontrolPostgres ?? []) {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
