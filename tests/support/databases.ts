import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	closePool,
	createKernel,
	migrate,
	openPool,
	type DatabaseConfig,
	type Dialect,
	type Kernel,
	type KernelOptions,
	type Pool,
} from '../../core/db';
import { ManualClock, seededRng } from '../../core/model';
import { createPostgresDatabase, dropPostgresDatabase } from './postgres';

/** Friday, 20 November 2026, 10:00:00 UTC: where the clocks of most tests start. */
export const START = Date.UTC(2026, 10, 20, 10, 0, 0);

/** A fresh, migrated database of one kind, with a clock that the test moves. */
export interface TestDatabase {
	readonly dialect: Dialect;
	readonly config: DatabaseConfig;
	readonly pool: Pool;
	readonly clock: ManualClock;
	/** A kernel on this database; each call is another "process" (its own lease holder). */
	kernel(options?: KernelOptions): Kernel;
	close(): Promise<void>;
}

/** `FIRECONTROL_TEST_DATABASES=sqlite` narrows a local run to one database. */
function dialects(): Dialect[] {
	const chosen = process.env['FIRECONTROL_TEST_DATABASES'];
	return chosen === 'sqlite' || chosen === 'postgres' ? [chosen] : ['sqlite', 'postgres'];
}

export async function openTestDatabase(dialect: Dialect): Promise<TestDatabase> {
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-test-'));
	const config: DatabaseConfig =
		dialect === 'sqlite'
			? { client: 'sqlite', file: join(folder, 'firecontrol.sqlite') }
			: { client: 'postgres', connectionString: await createPostgresDatabase() };
	const pool = openPool(config);
	await migrate(pool);
	const clock = new ManualClock(START);
	let seed = 1;
	return {
		dialect,
		config,
		pool,
		clock,
		kernel: (options = {}) =>
			createKernel(pool, {
				clock,
				rng: seededRng(seed++),
				sealingKey: new Uint8Array(32).fill(7),
				...options,
			}),
		close: async () => {
			await closePool(pool);
			if (config.client === 'postgres') await dropPostgresDatabase(config.connectionString);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Runs a suite once per database. `open()` gives a fresh one; all are closed afterwards. */
export function describeDatabases(
	name: string,
	suite: (open: () => Promise<TestDatabase>, dialect: Dialect) => void,
): void {
	describe.each(dialects())(`${name} (%s)`, (dialect) => {
		const opened: TestDatabase[] = [];
		afterAll(async () => {
			for (const database of opened) await database.close();
		});
		suite(async () => {
			const database = await openTestDatabase(dialect);
			opened.push(database);
			return database;
		}, dialect);
	});
}
