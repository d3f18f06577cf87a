import { createAudit } from '../../../core/audit';
import type { Kernel } from '../../../core/db';
import { createEvents } from '../../../core/events';
import {
	createMembers,
	currentTier,
	findMember,
	findMemberByHandle,
	listEligible,
	lockMember,
	saveFireMode,
	type EligibleQuery,
	type MemberInput,
} from '../../../core/members';
import { DAY, HOUR } from '../../../core/model';
import { describeDatabases } from '../../support/databases';

const ann: MemberInput = {
	handle: 'Ann', displayName: 'Ann', zone: 'Europe/Berlin', tier: 'COMMANDER', fireMode: 'FULL_AUTO',
	autoSlots: 2, email: 'ann@example.org', telegramChatId: 4711, channels: { push: false },
	paperAccount: { balance: '2500.50', currency: 'USDT' }, actor: 'operator',
};

async function counts(kernel: Kernel): Promise<Record<string, number>> {
	const count = async (table: string): Promise<number> => (await kernel.conn(table)).length;
	return {
		members: await count('members'),
		entitlements: await count('entitlements'),
		accounts: await count('accounts'),
		audit: await count('audit'),
		events: await count('events'),
	};
}

async function violations(work: Promise<unknown>): Promise<{ field: string; message: string }[]> {
	try {
		await work;
	} catch (error) {
		expect(error).toMatchObject({ code: 'MEMBER_INVALID' });
		return (error as { details: { violations: { field: string; message: string }[] } }).details.violations;
	}
	throw new Error('It was accepted.');
}

