import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['readiness_overrides', 'readiness_scores'];
const ACCOUNT_COLUMNS = ['model', 'seed', 'profile', 'model_at'];
const ORDER_COLUMNS = [
	'time_in_force', 'post_only', 'arrives_at', 'cancel_at', 'fills', 'held_price',
];

/** How each paper account is simulated, and how ready what trades there is for live money. */
export const paperModel: Migration = {
	name: '0013-paper-model',
	async up(trx) {
		await trx.schema.alterTable('paper_accounts', (table) => {
			const c = columns(trx, table);
			c.text('model').notNullable().defaultTo('simple');
			c.integer('seed').notNullable().defaultTo(0);
			c.json('profile').notNullable().defaultTo('{}');
			// Since when it is simulated like this: readiness counts from here.
			c.integer('model_at').notNullable().defaultTo(0);
		});
		await trx.schema.alterTable('paper_orders', (table) => {
			const c = columns(trx, table);
			c.text('time_in_force').notNullable().defaultTo('GTC');
			c.integer('post_only').notNullable().defaultTo(0);
			// On its way until then; null once (or always) there.
			c.integer('arrives_at');
			c.integer('cancel_at');
			c.integer('fills').notNullable().defaultTo(0);
			// Price at which what is left of a buy without a price of its own is held for.
			c.decimal('held_price');
			table.index(['account_id', 'created_at']);
		});
		await trx.schema.alterTable('paper_fills', (table) => {
			table.index(['account_id', 'symbol', 'at'], 'paper_fills_of_bar');
		});
		await trx.schema.alterTable('trades', (table) => {
			table.index(['account_id', 'closed_at'], 'trades_closed');
		});
		await trx.schema.alterTable('orders', (table) => {
			table.index(['source', 'account_id'], 'orders_of_source');
		});
		await trx.schema.createTable('readiness_scores', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable().references('accounts.id');
			c.text('source').notNullable();
			c.integer('score').notNullable();
			c.text('band').notNullable();
			c.json('report').notNullable();
			c.integer('computed_at').notNullable();
			c.text('policy_version').notNullable();
			table.primary(['account_id', 'source']);
		});
		await trx.schema.createTable('readiness_overrides', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('account_id').notNullable().references('accounts.id');
			c.text('source').notNullable();
			c.text('reason').notNullable();
			c.text('actor').notNullable();
			c.integer('created_at').notNullable();
			// Null: until a later one takes its place.
			c.integer('expires_at');
			c.text('policy_version').notNullable();
			table.index(['account_id', 'source', 'created_at']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
		await trx.schema.alterTable('orders', (table) => {
			table.dropIndex(['source', 'account_id'], 'orders_of_source');
		});
		await trx.schema.alterTable('trades', (table) => {
			table.dropIndex(['account_id', 'closed_at'], 'trades_closed');
		});
		await trx.schema.alterTable('paper_fills', (table) => {
			table.dropIndex(['account_id', 'symbol', 'at'], 'paper_fills_of_bar');
		});
		await trx.schema.alterTable('paper_orders', (table) => {
			table.dropIndex(['account_id', 'created_at']);
		});
		// Not by knex, which would copy the whole table on SQLite.
		for (const column of ORDER_COLUMNS) await trx.raw(`alter table paper_orders drop column ${column}`);
		for (const column of ACCOUNT_COLUMNS) {
			await trx.raw(`alter table paper_accounts drop column ${column}`);
		}
	},
};
