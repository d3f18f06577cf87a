import type { Knex } from 'knex';

type Table = Knex.CreateTableBuilder;

/** Column makers that mean the same in both databases. */
export function columns(trx: Knex, table: Table) {
	const sqlite = trx.client.config.client !== 'pg';
	return {
		/** Integer milliseconds UTC, counters, flags (0 or 1). */
		integer: (name: string) => table.bigInteger(name),
		/** Exact decimal: text in SQLite (its own decimal is a float), NUMERIC(38,18) in PostgreSQL. */
		decimal: (name: string) => (sqlite ? table.text(name) : table.decimal(name, 38, 18)),
		/** JSON as text; read whole, never searched. */
		json: (name: string) => table.text(name),
		text: (name: string) => table.text(name),
		/** Ascending number by which rows are read in order. */
		sequence: (name: string) => table.bigIncrements(name),
	};
}
