import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['outbox', 'channel_settings'];

/** The outbox and the sealed settings of the channels it sends through. */
export const notifications: Migration = {
	name: '0008-notifications',
	async up(trx) {
		await trx.schema.createTable('channel_settings', (table) => {
			const c = columns(trx, table);
			c.text('channel').primary();
			c.text('fingerprint').notNullable();
			c.text('sealed').notNullable();
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('outbox', (table) => {
			const c = columns(trx, table);
			c.sequence('seq');
			c.text('id').notNullable().unique();
			c.text('idempotency_key').notNullable().unique();
			c.text('event_id').notNullable();
			c.text('signal_id');
			c.text('account_id');
			c.text('member_id').notNullable();
			c.text('type').notNullable();
			c.text('channel').notNullable();
			c.text('priority').notNullable();
			/** E-mail address, Telegram chat id, or the id of a push subscription. */
			c.text('address');
			/** The alert as plain text, for people who look into the outbox. */
			c.text('body').notNullable();
			/** The alert, from which each try is formatted for its channel. */
			c.json('alert').notNullable();
			c.text('state').notNullable();
			c.text('reason');
			c.integer('attempts').notNullable();
			c.integer('next_at').notNullable();
			/** A try was begun and no answer is known: the message may have arrived. */
			c.integer('uncertain').notNullable();
			c.integer('tried_at');
			/** The provider asked for no more to this address before this time. */
			c.integer('hold_until');
			c.text('lease_token');
			c.integer('lease_until');
			c.integer('sent_at');
			c.text('provider_id');
			c.text('error');
			c.integer('created_at').notNullable();
			table.index(['channel', 'state', 'next_at']);
			table.index(['channel', 'tried_at']);
			table.index(['channel', 'address', 'state']);
			table.index(['signal_id', 'account_id']);
			table.index(['member_id', 'created_at']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
