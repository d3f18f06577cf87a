import { decimal, HOUR, MINUTE, TIERS, type SignalId } from '../../../../core/model';
import { resultOf } from '../../../../core/risk/behaviour/losses';
import {
	ACCOUNT, at, DAY_END, even, facts, loss, medic, OTHER, POLICY, RULES, run, time, types, win,
} from './happenings';

const extra = (happenings: Parameters<typeof run>[0], now?: number): number =>
	facts(run(happenings, now).state).requiredConfidenceExtra;

describe('what a trade came to', () => {
	test.each([
		['made money after fees', 10, 9, 'win'],
		['made money, but not the fees', 1, -1, 'even'],
		['ended where it began', 0, -1, 'even'],
		['exactly its fees', 1, 0, 'even'],
		['went the wrong way', -1, -2, 'loss'],
		['went the wrong way by the least there is', '-0.00000001', '-0.1', 'loss'],
		['was paid more in rebates than it lost', -1, 1, 'win'],
	] as const)('%s', (_, gross, net, expected) => {
		expect(resultOf({ gross: decimal(gross), net: decimal(net) })).toBe(expected);
	});
});

describe('confidence after losses', () => {
	test.each([
		['no loss', [], 0],
		['one loss', [loss(at(0))], 11],
		['two losses', [loss(at(0)), loss(at(1))], 16],
		['three losses', [loss(at(0)), loss(at(1)), loss(at(2))], 16],
		['four losses', [loss(at(0)), loss(at(1)), loss(at(2)), loss(at(3))], 16],
		['a break-even between changes nothing', [loss(at(0)), even(at(1)), loss(at(2))], 16],
		['a break-even after a loss does not reset', [loss(at(0)), even(at(1))], 11],
		['a win resets', [loss(at(0)), loss(at(1)), win(at(2))], 0],
		['a loss after the win is the first', [loss(at(0)), loss(at(1)), win(at(2)), loss(at(3))], 11],
	] as const)('%s', (_, happenings, expected) => {
		expect(extra(happenings)).toBe(expected);
	});

	test('resets at the member\'s midnight, to the millisecond', () => {
		const losses = [loss(at(0)), loss(at(1))];
		expect(extra(losses, DAY_END - 1)).toBe(16);
		expect(extra(losses, DAY_END)).toBe(0);
		const { changes } = run(losses, DAY_END);
		expect(changes.at(-1)).toEqual({
			type: 'behaviour.confidence_reset', payload: { consecutive_losses: 2, by: 'day' }, accountId: null,
		});
	});

	test('the day is that of the member\'s zone', () => {
		const rules = { ...RULES, zone: 'Asia/Kolkata' };
		const midnight = Date.UTC(2026, 10, 20, 18, 30);
		expect(run([loss(at(0))], midnight - 1, rules).state.postLoss).toBe(1);
		expect(run([loss(at(0))], midnight, rules).state.postLoss).toBe(0);
	});

	test.each([
		['Europe/Berlin', Date.UTC(2026, 9, 25, 10), Date.UTC(2026, 9, 25, 23)],
		['America/New_York', Date.UTC(2026, 10, 1, 12), Date.UTC(2026, 10, 2, 5)],
		['Europe/Berlin', Date.UTC(2027, 2, 28, 10), Date.UTC(2027, 2, 28, 22)],
	])('in %s also on the day the clocks change', (zone, lostAt, midnight) => {
		const rules = { ...RULES, zone };
		expect(run([loss(lostAt)], midnight - 1, rules).state.postLoss).toBe(1);
		expect(run([loss(lostAt)], midnight, rules).state.postLoss).toBe(0);
	});

	test('each step is told once, the reset too', () => {
		const story = run([loss(at(0)), loss(at(1)), even(at(2)), win(at(3)), win(at(4))]);
		expect(types(story)).toEqual(['confidence_raised', 'confidence_raised', 'confidence_reset']);
		expect(story.changes.map(({ payload }) => payload)).toEqual([
			{ consecutive_losses: 1, extra: 11, cooldown_until: null },
			{ consecutive_losses: 2, extra: 16, cooldown_until: null },
			{ consecutive_losses: 2, by: 'win' },
		]);
	});

	test('a loss of yesterday that is known only now is no loss of today', () => {
		const late = loss(DAY_END - 1);
		const { state } = run([time(DAY_END + MINUTE), late]);
		expect(facts(state)).toMatchObject({ consecutiveLosses: 0, lastLossAt: DAY_END - 1 });
		expect(facts(state).memberLosses).toEqual({ inARow: 1, today: 0 });
	});
});

