import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['paper_fills', 'paper_orders', 'paper_balances', 'paper_accounts'];

/** The paper venue's own books: it is a venue like any other and remembers for itself. */
export const paperVenue: Migration = {
	name: '0004-paper-venue',
	async up(trx) {
		await trx.schema.createTable('paper_accounts', (table) => {
			const c = columns(trx, table);
			c.text('account_id').primary();
			c.text('currency').notNullable();
			c.integer('opened_at').notNullable();
		});
		await trx.schema.createTable('paper_balances', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable();
			c.text('asset').notNullable();
			c.decimal('total').notNullable();
			table.primary(['account_id', 'asset']);
		});
		await trx.schema.createTable('paper_orders', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable();
			c.text('client_order_id').notNullable();
			c.text('venue_order_id').notNullable().unique();
			c.text('symbol').notNullable();
			c.text('side').notNullable();
			c.text('type').notNullable();
			c.decimal('quantity').notNullable();
			c.decimal('price');
			c.decimal('trigger_price');
			c.integer('reduce_only').notNullable();
			c.text('state').notNullable();
			c.decimal('filled_quantity').notNullable();
			c.text('code');
			c.text('message');
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			table.primary(['account_id', 'client_order_id']);
			table.index(['client_order_id']);
			table.index(['account_id', 'state']);
		});
		await trx.schema.createTable('paper_fills', (table) => {
			const c = columns(trx, table);
			c.text('venue_trade_id').primary();
			c.text('account_id').notNullable();
			c.text('client_order_id').notNullable();
			c.text('symbol').notNullable();
			c.text('side').notNullable();
			c.decimal('quantity').notNullable();
			c.decimal('price').notNullable();
			c.decimal('fee').notNullable();
			c.text('fee_currency').notNullable();
			c.integer('at').notNullable();
			table.index(['client_order_id']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
