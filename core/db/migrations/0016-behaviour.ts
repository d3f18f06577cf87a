import type { Migration } from '../migration';
import type { Trx } from '../open';
import { columns } from './columns';

const FOR_EVER = 'Lockouts that members set themselves are never changed or taken back.';
/**
 * Events that say how a member behaves; the queries name them just so. As an expression, since else
 * SQLite reads all that there ever were of a type by the index that begins with it.
 */
const TOLD = "'trade.closed', 'stop.loosening'";
const TABLES = ['behaviour_lockouts', 'behaviour_happenings', 'behaviour_states'];

async function createTables(trx: Trx): Promise<void> {
	await trx.schema.createTable('behaviour_states', (table) => {
		const c = columns(trx, table);
		c.text('member_id').primary().references('members.id');
		c.json('state').notNullable();
		// Everything that happened before is folded in, save what was committed late.
		c.integer('folded_to').notNullable();
		// When time alone changes something worth telling.
		c.integer('due_at');
		// Since when a trip is owed: it is made right after, under the latch.
		c.integer('trip_due_at');
		c.integer('updated_at').notNullable();
		c.text('policy_version').notNullable();
	});
	await trx.schema.createTable('behaviour_happenings', (table) => {
		const c = columns(trx, table);
		// Id of the trade that closed, the order that went out, or the event: folded in once.
		c.text('id').primary();
		c.text('member_id').notNullable();
		c.text('trade_id');
		c.integer('at').notNullable();
		c.integer('folded_at').notNullable();
		c.json('facts').notNullable();
		table.index(['folded_at']);
		table.index(['trade_id']);
	});
	await trx.schema.createTable('behaviour_lockouts', (table) => {
		const c = columns(trx, table);
		c.sequence('seq');
		c.text('member_id').notNullable().references('members.id');
		c.integer('until_at').notNullable();
		c.text('reason');
		c.text('actor').notNullable();
		c.integer('created_at').notNullable();
		table.index(['member_id', 'until_at']);
	});
	await trx.raw('create index behaviour_due on behaviour_states (due_at) where due_at is not null');
	await trx.raw('create index behaviour_trips_due on behaviour_states (trip_due_at) where trip_due_at is not null');
}

/** What the engine looks for every few seconds: who closed a trade, sent an entry, loosened a stop. */
async function createIndexes(trx: Trx): Promise<void> {
	await trx.raw("create index orders_entries_sent on orders (submitting_at) where leg = 'entry'");
	// By when it was booked: a venue tells of a close at the time of its fill, which may be hours ago.
	await trx.raw(`create index events_of_behaviour on events (member_id, at) where (type || '') in (${TOLD})`);
	await trx.raw(`create index events_of_behaviour_at on events (at) where (type || '') in (${TOLD})`);
}

async function guardLockouts(trx: Trx, sqlite: boolean): Promise<void> {
	if (sqlite) {
		for (const change of ['update', 'delete']) {
			await trx.raw(
				`create trigger behaviour_lockouts_${change} before ${change} on behaviour_lockouts
				begin select raise(abort, '${FOR_EVER}'); end`,
			);
		}
		return;
	}
	await trx.raw(
		`create function behaviour_lockouts_keep() returns trigger language plpgsql as
		$$ begin raise exception '${FOR_EVER}'; end $$`,
	);
	await trx.raw(
		`create trigger behaviour_lockouts_kept before update or delete on behaviour_lockouts
		for each row execute function behaviour_lockouts_keep()`,
	);
	await trx.raw(
		`create trigger behaviour_lockouts_whole before truncate on behaviour_lockouts
		for each statement execute function behaviour_lockouts_keep()`,
	);
}

/** How members behave after losses, what has been counted, and their lockouts of their own. */
export const behaviour: Migration = {
	name: '0016-behaviour',
	async up(trx) {
		await createTables(trx);
		await createIndexes(trx);
		await guardLockouts(trx, trx.client.config.client !== 'pg');
	},
	async down(trx) {
		const sqlite = trx.client.config.client !== 'pg';
		for (const index of ['orders_entries_sent', 'events_of_behaviour', 'events_of_behaviour_at']) {
			await trx.raw(`drop index ${index}`);
		}
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
		if (!sqlite) await trx.raw('drop function behaviour_lockouts_keep()');
	},
};
