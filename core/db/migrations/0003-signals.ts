import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['signature_uses', 'signal_dedupe', 'signals'];

/** The inbox: signals, what was seen before, signatures used. */
export const signals: Migration = {
	name: '0003-signals',
	async up(trx) {
		await trx.schema.createTable('signals', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('intake').notNullable();
			c.text('key_name').notNullable();
			c.text('sender_id');
			c.text('source').notNullable();
			c.text('format').notNullable();
			c.text('symbol').notNullable();
			c.text('action').notNullable();
			c.text('side');
			c.text('class');
			c.decimal('confidence');
			c.json('body').notNullable();
			c.text('content_hash').notNullable();
			c.integer('received_at').notNullable();
			/** Place in its batch: signals of one call share the millisecond of arrival. */
			c.integer('batch_place').notNullable();
			c.integer('created_at').notNullable();
			c.integer('expires_at').notNullable();
			c.text('state').notNullable();
			c.text('lease_holder');
			c.integer('attempts').notNullable();
			/** When the pump may take it: the end of the lease while a holder is named. */
			c.integer('next_pump_at').notNullable();
			c.integer('done_at');
			c.text('last_error');
			table.index(['intake', 'state', 'next_pump_at']);
			table.index(['state', 'expires_at']);
			table.index(['key_name', 'received_at']);
		});
		await trx.schema.createTable('signal_dedupe', (table) => {
			const c = columns(trx, table);
			c.text('dedupe_key').primary();
			c.text('signal_id').notNullable();
			c.text('content_hash').notNullable();
			c.integer('first_at').notNullable();
			/** From when on the same content counts as new; null for a sender's id: never. */
			c.integer('until_at');
			table.index(['until_at']);
		});
		await trx.schema.createTable('signature_uses', (table) => {
			const c = columns(trx, table);
			c.text('signature_hash').primary();
			c.json('answer').notNullable();
			c.integer('expires_at').notNullable();
			table.index(['expires_at']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
