import type { AccountId, DecimalInput } from '../../../core/model';
import { DAY, decimal, HOUR, newId } from '../../../core/model';
import { createReadiness } from '../../../core/readiness';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';
import { openTrading } from '../../support/trading';
import { codes, scene } from '../risk/scene';

const SOURCE = 'ema-cross';

/** A realistic paper account whose trades the test writes itself. */
async function desk(database: TestDatabase) {
	const trading = await openTrading(database);
	const { kernel, memberId } = trading;
	const { accountId } = trading;
	await kernel.conn('paper_accounts').where({ account_id: accountId }).update({ model: 'realistic', model_at: 0 });
	const readiness = createReadiness(kernel);
	let made = 0;
	const trade = async (net: DecimalInput, at: number, change: Record<string, unknown> = {}) => {
		made += 1;
		await kernel.conn('trades').insert({
			id: newId('trd', kernel.clock, kernel.rng), account_id: accountId, member_id: memberId, signal_id: null,
			ticket_id: null, source: SOURCE, venue: 'paper', symbol: `S${made}/USDT`, side: 'buy', state: 'CLOSED',
			planned_quantity: '1', entered_quantity: '1', exited_quantity: '1', entry_value: '100', exit_value: '100',
			fees: '0', fees_booked: '0', realised_gross: decimal(net), realised_net: decimal(net), stop_loss: null,
			initial_risk: '10', close_reason: null, close_actor: null, exit_reason: 'target', plan_kept: 1,
			stop_honoured: null, opened_at: at - HOUR, closed_at: at, created_at: at - HOUR, policy_version: 'pol_1', ...change,
		});
	};
	/** Sixty winners and forty losers over 33 days. */
	const month = async () => {
		for (let index = 0; index < 100; index++) {
			await trade(index % 5 < 3 ? 20 : -15, START - 33 * DAY + index * (DAY / 3));
		}
	};
	return { ...trading, readiness, trade, month };
}

