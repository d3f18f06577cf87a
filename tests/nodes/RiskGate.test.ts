import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const parameters = {
	signalId: '={{ $json.signal_id }}',
	accountId: '={{ $json.account_id }}',
	options: {},
};

describe('Risk Gate', () => {
	it('sends what it approves to the second output, paired with its input', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'gate-good');
		const signal_id = await storeSignal(core, await goodAlert(core, 'gate-good'));
		const account_id = member.accounts[0]?.id ?? '';
		const run = await runNode(node('riskGate', parameters), {
			items: [{ signal_id, account_id }],
			credentials,
		});
		expect(run.error).toBeNull();
		expect(run.output('riskGate', 0)).toEqual([]);
		const [item] = run.output('riskGate', 1);
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(item?.json).toMatchObject({ signal_id, account_id, member_id: member.id });
		expect(item?.json['decision']).not.toBe('BLOCK');
		expect(Number(item?.json['quantity'])).toBeGreaterThan(0);
	});

	it('sends what it blocks to the first output, with every reason', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'gate-bad');
		const alert = await goodAlert(core, 'gate-bad', { confidence: 40 });
		delete alert['stop_loss'];
		const signal_id = await storeSignal(core, alert);
		const item = await judge(credentials, { signal_id, account_id: member.accounts[0]?.id }, 'Rejected');
		expect(item['decision']).toBe('BLOCK');
		expect(item['codes']).toEqual(expect.arrayContaining(['STOP_LOSS_MISSING', 'CONFIDENCE_LOW']));
		// That no calendar is set up blocks nothing: it is no reason of a refusal.
		expect(item['codes']).not.toContain('NEWS_NOT_CONFIGURED');
		expect(item['warnings']).toContain('NEWS_NOT_CONFIGURED');
	});

	it('puts on record that no account is eligible', async () => {
		const { core, credentials } = home;
		const signal_id = await storeSignal(core, await goodAlert(core, 'nobody-there'));
		const item = await judge(credentials, { signal_id, account_id: null }, 'Rejected');
		expect(item).toMatchObject({ account_id: null, code: 'NO_ELIGIBLE_ACCOUNT' });
	});

	it('takes the ids from the item when its fields are left empty, and tells null from nothing', async () => {
		const { core, credentials } = home;
		await makeMember(core, 'gate-empty');
		const signal_id = await storeSignal(core, await goodAlert(core, 'gate-empty'));
		const gate = node('riskGate', { signalId: '', accountId: '', options: {} });
		const run = async (item: object) => runNode(gate, { items: [{ ...item }], credentials });
		const lost = await run({ signal_id });
		expect(lost.error).toBe('"Account ID" is empty, and the item brings no account_id.');
		const account_id = (await core.members.get('gate-empty'))?.accounts[0]?.id;
		const judged = await run({ signal_id, account_id });
		expect(judged.output('riskGate', 1)).toHaveLength(1);
		const nobody = await run({ signal_id: await storeSignal(core, await goodAlert(core, 'no-one')), account_id: null });
		expect(nobody.output('riskGate', 0)[0]?.json).toMatchObject({ code: 'NO_ELIGIBLE_ACCOUNT' });
	});

	it('gives the stored verdict when it runs again, whatever amounts the item holds', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'gate-again');
		const signal_id = await storeSignal(core, await goodAlert(core, 'gate-again'));
		const ids = { signal_id, account_id: member.accounts[0]?.id };
		const first = await judge(credentials, ids, 'Approved');
		const again = await judge(credentials, { ...first, quantity: '1000', stop_loss: '1' }, 'Approved');
		expect(again).toEqual(first);
	});

	it('names a missing or malformed id, and with "continue" rejects the item', async () => {
		const { credentials } = home;
		const items = [{ signal_id: 'trd_1' }, {}];
		const stopped = await runNode(node('riskGate', parameters), { items, credentials });
		expect(stopped.error).toContain('"trd_1" is not a signal id');
		const gate = node('riskGate', parameters, { onError: 'continueRegularOutput' });
		const run = await runNode(gate, { items, credentials });
		expect(run.error).toBeNull();
		expect(run.output('riskGate', 1)).toEqual([]);
		expect(run.output('riskGate', 0).map(({ json, pairedItem }) => [json['error'], pairedItem])).toEqual([
			['"Signal ID": "trd_1" is not a signal id.', { item: 0 }],
			['"Signal ID" is empty, and the item brings no signal_id.', { item: 1 }],
		]);
	});
});
