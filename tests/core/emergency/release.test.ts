import { createAudit } from '../../../core/audit';
import type { ReleaseCommand } from '../../../core/emergency';
import { HOUR, SECOND } from '../../../core/model';
import { openCriticalIssues } from '../../../core/orders';
import { listOpenTrips, type Trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { everything, OPERATOR, stageOn, unrefused, type Stage } from './stage';

async function steps({ trading, emergency }: Stage, seconds: number): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		trading.database.clock.advance(SECOND);
		await emergency.flattenStep();
	}
}

/** A stop of everything that cannot end: the venue of the only account answers nothing. */
async function stuck(stage: Stage): Promise<Trip> {
	const { trading, emergency } = stage;
	await trading.enter({ quantity: '0.01' });
	trading.venue.plan('openOrders', ...Array.from({ length: 200 }, () => 'timeout-before' as const));
	trading.venue.balances = async () => Promise.reject(new Error('gone'));
	const made = unrefused(await emergency.trip(everything({ state: 'FLATTENING', phrase: 'FLATTEN NOW' })));
	if (made.kind !== 'stopped') throw new Error('It asks.');
	await steps(stage, 15);
	return made.trip;
}

function releaseOf({ trading: { accountId } }: Stage, { id: tripId }: Trip, rest: Partial<ReleaseCommand> = {}): ReleaseCommand {
	return { tripId, accountId, phrase: `RELEASE ${accountId}`, reason: 'The keys were revoked.', ...OPERATOR, ...rest };
}

describeDatabases('an account that keeps a flattening from ending', (open) => {
	it('is released by an operator: the stop locks and can be ended, the account stays paused', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { conn } = trading.kernel;
		const made = await stuck(stage);
		const before = await emergency.describe(made.id);
		expect(before).toMatchObject({ trip: { state: 'FLATTENING' }, flattening: { accounts: [{ state: 'INCOMPLETE' }] } });
		expect(await openCriticalIssues(conn, trading.accountId)).toHaveLength(1);

		const released = unrefused(await emergency.releaseAccount(releaseOf(stage, made)));
		expect(released).toMatchObject({ kind: 'released', already: false, account: { state: 'RELEASED' } });
		const sent = trading.venue.calls;
		await steps(stage, 30);
		// Nothing more is tried there by this stop.
		expect(trading.venue.calls).toBe(sent);
		const after = await emergency.describe(made.id);
		expect(after).toMatchObject({ trip: { state: 'LOCKED' }, flattening: { state: 'FLAT', accounts: [{ state: 'RELEASED' }] } });
		expect(after?.flattening?.accounts[0]?.leftovers).toEqual(before?.flattening?.accounts[0]?.leftovers);
		expect(after?.flattening?.accounts[0]?.leftovers).toHaveLength(1);
		expect(await openCriticalIssues(conn, trading.accountId)).toEqual([]);

		trading.database.clock.advance(HOUR);
		const asked = unrefused(await emergency.requestRearm({ tripId: made.id, reason: 'Well again.', ...OPERATOR }));
		unrefused(await emergency.confirm({ id: asked.confirmation.id, phrase: 'RESUME TRADING', ...OPERATOR }));
		expect(await listOpenTrips(conn)).toMatchObject([
			{
				scope: 'account', scopeId: trading.accountId, state: 'PAUSED', cause: 'person', rearm: 'hand', openedBy: 'operator',
				reason: expect.stringMatching(/The keys were revoked\. Left on it: A position of 0\.01 in BTC\/USDT/),
			},
		]);
		const trail = await createAudit(trading.kernel).list({ limit: 99 });
		expect(trail.filter(({ action }) => action === 'flatten.released')).toMatchObject([{ subjectId: made.id, accountId: trading.accountId, actor: 'operator' }]);
	});

	it('is released once, however often it is asked for', async () => {
		const stage = await stageOn(await open());
		const made = await stuck(stage);
		unrefused(await stage.emergency.releaseAccount(releaseOf(stage, made)));
		expect(await stage.emergency.releaseAccount(releaseOf(stage, made))).toMatchObject({ kind: 'released', already: true });
		expect(await listOpenTrips(stage.trading.kernel.conn)).toHaveLength(2);
	});

	it('is not released without the phrase, a reason and the right to; nor where nothing holds it up', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const made = await stuck(stage);
		const wish = releaseOf(stage, made);
		const refused = async (rest: Partial<ReleaseCommand>): Promise<unknown> => emergency.releaseAccount({ ...wish, ...rest });
		expect(await refused({ phrase: 'RELEASE' })).toMatchObject({ code: 'RELEASE_PHRASE', message: expect.stringContaining(wish.phrase) });
		expect(await refused({ reason: ' ' })).toMatchObject({ code: 'RELEASE_REASON' });
		expect(await refused({ tripId: 'trp_none' })).toMatchObject({ code: 'TRIP_NOT_FOUND' });
		expect(await refused({ accountId: 'acc_none' })).toMatchObject({ code: 'RELEASE_NOT_PART' });
		const fang = await trading.addMember('fang', 'FANG');
		expect(await refused({ by: fang.memberId, actor: `member:${fang.memberId}` })).toMatchObject({ code: 'RELEASE_NOT_PERMITTED' });
		const paused = unrefused(await emergency.trip(everything()));
		if (paused.kind !== 'stopped') throw new Error('It asks.');
		expect(await refused({ tripId: paused.trip.id })).toMatchObject({ code: 'RELEASE_NOT_FLATTENING' });
		expect(await emergency.describe(made.id)).toMatchObject({ flattening: { accounts: [{ state: 'INCOMPLETE' }] } });
	});
});
