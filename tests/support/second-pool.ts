import { closePool, openPool, type Pool } from '../../core/db';
import type { TestDatabase } from './databases';

/**
 * Another pool on the same database, as another process has one; close it with the test. In SQLite
 * a writer that waits for the other pool stops this whole thread: there both must never write at
 * the same time.
 */
export function openSecondPool(database: TestDatabase): { pool: Pool; close(): Promise<void> } {
	const { config } = database;
	const pool = openPool(
		config.client === 'postgres'
			? { ...config, connectionString: `${config.connectionString}?application_name=second` }
			: { ...config, file: config.file.replace(/([^/]+)$/, './$1') },
	);
	return { pool, close: async () => closePool(pool) };
}
