import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { goodAlert, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const HOUR = 3_600_000;
const member = (handle: string) => ({ __rl: true, mode: 'id', value: handle });
const run = async (parameters: IDataObject, items: IDataObject[] = [{}]): Promise<TestRun> =>
	runNode(node('members', { resource: 'member', ...parameters }), { items, credentials: home.credentials });
const lockOut = async (handle: string, wish: IDataObject): Promise<TestRun> =>
	run({
		operation: 'selfLockOut', member: member(handle), lockOut: 'hours', hours: 2, reason: '',
		phrase: 'LOCK ME OUT', ...wish,
	});
const until = (milliseconds: number): IDataObject => ({
	lockOut: 'until', until: new Date(Date.now() + milliseconds).toISOString(),
});

describe('Members: Self Lock Out', () => {
	it('locks a member out for hours, shows it, and the gate refuses with the end', async () => {
		const { accounts } = await makeMember(home.core, 'locked-hours');
		const before = Date.now();
		const locked = await lockOut('locked-hours', { hours: 1.5, reason: 'a bad week' });
		expect(locked.error).toBeNull();
		const [item] = locked.output('members').map(({ json }) => json);
		expect(item).toMatchObject({ handle: 'locked-hours', previous_until: null, reason: 'a bad week' });
		const end = Date.parse(String(item?.['locked_until']));
		expect(end).toBeGreaterThanOrEqual(before + 1.5 * HOUR);
		expect(end).toBeLessThanOrEqual(Date.now() + 1.5 * HOUR);

		const shown = await run({ operation: 'behaviour', member: member('locked-hours') });
		expect(shown.output('members')[0]?.json).toMatchObject({ self_locked_until: item?.['locked_until'] });

		const signalId = await storeSignal(home.core, await goodAlert(home.core, 'locked-hours'));
		const verdict = await home.core.risk.judge({
			signalId, accountId: accounts[0]?.id ?? 'acc_', manualRun: false, allowLive: false, actor: 'node:test',
		});
		const found = verdict.checks.find(({ check }) => check === 'self_lockout');
		expect(verdict.decision).toBe('BLOCK');
		expect(found).toMatchObject({ result: 'block', code: 'SELF_LOCKED', limit: item?.['locked_until'] });
		expect(found?.message).toContain('the operator included');
	});

	it('is made longer, never shorter, and the same end again is no error', async () => {
		await makeMember(home.core, 'locked-twice');
		const wish = until(4 * HOUR);
		expect((await lockOut('locked-twice', wish)).error).toBeNull();
		const again = await lockOut('locked-twice', wish);
		expect(again.output('members')[0]?.json).toMatchObject({
			locked_until: wish['until'], previous_until: wish['until'],
		});
		const shorter = await lockOut('locked-twice', until(3 * HOUR));
		expect(shorter.error).toContain('only ever made longer');
		const longer = until(5 * HOUR);
		expect((await lockOut('locked-twice', longer)).output('members')[0]?.json).toMatchObject({
			locked_until: longer['until'], previous_until: wish['until'],
		});
		expect(await home.core.kernel.conn('behaviour_lockouts').where({ until_at: Date.parse(String(longer['until'])) })).toHaveLength(1);
	});

	it.each([
		['without the word', { phrase: 'lock me out please' }, 'LOCK ME OUT'],
		['into the past', { lockOut: 'until', until: '2020-01-01T00:00:00Z' }, 'over already'],
		['for no time at all', { hours: 0 }, 'over already'],
		['for ten years', { hours: 87_600 }, 'farther than 366 days'],
		['until no time', { lockOut: 'until', until: 'tomorrow' }, '"Until" must be a time'],
		['for a negative time', { hours: -1 }, '"Hours" must be a number from 0'],
	])('refuses a lockout %s', async (_, wish, text) => {
		await makeMember(home.core, 'never-locked');
		const { error } = await lockOut('never-locked', wish);
		expect(error).toContain(text);
		const shown = await run({ operation: 'behaviour', member: member('never-locked') });
		expect(shown.output('members')[0]?.json['self_locked_until']).toBeNull();
	});

	it('reads a time without a zone in the zone of the workflow', async () => {
		await makeMember(home.core, 'locked-local');
		const text = new Date(Date.now() + 48 * HOUR).toISOString().slice(0, 19);
		const locked = await lockOut('locked-local', { lockOut: 'until', until: text });
		expect(locked.error).toBeNull();
		const end = String(locked.output('members')[0]?.json['locked_until']);
		// Within a day's distance of the same digits in UTC, on the full second.
		expect(Math.abs(Date.parse(end) - Date.parse(`${text}Z`))).toBeLessThanOrEqual(14 * HOUR);
		expect(end.endsWith('.000Z')).toBe(true);
	});

	it('refuses an unknown member by name', async () => {
		expect((await lockOut('nobody', {})).error).toBe('There is no member "nobody".');
		expect((await run({ operation: 'behaviour', member: member('nobody') })).error).toBe('There is no member "nobody".');
	});
});

describe('Members: Behaviour', () => {
	it('gives one item per account, all quiet for who has done nothing', async () => {
		const { accounts, id } = await makeMember(home.core, 'quiet');
		const shown = await run({ operation: 'behaviour', member: member('quiet') });
		expect(shown.output('members').map(({ json }) => json)).toEqual([
			{
				member_id: id, handle: 'quiet', at: expect.any(String), account_id: accounts[0]?.id,
				account: accounts[0]?.label, losses_raising_confidence: 0, losses_in_a_row: 0, losses_today: 0,
				last_loss_at: null, account_losses_in_a_row: 0, account_losses_today: 0, account_net_today: '0',
				required_confidence_extra: 0, cooldown_until: null, high_risk_cooldown_until: null,
				force_default_risk: false, tilt: { level: 'none', points: 0, reasons: [], until: null },
				self_locked_until: null, medic_mode: false, risk_factor: '1', max_positions: null, full_auto_off: false,
			},
		]);
	});

	it('shows a member without an account too', async () => {
		await home.core.members.upsert({ handle: 'no-account', tier: 'OPERATOR', actor: 'operator' });
		const shown = await run({ operation: 'behaviour', member: member('no-account') });
		expect(shown.output('members').map(({ json }) => json)).toMatchObject([
			{ handle: 'no-account', account_id: null, tilt: { level: 'none' } },
		]);
	});

	it('goes on with the next item when told to', async () => {
		await makeMember(home.core, 'going-on');
		const shown = await runNode(
			node(
				'members',
				{ resource: 'member', operation: 'behaviour', member: member('={{ $json.who }}') },
				{ onError: 'continueRegularOutput' },
			),
			{ items: [{ who: 'nobody' }, { who: 'going-on' }], credentials: home.credentials },
		);
		expect(shown.output('members').map(({ json }) => json)).toMatchObject([
			{ error: 'There is no member "nobody".' }, { handle: 'going-on' },
		]);
	});
});
