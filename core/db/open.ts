import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import { types as pgTypes } from 'pg';
import { decimal, FirecontrolError, messageOf, sha256 } from '../model';
import type { Dialect } from './dialects';
import { NodeSqliteClient } from './sqlite-client';

/** Where the state lives. */
export type DatabaseConfig =
	| { readonly client: 'sqlite'; readonly file: string }
	| { readonly client: 'postgres'; readonly connectionString: string; readonly poolMax?: number };

/** A connection source for single statements; a transaction can stand in for it. */
export type Conn = Knex;
/** An open transaction. */
export type Trx = Knex.Transaction;

/** An open pool: one per process and connection, shared by all nodes. */
export interface Pool {
	readonly dialect: Dialect;
	readonly conn: Conn;
	/** Identifies the database without its secrets. */
	readonly key: string;
}

const REGISTRY = Symbol.for('firecontrol.db');
const POSTGRES_POOL_MAX = 5;
const INT8 = 20;
const NUMERIC = 1700;

type Registry = Map<string, Pool>;

function registry(): Registry {
	const known: unknown = Reflect.get(globalThis, REGISTRY);
	if (known instanceof Map) return known;
	const made: Registry = new Map();
	Reflect.set(globalThis, REGISTRY, made);
	return made;
}

/** bigint as number (all ours are below 2^53), numeric as canonical decimal text. */
const readers = {
	getTypeParser: (oid: number, format?: string) => {
		if (oid === INT8) return (text: string) => Number(text);
		if (oid === NUMERIC) return (text: string) => decimal(text);
		return pgTypes.getTypeParser(oid, format === 'binary' ? format : 'text');
	},
};

/** knex prints connection errors by itself; ours carry them, so that each is told once. */
const quiet = { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} };

/**
 * Makes a folder and those above it, for their owner only. Node's own recursive mkdir never returns
 * in places where nobody can make folders, such as below /proc, and would stop all of n8n.
 */
function ensureFolder(folder: string): void {
	if (existsSync(folder)) return;
	const above = dirname(folder);
	if (above !== folder) ensureFolder(above);
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		if (!existsSync(folder)) throw error;
	}
}

function openSqlite(file: string): Conn {
	if (file !== ':memory:') {
		ensureFolder(dirname(file));
		// Secrets are sealed in it, but orders and addresses are nobody else's business either.
		closeSync(openSync(file, 'a', 0o600));
	}
	return knex({
		client: NodeSqliteClient,
		connection: { filename: file },
		useNullAsDefault: true,
		log: quiet,
		pool: { min: 1, max: 1 },
	});
}

function openPostgres(connectionString: string, poolMax: number): Conn {
	return knex({
		client: 'pg',
		connection: { connectionString, types: readers, application_name: 'firecontrol' },
		pool: { min: 0, max: poolMax },
		log: quiet,
	});
}

/**
 * The pool for this database. Nodes never close it: it lives as long as the process.
 * @throws FirecontrolError `DATABASE_UNAVAILABLE` when the file or the address cannot be used
 */
export function openPool(config: DatabaseConfig): Pool {
	const key = sha256(config.client === 'sqlite' ? config.file : config.connectionString);
	const known = registry().get(key);
	if (known !== undefined) return known;
	try {
		const conn =
			config.client === 'sqlite'
				? openSqlite(config.file)
				: openPostgres(config.connectionString, config.poolMax ?? POSTGRES_POOL_MAX);
		const pool: Pool = { dialect: config.client, conn, key };
		registry().set(key, pool);
		return pool;
	} catch (cause) {
		throw new FirecontrolError(
			'DATABASE_UNAVAILABLE',
			`The database cannot be opened: ${messageOf(cause)}`,
			{ cause, retryable: true },
		);
	}
}

/** Closes a pool; for scripts, benches and tests, which end their process themselves. */
export async function closePool(pool: Pool): Promise<void> {
	registry().delete(pool.key);
	await pool.conn.destroy();
}
