import type { Migration } from '../migration';
import { columns } from './columns';

const EXIT_COLUMNS = ['emulated', 'arm_failures', 'arm_at', 'breached_at'];

/** Stops that rest at the venue: who keeps an exit, and when one is sent again. */
export const protection: Migration = {
	name: '0011-protection',
	async up(trx) {
		await trx.schema.alterTable('exits', (table) => {
			const c = columns(trx, table);
			// 1: the engine watches the price; 0: an order of it rests at the venue.
			c.integer('emulated').notNullable().defaultTo(1);
			c.integer('arm_failures').notNullable().defaultTo(0);
			c.integer('arm_at').notNullable().defaultTo(0);
			c.integer('breached_at');
		});
	},
	async down(trx) {
		// By statement: knex would copy the whole table in SQLite, which knows this since 3.35.
		for (const column of EXIT_COLUMNS) await trx.raw('alter table exits drop column ??', [column]);
	},
};
