import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { closedTrade } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const run = async (parameters: IDataObject, item: IDataObject = {}): Promise<TestRun> =>
	runNode(node('xpAward', parameters), { items: [item], credentials: home.credentials });
const items = (result: TestRun): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output('xpAward').map(({ json }) => json);
};
const AWARD = { operation: 'award', eventId: '={{ $json.event_id }}' };

describe('XP Award', () => {
	it('books what a closed trade is worth, once', async () => {
		const { closed, memberId } = await closedTrade(home.core, home.credentials, 'xp-one');
		const [awarded] = items(await run(AWARD, { event_id: closed }));
		// Closed by hand: the plan was not kept, and no stop was missed.
		expect(awarded).toMatchObject({ event_id: closed, member_id: memberId, type: 'trade.closed' });
		expect(awarded?.['awards']).toHaveLength(2);
		expect(items(await run(AWARD, { event_id: closed }))).toEqual([awarded]);
		const profile = await home.core.xp.profile(memberId);
		expect(profile.lifetime).toBe(awarded?.['xp']);
	});

	it('lets events pass that earn nothing', async () => {
		const { opened } = await closedTrade(home.core, home.credentials, 'xp-two');
		expect(items(await run(AWARD, { event_id: opened }))).toMatchObject([{ xp: 0, awards: [] }]);
	});

	it('refuses an event that does not exist', async () => {
		const { error } = await run(AWARD, { event_id: 'evt_00000000000000000000000000' });
		expect(error).toBe('There is no event evt_00000000000000000000000000.');
	});

	it('shows a profile and the board', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'xp-three');
		const [awarded] = items(await run(AWARD, { event_id: closed }));
		const member = { __rl: true, mode: 'id', value: 'xp-three' };
		const [profile] = items(await run({ operation: 'profile', member }));
		expect(profile).toMatchObject({ handle: 'xp-three', lifetime: awarded?.['xp'], level: 1 });
		const board = items(await run({ operation: 'leaderboard', limit: 10 }));
		expect(board.map(({ place }) => place)).toEqual(board.map((_, index) => index + 1));
		expect(board.map(({ handle }) => handle)).toContain('xp-three');
	});
});