describe('the break after the third loss', () => {
	const two = [loss(at(0)), loss(at(1))];
	const three = [...two, loss(at(2))];

	test('there is none after two', () => {
		expect(facts(run(two).state).cooldownUntil).toBeNull();
	});

	test('lasts an hour from the third loss, to the millisecond', () => {
		const end = at(2) + HOUR;
		expect(facts(run(three).state).cooldownUntil).toBe(end);
		expect(facts(run(three, end - 1).state).cooldownUntil).toBe(end);
		expect(facts(run(three, end).state)).toMatchObject({ cooldownUntil: null, requiredConfidenceExtra: 16 });
	});

	test('begins anew with each further loss', () => {
		expect(facts(run([...three, loss(at(30))]).state).cooldownUntil).toBe(at(30) + HOUR);
	});

	test('is not shortened by a loss that is known late', () => {
		const { state } = run([loss(at(10)), loss(at(11)), loss(at(12)), loss(at(5))]);
		expect(facts(state)).toMatchObject({ consecutiveLosses: 4, cooldownUntil: at(12) + HOUR, lastLossAt: at(12) });
	});

	test('stays to its end after a win and over midnight', () => {
		expect(facts(run([...three, win(at(3))]).state)).toMatchObject({
			cooldownUntil: at(2) + HOUR, requiredConfidenceExtra: 0,
		});
		const evening = DAY_END - 10 * MINUTE;
		const late = [loss(evening - 2), loss(evening - 1), loss(evening)];
		expect(facts(run(late, DAY_END + 1).state)).toMatchObject({
			cooldownUntil: evening + HOUR, requiredConfidenceExtra: 0,
		});
	});

	test('two of yesterday and one of today make none', () => {
		const { state } = run([loss(DAY_END - 3), loss(DAY_END - 2), loss(DAY_END + 1)]);
		expect(facts(state)).toMatchObject({ cooldownUntil: null, requiredConfidenceExtra: 11 });
	});
});

