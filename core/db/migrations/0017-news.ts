import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['news_windows', 'news_events', 'news_sources'];

/** The news calendar: where it comes from, its events, and when they count for which currency. */
export const news: Migration = {
	name: '0017-news',
	async up(trx) {
		await trx.schema.createTable('news_sources', (table) => {
			const c = columns(trx, table);
			c.text('name').primary();
			c.text('kind').notNullable();
			// Host of its address; the address itself may hold a secret and is not kept.
			c.text('host');
			c.integer('events').notNullable();
			// Null: it never answered well. Only others are part of the calendar.
			c.integer('refreshed_at');
			c.integer('attempted_at').notNullable();
			// Null while the last attempt succeeded.
			c.integer('failed_since');
			c.text('error_code');
			c.text('error');
			c.integer('stale_told_at');
			c.text('policy_version').notNullable();
		});
		await trx.schema.createTable('news_events', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('source').notNullable();
			c.text('event_key').notNullable();
			c.text('title').notNullable();
			c.text('impact').notNullable();
			c.text('stated_impact');
			c.json('currencies').notNullable();
			c.integer('starts_at').notNullable();
			c.integer('ends_at').notNullable();
			c.integer('all_day').notNullable();
			// 1: the window is exactly from start to end, without the minutes around it.
			c.integer('exact').notNullable();
			// When people were told that it locks; null: not yet.
			c.integer('told_at');
			c.text('added_by').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			table.unique(['source', 'event_key']);
			table.index(['starts_at']);
			table.index(['ends_at']);
		});
		// One row for each currency of an event that can change what the gate says.
		await trx.schema.createTable('news_windows', (table) => {
			const c = columns(trx, table);
			c.text('event_id').notNullable().references('news_events.id').onDelete('CASCADE');
			c.text('currency').notNullable();
			c.text('impact').notNullable();
			c.text('title').notNullable();
			c.integer('starts_at').notNullable();
			c.integer('ends_at').notNullable();
			c.integer('exact').notNullable();
			table.primary(['event_id', 'currency']);
			// The start first: what is over is kept for days, what lies ahead may be months.
			table.index(['currency', 'starts_at', 'ends_at'], 'news_windows_open');
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
