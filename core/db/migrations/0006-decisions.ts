import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['slots', 'tickets', 'verdicts'];

/** Verdicts of the risk gate, tickets of the fire modes, auto slots. */
export const decisions: Migration = {
	name: '0006-decisions',
	async up(trx) {
		await trx.schema.createTable('verdicts', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('signal_id').notNullable();
			/** '' where no account was eligible: part of the unique key, so never null. */
			c.text('account_key').notNullable();
			c.text('account_id');
			c.text('member_id');
			c.text('purpose').notNullable();
			c.text('action').notNullable();
			c.text('symbol').notNullable();
			c.text('side');
			c.decimal('confidence');
			c.text('actor').notNullable();
			c.text('decision').notNullable();
			c.text('code').notNullable();
			c.json('checks').notNullable();
			c.json('intent');
			c.text('reservation_id');
			c.integer('waits_for_capacity').notNullable();
			c.text('policy_version').notNullable();
			c.integer('created_at').notNullable();
			c.integer('expires_at').notNullable();
			table.unique(['signal_id', 'account_key', 'purpose']);
			table.index(['member_id', 'created_at']);
		});
		await trx.schema.createTable('tickets', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('signal_id').notNullable();
			c.text('account_id').notNullable();
			c.text('member_id').notNullable();
			c.text('verdict_id').notNullable();
			c.text('action').notNullable();
			c.text('symbol').notNullable();
			c.text('side');
			c.text('mode').notNullable();
			c.text('state').notNullable();
			c.text('code');
			c.text('message');
			c.decimal('quantity');
			c.decimal('confidence');
			c.integer('attempt').notNullable();
			c.text('order_id');
			c.integer('slot_number');
			c.integer('slot_token');
			c.text('fired_by');
			c.integer('fired_at');
			c.integer('placed_at');
			c.integer('expires_at').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			c.text('policy_version').notNullable();
			table.unique(['signal_id', 'account_id']);
			/** A verdict is consumed by one ticket at most. */
			table.unique(['verdict_id']);
			table.index(['state', 'expires_at']);
			table.index(['member_id', 'state']);
			table.index(['account_id', 'symbol', 'state']);
		});
		await trx.schema.createTable('slots', (table) => {
			const c = columns(trx, table);
			c.text('member_id').notNullable();
			c.integer('number').notNullable();
			c.integer('token').notNullable();
			c.text('ticket_id');
			c.text('trade_id');
			c.integer('acquired_at');
			table.primary(['member_id', 'number']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
