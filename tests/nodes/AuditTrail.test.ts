import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { appendAudit } from '../../core/audit';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { closedTrade, makeMember } from './fixtures';

let home: TestInstallation;
const folder = mkdtempSync(join(tmpdir(), 'firecontrol-export-'));
beforeAll(async () => {
	home = await openInstallation();
	await closedTrade(home.core, home.credentials, 'audited');
	await home.core.audit.seal();
});
afterAll(async () => {
	await home.close();
	rmSync(folder, { recursive: true });
});

const ALL = { resource: 'trail', filters: {}, options: {}, firstNumber: 0, lastNumber: 0, known: '', limit: 50, returnAll: false };
const run = async (operation: string, parameters: IDataObject = {}, item: IDataObject = {}): Promise<TestRun> =>
	runNode(node('auditTrail', { ...ALL, operation, ...parameters }), { items: [item], credentials: home.credentials });
const items = (result: TestRun): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output('auditTrail').map(({ json }) => json);
};
const actions = (found: IDataObject[]) => found.map(({ action }) => action);

describe('Audit Trail: Query', () => {
	it('tells the story of a signal, oldest first', async () => {
		const [verdict] = items(await run('query', { filters: { action: 'verdict.issued' } }));
		const story = items(await run('query', { filters: { signalId: verdict?.['signal_id'] }, options: { order: 'oldest' } }));
		expect(actions(story)).toEqual(expect.arrayContaining(['verdict.issued', 'ticket.fired', 'order.created']));
		expect(story[0]).toMatchObject({ action: 'verdict.issued', sealed: true, details: { decision: expect.any(String) } });
		const numbers = story.map(({ number }) => number);
		expect(numbers).toEqual([...numbers].sort((a, b) => Number(a) - Number(b)));
	});

	it('by member, account, actor, subject, the beginning of an action, and time', async () => {
		const member = await home.core.members.get('audited');
		const accountId = member?.accounts[0]?.id ?? '';
		const mine = items(await run('query', { filters: { member: 'audited' } }));
		expect(mine.length).toBeGreaterThan(3);
		expect(new Set(mine.map(({ member_id }) => member_id))).toEqual(new Set([member?.id]));
		expect(items(await run('query', { filters: { accountId } })).every(({ account_id }) => account_id === accountId)).toBe(true);
		const orders = items(await run('query', { filters: { accountId, action: 'order.*' } }));
		expect(new Set(actions(orders))).toEqual(new Set(['order.created']));
		const [order] = orders;
		expect(items(await run('query', { filters: { subjectId: order?.['subject_id'] } })).length).toBeGreaterThan(0);
		expect(items(await run('query', { filters: { actor: order?.['actor'], action: 'order.created' } })).length).toBeGreaterThan(0);
		expect(items(await run('query', { filters: { from: '2001-01-01T00:00:00Z', until: '2001-01-02T00:00:00Z' } }))).toEqual([]);
		expect(items(await run('query', { filters: { from: '2001-01-01T00:00:00Z' } })).length).toBeGreaterThan(3);
	});

	it('pages stay what they were while rows are added', async () => {
		const first = items(await run('query', { limit: 2 }));
		expect(first).toHaveLength(2);
		await makeMember(home.core, 'newcomer');
		const unsealed = items(await run('query', { limit: 1 }));
		expect(unsealed).toMatchObject([{ sealed: false, number: null, hash: null }]);
		expect(items(await run('query', { limit: 1, options: { includeUnsealed: false } }))).toEqual([first[0]]);
		await home.core.audit.seal();
		const after = first.at(-1)?.['number'] ?? 0;
		const second = items(await run('query', { limit: 2, options: { after } }));
		expect(second.map(({ number }) => number)).toEqual([Number(after) - 1, Number(after) - 2]);
		const all = items(await run('query', { returnAll: true }));
		expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => all.length - index));
	});

	it('says what is wrong with what was filled in', async () => {
		expect((await run('query', { filters: { from: 'yesterday' } })).error).toBe('"From": "yesterday" is not a time.');
		expect((await run('query', { filters: { accountId: 'mine' } })).error).toBe('"Account ID": "mine" is not an account id.');
		expect((await run('query', { filters: { member: 'nobody' } })).error).toBe('There is no member "nobody".');
		expect((await run('query', { limit: 0 })).error).toContain('"Limit" must be a number from 1');
		expect((await run('verify', { known: '12 abc' })).error).toContain('"Known Checkpoints"');
		for (const operation of ['verify', 'export']) {
			expect((await run(operation, { firstNumber: 9, lastNumber: 5, format: 'csv', binaryPropertyName: 'data' })).error)
				.toBe('"First Number" is 9, and "Last Number" before it: 5.');
		}
		expect((await run('deleteExpired', { keepDays: 1826, reason: 'room' })).error).toContain('from 1827');
		expect((await run('deleteExpired', { keepDays: 1827, reason: ' ' })).error).toBe('"Reason" is empty.');
	});
});