describe('two losses at high risk', () => {
	const high = (when: number) => loss(when, { riskPercent: '1.5' });
	const low = (when: number) => loss(when, { riskPercent: '1.49' });

	test.each([
		['one', [high(at(0))], null],
		['two', [high(at(0)), high(at(1))], at(1)],
		['a low one between', [high(at(0)), low(at(1)), high(at(2))], at(2)],
		['a break-even between', [high(at(0)), even(at(1)), high(at(2))], at(2)],
		['a win between', [high(at(0)), win(at(1)), high(at(2))], null],
		['just below', [low(at(0)), low(at(1))], null],
		['of unknown risk', [loss(at(0), { riskPercent: null }), loss(at(1), { riskPercent: null })], null],
		['the third begins anew', [high(at(0)), high(at(1)), high(at(2))], at(1)],
		['and the fourth breaks again', [high(at(0)), high(at(1)), high(at(2)), high(at(3))], at(3)],
		['on two days', [high(DAY_END - 1), high(DAY_END + 1)], DAY_END + 1],
	] as const)('%s', (_, happenings, from) => {
		const { highRiskCooldownUntil, forceDefaultRisk } = facts(run(happenings).state);
		expect(highRiskCooldownUntil).toBe(from === null ? null : from + 4 * HOUR);
		expect(forceDefaultRisk).toBe(from !== null);
	});

	test.each(TIERS)('lasts as long as %s says, to the millisecond', (tier) => {
		const hours = tier === 'NIBBLER' ? 6 : 4;
		const rules = { ...RULES, tier };
		const end = at(1) + hours * HOUR;
		const story = [high(at(0)), high(at(1))];
		expect(facts(run(story, end - 1, rules).state).highRiskCooldownUntil).toBe(end);
		expect(facts(run(story, end, rules).state).highRiskCooldownUntil).toBeNull();
	});

	test('without a tier the longest counts', () => {
		const { state } = run([high(at(0)), high(at(1))], undefined, { ...RULES, tier: null });
		expect(facts(state).highRiskCooldownUntil).toBe(at(1) + 6 * HOUR);
	});

	test('then the risk is forced to the default until the next win', () => {
		const story = [high(at(0)), high(at(1))];
		const end = at(1) + 4 * HOUR;
		expect(facts(run(story, end).state).forceDefaultRisk).toBe(true);
		expect(facts(run([...story, win(end + 1)]).state).forceDefaultRisk).toBe(false);
		// A trade that was open before: the break itself is not shortened.
		expect(facts(run([...story, win(at(2))]).state)).toMatchObject({
			forceDefaultRisk: true, highRiskCooldownUntil: end,
		});
		expect(facts(run([...story, win(at(2))], end).state).forceDefaultRisk).toBe(false);
	});

	test('is told once, with the risk', () => {
		const { changes } = run([high(at(0)), high(at(1)), low(at(2))]);
		const told = changes.filter(({ type }) => type === 'behaviour.high_risk_cooldown');
		expect(told.map(({ payload }) => payload)).toEqual([
			{ losses: 2, risk_percent: '1.5', until: at(1) + 4 * HOUR },
		]);
	});
});

