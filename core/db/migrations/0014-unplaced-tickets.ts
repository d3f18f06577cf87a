import type { Migration } from '../migration';

/** Tickets that nothing has come of yet are few among millions that are over, and asked for every second. */
export const unplacedTickets: Migration = {
	name: '0014-unplaced-tickets',
	async up(trx) {
		await trx.raw('create index tickets_unplaced on tickets (state, expires_at) where placed_at is null');
	},
	async down(trx) {
		await trx.raw('drop index tickets_unplaced');
	},
};