describeDatabases('members', (open) => {
	it('makes a member as wished', async () => {
		const database = await open();
		const members = createMembers(database.kernel());
		const made = await members.upsert(ann);
		const now = database.clock.now();
		expect(made).toMatchObject({
			handle: 'ann', displayName: 'Ann', zone: 'Europe/Berlin', status: 'active', tier: 'COMMANDER',
			fireMode: 'FULL_AUTO', autoSlots: 2, email: 'ann@example.org', telegramChatId: '4711', phone: null,
			channels: { email: true, push: false, telegram: true }, createdAt: now, updatedAt: now,
		});
		expect(made.accounts).toMatchObject([{
			memberId: made.id, label: 'paper', venue: 'paper', kind: 'paper', status: 'active', currency: 'USDT',
			zone: 'Europe/Berlin', startBalance: '2500.5', cash: '2500.5', equity: '2500.5', equityAt: now,
			dayStartEquity: '2500.5', peakEquity: '2500.5', realisedNet: '0', realisedToday: '0',
			riskDay: '2026-11-20',
		}]);
		expect(await members.get('ANN')).toEqual(made);
		expect(await members.get(made.id)).toEqual(made);
		expect(await members.accounts('ann')).toEqual(made.accounts);
		expect(await members.account(made.accounts[0]!.id)).toEqual(made.accounts[0]);
		expect(await members.get('bob')).toBeNull();
	});

	it('a new member without wishes has the smallest tier, fires by hand, and has no account', async () => {
		const members = createMembers((await open()).kernel());
		expect(await members.upsert({ handle: 'bob', actor: 'operator' })).toMatchObject({
			displayName: 'bob', zone: 'UTC', tier: 'PRESS_PASS', fireMode: 'MANUAL', autoSlots: 0, email: null,
			channels: { email: true, push: true, telegram: true }, accounts: [],
		});
	});

	it('the same wish again changes nothing at all', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const made = await members.upsert(ann);
		const before = await counts(kernel);
		database.clock.advance(HOUR);
		expect(await members.upsert(ann)).toEqual(made);
		expect(await members.upsert({ handle: 'ann', actor: 'operator' })).toEqual(made);
		expect(await counts(kernel)).toEqual(before);
	});

	it('changes what is given, keeps the rest, and takes addresses away by null', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const made = await members.upsert(ann);
		database.clock.advance(HOUR);
		const changed = await members.upsert({
			handle: 'ann', email: null, channels: { push: true, email: false }, status: 'inactive',
			fireMode: 'MANUAL', actor: 'node:setup',
		});
		expect(changed).toEqual({
			...made, email: null, channels: { email: false, push: true, telegram: true }, status: 'inactive',
			fireMode: 'MANUAL', updatedAt: database.clock.now(),
		});
		const [entry] = await createAudit(kernel).list({ limit: 1 });
		expect(entry).toMatchObject({ actor: 'node:setup', action: 'member.changed', subjectId: made.id });
		expect(entry?.detailsText).not.toContain('example.org');
		const events = await createEvents(kernel).list({ types: ['member.mode_changed'], limit: 9 });
		expect(events).toMatchObject([
			{ memberId: made.id, payload: { mode: 'MANUAL', slots: 2, previous: 'FULL_AUTO' } },
		]);
	});

	it('choosing FULL_AUTO without slots means one', async () => {
		const members = createMembers((await open()).kernel());
		const wish: MemberInput = { handle: 'ann', tier: 'OPERATOR', fireMode: 'FULL_AUTO', actor: 'operator' };
		expect((await members.upsert(wish)).autoSlots).toBe(1);
	});

	it('names every violation at once: field, value found, what to do; nothing is stored', async () => {
		const kernel = (await open()).kernel();
		const members = createMembers(kernel);
		const wrong = {
			handle: 'Ann Smith', zone: 'Berlin', tier: 'GOLD', fireMode: 'SEMI_AUTO', autoSlots: 4,
			email: 'nobody', telegramChatId: 'x y', channels: { fax: true }, colour: 'red', actor: '',
			paperAccount: { balance: '-1', currency: 'usdt', zone: 'x', label: '' },
		};
		const found = await violations(members.upsert(wrong as MemberInput));
		expect(found.map(({ field }) => field).sort()).toEqual([
			'', 'actor', 'autoSlots', 'channels', 'email', 'fireMode', 'handle', 'paperAccount.balance',
			'paperAccount.currency', 'paperAccount.label', 'paperAccount.zone', 'telegramChatId', 'tier', 'zone',
		]);
		await expect(members.upsert(wrong as MemberInput)).rejects.toThrow(
			/zone: This is no time zone\. Use a name such as Europe\/Berlin or UTC\. \(found "Berlin"\)/,
		);
		expect(found.every(({ message }) => /^[A-Z].*\.$/.test(message))).toBe(true);
		expect(await counts(kernel)).toMatchObject({ members: 0, audit: 0 });
	});

	it.each<[Partial<MemberInput>, string, string]>([
		[{ tier: 'FANG', fireMode: 'FULL_AUTO' }, 'fireMode', 'MANUAL, CHAINGUN'],
		[{ tier: 'FANG', autoSlots: 1 }, 'autoSlots', 'includes 0 auto slots'],
		[{ tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 0 }, 'autoSlots', 'at least one'],
	])('refuses %j', async (wish, field, message) => {
		const kernel = (await open()).kernel();
		const found = await violations(createMembers(kernel).upsert({ handle: 'ann', actor: 'x', ...wish }));
		expect(found).toEqual([{ field, found: expect.anything(), message: expect.stringContaining(message) }]);
		expect(await counts(kernel)).toMatchObject({ members: 0, entitlements: 0 });
	});

	it.each(['mbr_1', '', '-ann', 'x'.repeat(65), 'ann@home'])('refuses the handle "%s"', async (handle) => {
		const members = createMembers((await open()).kernel());
		const found = await violations(members.upsert({ handle, actor: 'operator' }));
		expect(found[0]?.field).toBe('handle');
	});

	it.each([
		[{ balance: '2501' }, 'paperAccount.balance', 'start balance 2500.5'],
		[{ currency: 'EUR' }, 'paperAccount.currency', 'USDT'],
		[{ zone: 'UTC' }, 'paperAccount.zone', 'Europe/Berlin'],
	])('does not silently ignore another wish for an account that exists: %j', async (wish, field, message) => {
		const members = createMembers((await open()).kernel());
		await members.upsert(ann);
		const again = members.upsert({ handle: 'ann', paperAccount: wish, actor: 'operator' });
		expect(await violations(again)).toEqual([
			{ field, found: Object.values(wish)[0], message: expect.stringContaining(message) },
		]);
	});

	it('opens accounts at the paper venue in the same transaction', async () => {
		const database = await open();
		const kernel = database.kernel();
		const opened: unknown[] = [];
		const members = createMembers(kernel, {
			openPaperAccount: async (_trx, _kernel, account) => {
				opened.push(account);
				if (account.balance === '13') throw new Error('The venue is full.');
			},
		});
		const made = await members.upsert(ann);
		await members.upsert(ann);
		database.clock.advance(1);
		const account = await members.addAccount('ann', {
			label: 'second', kind: 'paper', currency: 'USD', zone: 'UTC', startBalance: 100,
		});
		expect(opened).toEqual([
			{ accountId: made.accounts[0]?.id, currency: 'USDT', balance: '2500.5' },
			{ accountId: account.id, currency: 'USD', balance: '100' },
		]);
		const failing = members.addAccount('ann', {
			label: 'third', kind: 'paper', currency: 'USD', zone: 'UTC', startBalance: 13,
		});
		await expect(failing).rejects.toThrow('The venue is full.');
		expect((await members.accounts('ann')).map(({ label }) => label)).toEqual(['paper', 'second']);
	});

	it('refuses a second account with the same label, another kind, and an unknown member', async () => {
		const members = createMembers((await open()).kernel());
		await members.upsert(ann);
		const account = { label: 'paper', kind: 'paper', currency: 'USD', zone: 'UTC', startBalance: '1' };
		expect((await violations(members.addAccount('ann', account)))[0]?.field).toBe('label');
		expect((await violations(members.addAccount('ann', { ...account, kind: 'live' })))[0]?.field).toBe('kind');
		await expect(members.addAccount('bob', account)).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
		await expect(members.accounts('bob')).rejects.toThrow('"bob"');
	});

	it('two processes that make the same member at once make one', async () => {
		const database = await open();
		const kernels = [database.kernel(), database.kernel(), database.kernel()];
		const made = await Promise.all(kernels.map(async (kernel) => createMembers(kernel).upsert(ann)));
		expect(new Set(made.map(({ id }) => id)).size).toBe(1);
		expect(await counts(database.kernel())).toMatchObject({ members: 1, accounts: 1, entitlements: 1 });
	});

	it('lists a page by handle', async () => {
		const members = createMembers((await open()).kernel());
		for (const handle of ['cid', 'ann', 'bob']) await members.upsert({ ...ann, handle });
		const page = await members.list({ limit: 2, offset: 1 });
		expect(page.map(({ handle, tier, accounts }) => [handle, tier, accounts.length])).toEqual([
			['bob', 'COMMANDER', 1],
			['cid', 'COMMANDER', 1],
		]);
		expect((await members.list()).length).toBe(3);
	});

	it('seeds the operator once and leaves it as the operator made it', async () => {
		const database = await open();
		const all = [database.kernel(), database.kernel(), database.kernel()].map((kernel) => createMembers(kernel));
		await Promise.all(all.map(async (members) => members.seedOperator()));
		const [members] = all;
		expect(await members?.get('operator')).toMatchObject({
			tier: 'OPERATOR', fireMode: 'MANUAL',
			accounts: [{ label: 'paper', cash: '10000', currency: 'USDT', zone: 'UTC' }],
		});
		await members?.upsert({ handle: 'operator', tier: 'FANG', actor: 'operator' });
		await members?.seedOperator();
		expect((await members?.list())?.map(({ tier }) => tier)).toEqual(['FANG']);
	});

	it('is found and locked by id; the mode can be stored by itself', async () => {
		const database = await open();
		const kernel = database.kernel();
		const made = await createMembers(kernel).upsert(ann);
		const locked = await kernel.transaction(async (trx) => {
			await saveFireMode(trx, made.id, { mode: 'MANUAL', slots: 1 }, database.clock.now());
			return lockMember(trx, made.id);
		});
		expect(locked).toMatchObject({ handle: 'ann', fireMode: 'MANUAL', autoSlots: 1 });
		expect(await findMember(kernel.conn, made.id)).toEqual(locked);
		expect(await findMemberByHandle(kernel.conn, ' Ann ')).toEqual(locked);
		expect(await findMember(kernel.conn, 'mbr_none')).toBeNull();
		expect(await kernel.transaction(async (trx) => lockMember(trx, 'mbr_none'))).toBeNull();
	});
});

