import { listOpenTrips } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { testCore, type TestCore } from '../../support/core';

describeDatabases('a start of the engine', (open) => {
	const pauses = async ({ core }: TestCore) =>
		(await listOpenTrips(core.kernel.conn)).filter(({ cause }) => cause === 'reconciliation').map(({ scopeId }) => scopeId);

	it('pauses accounts at venues before anything else runs, until they were compared', async () => {
		const database = await open();
		const on = testCore(database);
		const live = await on.member();
		const paper = await on.member();
		const { core } = on;
		await core.kernel.conn('accounts').where({ id: live.accountId }).update({ kind: 'live' });
		const venue = core.exchanges.for('paper');
		const honest = venue.balances.bind(venue);
		venue.balances = async (id) => {
			if (id === live.accountId) throw new Error('no answer');
			return honest(id);
		};
		const report = await core.engine.tick();
		expect(report.ran[0]).toBe('reconcile-begin');
		expect(report.failed).toEqual([]);
		expect(await pauses(on)).toEqual([live.accountId]);
		const rows = await core.kernel.conn('account_reconciliations').select('account_id', 'state');
		expect(rows).toContainEqual({ account_id: live.accountId, state: 'DUE' });
		expect(rows).toContainEqual({ account_id: paper.accountId, state: 'DONE' });
		venue.balances = honest;
		await on.ticks(4);
		// It had failed, so it is watched for a minute.
		expect(await pauses(on)).toEqual([live.accountId]);
		await on.ticks(95);
		expect(await pauses(on)).toEqual([]);
	});

	it('is one per holder of the job: another process that waits marks nothing, one that takes over does', async () => {
		const database = await open();
		const first = testCore(database);
		const live = await first.member();
		await first.core.kernel.conn('accounts').where({ id: live.accountId }).update({ kind: 'live' });
		await first.core.engine.tick();
		await first.ticks(3);
		expect(await pauses(first)).toEqual([]);
		const trips = async () => (await first.core.kernel.conn('trips').where({ cause: 'reconciliation' })).length;
		expect(await trips()).toBe(1);
		const second = testCore(database);
		await second.core.engine.tick();
		await second.ticks(3);
		expect(await trips()).toBe(1);
		await first.core.engine.stop();
		await second.ticks(4);
		expect(await trips()).toBe(2);
		expect(await pauses(second)).toEqual([]);
	});
});
