import { appendAudit, createAudit } from '../../../core/audit';
import { openPool, closePool, createKernel, type Kernel } from '../../../core/db';
import { describeDatabases, type TestDatabase } from '../../support/databases';

async function append(kernel: Kernel, ...actions: string[]): Promise<void> {
	await kernel.transaction(async (trx) => {
		for (const action of actions) {
			await appendAudit(trx, kernel, {
				actor: 'operator',
				action,
				subjectId: 'mbr_1',
				correlationId: 'sig_1',
				details: { action, amount: '0.1' },
			});
		}
	});
}

describeDatabases('audit', (open, dialect) => {
	let shared: Promise<TestDatabase> | null = null;

	/** A chain of these actions in a database that the cases of tampering share. */
	async function sealed(...actions: string[]): Promise<{ kernel: Kernel }> {
		const kernel = (await (shared ??= open())).kernel();
		await kernel.conn('audit').delete();
		await kernel.conn('audit_head').update({ chain_seq: 0, hash: '' });
		await append(kernel, ...actions);
		await createAudit(kernel).seal();
		return { kernel };
	}

	it('seals entries into a chain that holds', async () => {
		const { kernel } = await sealed('a.done', 'b.done', 'c.done');
		const audit = createAudit(kernel);
		expect(await audit.verify()).toEqual({ ok: true, sealed: 3 });
		expect(await audit.seal()).toBe(0);
		await append(kernel, 'd.done');
		expect(await audit.seal()).toBe(1);
		expect(await audit.verify()).toEqual({ ok: true, sealed: 4 });
		const entries = await audit.list({ correlationId: 'sig_1', limit: 2 });
		expect(entries.map((entry) => [entry.action, entry.chainSeq])).toEqual([
			['d.done', 4],
			['c.done', 3],
		]);
		expect(entries[0]?.previousHash).toBe(entries[1]?.hash);
		expect(await audit.list({ correlationId: 'sig_2', limit: 2 })).toEqual([]);
	});

	it('holds when empty, and while nothing is sealed yet', async () => {
		const kernel = (await open()).kernel();
		expect(await createAudit(kernel).verify()).toEqual({ ok: true, sealed: 0 });
		await append(kernel, 'a.done');
		expect(await createAudit(kernel).verify()).toEqual({ ok: true, sealed: 0 });
	});

	it('an entry of a transaction that fails is never there', async () => {
		const kernel = (await open()).kernel();
		const failing = kernel.transaction(async (trx) => {
			await appendAudit(trx, kernel, { actor: 'system', action: 'x', details: {} });
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		expect(await createAudit(kernel).list({ limit: 10 })).toEqual([]);
	});

	it.each([
		['actor', 'somebody'],
		['action', 'b.undone'],
		['subject_id', 'mbr_2'],
		['correlation_id', null],
		['details', '{"amount":"0.2"}'],
		['policy_version', 'pol_0'],
		['at', 1],
		['hash', 'f'.repeat(64)],
		['previous_hash', 'f'.repeat(64)],
		['chain_seq', 9],
		['chain_seq', null],
	])('finds a changed %s', async (column, value) => {
		const { kernel } = await sealed('a.done', 'b.done', 'c.done');
		await kernel.conn('audit').where({ action: 'b.done' }).update({ [column]: value });
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt: 2 });
	});

	it.each([
		['first', 'a.done', 1],
		['middle', 'b.done', 2],
		['last', 'c.done', 3],
	])('finds the removed %s entry', async (_, action, brokenAt) => {
		const { kernel } = await sealed('a.done', 'b.done', 'c.done');
		await kernel.conn('audit').where({ action }).delete();
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt });
	});

	it('finds that everything was removed', async () => {
		const { kernel } = await sealed('a.done');
		await kernel.conn('audit').delete();
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt: 1 });
	});

	it.each([
		['behind the end', 4, 4],
		['before the beginning', -3, 1],
		['at zero', 0, 1],
	])('finds an entry inserted %s', async (_, chainSeq, brokenAt) => {
		const { kernel } = await sealed('a.done', 'b.done', 'c.done');
		const last = (await createAudit(kernel).list({ limit: 1 }))[0];
		await kernel.conn('audit').insert({
			at: 1, actor: 'x', action: 'x', policy_version: 'p', details: '{}',
			chain_seq: chainSeq, previous_hash: last?.hash ?? '', hash: 'a'.repeat(64),
		});
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt });
	});

	it('finds an entry that takes the place of another', async () => {
		const { kernel } = await sealed('a.done', 'b.done', 'c.done');
		await kernel.conn('audit').where({ action: 'b.done' }).delete();
		const [first] = (await createAudit(kernel).list({ limit: 9 })).slice(-1);
		await kernel.conn('audit').insert({
			at: 1, actor: 'x', action: 'x', policy_version: 'p', details: '{}',
			chain_seq: 2, previous_hash: first?.hash ?? '', hash: 'a'.repeat(64),
		});
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt: 2 });
	});

	it('finds a last link that was set back', async () => {
		const { kernel } = await sealed('a.done', 'b.done');
		await kernel.conn('audit_head').update({ hash: 'a'.repeat(64) });
		expect(await createAudit(kernel).verify()).toEqual({ ok: false, brokenAt: 2 });
	});

	it('follows chains longer than one batch', async () => {
		const database = await open();
		const kernel = database.kernel();
		const actions = Array.from({ length: 1_203 }, (_, index) => `step.${index}`);
		await append(kernel, ...actions);
		const audit = createAudit(kernel);
		expect(await audit.seal()).toBe(1_203);
		expect(await audit.verify()).toEqual({ ok: true, sealed: 1_203 });
		await kernel.conn('audit').where({ action: 'step.1100' }).update({ actor: 'x' });
		expect(await audit.verify()).toEqual({ ok: false, brokenAt: 1_101 });
	});

	it('two processes that append and seal at once make one chain without gaps', async () => {
		const database = await open();
		const kernels = [database.kernel(), database.kernel()];
		const sealedEach: number[] = [];
		const work = kernels.flatMap((kernel, process) =>
			Array.from({ length: 20 }, async (_, index) => {
				await append(kernel, `p${process}.${index}`);
				if (index % 2 === 0) sealedEach.push(await createAudit(kernel).seal());
			}),
		);
		await Promise.all(work);
		const kernel = database.kernel();
		sealedEach.push(await createAudit(kernel).seal());
		expect(sealedEach.reduce((sum, count) => sum + count, 0)).toBe(40);
		expect(await createAudit(kernel).verify()).toEqual({ ok: true, sealed: 40 });
	});

	if (dialect === 'postgres') {
		it('seals an entry that commits after later ones were sealed', async () => {
			const database = await open();
			if (database.config.client !== 'postgres') throw new Error('PostgreSQL only');
			const kernel = database.kernel();
			const other = openPool({
				...database.config,
				connectionString: `${database.config.connectionString}?application_name=other`,
			});
			const late = createKernel(other, { clock: database.clock });
			const trx = await other.conn.transaction();
			await appendAudit(trx, late, { actor: 'system', action: 'late', details: {} });
			await append(kernel, 'early');
			const audit = createAudit(kernel);
			expect(await audit.seal()).toBe(1);
			await trx.commit();
			await closePool(other);
			expect(await audit.seal()).toBe(1);
			expect(await audit.verify()).toEqual({ ok: true, sealed: 2 });
			const entries = await audit.list({ limit: 9 });
			expect(entries.map(({ action, chainSeq }) => [action, chainSeq])).toEqual([
				['early', 1],
				['late', 2],
			]);
		});
	}
});