describe('what is counted', () => {
	test('the last loss, on any account, win or not since', () => {
		expect(facts(run([loss(at(0), { accountId: OTHER }), win(at(1))]).state).lastLossAt).toBe(at(0));
		expect(facts(run([win(at(0)), even(at(1))]).state).lastLossAt).toBeNull();
	});

	test('of each account by itself, and of the member over all', () => {
		const { state } = run([
			loss(at(0)), loss(at(1), { accountId: OTHER }), win(at(2), { accountId: OTHER }), loss(at(3)), even(at(4)),
		]);
		expect(state.accounts[ACCOUNT]).toMatchObject({ inARow: 2, losses: 2, net: '-23' });
		expect(state.accounts[OTHER]).toMatchObject({ inARow: 0, losses: 1, net: '-2' });
		expect(facts(state)).toMatchObject({
			memberLosses: { inARow: 1, today: 3 }, accountLosses: { inARow: 2, today: 2, netToday: '-23' },
		});
	});

	test('the account\'s day is its own risk day; its row of losses goes on', () => {
		const { state } = run([loss(at(0), { riskDay: '2026-11-20' }), loss(at(1), { riskDay: '2026-11-21' })]);
		expect(state.accounts[ACCOUNT]).toMatchObject({ inARow: 2, losses: 1, net: '-11', day: '2026-11-21' });
		const late = run([loss(at(0), { riskDay: '2026-11-21' }), loss(at(1), { riskDay: '2026-11-20' })]);
		expect(late.state.accounts[ACCOUNT]).toMatchObject({ inARow: 2, losses: 1, net: '-11', day: '2026-11-21' });
		expect(facts(state, DAY_END + 48 * HOUR).accountLosses).toEqual({ inARow: 2, today: 0, netToday: '0' });
	});

	test('one signal on many accounts is one decision: it is lost once', () => {
		const signalId: SignalId = 'sig_shared';
		const mirrored = [0, 1, 2, 3, 4].map((minute) =>
			loss(at(minute), { signalId, accountId: minute % 2 === 0 ? ACCOUNT : OTHER, riskPercent: 2 }),
		);
		const { state, changes } = run(mirrored);
		expect(facts(state)).toMatchObject({
			consecutiveLosses: 1, cooldownUntil: null, highRiskCooldownUntil: null, lastLossAt: at(4),
			memberLosses: { inARow: 1, today: 5 }, tilt: { level: 'none', points: 1 },
		});
		expect(changes).toHaveLength(1);
		expect(state.accounts[ACCOUNT]?.losses).toBe(3);
		// After a win the same signal may be lost anew.
		const again = run([...mirrored, win(at(5)), loss(at(6), { signalId })]);
		expect(facts(again.state).consecutiveLosses).toBe(1);
	});

	test('trades of no signal count each', () => {
		const { state } = run([loss(at(0), { signalId: null }), loss(at(1), { signalId: null })]);
		expect(facts(state).consecutiveLosses).toBe(2);
	});

	test('what the kill switch closes costs money and a pause, and feeds no row', () => {
		const flattened = [0, 1, 2, 3, 4].map((minute) => loss(at(minute), { exitReason: 'kill_switch' }));
		const { state, changes } = run(flattened);
		expect(changes).toEqual([]);
		expect(facts(state)).toMatchObject({
			consecutiveLosses: 0, lastLossAt: at(4), memberLosses: { inARow: 0, today: 5 },
			accountLosses: { inARow: 0, today: 5, netToday: '-55' },
		});
		expect(facts(run([loss(at(0)), win(at(1), { exitReason: 'kill_switch' })]).state).consecutiveLosses).toBe(1);
	});

	test('a correction of the books is no result at all', () => {
		const { state, changes } = run([loss(at(0), { exitReason: 'reconciliation' })]);
		expect(changes).toEqual([]);
		expect(facts(state)).toMatchObject({
			consecutiveLosses: 0, lastLossAt: null, memberLosses: { inARow: 0, today: 0 },
		});
		expect(facts(run([loss(at(0)), win(at(1), { exitReason: 'reconciliation' })]).state).consecutiveLosses).toBe(1);
	});

	test('other ends count as they came out', () => {
		for (const exitReason of ['stop', 'trail', 'target', 'time', 'source_close', 'other_close', 'manual', 'engine'] as const) {
			expect(facts(run([loss(at(0), { exitReason })]).state).consecutiveLosses).toBe(1);
		}
	});

	test('the numbers are the policy\'s', () => {
		const policy = { ...POLICY, confidenceExtra: [0, 5], cooldownLosses: 1, cooldownMinutes: 7 };
		const { state } = run([loss(at(0))], undefined, { ...RULES, policy });
		expect(state.cooldownUntil).toBe(at(7));
	});
});

describe('medic mode', () => {
	test('lasts to the end of the risk day, to the millisecond', () => {
		expect(facts(run([medic(at(0))]).state)).toMatchObject({ medic: true, riskFactor: '0.5', maxPositions: 1 });
		expect(facts(run([medic(at(0))], DAY_END - 1).state).medic).toBe(true);
		const over = run([medic(at(0))], DAY_END);
		expect(facts(over.state)).toMatchObject({ medic: false, riskFactor: '1', maxPositions: null });
		expect(types(over)).toEqual(['medic_on', 'medic_off']);
	});

	test('is called once a day, and not for a day that is over', () => {
		expect(types(run([medic(at(0)), medic(at(1))]))).toEqual(['medic_on']);
		expect(types(run([loss(DAY_END + 1), medic(at(0))]))).toEqual(['confidence_raised']);
		const next = run([medic(at(0)), medic(DAY_END + 1, DAY_END + 24 * HOUR)]);
		expect(types(next)).toEqual(['medic_on', 'medic_off', 'medic_on']);
	});

	test('halves what tilt has halved already', () => {
		const { state } = run([loss(at(0)), loss(at(1)), loss(at(2)), medic(at(3))]);
		expect(facts(state).riskFactor).toBe('0.25');
	});

	test('stays through closings of the account, of that day and of the next', () => {
		const { state } = run([medic(at(0)), win(at(1)), loss(at(2), { riskDay: '2026-11-21' })]);
		expect(facts(state).medic).toBe(true);
	});
});
