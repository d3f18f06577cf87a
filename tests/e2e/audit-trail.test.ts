/** The trail of a real n8n: sealed by its engine, followed, exported, and checked by hand afterwards. */
import { e2e, sharedInstance, type Instance } from '../support/e2e';
import { openEditor, type Editor } from '../support/editor';

jest.setTimeout(120_000);

let instance: Instance;
let editor: Editor;
beforeAll(async () => {
	instance = await sharedInstance();
	editor = await openEditor(instance.demo, instance.installation);
});
afterAll(async () => instance.end());

const ALL = { filters: {}, options: {}, firstNumber: 0, lastNumber: 0, known: '', returnAll: false, limit: 50 };

async function ask(operation: string, parameters: object = {}): Promise<readonly Record<string, unknown>[]> {
	const database = await editor.credentialOf('firecontrolDatabaseApi');
	return editor.runChain([{
		name: 'Audit Trail', type: 'n8n-nodes-firecontrol.auditTrail', credentials: [database],
		parameters: { resource: 'trail', operation, ...ALL, ...parameters },
	}]);
}

it('what a person does is sealed within seconds, can be found, and the chain holds', async () => {
	const { core } = instance;
	await core['members'].upsert({ handle: 'e2e-audited', tier: 'OPERATOR', zone: 'UTC', actor: 'operator:e2e' });
	const found = await e2e.until(
		async () => {
			const rows = await ask('query', { filters: { member: 'e2e-audited', action: 'member.*' }, options: { includeUnsealed: false } });
			return rows.length > 0 ? rows : undefined;
		},
		{ what: 'the sealed row', timeoutMs: 20_000, everyMs: 500 },
	);
	expect(found.at(-1)).toMatchObject({ action: 'member.created', actor: 'operator:e2e', sealed: true, details: { handle: 'e2e-audited' } });
	const [report] = await ask('verify');
	expect(report).toMatchObject({ ok: true, fault: null });
	expect(Number(report?.['unsealed_seconds'] ?? 0)).toBeLessThan(10);
	const [manifest] = await ask('export', { format: 'jsonl', binaryPropertyName: 'data', lastNumber: report?.['last_number'] });
	expect(manifest).toMatchObject({
		format: 'firecontrol-audit-export/1', rows: report?.['rows'], last_hash: expect.stringMatching(/^[0-9a-f]{64}$/), contiguous: true,
	});
	const known = `${manifest?.['last_number']}:${manifest?.['last_hash']}`;
	const [compared] = await ask('verify', { known });
	expect(compared).toMatchObject({ ok: true });
	expect(Number(compared?.['checkpoints_compared'])).toBeGreaterThan(0);
});
