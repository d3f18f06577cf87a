import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['venue_failures', 'feeds', 'price_windows', 'equity_samples', 'account_watches'];

/** What the watch remembers of accounts, symbols and venues, and the curve of each account's equity. */
export const riskWatch: Migration = {
	name: '0020-risk-watch',
	async up(trx) {
		await trx.schema.createTable('account_watches', (table) => {
			const c = columns(trx, table);
			c.text('account_id').primary().references('accounts.id');
			c.text('risk_day').notNullable();
			// Null: not known now, because something it is made from is not.
			c.text('level');
			// When each level was last told, and each warning with the key that it stands for.
			c.json('told').notNullable();
			c.json('warned').notNullable();
			// Since when the fall is too deep; null: it is not.
			c.integer('drawdown_since');
			c.integer('drop_since');
			// Since when the equity cannot be told though something is open.
			c.integer('unknown_since');
			// The peak counts from here: the end of the last stop because of a drawdown.
			c.integer('peak_from');
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('equity_samples', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable().references('accounts.id');
			// Seconds that the sample covers, from `at` on.
			c.integer('width').notNullable();
			c.integer('at').notNullable();
			c.decimal('first').notNullable();
			c.decimal('lowest').notNullable();
			c.decimal('highest').notNullable();
			c.decimal('last').notNullable();
			table.primary(['account_id', 'width', 'at']);
			table.index(['width', 'at']);
		});
		await trx.schema.createTable('price_windows', (table) => {
			const c = columns(trx, table);
			c.text('venue').notNullable();
			c.text('symbol').notNullable();
			c.json('prices').notNullable();
			c.integer('updated_at').notNullable();
			table.primary(['venue', 'symbol']);
		});
		await trx.schema.createTable('feeds', (table) => {
			const c = columns(trx, table);
			c.text('venue').primary();
			c.integer('looked_at').notNullable();
			// Null: at the last look a price was fresh.
			c.integer('lost_since');
			// What was asked for last, to see whether the venue gives prices again.
			c.text('symbol').notNullable();
		});
		await trx.schema.createTable('venue_failures', (table) => {
			const c = columns(trx, table);
			c.sequence('seq');
			c.text('account_id').notNullable().references('accounts.id');
			c.text('venue').notNullable();
			c.integer('at').notNullable();
			c.text('error').notNullable();
			table.index(['at']);
			table.index(['account_id', 'at']);
		});
		// When the last stop of an account by this cause ended.
		await trx.schema.alterTable('trips', (table) => {
			table.index(['cause', 'scope_id'], 'trips_cause_scope_id_index');
		});
		// The symbols that were judged of late.
		await trx.schema.alterTable('verdicts', (table) => {
			table.index(['created_at'], 'verdicts_created_at_index');
		});
	},
	async down(trx) {
		await trx.schema.alterTable('trips', (table) => {
			table.dropIndex(['cause', 'scope_id'], 'trips_cause_scope_id_index');
		});
		await trx.schema.alterTable('verdicts', (table) => {
			table.dropIndex(['created_at'], 'verdicts_created_at_index');
		});
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
