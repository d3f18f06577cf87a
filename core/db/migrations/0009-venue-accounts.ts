import type { Migration } from '../migration';
import { columns } from './columns';

const LIVE_COLUMNS = ['live_enabled_at', 'live_enabled_by'];

/** Venues that accounts are connected to, the sealed keys of those accounts, the live switch. */
export const venueAccounts: Migration = {
	name: '0009-venue-accounts',
	async up(trx) {
		await trx.schema.createTable('venues', (table) => {
			const c = columns(trx, table);
			c.text('name').primary();
			c.text('ccxt_id').notNullable();
			c.text('mode').notNullable();
			c.text('api_url');
			c.text('stream_url');
			c.integer('next_entry_at').notNullable();
			c.integer('created_at').notNullable();
		});
		await trx.schema.createTable('account_keys', (table) => {
			const c = columns(trx, table);
			c.text('account_id').primary().references('accounts.id');
			c.text('fingerprint').notNullable().unique();
			c.text('sealed').notNullable();
			c.json('rights').notNullable();
			c.integer('connected_at').notNullable();
			c.integer('rotated_at');
		});
		await trx.schema.alterTable('accounts', (table) => {
			const c = columns(trx, table);
			c.integer('live_enabled_at');
			c.text('live_enabled_by');
		});
	},
	async down(trx) {
		// By statement: knex would copy the whole table in SQLite, which knows this since 3.35.
		for (const column of LIVE_COLUMNS) await trx.raw('alter table accounts drop column ??', [column]);
		await trx.schema.dropTableIfExists('account_keys');
		await trx.schema.dropTableIfExists('venues');
	},
};
