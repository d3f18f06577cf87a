import { createAudit } from '../../../core/audit';
import type { Kernel } from '../../../core/db';
import { createEvents } from '../../../core/events';
import {
	createMembers,
	findMember,
	findMemberByHandle,
	lockMember,
	saveFireMode,
	type MemberInput,
} from '../../../core/members';
import { HOUR } from '../../../core/model';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { violations } from './violations';

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

describeDatabases('members', (open) => {
	let shared: Promise<TestDatabase> | null = null;

	/** A kernel on a database that the refusals share: they leave nothing behind. */
	async function untouched(): Promise<Kernel> {
		return (await (shared ??= open())).kernel();
	}

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
		const kernel = await untouched();
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
		const kernel = await untouched();
		const found = await violations(createMembers(kernel).upsert({ handle: 'ann', actor: 'x', ...wish }));
		expect(found).toEqual([{ field, found: expect.anything(), message: expect.stringContaining(message) }]);
		expect(await counts(kernel)).toMatchObject({ members: 0, entitlements: 0 });
	});

	it.each(['mbr_1', '', '-ann', 'x'.repeat(65), 'ann@home'])('refuses the handle "%s"', async (handle) => {
		const members = createMembers(await untouched());
		const found = await violations(members.upsert({ handle, actor: 'operator' }));
		expect(found[0]?.field).toBe('handle');
	});

	it('does not silently ignore another wish for an account that exists', async () => {
		const members = createMembers((await open()).kernel());
		await members.upsert(ann);
		const wishes = [
			[{ balance: '2501' }, 'paperAccount.balance', 'start balance 2500.5'],
			[{ currency: 'EUR' }, 'paperAccount.currency', 'USDT'],
			[{ zone: 'UTC' }, 'paperAccount.zone', 'Europe/Berlin'],
		] as const;
		for (const [wish, field, message] of wishes) {
			const again = members.upsert({ handle: 'ann', paperAccount: wish, actor: 'operator' });
			expect(await violations(again)).toEqual([
				{ field, found: Object.values(wish)[0], message: expect.stringContaining(message) },
			]);
		}
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
			{ accountId: made.accounts[0]?.id, currency: 'USDT', balance: '2500.5', venue: 'paper' },
			{ accountId: account.id, currency: 'USD', balance: '100', venue: 'paper' },
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
		await members.upsert({ ...ann, handle: 'fire-drill-1' });
		expect((await members.list()).length).toBe(3);
		expect((await members.list({ drills: true })).map(({ handle }) => handle)).toEqual(['ann', 'bob', 'cid', 'fire-drill-1']);
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
