import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['xp_days', 'xp_totals', 'xp_ledger'];

/** The XP ledger (append-only) and what is derived from it for quick reading. */
export const xp: Migration = {
	name: '0007-xp',
	async up(trx) {
		await trx.schema.createTable('xp_ledger', (table) => {
			const c = columns(trx, table);
			c.sequence('seq');
			c.text('member_id').notNullable();
			c.text('rule').notNullable();
			c.text('source_event').notNullable();
			c.integer('amount').notNullable();
			c.text('day').notNullable();
			c.text('signal_id');
			c.text('account_id');
			c.json('details').notNullable();
			c.integer('at').notNullable();
			c.text('policy_version').notNullable();
			table.unique(['member_id', 'rule', 'source_event']);
			table.index(['member_id', 'day']);
			table.index(['signal_id', 'account_id']);
		});
		await trx.schema.createTable('xp_totals', (table) => {
			const c = columns(trx, table);
			c.text('member_id').primary();
			c.integer('lifetime').notNullable();
			c.integer('level').notNullable();
			c.text('rank').notNullable();
			/** The highest ever: a level or rank is announced once, whatever a day's net does later. */
			c.integer('level_peak').notNullable();
			c.integer('rank_peak').notNullable();
			/** Ledger row by which the lifetime came to its value: whoever has the lower was first. */
			c.integer('reached_seq').notNullable();
			c.integer('reached_at').notNullable();
			table.index(['lifetime', 'reached_seq']);
		});
		await trx.schema.createTable('xp_days', (table) => {
			const c = columns(trx, table);
			c.text('member_id').notNullable();
			c.text('day').notNullable();
			c.integer('closed').notNullable();
			c.integer('kept').notNullable();
			c.integer('losing').notNullable();
			c.integer('honoured').notNullable();
			c.integer('plan_total').notNullable();
			c.integer('stops_total').notNullable();
			c.integer('total').notNullable();
			table.primary(['member_id', 'day']);
			table.index(['day', 'total']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
