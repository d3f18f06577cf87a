import { MINUTE, SECOND } from '../../../core/model';
import { describeDatabases, START } from '../../support/databases';
import { codes, scene, shared } from './scene';
import { policyWith } from './snapshots';

describeDatabases('who may be judged', (open, dialect) => {
	const database = shared(open);

	test('a manual run in the editor touches paper accounts only, unless it is allowed more', async () => {
		const { alert, test: { core }, member } = await scene(database());
		expect((await alert({}, { manualRun: true })).decision).toBe('PASS');
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'live', live_enabled_at: START });
		const { accountId } = member;
		await core.readiness.override({ accountId, source: 'test', reason: 'The test answers for it.', hours: null, actor: 'operator' });
		expect(codes(await alert({}, { manualRun: true }))).toEqual(['MANUAL_RUN_LIVE']);
		expect(await alert({}, { manualRun: true, allowLive: true })).toMatchObject({ decision: 'WARN', code: 'READINESS_OVERRIDDEN' });
		expect(codes(await alert({ action: 'close' }, { manualRun: true }))).toContain('MANUAL_RUN_LIVE');
	});

	test('tiers that practise trade on paper; classes seen are not classes executed', async () => {
		const { alert, test: { core }, member } = await scene(database(), { tier: 'PRESS_PASS', autoSlots: 0 });
		const rapid = { class: 'RAPID_ASSAULT' };
		expect(codes(await alert(rapid))).toEqual([]);
		expect(codes(await alert({ class: 'SNIPER_OPS' }))).toEqual(['CLASS_NOT_PERMITTED']);
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'live', live_enabled_at: START });
		expect(codes(await alert(rapid))).toEqual(['ACCOUNT_KIND', 'READINESS_UNKNOWN']);
	});

	test('real money waits for its own switch; exits do not', async () => {
		const { alert, test: { core }, member } = await scene(database());
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'live' });
		const { accountId } = member;
		await core.readiness.override({ accountId, source: 'test', reason: 'The test answers for it.', hours: null, actor: 'operator' });
		expect(codes(await alert())).toEqual(['LIVE_NOT_ENABLED']);
		expect(codes(await alert({ action: 'close' }))).toEqual(['NOTHING_TO_CLOSE']);
		const on = { accountId: member.accountId, phrase: 'TRADE REAL MONEY', actor: 'operator' };
		await core.liveSwitch.enable(on);
		expect(await alert()).toMatchObject({ decision: 'WARN', code: 'READINESS_OVERRIDDEN' });
		await core.liveSwitch.disable(on);
		expect(codes(await alert())).toEqual(['LIVE_NOT_ENABLED']);
	});

	test('a member without a tier, and one that is off', async () => {
		const { alert, test: { core }, member } = await scene(database());
		await core.kernel.conn('members').where({ id: member.memberId }).update({ status: 'inactive' });
		expect(codes(await alert())).toEqual(['ACCOUNT_INACTIVE']);
		await core.kernel.conn('entitlements').where({ member_id: member.memberId }).delete();
		expect(new Set(codes(await alert()))).toEqual(new Set(['TIER_NONE', 'ACCOUNT_INACTIVE']));
	});

	test('a signal for others is not for the account that an edited item names', async () => {
		const { alert } = await scene(database());
		expect(codes(await alert({ members: ['somebody-else'] }))).toEqual(['NO_ELIGIBLE_ACCOUNT']);
	});

	test('nobody eligible: one verdict without account, naming unknown handles', async () => {
		const { test: { core, submit } } = await scene(database());
		const signalId = await submit({ members: ['nobody-here'] });
		const request = { signalId, accountId: null, manualRun: false, allowLive: false, actor: 'node:test' };
		const verdict = await core.risk.judge(request);
		expect(verdict).toMatchObject({
			decision: 'BLOCK', code: 'NO_ELIGIBLE_ACCOUNT', accountId: null, memberId: null, intent: null,
		});
		expect(verdict.checks[1]).toMatchObject({ code: 'ADDRESSEE_UNKNOWN', observed: 'nobody-here' });
		expect(await core.risk.judge(request)).toEqual(verdict);
		expect(await core.risk.ofSignal(signalId)).toEqual([verdict]);
	});

	test('never judged: SIGNAL_EXPIRED, once, whoever writes it', async () => {
		const { test: { core, submit } } = await scene(database());
		const signalId = await submit({});
		database().clock.advance(12 * MINUTE);
		const verdict = await core.risk.judgeExpired(signalId);
		expect(verdict).toMatchObject({ decision: 'BLOCK', code: 'SIGNAL_EXPIRED', accountId: null, actor: 'engine' });
		expect(await core.risk.judgeExpired(signalId)).toEqual(verdict);
	});

	test('expired and stale signals are judged like others, and blocked', async () => {
		const { alert, judge, test: { submit }, member } = await scene(database());
		const created = new Date(START - 301 * SECOND).toISOString();
		expect(codes(await alert({ created_at: created }))).toEqual(['SIGNAL_STALE']);
		const soon = { members: [member.handle], expires_at: new Date(START + SECOND).toISOString() };
		const signalId = await submit(soon);
		database().clock.advance(2 * SECOND);
		expect(codes(await judge(signalId))).toEqual(['SIGNAL_EXPIRED']);
	});

	test('ids that are not there are errors', async () => {
		const { judge, alert } = await scene(database());
		await expect(judge('sig_none')).rejects.toMatchObject({ code: 'SIGNAL_UNKNOWN' });
		await expect(alert({}, { accountId: 'acc_none' })).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
	});

	test('FULL AUTO: what fails only by other trades waits, and holds nothing', async () => {
		const policy = policyWith('OPERATOR', { openPositions: 1 });
		const auto = await scene(database(), { fireMode: 'FULL_AUTO' }, { policy });
		await auto.open();
		const waits = await auto.alert({ symbol: 'ETH/USDT' });
		expect(waits).toMatchObject({
			decision: 'WARN', code: 'WAITS_FOR_CAPACITY', waitsForCapacity: true, reservationId: null,
		});
		expect(waits.checks[1]).toMatchObject({
			check: 'position_limit', result: 'warn', code: 'WAITS_FOR_CAPACITY', observed: '1', limit: '1',
		});
		expect(waits.checks[1]?.message).toContain('number of positions');
		const own = await auto.alert();
		expect(own).toMatchObject({ decision: 'BLOCK', code: 'POSITION_EXISTS', waitsForCapacity: false });
		const manual = await scene(database(), {}, { policy });
		await manual.open();
		const blocked = await manual.alert({ symbol: 'ETH/USDT' });
		expect(blocked).toMatchObject({ decision: 'BLOCK', code: 'POSITION_LIMIT', waitsForCapacity: false });
	});

	test('nothing is asked of the network inside a transaction', async () => {
		let inside = 0;
		let asked = 0;
		const { alert, test: { core, market } } = await scene(database(), {}, {
			quotes: {
				quote: async (venue, symbol) => {
					asked += 1;
					expect(inside).toBe(0);
					return market.quote(venue, symbol);
				},
			},
		});
		const watch = ({ sql }: { sql: string }): void => {
			if (sql.startsWith('BEGIN')) inside += 1;
			if (sql.startsWith('COMMIT') || sql.startsWith('ROLLBACK')) inside -= 1;
		};
		core.kernel.conn.on('query', watch);
		expect((await alert()).decision).toBe('PASS');
		core.kernel.conn.off('query', watch);
		expect(asked).toBe(1);
	});

	test('one transaction of few statements', async () => {
		const { alert, test: { core } } = await scene(database(), { fireMode: 'FULL_AUTO' });
		const statements: string[] = [];
		const watch = ({ sql }: { sql: string }): void => {
			statements.push(sql);
		};
		core.kernel.conn.on('query', watch);
		await alert();
		core.kernel.conn.off('query', watch);
		const verdictAt = statements.findIndex((sql) => /insert into .verdicts/.test(sql));
		const begin = statements.slice(0, verdictAt).findLastIndex((sql) => sql.startsWith('BEGIN'));
		const end = statements.findIndex((sql, index) => index > verdictAt && sql.startsWith('COMMIT'));
		expect(begin).toBeGreaterThan(0);
		// PostgreSQL's latch is queued for first, so that a stop is not overtaken.
		expect(end - begin - 1).toBeLessThanOrEqual(dialect === 'postgres' ? 18 : 17);
	});
});
