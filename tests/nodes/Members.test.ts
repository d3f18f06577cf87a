import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { goodAlert, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const run = async (parameters: IDataObject, items: IDataObject[] = [{}]): Promise<TestRun> =>
	runNode(node('members', parameters), { items, credentials: home.credentials });
const member = (handle: string) => ({ __rl: true, mode: 'id', value: handle });

describe('Members', () => {
	it('makes a member with tier, mode and paper account, and changes nothing the second time', async () => {
		const parameters = {
			resource: 'member',
			operation: 'upsert',
			handle: 'Ana',
			fields: { tier: 'COMMANDER', fireMode: 'FULL_AUTO', autoSlots: 2, zone: 'Europe/Lisbon' },
			paperAccount: true,
			startBalance: '5000',
			addresses: { email: 'ana@example.org' },
		};
		const first = await run(parameters);
		expect(first.error).toBeNull();
		const [made] = first.output('members');
		expect(made?.json).toMatchObject({
			handle: 'ana',
			tier: 'COMMANDER',
			fire_mode: 'FULL_AUTO',
			auto_slots: 2,
			email: 'ana@example.org',
			accounts: [{ kind: 'paper', cash: '5000', currency: 'USDT' }],
		});
		const again = await run(parameters);
		expect(again.output('members')[0]?.json).toEqual(made?.json);
	});

	it('names every fault of a member at once', async () => {
		const { error } = await run({
			resource: 'member',
			operation: 'upsert',
			handle: 'not a handle',
			fields: { zone: 'Mars/Olympus' },
			paperAccount: false,
			addresses: {},
		});
		expect(error).toContain('handle');
		expect(error).toContain('zone');
	});

	it('shows a member by handle, lists all, and lists accounts', async () => {
		await makeMember(home.core, 'bea');
		const got = await run({ resource: 'member', operation: 'get', member: member('bea') });
		expect(got.output('members')[0]?.json).toMatchObject({ handle: 'bea', tier: 'OPERATOR' });
		const all = await run({ resource: 'member', operation: 'getAll', limit: 50, offset: 0 });
		expect(all.output('members').map(({ json }) => json['handle'])).toEqual(
			expect.arrayContaining(['bea', 'operator']),
		);
		await makeMember(home.core, 'fire-drill-x');
		const handles = async (options: object) =>
			(await run({ resource: 'member', operation: 'getAll', limit: 50, offset: 0, options })).output('members').map(({ json }) => json['handle']);
		expect(await handles({})).not.toContain('fire-drill-x');
		expect(await handles({ includeFireDrills: true })).toContain('fire-drill-x');
		const accounts = await run({ resource: 'account', operation: 'getAll', member: member('bea') });
		expect(accounts.output('members')).toHaveLength(1);
	});

	it('refuses an unknown member by name', async () => {
		const { error } = await run({ resource: 'member', operation: 'get', member: member('nobody') });
		expect(error).toBe('There is no member "nobody".');
	});

	it('sets and removes addresses, and keeps those not named', async () => {
		await makeMember(home.core, 'cleo');
		const set = async (addresses: IDataObject) =>
			(await run({ resource: 'member', operation: 'setAddresses', member: member('cleo'), addresses }))
				.output('members')[0]?.json;
		await set({ email: 'cleo@example.org', telegramChatId: '12345' });
		const after = await set({ email: '' });
		expect(after).toMatchObject({ email: null, telegram_chat_id: '12345' });
	});

	it('switches channels off and on, and keeps those not named', async () => {
		await makeMember(home.core, 'cora');
		const set = async (channels: IDataObject) =>
			(await run({ resource: 'member', operation: 'setAddresses', member: member('cora'), channels }))
				.output('members')[0]?.json['channels'];
		expect(await set({ email: false, push: false })).toEqual({ email: false, push: false, telegram: true });
		expect(await set({ push: true })).toEqual({ email: false, push: true, telegram: true });
	});

	it('takes a push subscription and shows none of its secrets', async () => {
		await makeMember(home.core, 'dora');
		const subscription = {
			endpoint: 'https://push.example.org/send/abc',
			keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') },
		};
		const made = await run({
			resource: 'member',
			operation: 'addPushSubscription',
			member: member('dora'),
			subscription: JSON.stringify(subscription),
		});
		expect(made.error).toBeNull();
		expect(made.output('members')[0]?.json['subscription_id']).toMatch(/^psh_/);
		expect(JSON.stringify(made.output('members'))).not.toContain(subscription.keys.auth);
		expect(await home.core.members.pushSubscriptions('dora')).toHaveLength(1);
	});

	it('fans a signal out to the accounts it is for, each paired with its signal', async () => {
		const { core } = home;
		await makeMember(core, 'eva');
		await makeMember(core, 'finn');
		const first = await storeSignal(core, await goodAlert(core, 'eva', { members: ['eva', 'finn', 'ghost'] }));
		const second = await storeSignal(core, await goodAlert(core, 'ghost'));
		const fanned = await run(
			{ resource: 'signal', operation: 'getEligible', signalId: '={{ $json.signal_id }}' },
			[{ signal_id: first }, { signal_id: second }],
		);
		const items = fanned.output('members');
		expect(items.map(({ json, pairedItem }) => [json['handle'], pairedItem])).toEqual([
			['eva', { item: 0 }],
			['finn', { item: 0 }],
			[undefined, { item: 1 }],
		]);
		expect(items[0]?.json['unknown_handles']).toEqual(['ghost']);
		expect(items[2]?.json).toMatchObject({ signal_id: second, account_id: null });
	});
});
