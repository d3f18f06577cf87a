import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { closePool, openPool, type Pool } from '../../../core/db';

describe('SQLite by node:sqlite', () => {
	let folder: string;
	let pool: Pool;

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'firecontrol-sqlite-'));
		pool = openPool({ client: 'sqlite', file: join(folder, 'inner', 'test.sqlite') });
		await pool.conn.schema.createTable('things', (table) => {
			table.bigIncrements('id');
			table.text('name').unique();
			table.text('note');
			table.bigInteger('count');
		});
	});

	afterEach(async () => {
		await closePool(pool);
		rmSync(folder, { recursive: true, force: true });
	});

	it('makes a folder that only its owner can enter', () => {
		expect(statSync(join(folder, 'inner')).mode & 0o777).toBe(0o700);
	});

	it('writes ahead, so that readers do not wait, and keeps foreign keys', async () => {
		expect(await pool.conn.raw('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
		expect(await pool.conn.raw('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
		expect(await pool.conn.raw('pragma synchronous')).toEqual([{ synchronous: 1 }]);
	});

	it('waits for another writer without keeping the process from its other work', async () => {
		const other = new DatabaseSync(join(folder, 'inner', 'test.sqlite'));
		other.exec('begin immediate');
		let longest = 0;
		let before = performance.now();
		const beat = setInterval(() => {
			longest = Math.max(longest, performance.now() - before);
			before = performance.now();
		}, 5);
		try {
			const writing = pool.conn.transaction(async (trx) => trx('things').insert({ name: 'late' }));
			const started = performance.now();
			await new Promise((resolve) => setTimeout(resolve, 1_000));
			other.exec('rollback');
			await writing;
			expect(performance.now() - started).toBeGreaterThan(990);
			expect(longest).toBeLessThan(500);
			expect(await pool.conn('things').where({ name: 'late' })).toHaveLength(1);
		} finally {
			clearInterval(beat);
			other.close();
		}
	});

	it('gives rows that are plain objects, ids of inserts and counts of changes', async () => {
		expect(await pool.conn('things').insert({ name: 'a' })).toEqual([1]);
		expect(await pool.conn('things').insert({ name: 'b' }).returning(['id', 'name'])).toEqual([
			{ id: 2, name: 'b' },
		]);
		const row = await pool.conn('things').first();
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
		expect(await pool.conn('things').update({ note: 'x' })).toBe(2);
		expect(await pool.conn('things').where({ name: 'none' }).update({ note: 'y' })).toBe(0);
		expect(await pool.conn('things').where({ id: 1 }).delete()).toBe(1);
		expect(await pool.conn('things').insert({ name: 'b' }).onConflict('name').ignore().returning('id')).toEqual([]);
	});

	it('binds what people give: truth, dates, nothing, bytes, objects', async () => {
		const at = new Date(1_795_168_800_123);
		await pool.conn('things').insert([
			{ name: 'yes', count: true },
			{ name: 'date', count: at },
			{ name: 'nothing', note: undefined },
			{ name: 'object', note: { a: [1] } },
			{ name: 'large', count: Number.MAX_SAFE_INTEGER },
		]);
		const rows = await pool.conn('things').select('name', 'count', 'note').orderBy('id');
		expect(rows).toEqual([
			{ name: 'yes', count: 1, note: null },
			{ name: 'date', count: 1_795_168_800_123, note: null },
			{ name: 'nothing', count: null, note: null },
			{ name: 'object', count: null, note: '{"a":[1]}' },
			{ name: 'large', count: Number.MAX_SAFE_INTEGER, note: null },
		]);
	});

	it('goes on giving right answers when there are more texts than kept statements', async () => {
		for (let round = 0; round < 2; round++) {
			for (let index = 0; index < 400; index++) {
				expect(await pool.conn.raw(`select ? + ${index} as sum`, [round])).toEqual([{ sum: index + round }]);
			}
		}
	});

	it('sees a changed table through a statement kept from before', async () => {
		await pool.conn('things').insert({ name: 'a' });
		expect(Object.keys(await pool.conn('things').first())).toEqual(['id', 'name', 'note', 'count']);
		await pool.conn.schema.alterTable('things', (table) => {
			table.text('extra');
		});
		expect(Object.keys(await pool.conn('things').first())).toEqual(['id', 'name', 'note', 'count', 'extra']);
	});

	it('prepares a text once, until 300 others came after it', async () => {
		const prepared = jest.spyOn(DatabaseSync.prototype, 'prepare');
		try {
			const ask = async (number: number): Promise<void> => pool.conn.raw(`select ${number}, ?`, [1]);
			for (let times = 0; times < 20; times++) await ask(0);
			expect(prepared).toHaveBeenCalledTimes(1);
			for (let number = 1; number < 300; number++) await ask(number);
			await ask(0);
			expect(prepared).toHaveBeenCalledTimes(300);
			// Used just now, so it is not the oldest.
			await ask(300);
			await ask(0);
			expect(prepared).toHaveBeenCalledTimes(301);
			for (let number = 301; number <= 600; number++) await ask(number);
			await ask(0);
			expect(prepared).toHaveBeenCalledTimes(602);
		} finally {
			prepared.mockRestore();
		}
	});

	it('rolls back to a savepoint', async () => {
		await pool.conn.transaction(async (trx) => {
			await trx('things').insert({ name: 'kept' });
			const inner = trx.transaction(async (savepoint) => {
				await savepoint('things').insert({ name: 'lost' });
				throw new Error('no');
			});
			await expect(inner).rejects.toThrow('no');
		});
		expect(await pool.conn('things').select('name')).toEqual([{ name: 'kept' }]);
	});

	it('says what is wrong when the file cannot be opened', async () => {
		const file = join(folder, 'inner', 'test.sqlite', 'no-folder', 'test.sqlite');
		const opening = (): Pool => openPool({ client: 'sqlite', file });
		expect(opening).toThrow(expect.objectContaining({ code: 'DATABASE_UNAVAILABLE', retryable: true }));
	});
});
