import { inTransaction, isContention, isUniqueViolation, type Trx } from '../../../core/db';
import { describeDatabases } from '../../support/databases';

const row = (name: string) => ({ name, value: '1', updated_at: 0 });

async function caught(work: Promise<unknown>): Promise<unknown> {
	try {
		await work;
	} catch (error) {
		return error;
	}
	throw new Error('It did not fail.');
}

const sleep = async (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

describeDatabases('transaction', (open, dialect) => {
	it('keeps all or nothing', async () => {
		const { pool } = await open();
		const failing = inTransaction(pool, async (trx) => {
			await trx('settings').insert(row('a'));
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		expect(await pool.conn('settings')).toEqual([]);
		expect(await inTransaction(pool, async (trx) => trx('settings').insert(row('b')).then(() => 7))).toBe(7);
		expect(await pool.conn('settings')).toHaveLength(1);
	});

	it('runs again what was in another one\'s way, and nothing else', async () => {
		const { pool } = await open();
		let runs = 0;
		const busy = Object.assign(new Error('busy'), dialect === 'sqlite' ? { errcode: 5 } : { code: '40001' });
		const result = await inTransaction(pool, async (trx) => {
			await trx('settings').insert(row(`run ${++runs}`));
			if (runs < 3) throw busy;
			return runs;
		});
		expect(result).toBe(3);
		expect(await pool.conn('settings').select('name')).toEqual([{ name: 'run 3' }]);
		runs = 0;
		const refused = inTransaction(pool, async () => {
			runs++;
			throw new Error('another reason');
		});
		await expect(refused).rejects.toThrow('another reason');
		expect(runs).toBe(1);
	});

	it('gives up in the end', async () => {
		const { pool } = await open();
		let runs = 0;
		const busy = Object.assign(new Error('busy'), { errcode: 5, code: '40P01' });
		await expect(inTransaction(pool, async () => {
			runs++;
			throw busy;
		})).rejects.toBe(busy);
		expect(runs).toBe(8);
	});

	it('knows a key that was taken already', async () => {
		const { pool } = await open();
		await pool.conn('settings').insert(row('a'));
		const primary = await caught(pool.conn('settings').insert(row('a')));
		expect([isUniqueViolation(primary), isContention(primary)]).toEqual([true, false]);
		const member = (id: string, handle: string) => ({
			id, handle, display_name: 'x', zone: 'UTC', status: 'active', fire_mode: 'MANUAL', auto_slots: 0,
			channels: '{}', created_at: 0, updated_at: 0,
		});
		await pool.conn('members').insert(member('mbr_1', 'ann'));
		expect(isUniqueViolation(await caught(pool.conn('members').insert(member('mbr_2', 'ann'))))).toBe(true);
		const inside = inTransaction(pool, async (trx) => trx('settings').insert(row('a')));
		expect(isUniqueViolation(await caught(inside))).toBe(true);
		// Other constraints are no taken key.
		expect(isUniqueViolation(await caught(pool.conn('settings').insert({ name: 'b' })))).toBe(false);
		const orphan = { id: 'ent_1', member_id: 'mbr_9', tier: 'FANG', from_at: 0, source: 'x', created_at: 0 };
		expect(isUniqueViolation(await caught(pool.conn('entitlements').insert(orphan)))).toBe(false);
		for (const other of [null, undefined, 'x', new Error('x'), {}]) {
			expect([isUniqueViolation(other), isContention(other)]).toEqual([false, false]);
		}
	});

	if (dialect === 'postgres') {
		it('two that lock each other both end well', async () => {
			const { pool } = await open();
			await pool.conn('settings').insert([row('a'), row('b')]);
			const add = async (trx: Trx, name: string): Promise<void> => {
				const found: { value: string } = await trx('settings').where({ name }).forUpdate().first();
				await trx('settings').where({ name }).update({ value: String(Number(found.value) + 1) });
			};
			let runs = 0;
			const both = async (first: string, second: string): Promise<void> =>
				inTransaction(pool, async (trx) => {
					runs++;
					await add(trx, first);
					await sleep(100);
					await add(trx, second);
				});
			await Promise.all([both('a', 'b'), both('b', 'a')]);
			const values = await pool.conn('settings').orderBy('name').select('value');
			expect(values).toEqual([{ value: '3' }, { value: '3' }]);
			expect(runs).toBeGreaterThan(2);
		});
	}
});
