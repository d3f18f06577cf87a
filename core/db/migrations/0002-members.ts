import type { Migration } from '../migration';
import { columns } from './columns';

const TABLES = ['push_subscriptions', 'accounts', 'entitlements', 'members'];

/** Members, their tiers over time, their accounts with running totals, their push subscriptions. */
export const members: Migration = {
	name: '0002-members',
	async up(trx) {
		await trx.schema.createTable('members', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('handle').notNullable().unique();
			c.text('display_name').notNullable();
			c.text('zone').notNullable();
			c.text('status').notNullable();
			c.text('fire_mode').notNullable();
			c.integer('auto_slots').notNullable();
			c.text('email');
			c.text('telegram_chat_id');
			c.text('phone');
			c.json('channels').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
		});
		await trx.schema.createTable('entitlements', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('member_id').notNullable().references('members.id');
			c.text('tier').notNullable();
			c.integer('from_at').notNullable();
			c.integer('until_at');
			c.text('source').notNullable();
			c.integer('created_at').notNullable();
			table.index(['member_id', 'from_at']);
		});
		await trx.schema.createTable('accounts', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('member_id').notNullable().references('members.id');
			c.text('label').notNullable();
			c.text('venue').notNullable();
			c.text('kind').notNullable();
			c.text('status').notNullable();
			c.text('currency').notNullable();
			c.text('zone').notNullable();
			c.decimal('start_balance').notNullable();
			c.decimal('cash').notNullable();
			c.decimal('realised_net').notNullable();
			c.text('risk_day').notNullable();
			c.decimal('day_start_equity').notNullable();
			c.decimal('realised_today').notNullable();
			c.decimal('peak_equity').notNullable();
			c.decimal('equity');
			c.integer('equity_at');
			c.integer('next_entry_at').notNullable();
			c.integer('created_at').notNullable();
			c.integer('updated_at').notNullable();
			table.unique(['member_id', 'label']);
			table.index(['status']);
			table.index(['member_id', 'status']);
		});
		await trx.schema.createTable('push_subscriptions', (table) => {
			const c = columns(trx, table);
			c.text('id').primary();
			c.text('member_id').notNullable().references('members.id');
			c.text('endpoint').notNullable().unique();
			c.text('p256dh').notNullable();
			c.text('auth').notNullable();
			c.integer('created_at').notNullable();
			c.integer('disabled_at');
			c.text('disabled_reason');
			table.index(['member_id']);
		});
	},
	async down(trx) {
		for (const table of TABLES) await trx.schema.dropTableIfExists(table);
	},
};
