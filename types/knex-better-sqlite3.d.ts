/** knex ships no types for its dialect files; only what our SQLite client overrides is declared. */
declare module 'knex/lib/dialects/better-sqlite3' {
	import { Knex } from 'knex';
	class BetterSqlite3Client extends Knex.Client {
		constructor(config: object);
		connectionSettings: { filename: string };
		_driver(): object;
		transaction(...args: unknown[]): Knex.Transaction;
		acquireRawConnection(): Promise<unknown>;
		destroyRawConnection(connection: unknown): Promise<void>;
		_query(connection: unknown, query: unknown): Promise<unknown>;
	}
	export = BetterSqlite3Client;
}

declare module 'knex/lib/dialects/sqlite3/execution/sqlite-transaction' {
	class SqliteTransaction {
		query(connection: unknown, sql: string): Promise<unknown>;
	}
	export = SqliteTransaction;
}
