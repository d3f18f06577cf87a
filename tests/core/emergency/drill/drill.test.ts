import { drillEntry } from '../../../../core/drill-entry';
import { DRILL_SCENARIOS, runDrill, type DrillDeps, type DrillReport } from '../../../../core/emergency';
import type { Exchange } from '../../../../core/exchange';
import { isRefused, ZERO } from '../../../../core/model';
import type { TestDatabase } from '../../../support/databases';
import { describeDatabases } from '../../../support/databases';
import { breaking, openRig, outcomes, scenario, type DrillRig, type RigOptions } from './run';

const ALL_PASS = Object.fromEntries(DRILL_SCENARIOS.map((name) => [name, 'passed']));

describeDatabases('fire drill', (open, dialect) => {
	async function rigOf(options: RigOptions = {}, database?: TestDatabase): Promise<DrillRig> {
		const rig = await openRig(database ?? (await open()), options);
		await rig.core.engine.tick();
		return rig;
	}

	/** The drill with some of what it is built on replaced. */
	function built(rig: DrillRig, change: Partial<DrillDeps>): void {
		const { kernel, exchanges, signals, orders, members, emergency, risk, firemodes } = rig.core;
		const deps: DrillDeps = {
			kernel, exchanges, signals, orders, members, emergency, pause: rig.pause,
			enter: drillEntry({ kernel, risk, signals, exchanges, firemodes }), ...change,
		};
		rig.run = async () => runDrill(deps, 'operator');
	}

	const lost = (report: DrillReport): string[] =>
		Object.entries(outcomes(report)).filter(([, outcome]) => outcome !== 'passed').map(([name]) => name);

	test('every scenario passes while all protections hold; scored, dated, listed, within a minute', async () => {
		const rig = await rigOf();
		const report = await rig.drill();
		expect(report.scenarios.flatMap(({ explanation }) => explanation ?? [])).toEqual([]);
		expect(outcomes(report)).toEqual(ALL_PASS);
		expect(report).toMatchObject({ state: 'DONE', score: 100, actor: 'operator' });
		expect(report.scenarios.map(({ scenario: name }) => name)).toEqual([...DRILL_SCENARIOS]);
		expect(rig.took).toBeLessThanOrEqual(60);
		expect(await rig.core.drills.list()).toEqual([report]);
		for (const { checks } of report.scenarios) expect(checks.length).toBeGreaterThanOrEqual(5);
		const again = await rig.drill();
		expect(again.score).toBe(100);
		expect((await rig.core.drills.list()).map(({ id }) => id)).toEqual([again.id, report.id]);
	}, 60_000);

	test('it touches its own accounts only: no XP, no alert, no trip left, and no signal ever goes to it', async () => {
		const rig = await rigOf();
		const trader = await rig.member({ fireMode: 'MANUAL' });
		const before = await rig.core.members.get(trader.handle);
		const working = rig.drill();
		const { conn } = rig.core.kernel;
		const signal = await rig.submit({ symbol: 'BTC/USDT' });
		expect((await rig.core.signals.fanOut(signal)).accounts.map(({ accountId }) => accountId)).toEqual([trader.accountId]);
		const report = await working;
		const close = await rig.submit({ symbol: 'BTC/USDT', action: 'close' });
		expect((await rig.core.signals.fanOut(close)).accounts.map(({ accountId }) => accountId)).toEqual([trader.accountId]);
		const events: { type: string; event_id: string }[] = await conn('events').where({ member_id: report.memberId });
		expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['trade.closed', 'trading_state.tripped']));
		for (const event of await rig.core.events.list({ limit: 500 })) {
			if (event.memberId !== report.memberId) continue;
			await rig.core.xp.award(event.eventId);
			await rig.core.notifications.deliver(event.eventId);
		}
		expect(await conn('xp_ledger')).toEqual([]);
		expect((await conn('outbox')).filter((row: { member_id: string }) => row.member_id === report.memberId)).toEqual([]);
		expect(await conn('trips').whereNull('cleared_at')).toEqual([]);
		const after = await rig.core.members.get(trader.handle);
		expect({ ...after?.accounts[0], equityAt: 0, updatedAt: 0 }).toEqual({ ...before?.accounts[0], equityAt: 0, updatedAt: 0 });
		expect(await conn('orders').whereNot({ member_id: report.memberId })).toEqual([]);
		expect(await rig.core.members.get(report.memberId)).toMatchObject({ status: 'inactive' });
		const told = await rig.core.events.list({ types: ['drill.completed'], limit: 5 });
		expect(told).toEqual([expect.objectContaining({ memberId: null, payload: expect.objectContaining({ score: 100, failed: [] }) })]);
	}, 60_000);

	test('one drill at a time', async () => {
		const rig = await rigOf();
		const working = rig.drill();
		await new Promise((resolve) => setTimeout(resolve, 100));
		const second = await rig.core.drills.run('operator');
		expect(isRefused(second) && second.code).toBe('DRILL_RUNNING');
		expect((await working).score).toBe(100);
	}, 60_000);

	// One database is enough for these: it is the protections that differ.
	if (dialect === 'sqlite') describe('a protection that is broken costs its score, and the report says which and why', () => {
		test('no engine runs', async () => {
			const rig = await openRig(await open());
			rig.tick = async () => {};
			const report = await rig.drill();
			expect(report.score).toBe(0);
			expect(rig.took).toBeLessThanOrEqual(60);
			expect(new Set(report.scenarios.map(({ outcome }) => outcome))).not.toContain('passed');
			for (const { explanation } of report.scenarios) expect(explanation).toMatch(/./);
		}, 60_000);

		test('orders are never looked up', async () => {
			const rig = await rigOf({ wrap: breaking(() => ({ lookup: async () => null })) });
			const report = await rig.drill();
			expect(lost(report)).toEqual(['timeout_then_filled', 'engine_killed']);
			expect(report.score).toBe(66);
			expect(scenario(report, 'timeout_then_filled').explanation).toMatch(/found to be filled within 25 s: (UNKNOWN|FAILED)/);
		}, 60_000);

		test('fills that nobody told of are never asked for', async () => {
			const silent = (venue: Exchange): Partial<Exchange> => ({
				reports: async () => [],
				fills: async () => [],
				recentOrders: async () => [],
				lookup: async (...args) => {
					const report = await venue.lookup(...args);
					return report === null ? null : { order: { ...report.order, state: 'OPEN', filledQuantity: ZERO }, fills: [] };
				},
			});
			const rig = await rigOf({ wrap: breaking(silent) });
			const report = await rig.drill();
			expect(lost(report)).toContain('missing_fill_frame');
			expect(scenario(report, 'missing_fill_frame').explanation).toMatch(/found to be filled within 15 s: OPEN/);
		}, 60_000);

		test('the venue takes no cancel', async () => {
			const rig = await rigOf({ wrap: breaking(() => ({ cancel: async () => { throw new Error('down'); } })) });
			const report = await rig.drill();
			expect(lost(report)).toEqual(['kill']);
			expect(report.score).toBe(83);
			expect(scenario(report, 'kill').explanation).toMatch(/waiting entries are cancelled within 5 s: not/);
		}, 90_000);

		test('the inbox takes every repeat for new', async () => {
			const rig = await rigOf();
			let number = 0;
			const { signals } = rig.core;
			const receive: typeof signals.receive = async (request, ...rest) => {
				number += 1;
				const alert = { ...JSON.parse(Buffer.from(request.rawBody).toString()), id: `fresh-${number}` };
				return signals.receive({ ...request, rawBody: Buffer.from(JSON.stringify(alert)) }, ...rest);
			};
			built(rig, { signals: { ...signals, receive } });
			const report = await rig.drill();
			expect(lost(report)).toEqual(['duplicate_alert']);
			expect(scenario(report, 'duplicate_alert').explanation).toMatch(/four sendings are one signal: 4 signals/);
		}, 60_000);

		test('stops are not carried out', async () => {
			const rig = await rigOf();
			const { emergency } = rig.core;
			built(rig, { emergency: { ...emergency, trip: async (command) => emergency.trip({ ...command, state: 'PAUSED' }) } });
			const report = await rig.drill();
			expect(lost(report)).toEqual(['kill']);
			expect(scenario(report, 'kill').explanation).toMatch(/flat within 10 s: not/);
		}, 60_000);

		test('trading is stopped altogether: the drill cannot begin, and says by what', async () => {
			const rig = await rigOf();
			await rig.core.emergency.trip({
				scope: 'global', scopeId: null, symbol: null, state: 'PAUSED', reason: 'holiday', by: null, actor: 'operator',
			});
			const report = await rig.drill();
			expect(report.score).toBe(0);
			expect(scenario(report, 'kill')).toMatchObject({ outcome: 'not_run', explanation: expect.stringMatching(/TRADING_STATE/) });
		}, 60_000);
	});
});
