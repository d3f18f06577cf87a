import { join } from 'node:path';
import { assembleCore } from '../../../../core/core';
import { beat, createKernel, readHeartbeat } from '../../../../core/db';
import { MINUTE, SECOND } from '../../../../core/model';
import { createRiskWatch, createBehaviour, STOPPED } from '../../../../core/risk';
import { createSafety, listOpenTrips } from '../../../../core/safety';
import { describeDatabases, type TestDatabase } from '../../../support/databases';
import { startProcess } from '../../../support/processes';
import { testCore } from '../../../support/core';
import { openTrading } from '../../../support/trading';
import { openDesk } from './desk';
import type { WatchQuestion } from './watch-worker';

jest.setTimeout(90_000);

const worker = () => startProcess<WatchQuestion, true>(join(__dirname, 'watch-worker.ts'));

/** An account that holds 0.1 BTC of 60,000, on the clock of the machine. */
async function holding(database: TestDatabase) {
	database.clock.set(Date.now());
	const trading = await openTrading(database);
	await trading.enter({ quantity: '0.1', stop: 1_000, targets: [[900_000, 1]] });
	return trading;
}

describeDatabases('the watch in two processes', (open) => {
	test('what both see at the same moment is written and told once', async () => {
		const database = await open();
		const { kernel, accountId } = await holding(database);
		const workers = [worker(), worker()];
		const { config } = database;
		for (const each of workers) await each.ask({ config, job: null });
		try {
			const at = Date.now() + 300;
			await Promise.all(workers.map(async (each) => each.ask({ config, job: { what: 'look', count: 20, at, price: 42_000 } })));
			const trips = await listOpenTrips(kernel.conn);
			expect(trips.map(({ cause, state, scopeId }) => [cause, state, scopeId]).sort()).toEqual([
				['drawdown', 'FLATTENING', accountId], ['equity_drop', 'PAUSED', accountId],
			]);
			const told = async (type: string): Promise<number> => (await kernel.conn('events').where({ type })).length;
			expect(await told('trading_state.tripped')).toBe(2);
			expect(await told('risk.level_changed')).toBe(1);
			const warned = (await kernel.conn('events').where({ type: 'risk.warning' })).map(({ payload }) => JSON.parse(payload).warning);
			expect([...new Set(warned)].sort()).toEqual([...warned].sort());
		} finally {
			for (const each of workers) await each.kill();
		}
	});

	test('a watcher that is killed is taken over: what it had seen stands, nothing is told twice', async () => {
		const database = await open();
		const { kernel } = await holding(database);
		const { config } = database;
		const first = worker();
		await first.ask({ config, job: { what: 'tick', count: 6, at: 0, price: 55_400 } });
		const before = await kernel.conn('events').whereIn('type', ['risk.level_changed', 'risk.warning', 'risk.position_loss']);
		expect(before.length).toBeGreaterThan(0);
		await first.kill();
		const second = worker();
		try {
			// The leases of the dead end after ten seconds.
			await second.ask({ config, job: { what: 'tick', count: 24, at: 0, price: 55_400 } });
			const after = await kernel.conn('events').whereIn('type', ['risk.level_changed', 'risk.warning', 'risk.position_loss']);
			expect(after.map(({ event_id }) => event_id)).toEqual(before.map(({ event_id }) => event_id));
			expect((await readHeartbeat(kernel.conn, 'job:risk-watch'))?.state).toBe('ok');
			expect(Number((await readHeartbeat(kernel.conn, 'job:risk-watch'))?.at)).toBeGreaterThan(Date.now() - 5 * SECOND);
		} finally {
			await second.kill();
		}
	});
});

