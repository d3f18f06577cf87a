import type { Migration } from '../migration';
import { columns } from './columns';

const INDEXES = ['orders_expiring', 'orders_waiting'];

const ADDED = {
	orders: [
		'time_in_force', 'post_only', 'expires_at', 'emulated', 'replaces', 'replaced_by', 'waits_for',
	],
	exits: ['initial_price', 'moved_by', 'moved_at'],
	tickets: ['terms'],
} as const;

/** How long an order works, what replaces it, and the rules that tighten or end a trade's exits. */
export const exitKinds: Migration = {
	name: '0010-exit-kinds',
	async up(trx) {
		await trx.schema.alterTable('orders', (table) => {
			const c = columns(trx, table);
			c.text('time_in_force').notNullable().defaultTo('GTC');
			c.integer('post_only').notNullable().defaultTo(0);
			/** The engine takes it back at this time. */
			c.integer('expires_at');
			/** Comma list of what the engine does in place of the venue. */
			c.text('emulated');
			c.text('replaces');
			c.text('replaced_by');
			/** Not sent before that order is certainly over. */
			c.text('waits_for');
		});
		await trx.schema.alterTable('exits', (table) => {
			const c = columns(trx, table);
			c.decimal('initial_price');
			c.text('moved_by');
			c.integer('moved_at');
		});
		await trx.schema.alterTable('tickets', (table) => {
			const c = columns(trx, table);
			c.json('terms');
		});
		await trx.schema.createTable('exit_rules', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('trade_id').notNullable().references('trades.id');
			c.text('method').notNullable();
			c.json('params').notNullable();
			c.decimal('best_price');
			c.integer('activated_at');
			c.text('added_by').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			table.unique(['trade_id', 'method', 'params']);
		});
		await trx.raw(
			'create index orders_expiring on orders (expires_at) where expires_at is not null and closed_at is null',
		);
		await trx.raw('create index orders_waiting on orders (waits_for) where waits_for is not null');
	},
	async down(trx) {
		await trx.schema.dropTableIfExists('exit_rules');
		for (const index of INDEXES) await trx.raw('drop index if exists ??', [index]);
		for (const [table, names] of Object.entries(ADDED)) {
			for (const name of names) await trx.raw('alter table ?? drop column ??', [table, name]);
		}
	},
};
