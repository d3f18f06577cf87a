import { createMembers } from '../../../core/members';
import { describeDatabases } from '../../support/databases';
import { violations } from './violations';

describeDatabases('push subscriptions', (open) => {
	const keys = {
		p256dh: Buffer.alloc(65, 4).toString('base64url'),
		auth: Buffer.alloc(16, 1).toString('base64url'),
	};
	const endpoint = 'https://push.example.org/abc';

	it('are kept once per browser, switched off, and live again when renewed', async () => {
		const database = await open();
		const members = createMembers(database.kernel());
		const { id } = await members.upsert({ handle: 'ann', actor: 'operator' });
		const first = await members.addPushSubscription('ann', { endpoint, keys });
		expect(first).toMatchObject({ memberId: id, endpoint, keys, disabledAt: null });
		expect(await members.addPushSubscription(id, { endpoint, keys })).toMatchObject({ id: first.id });
		expect(await members.pushSubscriptions('ann')).toEqual([first]);
		expect(await members.removePushSubscription(endpoint, 'gone (410)')).toBe(true);
		expect(await members.removePushSubscription(endpoint, 'gone (410)')).toBe(false);
		expect(await members.pushSubscriptions('ann')).toEqual([]);
		await members.addPushSubscription('ann', { endpoint, keys });
		expect(await members.pushSubscriptions('ann')).toEqual([first]);
	});

	it('name what is wrong with them', async () => {
		const members = createMembers((await open()).kernel());
		await members.upsert({ handle: 'ann', actor: 'operator' });
		const wrong = members.addPushSubscription('ann', {
			endpoint: 'http://push.example.org',
			keys: { p256dh: 'abc', auth: 'abc' },
		});
		expect((await violations(wrong)).map(({ field }) => field)).toEqual([
			'endpoint', 'keys.p256dh', 'keys.auth',
		]);
		await expect(members.addPushSubscription('bob', { endpoint, keys })).rejects.toMatchObject({
			code: 'MEMBER_UNKNOWN',
		});
	});
});
