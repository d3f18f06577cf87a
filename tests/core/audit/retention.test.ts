import { createAudit, RETENTION_DAYS, type Audit } from '../../../core/audit';
import type { Kernel } from '../../../core/db';
import { DAY } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { append, dropGuards } from './chain';

const WISH = { actor: 'operator', reason: 'They are past their time.', days: RETENTION_DAYS };

describeDatabases('retention', (open) => {
	/** The database itself goes by its own clock: rows are made in the past of the real one. */
	async function aged(...days: readonly number[]): Promise<{ kernel: Kernel; audit: Audit }> {
		const database = await open();
		const now = Date.now();
		for (const [index, age] of days.entries()) {
			database.clock.set(now - age * DAY);
			await append(database.kernel(), `row.${index + 1}`);
		}
		database.clock.set(now);
		const kernel = database.kernel();
		const audit = createAudit(kernel);
		await audit.seal();
		return { kernel, audit };
	}

	it('removes what is past its time, behind a sealed marker, and the rest still holds', async () => {
		const { kernel, audit } = await aged(2_000, 1_900, 1_828, 1_826, 1, 0);
		expect(await audit.retention()).toMatchObject({
			rows: 6, expiredRows: 3, firstNumber: 1, removedRows: 0, oldestAt: kernel.clock.now() - 2_000 * DAY,
		});
		expect(await audit.removeExpired(WISH)).toEqual({ removed: 3, through: 3, waiting: false });
		expect(await audit.verify()).toMatchObject({ ok: true, from: 4, through: 7, rows: 4, expiredThrough: 3 });
		const [marker] = await audit.list({ action: 'audit.expired', limit: 9 });
		expect(marker).toMatchObject({ actor: 'operator', chainSeq: 7 });
		expect(JSON.parse(marker?.detailsText ?? '')).toMatchObject({ from: 1, through: 3, rows: 3, reason: WISH.reason, retention_days: 1827 });
		expect(await audit.retention()).toMatchObject({
			rows: 4, expiredRows: 0, firstNumber: 4, removedRows: 3, lastRemovalAt: kernel.clock.now(),
			nextExpiryAt: kernel.clock.now() + DAY,
		});
		expect(await audit.removeExpired(WISH)).toEqual({ removed: 0, through: 3, waiting: false });
		await append(kernel, 'next.day');
		await audit.seal();
		expect(await audit.verify()).toMatchObject({ ok: true, through: 8 });
		expect(await audit.verify({ from: 2, through: 5 })).toMatchObject({ ok: true, from: 4, through: 5 });
	});

	it('an old row behind a young one stays: the chain is shortened from its beginning only', async () => {
		const { audit } = await aged(1_900, 1, 1_900);
		expect(await audit.removeExpired(WISH)).toMatchObject({ removed: 1, through: 1 });
		expect(await audit.verify()).toMatchObject({ ok: true, from: 2 });
	});

	it('keeps longer where that is asked for, and never shorter', async () => {
		const { audit } = await aged(2_500, 1_900);
		await expect(audit.removeExpired({ ...WISH, days: 1_826 })).rejects.toThrow('kept 1827 days at least');
		expect(await audit.removeExpired({ ...WISH, days: 2_400 })).toMatchObject({ removed: 1 });
	});

	it('the database keeps young rows also from a core that lies about the time', async () => {
		const database = await open();
		await append(database.kernel(), 'row.1');
		await createAudit(database.kernel()).seal();
		database.clock.advance(3_000 * DAY);
		const audit = createAudit(database.kernel());
		await expect(audit.removeExpired(WISH)).rejects.toThrow('kept 1827 days');
		expect(await audit.verify()).toMatchObject({ ok: true, from: 1, through: 2 });
	});

	it('a removal that ended after its marker was written is carried out by the next one', async () => {
		const { kernel, audit } = await aged(1_900, 1_899, 0);
		const broken = createAudit({ ...kernel, transaction: async (work) => kernel.transaction(async (trx) => {
			const result = await work(trx);
			const { base_seq: base } = await trx('audit_head').first();
			if (base > 0) throw new Error('killed');
			return result;
		}) });
		await expect(broken.removeExpired(WISH)).rejects.toThrow('killed');
		expect(await audit.verify()).toMatchObject({ ok: true, from: 1, through: 4, expiredThrough: 0 });
		expect(await audit.removeExpired(WISH)).toEqual({ removed: 2, through: 2, waiting: false });
		expect(await audit.list({ action: 'audit.expired', limit: 9 })).toHaveLength(1);
		expect(await audit.verify()).toMatchObject({ ok: true, from: 3 });
	});

	it('what does not hold is not removed', async () => {
		const { kernel, audit } = await aged(1_900, 1_899, 0);
		await dropGuards({ kernel: () => kernel, dialect: kernel.pool.dialect } as never);
		await kernel.conn('audit').where({ chain_seq: 2 }).update({ actor: 'x' });
		await expect(audit.removeExpired(WISH)).rejects.toThrow('what is evidence is not removed');
		expect(await kernel.conn('audit')).toHaveLength(3);
	});

	it('two at once remove everything once', async () => {
		const { kernel, audit } = await aged(1_900, 1_899, 1_898, 0);
		const other = createAudit(kernel);
		const done = await Promise.all([audit.removeExpired(WISH), other.removeExpired(WISH)]);
		expect(done.reduce((sum, { removed }) => sum + removed, 0)).toBe(3);
		expect(await audit.verify()).toMatchObject({ ok: true, expiredThrough: 3 });
	});
});
