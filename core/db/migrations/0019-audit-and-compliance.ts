import type { Migration } from '../migration';
import type { Trx } from '../open';
import { columns } from './columns';

/** Milliseconds of the 1,827 days (five years) that a row of the trail is kept at least. */
const KEPT_MS = 1_827 * 86_400_000;

/** What was sealed may not change; what is not yet, only by being sealed. */
const GUARDED = [
	'seq', 'at', 'actor', 'action', 'subject_id', 'correlation_id', 'policy_version', 'details',
	'member_id', 'account_id',
];

const KEEP = 'Rows of the audit trail are kept 1827 days and are removed only behind a sealed marker.';
const WRITTEN = 'Rows of the audit trail are written once.';

async function guardSqlite(trx: Trx): Promise<void> {
	const differs = GUARDED.map((column) => `old.${column} is not new.${column}`).join(' or ');
	await trx.raw(
		`create trigger audit_kept before delete on audit
		when old.chain_seq is null or old.chain_seq > (select base_seq from audit_head)
			or old.at > cast((julianday('now') - 2440587.5) * 86400000 as integer) - ${KEPT_MS}
		begin select raise(abort, '${KEEP}'); end`,
	);
	await trx.raw(
		`create trigger audit_written before update on audit
		when old.chain_seq is not null or ${differs}
		begin select raise(abort, '${WRITTEN}'); end`,
	);
}

async function guardPostgres(trx: Trx): Promise<void> {
	const differs = GUARDED.map((column) => `old.${column} is distinct from new.${column}`).join(' or ');
	await trx.raw(
		`create function audit_refuse() returns trigger language plpgsql as
		$$ begin raise exception '%', tg_argv[0]; end $$`,
	);
	await trx.raw(
		`create function audit_keep() returns trigger language plpgsql as
		$$ begin
			if old.chain_seq is null or old.chain_seq > (select base_seq from audit_head)
				or old.at > extract(epoch from clock_timestamp()) * 1000 - ${KEPT_MS} then
				raise exception '${KEEP}';
			end if;
			return old;
		end $$`,
	);
	await trx.raw('create trigger audit_kept before delete on audit for each row execute function audit_keep()');
	await trx.raw(
		`create trigger audit_written before update on audit for each row
		when (old.chain_seq is not null or ${differs}) execute function audit_refuse('${WRITTEN}')`,
	);
	await trx.raw(
		`create trigger audit_whole before truncate on audit for each statement
		execute function audit_refuse('${KEEP}')`,
	);
}

async function extendAudit(trx: Trx, sqlite: boolean): Promise<void> {
	await trx.schema.alterTable('audit', (table) => {
		const c = columns(trx, table);
		c.text('member_id');
		c.text('account_id');
		// The transaction that wrote the row: rows are sealed in this order, see core/events.
		const epoch = c.integer('epoch').notNullable();
		if (sqlite) epoch.defaultTo(0);
		else epoch.defaultTo(trx.raw('(pg_current_xact_id()::text::bigint)'));
	});
	await trx.raw('create index audit_unsealed on audit (epoch, seq) where chain_seq is null');
	await trx.raw('create index audit_of_member on audit (member_id, chain_seq) where member_id is not null');
	await trx.raw('create index audit_of_account on audit (account_id, chain_seq) where account_id is not null');
	await trx.raw('create index audit_of_subject on audit (subject_id, chain_seq) where subject_id is not null');
	await trx.raw('create index audit_at on audit (at)');
	await trx.schema.alterTable('audit_head', (table) => {
		const c = columns(trx, table);
		// The last row that was removed after its time; the chain begins behind it.
		c.integer('base_seq').notNullable().defaultTo(0);
		c.text('base_hash').notNullable().defaultTo('');
	});
	await trx.schema.createTable('audit_checkpoints', (table) => {
		const c = columns(trx, table);
		c.integer('chain_seq').primary();
		c.text('hash').notNullable();
		c.integer('at').notNullable();
	});
	await (sqlite ? guardSqlite(trx) : guardPostgres(trx));
}

/** Five years of sealed rows, told by member and account; algorithms of orders; days in review. */
export const auditAndCompliance: Migration = {
	name: '0019-audit-and-compliance',
	async up(trx) {
		const sqlite = trx.client.config.client !== 'pg';
		await extendAudit(trx, sqlite);
		await trx.schema.alterTable('orders', (table) => void columns(trx, table).text('algo_id'));
		await trx.raw('create index orders_sent on orders (account_id, submitting_at) where submitting_at is not null');
		await trx.raw(
			"create index orders_asked on order_history (at) where event in ('CancelRequest', 'ReplaceRequest')",
		);
		await trx.schema.createTable('compliance_days', (table) => {
			const c = columns(trx, table);
			c.text('account_id').notNullable().references('accounts.id');
			c.text('day').notNullable();
			c.text('member_id').notNullable();
			c.integer('from_at').notNullable();
			c.integer('to_at').notNullable();
			c.json('summary').notNullable();
			c.integer('made_at').notNullable();
			c.text('policy_version').notNullable();
			table.primary(['account_id', 'day']);
		});
	},
	async down(trx) {
		const sqlite = trx.client.config.client !== 'pg';
		await trx.schema.dropTableIfExists('compliance_days');
		await trx.raw('drop index orders_sent');
		await trx.raw('drop index orders_asked');
		await trx.raw('alter table orders drop column algo_id');
		for (const trigger of ['audit_kept', 'audit_written', ...(sqlite ? [] : ['audit_whole'])]) {
			await trx.raw(`drop trigger ${trigger}${sqlite ? '' : ' on audit'}`);
		}
		if (!sqlite) await trx.raw('drop function audit_refuse(), audit_keep()');
		await trx.schema.dropTableIfExists('audit_checkpoints');
		for (const index of ['unsealed', 'of_member', 'of_account', 'of_subject', 'at']) {
			await trx.raw(`drop index audit_${index}`);
		}
		for (const column of ['member_id', 'account_id', 'epoch']) {
			await trx.raw(`alter table audit drop column ${column}`);
		}
		for (const column of ['base_seq', 'base_hash']) {
			await trx.raw(`alter table audit_head drop column ${column}`);
		}
	},
};