describe('Audit Trail: Verify', () => {
	it('follows the chain, and compares it with what was known of it', async () => {
		const [report] = items(await run('verify'));
		expect(report).toMatchObject({ ok: true, fault: null, first_number: 1, unsealed_rows: 0, unsealed_seconds: null });
		const known = `${report?.['head_number']}:${report?.['head_hash']}`;
		const own = Number(report?.['checkpoints_compared']);
		expect(items(await run('verify', { known }))).toMatchObject([{ ok: true, checkpoints_compared: own + 1 }]);
		const [forged] = items(await run('verify', { known: `3:${'a'.repeat(64)}\n${known}` }));
		expect(forged).toMatchObject({ ok: false, fault: 'rewritten' });
		expect((await run('verify', { firstNumber: 999_999 })).error).toContain('Nothing was checked: there is no row 999999 and beyond. The chain has the rows 1 to');
		expect(items(await run('verify', { firstNumber: 2, lastNumber: 3 }))).toMatchObject([{ ok: true, rows: 2 }]);
	});

	it('names what was changed, and fails where that was asked for', async () => {
		const away = await openInstallation();
		await makeMember(away.core, 'tampered');
		await away.core.audit.seal();
		await away.core.kernel.conn.raw('drop trigger audit_written');
		await away.core.kernel.conn('audit').where({ chain_seq: 1 }).update({ actor: 'x' });
		const broken = { items: [{}], credentials: away.credentials };
		const asked = node('auditTrail', { ...ALL, operation: 'verify' });
		expect((await runNode(asked, broken)).output('auditTrail')[0]?.json).toMatchObject({
			ok: false, fault: 'changed', fault_number: 1, rows: 0,
		});
		const failing = node('auditTrail', { ...ALL, operation: 'verify', options: { failWhenBroken: true } });
		expect((await runNode(failing, broken)).error).toContain('Row 1 (');
		const tolerant = await runNode({ ...failing, onError: 'continueRegularOutput' }, broken);
		expect(tolerant.output('auditTrail')[0]?.json['error']).toContain('Row 1 (');
		await away.close();
	});
});

const bytesOf = (file: IBinaryData | undefined): Buffer => Buffer.from(file?.data ?? '', 'base64');

async function exported(parameters: IDataObject) {
	const result = await run('export', { format: 'csv', binaryPropertyName: 'data', ...parameters });
	expect(result.error).toBeNull();
	const [item] = result.output('auditTrail');
	const { data, manifest } = item?.binary ?? {};
	const [file, beside] = [join(folder, data?.fileName ?? 'none'), join(folder, 'manifest.json')];
	writeFileSync(file, bytesOf(data));
	writeFileSync(beside, bytesOf(manifest));
	return { json: item?.json ?? {}, text: bytesOf(data).toString('utf8'), data, file, beside };
}

/** What the script for whoever has no Firecontrol says. */
function checked(file: string, beside: string): string {
	const script = join(__dirname, '..', '..', 'scripts', 'verify-audit-export.mjs');
	try {
		return execFileSync(process.execPath, [script, file, beside], { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 });
	} catch (error) {
		return String((error as { stderr?: string }).stderr);
	}
}

