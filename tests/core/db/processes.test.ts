import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closePool, openPool, type DatabaseConfig } from '../../../core/db';
import { MIGRATIONS } from '../../../core/db/migrations';
import { describeDatabases } from '../../support/databases';
import { createPostgresDatabase, dropPostgresDatabase } from '../../support/postgres';
import { startProcess, type TestProcess } from '../../support/processes';

type Opening = TestProcess<{ config: DatabaseConfig; at: number }, string[]>;
type Counting = TestProcess<{ config: DatabaseConfig; times: number }, number>;

const START_MS = 1_500;

describeDatabases('several processes', (open, dialect) => {
	it('three that open an empty database at once all succeed', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'firecontrol-open-'));
		const config: DatabaseConfig =
			dialect === 'sqlite'
				? { client: 'sqlite', file: join(folder, 'deep', 'er', 'firecontrol.sqlite') }
				: { client: 'postgres', connectionString: await createPostgresDatabase() };
		const processes: Opening[] = [1, 2, 3].map(() => startProcess(join(__dirname, 'migrating-process.ts')));
		const at = Date.now() + START_MS;
		const applied = await Promise.all(processes.map(async (child) => child.ask({ config, at })));
		await Promise.all(processes.map(async (child) => child.kill()));
		const pool = openPool(config);
		try {
			// One did the work, the others found it done.
			expect(applied.map((names) => names.length).sort()).toEqual([0, 0, MIGRATIONS.length]);
			expect(await pool.conn('settings')).toHaveLength(3);
			expect(await pool.conn('trading_latch')).toHaveLength(1);
		} finally {
			await closePool(pool);
			if (config.client === 'postgres') await dropPostgresDatabase(config.connectionString);
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('three that count the same row lose no count', async () => {
		const database = await open();
		const { config } = database;
		const processes: Counting[] = [1, 2, 3].map(() => startProcess(join(__dirname, 'counting-process.ts')));
		await Promise.all(processes.map(async (child) => child.ask({ config, times: 60 })));
		await Promise.all(processes.map(async (child) => child.kill()));
		expect(await database.pool.conn('trading_latch').first()).toMatchObject({ version: 180 });
	});
});
