import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['drills', 'dead_man_timers'];

/** Timers at venues that cancel what rests when the engine is gone, and reports of fire drills. */
export const deadManAndDrills: Migration = {
	name: '0021-dead-man-and-drills',
	async up(trx) {
		await trx.schema.createTable('dead_man_timers', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable().references('accounts.id');
			// '' where one timer covers the whole account.
			c.text('symbol').notNullable();
			c.text('state').notNullable();
			c.integer('armed_at');
			c.integer('refreshed_at');
			c.integer('expires_at');
			c.integer('may_run_until');
			c.integer('retry_at');
			c.text('error');
			c.integer('fired_at');
			c.integer('changed_at').notNullable();
			table.primary(['account_id', 'symbol']);
		});
		await trx.schema.createTable('drills', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('member_id').notNullable().references('members.id');
			c.text('account_id').notNullable().references('accounts.id');
			c.text('actor').notNullable();
			c.text('state').notNullable();
			c.integer('score');
			c.json('scenarios').notNullable();
			c.integer('started_at').notNullable();
			c.integer('ended_at');
			c.text('policy_version').notNullable();
			table.index(['started_at']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