describeDatabases('tiers over time', (open) => {
	it('keep a record of what counted when', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const start = database.clock.now();
		const { id } = await members.upsert({ ...ann, tier: 'COMMANDER' });
		database.clock.advance(DAY);
		await members.upsert({ handle: 'ann', tier: 'OPERATOR', actor: 'operator' });
		const at = async (time: number) => currentTier(kernel.conn, id, time);
		expect(await at(start - 1)).toBeNull();
		expect(await at(start)).toBe('COMMANDER');
		expect(await at(start + DAY - 1)).toBe('COMMANDER');
		expect(await at(start + DAY)).toBe('OPERATOR');
	});

	it('a grant for a while lies over the other, which counts again afterwards', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const start = database.clock.now();
		const { id } = await members.upsert({ handle: 'ann', tier: 'NIBBLER', actor: 'operator' });
		const grant = { from: start + DAY, until: start + 2 * DAY, source: 'trial' };
		await members.grant('ann', { ...grant, tier: 'FANG' });
		const tiers = await Promise.all(
			[0, 1, 2].map(async (days) => currentTier(kernel.conn, id, start + days * DAY)),
		);
		expect(tiers).toEqual(['NIBBLER', 'FANG', 'NIBBLER']);
		database.clock.set(start + DAY);
		expect((await members.get('ann'))?.tier).toBe('FANG');
		// Granted again from the same moment: the later grant counts.
		await members.grant(id, { ...grant, tier: 'COMMANDER' });
		expect((await members.get('ann'))?.tier).toBe('COMMANDER');
		database.clock.set(start + 2 * DAY);
		expect((await members.list())[0]?.tier).toBe('NIBBLER');
	});

	it('changed twice in the same millisecond, the later counts', async () => {
		const members = createMembers((await open()).kernel());
		await members.upsert({ handle: 'ann', tier: 'FANG', actor: 'operator' });
		await members.upsert({ handle: 'ann', tier: 'OPERATOR', actor: 'operator' });
		expect((await members.upsert({ handle: 'ann', tier: 'NIBBLER', actor: 'operator' })).tier).toBe('NIBBLER');
	});

	it('refuses a grant that ends before it begins, or of no tier', async () => {
		const members = createMembers((await open()).kernel());
		await members.upsert({ handle: 'ann', actor: 'operator' });
		const backwards = members.grant('ann', { tier: 'FANG', from: 2, until: 2, source: 'x' });
		expect((await violations(backwards))[0]?.field).toBe('until');
		const none = members.grant('ann', { tier: 'GOLD', from: 2, until: null, source: ' ' });
		expect((await violations(none)).map(({ field }) => field)).toEqual(['tier', 'source']);
	});
});

