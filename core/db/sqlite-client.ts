import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import BetterSqlite3Client = require('knex/lib/dialects/better-sqlite3');
import SqliteTransaction = require('knex/lib/dialects/sqlite3/execution/sqlite-transaction');
import { systemRng } from '../model';

/** How long a write waits for another process's transaction, ms. */
const BUSY_WAIT_MS = 5_000;
/** So long of it at a time SQLite waits by itself, ms: it blocks the process, and all of n8n. */
const BLOCKING_WAIT_MS = 50;
const BUSY_PAUSE_MS = 10;
const SQLITE_BUSY = 5;
/** Prepared statements kept per connection: knex asks for the same few hundred texts. */
const STATEMENTS_MAX = 300;

/** A prepared statement; asking it each time whether it gives rows costs more than most reads. */
interface Prepared {
	readonly statement: StatementSync;
	readonly reads: boolean;
}

/** One SQLite connection with its prepared statements. */
interface Connection {
	readonly database: DatabaseSync;
	readonly statements: Map<string, Prepared>;
}

interface Query {
	sql: string;
	bindings?: readonly unknown[];
	response?: unknown;
	context?: { lastID: number | bigint; changes: number | bigint };
}

/**
 * Takes the write lock at the start: a transaction that reads first and writes later could
 * otherwise fail with "database is locked" at once, whatever the busy timeout.
 */
class ImmediateTransaction extends SqliteTransaction {
	begin(connection: unknown): Promise<unknown> {
		return this.query(connection, 'BEGIN IMMEDIATE;');
	}
}

function toInput(value: unknown): SQLInputValue {
	if (value === undefined || value === null) return null;
	if (typeof value === 'boolean') return value ? 1 : 0;
	if (value instanceof Date) return value.valueOf();
	if (value instanceof Uint8Array) return value;
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
		return value;
	}
	return JSON.stringify(value);
}

function prepare(connection: Connection, sql: string): Prepared {
	const known = connection.statements.get(sql);
	if (known !== undefined) {
		connection.statements.delete(sql);
		connection.statements.set(sql, known);
		return known;
	}
	const statement = connection.database.prepare(sql);
	const prepared = { statement, reads: statement.columns().length > 0 };
	connection.statements.set(sql, prepared);
	if (connection.statements.size > STATEMENTS_MAX) {
		const oldest = connection.statements.keys().next();
		if (!oldest.done) connection.statements.delete(oldest.value);
	}
	return prepared;
}

function runQuery(connection: Connection, query: Query): Query {
	const { statement, reads } = prepare(connection, query.sql);
	const bindings = (query.bindings ?? []).map(toInput);
	if (reads) {
		// The driver's rows have no prototype and are slow to read; a copy is neither.
		query.response = statement.all(...bindings).map((row) => ({ ...row }));
		return query;
	}
	const result = statement.run(...bindings);
	query.response = result;
	query.context = { lastID: result.lastInsertRowid, changes: result.changes };
	return query;
}

function isBusy(error: unknown): boolean {
	if (typeof error !== 'object' || error === null) return false;
	return 'errcode' in error && error.errcode === SQLITE_BUSY;
}

/** knex's SQLite dialect on Node's own `node:sqlite`: nothing native to compile or to install. */
export class NodeSqliteClient extends BetterSqlite3Client {
	override _driver(): object {
		return {};
	}

	override transaction(...args: unknown[]): Knex.Transaction {
		return Reflect.construct(ImmediateTransaction, [this, ...args]);
	}

	override async acquireRawConnection(): Promise<Connection> {
		const database = new DatabaseSync(this.connectionSettings.filename, {
			timeout: BUSY_WAIT_MS,
			enableForeignKeyConstraints: true,
		});
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
		// 64 MB of pages stay in memory; the 2 MB of the default are read again and again.
		database.exec('PRAGMA cache_size = -65536;');
		// The log is folded into the file every 16 MB, not every 4: a tenth of a burst's time.
		database.exec('PRAGMA wal_autocheckpoint = 4000;');
		database.exec(`PRAGMA busy_timeout = ${BLOCKING_WAIT_MS};`);
		return { database, statements: new Map() };
	}

	override async destroyRawConnection(connection: Connection): Promise<void> {
		connection.statements.clear();
		connection.database.close();
	}

	override async _query(connection: Connection, query: Query): Promise<Query> {
		const started = performance.now();
		for (;;) {
			try {
				return runQuery(connection, query);
			} catch (error) {
				// Nothing was done: a write that finds the lock taken is tried again as it is.
				if (!isBusy(error) || performance.now() - started >= BUSY_WAIT_MS) throw error;
				await pause(BUSY_PAUSE_MS * (0.5 + systemRng.next()));
			}
		}
	}
}