describeDatabases('readiness', (open) => {
	test('is computed from what is stored, with the rows it counted, and stored itself', async () => {
		const { readiness, month, accountId, memberId, kernel, trade } = await desk(await open());
		await month();
		await trade(-5_000, START - DAY, { source: 'somebody-else' });
		const answer = await readiness.compute(accountId, SOURCE);
		expect(answer).toMatchObject({
			accountId, memberId, source: SOURCE, score: 100, band: 'ready', hardFails: [], notMeasured: ['deviation', 'reliability'],
			computedAt: START,
			divergence: { fillPriceBasisPoints: 'not measured', rejectPercent: 'not measured' },
		});
		expect(answer.components.find(({ component }) => component === 'trades')?.evidence).toContain('100 closed trades');
		const rows = await kernel.conn('readiness_scores');
		expect(rows).toMatchObject([{ account_id: accountId, source: SOURCE, band: 'ready', computed_at: START }]);
		await readiness.compute(accountId, SOURCE);
		expect(await kernel.conn('readiness_scores')).toHaveLength(1);
	});

	test('counts only what was traded under the realistic model', async () => {
		const { readiness, month, accountId, kernel } = await desk(await open());
		await month();
		await kernel.conn('paper_accounts').where({ account_id: accountId }).update({ model_at: START - 10 * DAY });
		const answer = await readiness.compute(accountId, SOURCE);
		expect(answer.hardFails.map(({ code }) => code)).toEqual(['TOO_SHORT', 'TOO_FEW_TRADES']);
		await kernel.conn('paper_accounts').where({ account_id: accountId }).update({ model: 'simple', model_at: 0 });
		const simple = await readiness.compute(accountId, SOURCE);
		expect(simple).toMatchObject({ score: 59, hardFails: [{ code: 'SIMPLE_MODEL' }] });
	});

	test('trips, open critical issues and refused orders count', async () => {
		const { readiness, month, accountId, memberId, kernel, enter, venue } = await desk(await open());
		await month();
		for (let index = 0; index < 3; index++) await enter({ symbol: 'ETH/USDT', quantity: '900000' });
		expect(venue.submits().length).toBeGreaterThan(0);
		const reject = (await readiness.compute(accountId, SOURCE)).components.at(-1);
		expect(reject?.evidence).toContain('3 of 3 orders refused or failed');
		expect(reject?.points).toBe(0);
		const trip = { scope: 'account', scope_id: accountId, symbol: null, state: 'PAUSED', cause: 'daily_loss', reason: 'x', rearm: 'next_day', rearm_at: null, opened_by: 'engine', opened_at: START, cleared_by: null, cleared_at: null, clear_reason: null, policy_version: 'pol_1' };
		await kernel.conn('trips').insert({ id: 'trp_1', ...trip });
		await kernel.conn('trips').insert({ id: 'trp_2', ...trip, cause: 'person' });
		await kernel.conn('issues').insert({
			id: 'iss_1', account_id: accountId, member_id: memberId, subject: 'BTC/USDT', symbol: 'BTC/USDT', order_id: null,
			kind: 'MISSING_STOP', severity: 'critical', ours: null, venue: null, detail: 'x', cycles: 2, first_seen: START,
			last_seen: START, announced_at: null, resolution: null, note: null, resolved_by: null, resolved_at: null, policy_version: 'pol_1',
		});
		const answer = await readiness.compute(accountId, SOURCE);
		expect(answer.hardFails.map(({ code }) => code)).toEqual(['RULE_BREACHED', 'CRITICAL_OPEN']);
		expect(answer.components.find(({ component }) => component === 'breaches')?.evidence).toContain('1 stops of the account');
	});

	test('the hourly job scores every source on every paper account', async () => {
		const { readiness, month, accountId, kernel, trade } = await desk(await open());
		await month();
		await trade(10, START - DAY, { source: 'breakout' });
		await trade(10, START - DAY, { source: null });
		expect(await readiness.refresh()).toBe(2);
		const rows = await kernel.conn('readiness_scores').orderBy('source');
		expect(rows.map(({ source, band }) => [source, band])).toEqual([['breakout', 'not_ready'], [SOURCE, 'ready']]);
		const all = await readiness.computeAll(accountId);
		expect(all.map(({ source }) => source)).toEqual(['breakout', SOURCE]);
	});

	test('is earned on paper only', async () => {
		const { readiness, accountId, kernel } = await desk(await open());
		await expect(readiness.compute('acc_none', SOURCE)).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
		await kernel.conn('accounts').where({ id: accountId }).update({ kind: 'live' });
		await expect(readiness.compute(accountId, SOURCE)).rejects.toMatchObject({ code: 'READINESS_NOT_PAPER' });
	});

	test('an override is for a live account, with a reason, on record', async () => {
		const { readiness, accountId, kernel } = await desk(await open());
		const wish = { accountId, source: SOURCE, reason: 'Traded by hand for two years.', hours: 2, actor: 'operator:ana' };
		await expect(readiness.override(wish)).rejects.toMatchObject({ code: 'OVERRIDE_INVALID' });
		await kernel.conn('accounts').where({ id: accountId }).update({ kind: 'live' });
		for (const bad of [{ reason: ' short ' }, { source: ' ' }, { hours: 0 }, { hours: -1 }]) {
			await expect(readiness.override({ ...wish, ...bad })).rejects.toMatchObject({ code: 'OVERRIDE_INVALID' });
		}
		const made = await readiness.override(wish);
		expect(made).toMatchObject({ accountId, source: SOURCE, createdAt: START, expiresAt: START + 2 * HOUR });
		const [entry] = await kernel.conn('audit').where({ action: 'readiness.overridden' });
		expect(entry).toMatchObject({ actor: 'operator:ana', subject_id: accountId });
		expect(entry.details).toContain('two years');
	});

	test('the gate lets real money follow a ready source, or somebody’s word while it counts', async () => {
		const database = await open();
		const { alert, test: { core }, member } = await scene(database);
		const { conn } = core.kernel;
		await conn('accounts').where({ id: member.accountId }).update({ kind: 'live', live_enabled_at: START });
		const paper = await core.members.addAccount(member.handle, {
			label: 'practice', kind: 'paper', currency: 'USDT', zone: 'UTC', startBalance: '10000',
		});
		expect(codes(await alert())).toEqual(['READINESS_UNKNOWN']);
		const store = async (accountId: AccountId, source: string, score: number, at: number) =>
			conn('readiness_scores').insert({
				account_id: accountId, source, score, band: 'ready', report: '{"components":[],"hardFails":[],"notMeasured":[]}', computed_at: at, policy_version: 'pol_1',
			}).onConflict(['account_id', 'source']).merge();
		const other = await core.members.upsert({ handle: 'other', tier: 'OPERATOR', paperAccount: {}, actor: 'operator' });
		await store(other.accounts[0]?.id ?? 'acc_', 'test', 99, START);
		await store(paper.id, 'another-source', 99, START);
		expect(codes(await alert())).toEqual(['READINESS_UNKNOWN']);
		await store(paper.id, 'test', 79, START);
		expect(codes(await alert())).toEqual(['READINESS_LOW']);
		await store(paper.id, 'test', 80, START);
		expect(codes(await alert())).toEqual([]);
		// A score from before the day before tells nothing of today.
		await store(paper.id, 'test', 80, START - 27 * HOUR);
		expect(codes(await alert())).toEqual(['READINESS_UNKNOWN']);
		const word = { accountId: member.accountId, source: 'test', reason: 'I answer for it myself.', actor: 'operator' };
		await core.readiness.override({ ...word, hours: null });
		expect(await alert()).toMatchObject({ decision: 'WARN', code: 'READINESS_OVERRIDDEN' });
		await core.readiness.override({ ...word, source: 'another-source', hours: null });
		database.clock.advance(1);
		await core.readiness.override({ ...word, hours: 0.0001 });
		expect(await alert()).toMatchObject({ decision: 'WARN', code: 'READINESS_OVERRIDDEN' });
		database.clock.advance(1_000);
		expect(codes(await alert())).toEqual(['READINESS_UNKNOWN']);
	});

	test('paper and live of the same signals are compared', async () => {
		const { readiness, enter, intent, addMember, accountId, memberId, kernel, quotes, trade } = await desk(await open());
		const second = await addMember('second');
		await kernel.conn('accounts').where({ id: second.accountId }).update({ member_id: memberId, kind: 'live', label: 'live' });
		const { signalId } = intent();
		if (signalId === null) throw new Error('no signal');
		await enter({ signalId });
		quotes.set('BTC/USDT', 60_600);
		await enter({ signalId, accountId: second.accountId, memberId });
		await trade(5, START - DAY);
		const { divergence } = await readiness.compute(accountId, SOURCE);
		expect(divergence).toMatchObject({ pairs: 1, rejectPercent: { paper: 0, live: 0 }, orders: { paper: 1, live: 1 } });
		// The live fill is 1 % dearer, and dearer than what the gate judged by.
		expect(Math.round(Number(divergence.fillPriceBasisPoints) / 5) * 5).toBe(100);
		const slipped = divergence.slippageBasisPoints === 'not measured' ? null : divergence.slippageBasisPoints;
		expect(slipped?.live).toBe(103.03);
		expect(slipped?.paper).toBeGreaterThanOrEqual(2);
		expect(slipped?.paper).toBeLessThan(10);
	});
});
