import { FirecontrolError } from '../model';
import { MIGRATIONS } from './migrations';
import type { Pool, Trx } from './open';
import { inTransaction } from './transaction';

const TABLE = 'firecontrol_migrations';
/** Any fixed number: PostgreSQL's advisory lock that serialises migrating processes. */
const LOCK = 7_140_233;

async function applied(trx: Trx): Promise<Set<string>> {
	const rows: { name: string }[] = await trx(TABLE).select('name');
	return new Set(rows.map((row) => row.name));
}

async function prepare(pool: Pool, trx: Trx): Promise<void> {
	if (pool.dialect === 'postgres') await trx.raw('select pg_advisory_xact_lock(?)', [LOCK]);
	if (await trx.schema.hasTable(TABLE)) return;
	await trx.schema.createTable(TABLE, (table) => {
		table.text('name').primary();
	});
}

/**
 * Brings the schema up to date in one locked transaction: any number of processes may call this at
 * once on an empty database, and a crash leaves either the old schema or the new one.
 * @throws FirecontrolError `SCHEMA_NEWER` when a newer version of the pack has been here
 */
export async function migrate(pool: Pool): Promise<readonly string[]> {
	return inTransaction(pool, async (trx) => {
		await prepare(pool, trx);
		const done = await applied(trx);
		const known = new Set(MIGRATIONS.map((migration) => migration.name));
		const foreign = [...done].filter((name) => !known.has(name));
		if (foreign.length > 0) {
			throw new FirecontrolError(
				'SCHEMA_NEWER',
				`The database was written by a newer version of Firecontrol (${foreign.join(', ')}). Update the pack on this host.`,
			);
		}
		const pending = MIGRATIONS.filter((migration) => !done.has(migration.name));
		for (const migration of pending) {
			await migration.up(trx);
			await trx(TABLE).insert({ name: migration.name });
		}
		return pending.map((migration) => migration.name);
	});
}

/** Undoes every migration, newest first; for tests. */
export async function rollbackAll(pool: Pool): Promise<void> {
	await inTransaction(pool, async (trx) => {
		await prepare(pool, trx);
		const done = await applied(trx);
		for (const migration of [...MIGRATIONS].reverse()) {
			if (!done.has(migration.name)) continue;
			await migration.down(trx);
			await trx(TABLE).where({ name: migration.name }).delete();
		}
	});
}
