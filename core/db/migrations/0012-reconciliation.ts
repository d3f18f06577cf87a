import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['account_reconciliations', 'external_holdings', 'adjustments', 'issues'];

/** Where our books and a venue's differ, what was corrected, and how far each account was compared. */
export const reconciliation: Migration = {
	name: '0012-reconciliation',
	async up(trx) {
		await trx.schema.createTable('issues', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('account_id').notNullable().references('accounts.id');
			c.text('member_id').notNullable();
			// A symbol, an order id, or '' for the account as a whole.
			c.text('subject').notNullable();
			c.text('symbol');
			c.text('order_id');
			c.text('kind').notNullable();
			c.text('severity').notNullable();
			c.text('ours');
			c.text('venue');
			c.text('detail').notNullable();
			c.integer('cycles').notNullable();
			c.integer('first_seen').notNullable();
			c.integer('last_seen').notNullable();
			c.integer('announced_at');
			c.text('resolution');
			c.text('note');
			c.text('resolved_by');
			c.integer('resolved_at');
			c.text('policy_version').notNullable();
			table.index(['account_id', 'first_seen']);
			table.index(['order_id']);
		});
		await trx.raw(
			'create unique index issues_one_open on issues (account_id, subject, kind) where resolved_at is null',
		);
		await trx.schema.createTable('adjustments', (table) => {
			const c = columns(trx, table);
			// Made of what it corrects: the same correction is never booked twice.
			c.text('id').primary();
			c.text('account_id').notNullable().references('accounts.id');
			c.text('kind').notNullable();
			c.text('asset').notNullable();
			c.decimal('amount').notNullable();
			c.decimal('was').notNullable();
			c.decimal('became').notNullable();
			c.text('reason').notNullable();
			c.text('order_id');
			c.text('trade_id');
			c.text('actor').notNullable();
			c.integer('at').notNullable();
			c.text('policy_version').notNullable();
			table.index(['account_id', 'at']);
		});
		await trx.schema.createTable('external_holdings', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable().references('accounts.id');
			// An asset on spot, a symbol on a derivatives venue.
			c.text('name').notNullable();
			c.decimal('quantity').notNullable();
			c.decimal('average_price');
			c.integer('first_seen').notNullable();
			c.integer('updated_at').notNullable();
			table.primary(['account_id', 'name']);
		});
		await trx.schema.createTable('account_reconciliations', (table) => {
			const c = columns(trx, table);
			c.text('account_id').primary().references('accounts.id');
			c.text('state').notNullable();
			// Which start of the engine it was made for.
			c.integer('session').notNullable();
			c.integer('orders_at');
			c.integer('positions_at');
			// Everything of the venue up to here has been compared.
			c.integer('seen_until');
			c.integer('completed_at');
			c.integer('failing_since');
			c.integer('healthy_since');
			c.text('detail');
			c.integer('updated_at').notNullable();
			table.index(['state']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
