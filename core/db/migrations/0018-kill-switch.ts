import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['stop_links', 'confirmations', 'flattening_accounts', 'flattenings'];

/** How far flattening has come, what people were asked to confirm, and links that stop trading. */
export const killSwitch: Migration = {
	name: '0018-kill-switch',
	async up(trx) {
		await trx.schema.alterTable('trips', (table) => {
			columns(trx, table).integer('healthy_since');
		});
		await trx.schema.createTable('flattenings', (table) => {
			const c = columns(trx, table);
			c.text('trip_id').primary().references('trips.id');
			c.text('state').notNullable();
			c.integer('started_at').notNullable();
			// When nothing worked any more, and when nothing was held any more.
			c.integer('entries_done_at');
			c.integer('flat_at');
			// When people were told that something is left; once.
			c.integer('told_at');
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('flattening_accounts', (table) => {
			const c = columns(trx, table);
			c.text('trip_id').notNullable().references('trips.id');
			c.text('account_id').notNullable().references('accounts.id');
			c.text('state').notNullable();
			c.integer('failures').notNullable();
			c.integer('next_at').notNullable();
			c.text('error');
			c.json('leftovers').notNullable();
			c.integer('entries_done_at');
			c.integer('flat_at');
			c.integer('updated_at').notNullable();
			table.primary(['trip_id', 'account_id']);
		});
		await trx.schema.createTable('confirmations', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('kind').notNullable();
			c.json('command').notNullable();
			c.text('actor').notNullable();
			c.integer('created_at').notNullable();
			c.integer('expires_at').notNullable();
			c.integer('used_at');
			c.text('used_by');
			c.text('policy_version').notNullable();
		});
		await trx.schema.createTable('stop_links', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('member_id').notNullable().references('members.id');
			c.json('command').notNullable();
			c.text('made_by').notNullable();
			c.integer('created_at').notNullable();
			c.integer('expires_at').notNullable();
			c.integer('used_at');
			c.text('trip_id').references('trips.id');
			c.text('policy_version').notNullable();
			table.index(['expires_at']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
		// Not by knex, which would copy the whole table on SQLite.
		await trx.raw('alter table trips drop column healthy_since');
	},
};
