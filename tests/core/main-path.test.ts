import { describeDatabases } from '../support/databases';
import { testCore } from '../support/core';

const READER = { keyName: 'test', scopes: ['submit', 'read'] as const };

describeDatabases('main path', (open) => {
	it('carries an alert to a filled order, a closed trade, XP and the status', async () => {
		const database = await open();
		const { core, market, member, submit, run, ticks } = testCore(database);
		const { handle } = await member();
		await ticks(1);
		const signalId = await submit({ symbol: 'BTC/USDT', members: [handle] });
		const [step] = await run(signalId);
		expect(step?.verdict).toMatchObject({ decision: 'PASS', code: 'OK' });
		expect(step?.routed?.outcome).toBe('fire');
		const opened = await core.follow.status(signalId, READER);
		expect(opened?.accounts).toMatchObject([
			{ orders: [{ leg: 'entry', state: 'FILLED' }], outcome: { state: 'OPEN' }, ticket: { slot: 1 } },
		]);
		market.set('BTC/USDT', market.away('BTC/USDT', 16));
		await ticks(2);
		const [closed] = await core.events.list({ types: ['trade.closed'], limit: 10 });
		expect(closed?.payload).toMatchObject({ exit_reason: 'target', plan_kept: true });
		if (closed === undefined) throw new Error('not closed');
		const ledger = await core.xp.award(closed.eventId);
		expect(ledger.reduce((sum, entry) => sum + entry.amount, 0)).toBe(150);
		await core.notifications.deliver(closed.eventId, {});
		const status = await core.follow.status(signalId, READER);
		expect(status?.accounts).toMatchObject([
			{
				ticket: { state: 'FIRED' },
				outcome: { state: 'CLOSED', exit_reason: 'target', plan_kept: true },
				xp: expect.arrayContaining([expect.objectContaining({ day_total: 150 })]),
				alerts: expect.arrayContaining([expect.objectContaining({ channel: 'local', type: 'target_hit' })]),
			},
		]);
	});

	it('ends a signal that no workflow ever took with a verdict, a minute after its expiry', async () => {
		const database = await open();
		const { core, member, submit, ticks } = testCore(database);
		const { handle } = await member();
		const signalId = await submit({ symbol: 'BTC/USDT', members: [handle] });
		database.clock.advance(655_000);
		await ticks(1);
		expect(await core.risk.ofSignal(signalId)).toEqual([]);
		await ticks(20);
		const status = await core.follow.status(signalId, READER);
		expect(status?.accounts).toMatchObject([
			{ account: null, verdict: { decision: 'BLOCK', code: 'SIGNAL_EXPIRED' }, ticket: null },
		]);
		const signal = await core.kernel.conn('signals').where({ id: signalId }).first();
		expect(signal.done_at).not.toBeNull();
	});

	it('runs all jobs of the engine without one failing', async () => {
		const database = await open();
		const { core, ticks } = testCore(database);
		await ticks(3);
		const { alive, jobs } = await core.engine.health();
		expect(alive).toBe(true);
		expect(jobs.filter((job) => job.state !== 'ok')).toEqual([]);
		expect(jobs.map((job) => job.name)).toEqual(expect.arrayContaining(['position-watch', 'slots-refill']));
	});
});
