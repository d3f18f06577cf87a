import { migrate, openPool, rollbackAll } from '../../../core/db';
import { describeDatabases } from '../../support/databases';

describeDatabases('migrate', (open) => {
	it('runs up, down and up again', async () => {
		const database = await open();
		expect(await migrate(database.pool)).toEqual([]);
		await rollbackAll(database.pool);
		expect(await database.pool.conn.schema.hasTable('orders')).toBe(false);
		expect((await migrate(database.pool)).length).toBeGreaterThan(5);
		expect(await database.pool.conn.schema.hasTable('orders')).toBe(true);
	});

	it('refuses a database of a newer version', async () => {
		const database = await open();
		await database.pool.conn('firecontrol_migrations').insert({ name: '9999-future' });
		await expect(migrate(database.pool)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
	});

	it('keeps every digit of a decimal and every millisecond', async () => {
		const database = await open();
		const row = { account_id: 'acc_1', asset: 'BTC', total: '12345678901234567890.123456789012345678' };
		await database.pool.conn('paper_balances').insert(row);
		expect(await database.pool.conn('paper_balances').first()).toEqual(row);
		await database.pool.conn('heartbeats').insert({ name: 'x', at: 1_795_168_800_123, state: 'ok' });
		expect((await database.pool.conn('heartbeats').first()).at).toBe(1_795_168_800_123);
	});

	it('shares one pool per database in a process', async () => {
		const database = await open();
		expect(openPool(database.config)).toBe(database.pool);
	});
});