describe('Audit Trail: Export', () => {
	const DANGEROUS = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', '\tx', '\rx', "'quoted", 'say "hi", you', 'two\r\nlines', 'plain'];

	beforeAll(async () => {
		const { kernel, audit } = home.core;
		await kernel.transaction(async (trx) => {
			for (const actor of DANGEROUS) await appendAudit(trx, kernel, { actor, action: 'test.injected', details: { actor } });
		});
		await audit.seal();
	});

	it.each([
		['csv', 'text/csv'],
		['jsonl', 'application/x-ndjson'],
	])('as %s, with a manifest by which the file can be checked elsewhere', async (format, mimeType) => {
		const { json, data, file, beside } = await exported({ format });
		expect(data).toMatchObject({ mimeType, fileExtension: expect.any(String) });
		const [report] = items(await run('verify'));
		expect(json).toMatchObject({
			format: 'firecontrol-audit-export/1', rows: report?.['rows'], first_number: 1, contiguous: true, previous_hash: '',
			last_hash: report?.['head_hash'], chain_head: { number: report?.['head_number'], hash: report?.['head_hash'] },
		});
		expect(checked(file, beside)).toContain(`The export holds: ${report?.['rows']} rows`);
		writeFileSync(file, bytesOf(data).toString('utf8').replace('plain', 'plein'));
		const said = checked(file, beside);
		expect(said).toContain('its SHA-256 differs');
		expect(said).toContain('its content is not what was sealed');
	});

	it('no cell of CSV is a formula', async () => {
		const { text, json } = await exported({ filters: { action: 'test.*' } });
		expect(json).toMatchObject({ rows: DANGEROUS.length, filter: { action: 'test.*' } });
		for (const sign of ['=', '+', '-', '@', '\t', '\r']) {
			expect(text).not.toMatch(new RegExp(`(^|,)"?\\${sign === '\t' ? 't' : sign === '\r' ? 'r' : sign}`, 'm'));
		}
		for (const guarded of [",'=1+1,", ",'+1,", ",'-1,", ",'@SUM(A1),", ",'＝1+1,", ",''quoted,", ',"say ""hi"", you",', ',plain,']) {
			expect(text).toContain(guarded);
		}
	});

	it('a part is checked by its ends, and a filter leaves out links', async () => {
		const part = await exported({ firstNumber: 2, lastNumber: 4, format: 'jsonl' });
		expect(part.json).toMatchObject({ rows: 3, first_number: 2, last_number: 4, contiguous: true });
		expect(checked(part.file, part.beside)).toContain('3 rows');
		const found = await exported({ filters: { action: 'verdict.issued' } });
		expect(checked(found.file, found.beside)).toContain('The export holds');
		const none = await exported({ filters: { action: 'nothing.done' } });
		expect(none.json).toMatchObject({ rows: 0, first_number: null, last_hash: null });
		expect(checked(none.file, none.beside)).toContain('0 rows');
	});
});

describe('Audit Trail: Retention and Compliance', () => {
	it('says how old the trail is, and removes nothing that is young', async () => {
		const [status] = items(await run('retention'));
		expect(status).toMatchObject({ retention_days: 1827, expired_rows: 0, removed_rows: 0, first_number: 1, last_removal_at: null });
		const [removal] = items(await run('deleteExpired', { keepDays: 1827, reason: 'Room is needed.' }));
		expect(removal).toMatchObject({ removed: 0, removed_through: 0, waiting: false, rows: status?.['rows'] });
	});

	it('shows the meter of an account, and days in review', async () => {
		const account_id = (await home.core.members.get('audited'))?.accounts[0]?.id ?? '';
		const meter = { resource: 'compliance', account: { __rl: true, mode: 'list', value: '' } };
		const [today] = items(await run('getToday', meter, { account_id }));
		expect(today).toMatchObject({ account_id, orders: 2, entries: 1, exits: 1, order_to_trade: '1', limit_breaches: 0 });
		expect(items(await run('getDays', { resource: 'compliance', accountFilter: account_id, limit: 5 }))).toEqual([]);
		const nobody = { account_id: 'acc_00000000000000000000000000' };
		expect((await run('getToday', meter, nobody)).error).toBe('There is no account "acc_00000000000000000000000000".');
		expect((await run('getToday', meter)).error).toContain('brings no account_id');
	});
});