describeDatabases('who a signal goes to', (open) => {
	it('is every active account of active members whose tier may see the class', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const join = async (handle: string, tier: string, rest: Partial<MemberInput> = {}) =>
			members.upsert({ handle, tier, paperAccount: {}, actor: 'operator', ...rest });
		await join('cadet', 'PRESS_PASS');
		await join('nib', 'NIBBLER');
		await join('fang', 'FANG');
		await join('away', 'FANG', { status: 'inactive' });
		const none = await join('ended', 'FANG');
		await kernel.conn('entitlements').where({ member_id: none.id }).update({ until_at: database.clock.now() });
		const closed = await join('closed', 'FANG');
		await kernel.conn('accounts').where({ member_id: closed.id }).update({ status: 'inactive' });
		await members.addAccount('fang', { label: 'b', kind: 'paper', currency: 'USD', zone: 'UTC', startBalance: 1 });
		await members.upsert({ handle: 'noacc', tier: 'FANG', actor: 'operator' });
		const look = async (query: Partial<EligibleQuery>) => {
			const found = await listEligible(kernel.conn, {
				class: null, forExit: false, handles: null, at: database.clock.now(), policy: kernel.rules.policy, ...query,
			});
			return {
				who: found.rows.map(({ member, account, tier }) => `${member.handle}/${account.label}/${tier}`),
				unknown: found.unknownHandles,
			};
		};
		const fangs = ['fang/paper/FANG', 'fang/b/FANG'];
		expect((await look({ class: 'MIDNIGHT_HAMMER' })).who.sort()).toEqual([...fangs].sort());
		expect((await look({ class: 'SNIPER_OPS' })).who.sort()).toEqual([...fangs, 'nib/paper/NIBBLER'].sort());
		const everybody = ['cadet/paper/PRESS_PASS', ...fangs, 'nib/paper/NIBBLER'].sort();
		expect((await look({ class: 'RAPID_ASSAULT' })).who.sort()).toEqual(everybody);
		expect((await look({ class: null })).who.sort()).toEqual(everybody);
		expect(await look({ handles: ['Nib', 'ghost', 'nib', 'away', 'cadet'], class: 'SNIPER_OPS' })).toEqual({
			who: ['nib/paper/NIBBLER'],
			unknown: ['ghost'],
		});
		expect(await look({ handles: [] })).toEqual({ who: [], unknown: [] });
		expect((await look({ at: database.clock.now() - 1 })).who).toEqual([]);
		// An exit reaches every account: whatever the tier sees, lapsed, inactive or closed.
		expect((await look({ forExit: true, class: 'MIDNIGHT_HAMMER' })).who.sort()).toEqual(
			[...everybody, 'away/paper/FANG', 'closed/paper/FANG', 'ended/paper/null'].sort(),
		);
	});
});

describeDatabases('push subscriptions', (open) => {
	const keys = {
		p256dh: Buffer.alloc(65, 4).toString('base64url'),
		auth: Buffer.alloc(16, 1).toString('base64url'),
	};
	const endpoint = 'https://push.example.org/abc';

	it('are kept once per browser, switched off, and live again when renewed', async () => {
		const database = await open();
		const members = createMembers(database.kernel());
		const { id } = await members.upsert(ann);
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
		await members.upsert(ann);
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
