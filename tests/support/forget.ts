import type { Conn } from '../../core/db';
import type { TestDatabase } from './databases';

interface Link {
	readonly child: string;
	readonly parent: string;
}

/** Every foreign key of the database. */
async function links(conn: Conn, dialect: TestDatabase['dialect']): Promise<Link[]> {
	if (dialect === 'postgres') {
		const { rows } = await conn.raw(
			"SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint WHERE contype = 'f'",
		);
		return rows;
	}
	const tables: { name: string }[] = await conn('sqlite_master').select('name').where({ type: 'table' });
	const found: Link[] = [];
	for (const { name } of tables) {
		const keys: { table: string }[] = await conn.raw(`PRAGMA foreign_key_list("${name}")`);
		found.push(...keys.map(({ table }) => ({ child: name, parent: table })));
	}
	return found;
}

/** What does not hang on members by a key, and is theirs all the same. */
const LOOSE = ['trips', 'paper_orders', 'paper_fills'];

/**
 * Empties a database of its members and of all that is theirs, for properties that need a fresh one
 * in every round; what the latch, the engine and the trail keep is left.
 */
export async function forgetMembers({ pool: { conn }, dialect }: TestDatabase): Promise<void> {
	const keys = await links(conn, dialect);
	const theirs = new Set(['members', ...LOOSE]);
	for (let before = 0; before < theirs.size;) {
		before = theirs.size;
		for (const { child, parent } of keys) if (theirs.has(parent)) theirs.add(child);
	}
	await conn.transaction(async (trx) => {
		const anyOrder = dialect === 'postgres' ? 'SET LOCAL session_replication_role = replica' : 'PRAGMA defer_foreign_keys = ON';
		await trx.raw(anyOrder);
		for (const table of theirs) await trx(table).delete();
	});
}
