import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = [
	'audit_head', 'audit', 'event_processes', 'event_deliveries', 'event_cursors', 'events', 'trips',
	'trading_latch', 'heartbeats', 'leases', 'settings',
];

/** Settings, leases, heartbeats, trading state, events, audit. */
export const foundation: Migration = {
	name: '0001-foundation',
	async up(trx) {
		const sqlite = trx.client.config.client !== 'pg';
		await trx.schema.createTable('settings', (table) => {
			const c = columns(trx, table);
			c.text('name').primary();
			c.json('value').notNullable();
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('leases', (table) => {
			const c = columns(trx, table);
			c.text('name').primary();
			c.text('holder').notNullable();
			c.integer('token').notNullable();
			c.integer('expires_at').notNullable();
		});
		await trx.schema.createTable('heartbeats', (table) => {
			const c = columns(trx, table);
			c.text('name').primary();
			c.integer('at').notNullable();
			c.text('state').notNullable();
			c.text('detail');
		});
		await trx.schema.createTable('trading_latch', (table) => {
			const c = columns(trx, table);
			c.integer('id').primary();
			c.integer('version').notNullable();
		});
		await trx('trading_latch').insert({ id: 1, version: 0 });
		await trx.schema.createTable('trips', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('scope').notNullable();
			c.text('scope_id');
			c.text('symbol');
			c.text('state').notNullable();
			c.text('cause').notNullable();
			c.text('reason').notNullable();
			c.text('rearm').notNullable();
			c.integer('rearm_at');
			c.text('opened_by').notNullable();
			c.integer('opened_at').notNullable();
			c.text('cleared_by');
			c.integer('cleared_at');
			c.text('clear_reason');
			c.text('policy_version').notNullable();
			table.index(['cleared_at', 'scope']);
		});
		await trx.schema.createTable('events', (table) => {
			const c = columns(trx, table);
			c.sequence('seq');
			const epoch = c.integer('epoch').notNullable();
			if (sqlite) epoch.defaultTo(0);
			else epoch.defaultTo(trx.raw('(pg_current_xact_id()::text::bigint)'));
			c.text('event_id').notNullable().unique();
			c.text('type').notNullable();
			c.integer('at').notNullable();
			c.text('member_id');
			c.text('account_id');
			c.text('signal_id');
			c.text('subject_id');
			c.text('actor').notNullable();
			c.text('policy_version').notNullable();
			c.json('payload').notNullable();
			table.index(['epoch', 'seq']);
			table.index(['signal_id']);
			table.index(['type', 'epoch', 'seq']);
		});
		await trx.schema.createTable('event_cursors', (table) => {
			const c = columns(trx, table);
			c.text('consumer').primary();
			c.integer('epoch').notNullable();
			c.integer('seq').notNullable();
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('event_deliveries', (table) => {
			const c = columns(trx, table);
			c.sequence('id');
			c.text('consumer').notNullable();
			c.json('event_ids').notNullable();
			c.text('state').notNullable();
			c.text('holder').notNullable();
			c.integer('attempts').notNullable();
			c.integer('delivered_at').notNullable();
			c.integer('next_at');
			c.integer('settled_at');
			c.text('error');
			table.index(['consumer', 'state']);
		});
		await trx.schema.createTable('event_processes', (table) => {
			const c = columns(trx, table);
			c.text('holder').primary();
			c.integer('seen_at').notNullable();
		});
		await trx.schema.createTable('audit', (table) => {
			const c = columns(trx, table);
			c.sequence('seq');
			c.integer('at').notNullable();
			c.text('actor').notNullable();
			c.text('action').notNullable();
			c.text('subject_id');
			c.text('correlation_id');
			c.text('policy_version').notNullable();
			c.json('details').notNullable();
			c.integer('chain_seq').unique();
			c.text('previous_hash');
			c.text('hash');
			table.index(['correlation_id']);
		});
		await trx.schema.createTable('audit_head', (table) => {
			const c = columns(trx, table);
			c.integer('id').primary();
			c.integer('chain_seq').notNullable();
			c.text('hash').notNullable();
		});
		await trx('audit_head').insert({ id: 1, chain_seq: 0, hash: '' });
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