describeDatabases('an engine that was dead', (open) => {
	const lived = async (database: TestDatabase, age: number, detail: string | null = null) => {
		const kernel = database.kernel();
		await beat(kernel.conn, { name: 'engine', at: database.clock.now() - age, state: 'ok', detail });
		return kernel;
	};

	test('stops all trading until it has lived for a minute', async () => {
		const database = await open();
		const kernel = await lived(database, 61 * SECOND);
		const core = assembleCore(kernel, { quotes: { quote: async () => null } });
		const open_ = async () => (await listOpenTrips(kernel.conn)).map(({ cause, scope, state, rearm }) => ({ cause, scope, state, rearm }));
		await core.engine.tick();
		expect(await open_()).toEqual([{ cause: 'engine_dead', scope: 'global', state: 'PAUSED', rearm: 'healthy' }]);
		for (let second = 0; second < 69; second++) {
			database.clock.advance(SECOND);
			await core.engine.tick();
		}
		expect(await open_()).toHaveLength(1);
		for (let second = 0; second < 20; second++) {
			database.clock.advance(SECOND);
			await core.engine.tick();
		}
		expect(await open_()).toEqual([]);
		expect(await kernel.conn('events').where({ type: 'trading_state.tripped' })).toHaveLength(1);
		await core.engine.stop();
	});

	test.each<[string, number | null, string | null, boolean]>([
		['never lived', null, null, false],
		['was silent for a minute', 60 * SECOND, null, false],
		['was silent for longer', 60 * SECOND + 1, null, true],
		['was stopped on purpose', 24 * 60 * MINUTE, STOPPED, false],
	])('one that %s', async (_what, age, detail, dead) => {
		const database = await open();
		const kernel = age === null ? database.kernel() : await lived(database, age, detail);
		const trading = { kernel, exchanges: (await openDesk(database)).trading.exchanges };
		const watch = createRiskWatch({ ...trading, behaviour: createBehaviour(kernel) });
		expect(await watch.pulse()).toBe(dead);
		expect(await watch.pulse()).toBe(dead);
		expect(await listOpenTrips(kernel.conn)).toHaveLength(dead ? 1 : 0);
		// Another death while it waits for its minute begins the minute anew.
		if (!dead) return;
		await beat(kernel.conn, { name: 'engine', at: database.clock.now(), state: 'ok', detail: null });
		await watch.pulse();
		database.clock.advance(59 * SECOND);
		await beat(kernel.conn, { name: 'engine', at: database.clock.now(), state: 'ok', detail: null });
		database.clock.advance(61 * SECOND);
		expect(await watch.pulse()).toBe(true);
		expect(await createSafety(kernel).rearmDue()).toEqual([]);
	});

	test('stops an opening that another process is about to judge, and never an exit', async () => {
		const database = await open();
		const test_ = testCore(database);
		const { core } = test_;
		await test_.ticks(1);
		const member = await test_.member();
		const judge = async (body: object) =>
			core.risk.judge({
				signalId: await test_.submit({ members: [member.handle], ...body }), accountId: member.accountId,
				manualRun: false, allowLive: false, actor: 'node:test',
			});
		database.clock.advance(40 * SECOND);
		const early = await judge({ id: 'early' });
		expect(early.checks.filter(({ result }) => result === 'block').map(({ code }) => code)).not.toContain('TRADING_STATE');
		database.clock.advance(21 * SECOND);
		await judge({ id: 'exit', action: 'close' });
		expect(await listOpenTrips(core.kernel.conn)).toEqual([]);
		const late = await judge({ id: 'late', symbol: 'ETH/USDT' });
		expect(late.checks.filter(({ result }) => result === 'block').map(({ code }) => code)).toContain('TRADING_STATE');
		expect(await listOpenTrips(core.kernel.conn)).toMatchObject([{ cause: 'engine_dead', scope: 'global' }]);
	});

	test('an engine that hands over says that it was stopped, and only then', async () => {
		const database = await open();
		const core = assembleCore(createKernel(database.pool, { clock: database.clock }), { quotes: { quote: async () => null } });
		await core.engine.tick();
		expect(await readHeartbeat(core.kernel.conn, 'engine')).toMatchObject({ detail: null });
		await core.engine.stop();
		expect(await readHeartbeat(core.kernel.conn, 'engine')).toMatchObject({ detail: STOPPED });
		database.clock.advance(3 * SECOND);
		const idle = assembleCore(createKernel(database.pool, { clock: database.clock }), { quotes: { quote: async () => null } });
		await core.engine.tick();
		await idle.engine.tick();
		await idle.engine.stop();
		expect(await readHeartbeat(core.kernel.conn, 'engine')).toMatchObject({ detail: null });
		await core.engine.stop();
	});
});
