import {
	createMembers,
	currentTier,
	listEligible,
	type EligibleQuery,
	type MemberInput,
} from '../../../core/members';
import { DAY } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { violations } from './violations';

describeDatabases('tiers over time', (open) => {
	it('keep a record of what counted when', async () => {
		const database = await open();
		const kernel = database.kernel();
		const members = createMembers(kernel);
		const start = database.clock.now();
		const { id } = await members.upsert({ handle: 'ann', tier: 'COMMANDER', actor: 'operator' });
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
