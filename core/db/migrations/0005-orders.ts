import type { Trx } from '../open';
import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['exits', 'positions', 'fills', 'order_history', 'orders', 'trades', 'reservations'];

async function createOrders(trx: Trx): Promise<void> {
	await trx.schema.createTable('orders', (table) => {
		const c = columns(trx, table);
		c.text('id').primary();
		c.text('client_order_id').notNullable().unique();
		c.text('venue_order_id');
		c.text('account_id').notNullable().references('accounts.id');
		c.text('member_id').notNullable();
		c.text('signal_id');
		c.text('ticket_id');
		c.text('trade_id');
		c.text('origin').notNullable();
		c.text('leg').notNullable();
		c.text('source');
		c.text('venue').notNullable();
		c.text('symbol').notNullable();
		c.text('side').notNullable();
		c.text('type').notNullable();
		c.decimal('quantity').notNullable();
		c.decimal('given_quantity');
		c.decimal('price');
		c.decimal('trigger_price');
		c.integer('reduce_only').notNullable();
		c.text('oco_group');
		c.decimal('reference_price');
		c.text('state').notNullable();
		c.text('pending').notNullable();
		c.decimal('filled_quantity').notNullable();
		c.decimal('filled_value').notNullable();
		c.decimal('average_price');
		c.decimal('fees').notNullable();
		c.text('code');
		c.text('message');
		c.text('reason').notNullable();
		c.text('actor').notNullable();
		c.text('member_day').notNullable();
		c.integer('send_after').notNullable();
		c.integer('lookups').notNullable();
		c.integer('created_at').notNullable();
		c.integer('submitting_at');
		c.integer('submitted_at');
		c.integer('closed_at');
		c.integer('updated_at').notNullable();
		c.text('policy_version').notNullable();
		table.index(['account_id', 'state']);
		table.index(['state', 'send_after']);
		table.index(['member_id', 'member_day']);
		table.index(['trade_id']);
		table.index(['signal_id', 'account_id']);
		table.index(['ticket_id']);
		table.index(['account_id', 'symbol', 'created_at']);
	});
	await trx.schema.createTable('order_history', (table) => {
		const c = columns(trx, table);
		c.sequence('seq');
		c.text('order_id').notNullable().references('orders.id');
		c.integer('at').notNullable();
		c.text('from_state').notNullable();
		c.text('event').notNullable();
		c.text('to_state').notNullable();
		c.text('detail');
		table.index(['order_id']);
	});
	await trx.schema.createTable('fills', (table) => {
		const c = columns(trx, table);
		c.text('id').primary();
		c.text('account_id').notNullable();
		c.text('order_id').notNullable().references('orders.id');
		c.text('trade_id');
		c.text('venue_trade_id').notNullable();
		c.text('symbol').notNullable();
		c.text('side').notNullable();
		c.decimal('quantity').notNullable();
		c.decimal('price').notNullable();
		c.decimal('fee').notNullable();
		c.text('fee_currency').notNullable();
		c.integer('at').notNullable();
		table.unique(['account_id', 'venue_trade_id']);
		table.index(['order_id']);
		table.index(['trade_id']);
	});
}

async function createTrades(trx: Trx): Promise<void> {
	await trx.schema.createTable('trades', (table) => {
		const c = columns(trx, table);
		c.text('id').primary();
		c.text('account_id').notNullable().references('accounts.id');
		c.text('member_id').notNullable();
		c.text('signal_id');
		c.text('ticket_id');
		c.text('source');
		c.text('venue').notNullable();
		c.text('symbol').notNullable();
		c.text('side').notNullable();
		c.text('state').notNullable();
		c.decimal('planned_quantity').notNullable();
		c.decimal('entered_quantity').notNullable();
		c.decimal('exited_quantity').notNullable();
		c.decimal('entry_value').notNullable();
		c.decimal('exit_value').notNullable();
		c.decimal('fees').notNullable();
		c.decimal('fees_booked').notNullable();
		c.decimal('realised_gross').notNullable();
		c.decimal('realised_net').notNullable();
		c.decimal('stop_loss');
		c.decimal('initial_risk').notNullable();
		c.text('close_reason');
		c.text('close_actor');
		c.text('exit_reason');
		c.integer('plan_kept');
		c.integer('stop_honoured');
		c.integer('opened_at');
		c.integer('closed_at');
		c.integer('created_at').notNullable();
		c.text('policy_version').notNullable();
		table.index(['account_id', 'state']);
		table.index(['state', 'symbol']);
		table.index(['member_id', 'closed_at']);
		table.index(['signal_id', 'account_id']);
		table.index(['ticket_id']);
	});
	await trx.raw(
		"create unique index trades_one_open on trades (account_id, symbol) where state in ('OPENING', 'OPEN', 'CLOSING')",
	);
	await trx.schema.createTable('positions', (table) => {
		const c = columns(trx, table);
		c.text('account_id').notNullable().references('accounts.id');
		c.text('symbol').notNullable();
		c.decimal('quantity').notNullable();
		c.decimal('cost').notNullable();
		c.text('trade_id');
		c.integer('updated_at').notNullable();
		table.primary(['account_id', 'symbol']);
	});
	await trx.schema.createTable('exits', (table) => {
		const c = columns(trx, table);
		c.text('id').primary();
		c.text('trade_id').notNullable().references('trades.id');
		c.text('kind').notNullable();
		c.integer('number').notNullable();
		c.decimal('price').notNullable();
		c.decimal('share').notNullable();
		c.text('state').notNullable();
		c.text('order_id');
		c.integer('attempts').notNullable();
		c.integer('next_at').notNullable();
		c.integer('updated_at').notNullable();
		table.index(['trade_id']);
		table.index(['state']);
	});
}

/** Reservations, orders with their history, fills, positions, trades, exits. */
export const orders: Migration = {
	name: '0005-orders',
	async up(trx) {
		await trx.schema.createTable('reservations', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('account_id').notNullable().references('accounts.id');
			c.text('member_id').notNullable();
			c.text('signal_id').notNullable();
			c.text('verdict_id').notNullable();
			c.text('trade_id');
			c.text('symbol').notNullable();
			c.text('side').notNullable();
			c.decimal('risk').notNullable();
			c.decimal('cash').notNullable();
			c.text('state').notNullable();
			c.integer('expires_at').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			table.index(['account_id', 'state']);
			table.index(['signal_id', 'account_id']);
			table.index(['state', 'expires_at']);
			table.index(['member_id', 'state']);
			table.index(['trade_id']);
		});
		await createTrades(trx);
		await createOrders(trx);
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
