import { chainHash, type AuditEntry } from '../../../core/audit/audit';
import { createAudit } from '../../../core/audit';
import { describeDatabases } from '../../support/databases';
import { append, dropGuards, OpenChain } from './chain';

const STEPS = ['a.done', 'b.done', 'c.done', 'd.done', 'e.done'];

describeDatabases('a chain that somebody tampers with', (open) => {
	let shared: Promise<OpenChain> | null = null;
	const begin = async (): Promise<OpenChain> => {
		const chain = await (shared ??= open().then(OpenChain.of));
		await chain.begin(...STEPS);
		return chain;
	};
	const at = (chain: OpenChain, number: number) => chain.kernel.conn('audit').where({ chain_seq: number });
	const fault = async (chain: OpenChain) => (await chain.audit.verify()).fault;
	const entryAt = async (chain: OpenChain, number: number): Promise<AuditEntry> => {
		const entry = (await chain.audit.list({ limit: 99 })).find(({ chainSeq }) => chainSeq === number);
		if (entry === undefined) throw new Error(`No row ${number}`);
		return entry;
	};
	/** Gives the row the hash that belongs to what it says now. */
	const rehash = async (chain: OpenChain, number: number, previous: string): Promise<string> => {
		const hash = chainHash(await entryAt(chain, number), number, previous);
		await at(chain, number).update({ hash, previous_hash: previous });
		return hash;
	};

	it.each([
		['actor', 'somebody'],
		['action', 'b.undone'],
		['subject_id', 'mbr_2'],
		['correlation_id', null],
		['member_id', null],
		['account_id', 'acc_2'],
		['details', '{"amount":"0.2"}'],
		['policy_version', 'pol_0'],
		['at', 1],
		['seq', 9_999],
		['hash', 'f'.repeat(64)],
		['previous_hash', 'f'.repeat(64)],
	])('a changed %s', async (column, value) => {
		const chain = await begin();
		const seq = (await entryAt(chain, 2)).seq;
		await at(chain, 2).update({ [column]: value });
		expect(await fault(chain)).toMatchObject({ kind: 'changed', number: 2, seq: column === 'seq' ? 9_999 : seq });
		expect(await chain.audit.verify()).toMatchObject({ ok: false, from: 1, through: 1 });
	});

	it.each([
		['another number', 9],
		['no number', null],
	])('a row that was given %s', async (_, number) => {
		const chain = await begin();
		const { seq } = await entryAt(chain, 2);
		await at(chain, 2).update({ chain_seq: number });
		expect(await fault(chain)).toMatchObject({ kind: 'reordered', number: 2, seq });
	});

	it.each([
		['first', 1],
		['middle', 3],
		['last', 5],
	])('the removed %s row', async (_, number) => {
		const chain = await begin();
		await at(chain, number).delete();
		expect(await fault(chain)).toMatchObject({ kind: 'removed', number, seq: null });
	});

	it('several removed rows, by their numbers', async () => {
		const chain = await begin();
		await chain.kernel.conn('audit').whereIn('chain_seq', [2, 3]).delete();
		const found = await fault(chain);
		expect(found).toMatchObject({ kind: 'removed', number: 2 });
		expect(found?.message).toContain('Rows 2 to 3');
	});

	it('that everything was removed', async () => {
		const chain = await begin();
		await chain.kernel.conn('audit').delete();
		expect(await fault(chain)).toMatchObject({ kind: 'removed', number: 1 });
	});

	it('a row removed and all behind it numbered anew', async () => {
		const chain = await begin();
		await at(chain, 2).delete();
		for (const number of [3, 4, 5]) await at(chain, number).update({ chain_seq: number - 1 });
		const found = await fault(chain);
		expect(found).toMatchObject({ kind: 'removed', number: 2 });
		expect(found?.message).toContain('was sealed as number 3');
	});

	it('two rows that changed places', async () => {
		const chain = await begin();
		await at(chain, 2).update({ chain_seq: 99 });
		await at(chain, 4).update({ chain_seq: 2 });
		await at(chain, 99).update({ chain_seq: 4 });
		const found = await fault(chain);
		expect(found).toMatchObject({ kind: 'reordered', number: 2 });
		expect(found?.message).toBe('The row that was sealed as number 4 stands at number 2.');
	});

	it('two rows whose content changed places', async () => {
		const chain = await begin();
		const [second, fourth] = [await entryAt(chain, 2), await entryAt(chain, 4)];
		await at(chain, 2).update({ action: fourth.action, details: fourth.detailsText });
		await at(chain, 4).update({ action: second.action, details: second.detailsText });
		expect(await fault(chain)).toMatchObject({ kind: 'changed', number: 2 });
	});

	const forged = (chain: OpenChain, number: number | null, previous: string) =>
		chain.kernel.conn('audit').insert({
			at: 1, actor: 'x', action: 'forged', policy_version: 'p', details: '{}',
			chain_seq: number, previous_hash: previous, hash: 'a'.repeat(64),
		});

	it.each([
		['behind the end', 6, 6],
		['far behind the end', 60, 60],
		['before the beginning', -3, -3],
		['at zero', 0, 0],
	])('a row inserted %s', async (_, number, named) => {
		const chain = await begin();
		await forged(chain, number, (await entryAt(chain, 5)).hash ?? '');
		expect(await fault(chain)).toMatchObject({ kind: 'inserted', number: named });
	});

	it('a row inserted in the middle, with a hash that fits, those behind it numbered anew', async () => {
		const chain = await begin();
		for (const number of [5, 4, 3]) await at(chain, number).update({ chain_seq: number + 1 });
		const { hash } = await entryAt(chain, 2);
		await forged(chain, 3, hash ?? '');
		await rehash(chain, 3, hash ?? '');
		const found = await fault(chain);
		expect(found).toMatchObject({ kind: 'inserted', number: 3 });
		expect(found?.message).toContain('was sealed as number 3');
	});

	it('a row that takes the place of another', async () => {
		const chain = await begin();
		await at(chain, 2).delete();
		await forged(chain, 2, (await entryAt(chain, 1)).hash ?? '');
		expect(await fault(chain)).toMatchObject({ kind: 'changed', number: 2 });
	});

	it('a changed row that was given a new hash', async () => {
		const chain = await begin();
		await at(chain, 3).update({ actor: 'x' });
		await rehash(chain, 3, (await entryAt(chain, 2)).hash ?? '');
		const found = await fault(chain);
		expect(found).toMatchObject({ kind: 'changed', number: 3 });
		expect(found?.message).toContain('row 4 still hangs on its former one');
	});

	it('a changed last row that was given a new hash', async () => {
		const chain = await begin();
		await at(chain, 5).update({ actor: 'x' });
		await rehash(chain, 5, (await entryAt(chain, 4)).hash ?? '');
		expect(await fault(chain)).toMatchObject({ kind: 'changed', number: 5 });
	});

	it.each([
		['set back', { chain_seq: 4 }, 'inserted', 5],
		['set forth', { chain_seq: 7 }, 'removed', 6],
		['given another hash', { hash: 'a'.repeat(64) }, 'changed', 5],
		['told that rows expired', { base_seq: 2, base_hash: 'a'.repeat(64) }, 'inserted', 1],
	])('a last link that was %s', async (_, change, kind, number) => {
		const chain = await begin();
		await chain.kernel.conn('audit_head').update(change);
		expect(await fault(chain)).toMatchObject({ kind, number });
	});

	it('a last link that is gone', async () => {
		const chain = await begin();
		await chain.kernel.conn('audit_head').delete();
		await expect(chain.audit.verify()).rejects.toThrow('audit_head');
		await chain.kernel.conn('audit_head').insert({ id: 1, chain_seq: 0, hash: '' });
	});

	it('rows removed as if they had expired, with no marker, or before their time', async () => {
		const chain = await begin();
		const base = { base_seq: 2, base_hash: (await entryAt(chain, 2)).hash };
		await chain.kernel.conn('audit_head').update(base);
		await chain.kernel.conn('audit').where('chain_seq', '<=', 2).delete();
		expect((await fault(chain))?.message).toBe('Rows 1 to 2 of the chain were removed, and no sealed marker tells of it.');
		const marker = { from: 1, through: 2, rows: 2, hash: base.base_hash, oldest_at: 1, newest_at: chain.kernel.clock.now() };
		await append(chain.kernel, 'audit.expired');
		await chain.kernel.conn('audit').where({ action: 'audit.expired' }).update({ details: JSON.stringify(marker) });
		await chain.audit.seal();
		expect((await fault(chain))?.message).toContain('before they were 1827 days old');
	});

	/** An intruder who knows the recipe changes a row and computes the chain anew from there. */
	async function rewrite(chain: OpenChain, from: number): Promise<void> {
		await at(chain, from).update({ actor: 'x' });
		let previous = from === 1 ? '' : ((await entryAt(chain, from - 1)).hash ?? '');
		for (let number = from; number <= STEPS.length; number++) previous = await rehash(chain, number, previous);
		await chain.kernel.conn('audit_head').update({ hash: previous });
	}

	it('a chain computed anew only by what was known of it elsewhere', async () => {
		const chain = await begin();
		const known = [{ chainSeq: 2, hash: (await entryAt(chain, 2)).hash ?? '' }, { chainSeq: 5, hash: (await entryAt(chain, 5)).hash ?? '' }];
		await rewrite(chain, 3);
		expect(await chain.audit.verify()).toMatchObject({ ok: true });
		const report = await chain.audit.verify({ known });
		expect(report).toMatchObject({ ok: false, compared: 2, fault: { kind: 'rewritten', number: 3 } });
		expect(report.fault?.message).toContain('somewhere from number 3 to 5');
	});

	it('a chain computed anew by a checkpoint of its own, and one that was cut off', async () => {
		const chain = await begin();
		expect(await chain.audit.checkpoint()).toMatchObject({ chainSeq: 5 });
		await rewrite(chain, 1);
		expect(await fault(chain)).toMatchObject({ kind: 'rewritten', number: 1 });
		await chain.begin(...STEPS);
		await chain.audit.checkpoint();
		await at(chain, 5).delete();
		await chain.kernel.conn('audit_head').update({ chain_seq: 4, hash: (await entryAt(chain, 4)).hash });
		expect((await fault(chain))?.message).toContain('its end was cut off');
	});

	it('whose guards were taken away says so', async () => {
		const database = await open();
		const audit = createAudit(database.kernel());
		expect(await audit.verify()).toMatchObject({ ok: true, guarded: true });
		await dropGuards(database);
		expect(await audit.verify()).toMatchObject({ ok: true, guarded: false });
	});

	it('is not sealed by a checkpoint', async () => {
		const chain = await begin();
		await at(chain, 2).update({ actor: 'x' });
		await expect(chain.audit.checkpoint()).rejects.toThrow('Row 2 (b.done) is not what was sealed');
		expect(await chain.kernel.conn('audit_checkpoints')).toEqual([]);
	});

	it('in a part that was not asked for says nothing about the part that was', async () => {
		const chain = await begin();
		await at(chain, 2).update({ actor: 'x' });
		expect(await chain.audit.verify({ from: 3 })).toMatchObject({ ok: true, from: 3, through: 5, rows: 3 });
		expect(await chain.audit.verify({ through: 1 })).toMatchObject({ ok: true, rows: 1 });
		await expect(chain.audit.verify({ from: 6 })).rejects.toThrow('there is no row 6 and beyond. The chain has the rows 1 to 5');
		await expect(chain.audit.verify({ from: 4, through: 3 })).rejects.toMatchObject({ code: 'AUDIT_RANGE_EMPTY' });
		await at(chain, 2).delete();
		expect(await chain.audit.verify({ from: 3 })).toMatchObject({ ok: false, fault: { kind: 'removed', number: 2 } });
	});
});
