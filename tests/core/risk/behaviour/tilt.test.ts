import { DAY, HOUR, MINUTE, SECOND, type SignalId } from '../../../../core/model';
import type { Happening } from '../../../../core/risk/behaviour/happening';
import type { Sign } from '../../../../core/risk/behaviour/state';
import { liveSigns } from '../../../../core/risk/behaviour/tilt';
import {
	at, closed, DAY_END, even, facts, loosened, loss, ordered, POLICY, RULES, run, types, win,
} from './happenings';

const signs = (happenings: readonly Happening[], now?: number, rules = RULES): Sign[] => {
	const { state } = run(happenings, now, rules);
	return liveSigns(state, rules.policy, state.at);
};
const level = (happenings: readonly Happening[], now?: number) => facts(run(happenings, now).state).tilt.level;
const losses = (count: number, from = 0) => Array.from({ length: count }, (_, index) => loss(at(from + index)));

/** Two losses and two signs: four points, without the break of a third loss. */
const FOUR = [loss(at(0)), loss(at(1)), ordered(at(8), { riskPercent: 3 }), loosened(at(9))];

describe('signs', () => {
	test.each([
		['none without a loss before', [ordered(at(0), { riskPercent: 9 })], []],
		['a larger order after a loss', [loss(at(0)), ordered(at(10), { riskPercent: '1.26' })], ['size_up']],
		['a quarter larger is not yet', [loss(at(0)), ordered(at(10), { riskPercent: '1.25' })], []],
		['larger, but after a win', [loss(at(0)), win(at(1)), ordered(at(10), { riskPercent: 9 })], []],
		['larger than a loss of unknown risk', [loss(at(0), { riskPercent: null }), ordered(at(10), { riskPercent: 9 })], []],
		['of unknown risk itself', [loss(at(0)), ordered(at(10), { riskPercent: null })], []],
		['measured by the last loss', [loss(at(0), { riskPercent: 2 }), loss(at(1)), ordered(at(10), { riskPercent: 2 })], ['size_up']],
		['a stop loosened', [loosened(at(0))], ['stop_loosened']],
	] as const)('%s', (_, happenings, expected) => {
		expect(signs(happenings)).toEqual(expected);
	});

	test('an order sooner than five minutes after a loss, to the millisecond', () => {
		const order = (after: number) => [loss(at(0)), ordered(at(0) + after)];
		expect(signs(order(0))).toEqual(['early_reentry']);
		expect(signs(order(5 * MINUTE - 1))).toEqual(['early_reentry']);
		expect(signs(order(5 * MINUTE))).toEqual([]);
		// Ordered before the loss and folded behind it.
		expect(signs([loss(at(0)), ordered(at(0) - 1)])).toEqual([]);
		// After any loss, a win since or not.
		expect(signs([loss(at(0)), win(at(1)), ordered(at(2))])).toEqual(['early_reentry']);
	});

	test('five orders within ten minutes, to the millisecond', () => {
		const spaced = (gap: number, count = 5) =>
			Array.from({ length: count }, (_, index) => ordered(at(0) + index * gap));
		expect(signs(spaced(10 * SECOND, 4))).toEqual([]);
		expect(signs(spaced(10 * SECOND))).toEqual(['order_frequency']);
		expect(signs(spaced(150 * SECOND - 1))).toEqual(['order_frequency']);
		expect(signs(spaced(150 * SECOND))).toEqual([]);
		expect(signs(spaced(150 * SECOND, 12))).toEqual([]);
	});

	test('an order that is known late is part of a spike only while that lasts', () => {
		const four = [6, 7, 8, 9].map((minute) => ordered(at(minute)));
		expect(signs([...four, loosened(at(11)), ordered(at(1) + 1)])).toEqual(['order_frequency', 'stop_loosened']);
		expect(signs([...four, loosened(at(11)), ordered(at(1))])).toEqual(['stop_loosened']);
	});

	test('orders of one signal on many accounts are one', () => {
		const signalId: SignalId = 'sig_shared';
		const mirrored = Array.from({ length: 6 }, (_, index) => ordered(at(0) + index, { signalId }));
		expect(signs(mirrored)).toEqual([]);
		const bare = Array.from({ length: 5 }, (_, index) => ordered(at(0) + index, { signalId: null }));
		expect(signs(bare)).toEqual(['order_frequency']);
	});

	test.each([
		['UTC', '2026-11-20T01:59:59.999Z', false],
		['UTC', '2026-11-20T02:00:00.000Z', true],
		['UTC', '2026-11-20T04:59:59.999Z', true],
		['UTC', '2026-11-20T05:00:00.000Z', false],
		['UTC', '2026-11-20T14:30:00.000Z', false],
		['Asia/Tokyo', '2026-11-20T17:00:00.000Z', true],
		['Asia/Kolkata', '2026-11-20T23:29:59.999Z', true],
		['Asia/Kolkata', '2026-11-20T23:30:00.000Z', false],
		// The clocks jump from two to three: the night begins at three.
		['Europe/Berlin', '2027-03-28T00:59:59.999Z', false],
		['Europe/Berlin', '2027-03-28T01:00:00.000Z', true],
		// They show two o'clock twice.
		['Europe/Berlin', '2026-10-25T00:00:00.000Z', true],
		['Europe/Berlin', '2026-10-25T03:59:59.999Z', true],
		['Europe/Berlin', '2026-10-25T04:00:00.000Z', false],
	])('night in %s at %s: %s', (zone, moment, expected) => {
		const rules = { ...RULES, zone };
		expect(signs([ordered(Date.parse(moment))], undefined, rules)).toEqual(expected ? ['night'] : []);
	});

	test('count for an hour, to the millisecond, and from when they were last seen', () => {
		expect(signs([loosened(at(0))], at(60) - 1)).toEqual(['stop_loosened']);
		expect(signs([loosened(at(0))], at(60))).toEqual([]);
		expect(signs([loosened(at(0)), loosened(at(30))], at(90) - 1)).toEqual(['stop_loosened']);
		expect(run([loosened(at(0))], at(60)).state.signs).toEqual({});
	});

	test('a kind counts once, however often it is seen', () => {
		const story = run([loosened(at(0)), loosened(at(1)), loosened(at(2)), loosened(at(3))]);
		expect(facts(story.state).tilt).toMatchObject({ points: 1, level: 'none' });
		expect(story.changes).toEqual([]);
	});

	test('a late one counts at its own time', () => {
		expect(signs([win(at(50)), loosened(at(0))], at(59))).toEqual(['stop_loosened']);
		expect(signs([win(at(50)), loosened(at(0))], at(60))).toEqual([]);
		expect(signs([win(at(70)), loosened(at(0))])).toEqual([]);
		// An older sighting takes nothing from the newer one.
		expect(signs([loosened(at(30)), loosened(at(0))], at(89))).toEqual(['stop_loosened']);
	});
});

describe('points', () => {
	test('one for each loss in a row and for each sign, with the reasons', () => {
		const story = [loss(at(0)), loss(at(1)), ordered(at(2), { riskPercent: 3 }), loosened(at(3))];
		expect(facts(run(story).state).tilt).toMatchObject({
			points: 5,
			reasons: [
				'2 losses in a row', 'a larger order after a loss', 'an order within 5 min of a loss',
				'a stop widened or taken away',
			],
		});
		expect(facts(run([loss(at(0))]).state).tilt.reasons).toEqual(['1 loss']);
		expect(facts(run([ordered(Date.UTC(2026, 10, 20, 3))]).state).tilt.reasons).toEqual(['orders at night (2 to 5 h)']);
	});

	test('losses count over days, until a win', () => {
		const story = [loss(at(0)), loss(at(0) + DAY), loss(at(0) + 2 * DAY)];
		expect(facts(run(story).state).tilt).toMatchObject({ points: 3, level: 'warned' });
		expect(facts(run([...story.slice(0, 2), win(at(0) + 2 * DAY)]).state).tilt.points).toBe(0);
	});

	test('a break-even changes nothing', () => {
		expect(facts(run([loss(at(0)), even(at(1)), loss(at(2)), even(at(3))]).state).tilt.points).toBe(2);
	});
});

describe('levels', () => {
	test.each([
		[2, 'none', []],
		[3, 'warned', ['warned']],
		[4, 'locked_out', ['warned', 'locked_out']],
		[5, 'tripped', ['warned', 'locked_out', 'tilt_tripped']],
		[7, 'tripped', ['warned', 'locked_out', 'tilt_tripped']],
	] as const)('%d losses in a row: %s', (count, expected, told) => {
		const story = run(losses(count));
		expect(facts(story.state).tilt.level).toBe(expected);
		expect(types(story).filter((type) => type !== 'confidence_raised')).toEqual(told);
	});

	test('what each does', () => {
		expect(facts(run(losses(2)).state)).toMatchObject({ riskFactor: '1', fullAutoOff: false });
		expect(facts(run(losses(3)).state)).toMatchObject({
			riskFactor: '0.5', fullAutoOff: true, tilt: { until: null },
		});
		expect(facts(run(losses(4)).state)).toMatchObject({
			riskFactor: '0.5', fullAutoOff: true, tilt: { until: at(3) + HOUR },
		});
		expect(facts(run(losses(5)).state)).toMatchObject({
			riskFactor: '0.5', fullAutoOff: true, tilt: { until: DAY_END },
		});
	});

	test('several signs at once skip a level', () => {
		const story = run([loss(at(0)), loss(at(1)), ordered(at(2), { riskPercent: 3 })]);
		expect(types(story)).toEqual(['confidence_raised', 'confidence_raised', 'locked_out']);
	});

	test('the lockout lasts an hour, to the millisecond; then the warning stays', () => {
		const end = at(9) + HOUR;
		expect(facts(run(FOUR).state).tilt).toMatchObject({ level: 'locked_out', until: end });
		expect(facts(run(FOUR, end - 1).state).tilt).toMatchObject({ level: 'locked_out', until: end });
		const after = run(FOUR, end);
		expect(facts(after.state)).toMatchObject({
			tilt: { level: 'warned', until: null }, riskFactor: '0.5', fullAutoOff: true,
		});
		// As of the end, not of the last look.
		expect(after.changes.at(-1)).toEqual({
			type: 'behaviour.eased', accountId: null,
			payload: { points: 2, signs: [], reasons: ['2 losses in a row'], losses_in_a_row: 2, until: null },
		});
		// Hysteresis: the points are gone, the warning is not.
		expect(facts(run(FOUR, end + 5 * DAY).state).tilt).toMatchObject({ level: 'warned', points: 2 });
	});

	test('is earned again: a new point begins the hour anew, an old kind of sign does not', () => {
		// The larger order of minute 8 stops counting at minute 68; the stop of minute 9 at 69.
		const again = run([...FOUR, loss(at(68) + 30 * SECOND)]);
		expect(facts(again.state).tilt).toMatchObject({ level: 'locked_out', until: at(68) + 30 * SECOND + HOUR });
		expect(types(again).filter((type) => type === 'locked_out')).toHaveLength(2);
		const same = run([...FOUR, loosened(at(20))]);
		expect(facts(same.state).tilt.until).toBe(at(9) + HOUR);
	});

	test('after the lockout the next point counts on', () => {
		const story = run([...losses(4), loss(at(120))]);
		expect(types(story).slice(-2)).toEqual(['confidence_raised', 'tilt_tripped']);
	});

	test('a trip lasts to the end of the member\'s day; then a warning stays', () => {
		const story = losses(5);
		expect(facts(run(story, DAY_END - 1).state).tilt).toMatchObject({ level: 'tripped', until: DAY_END });
		expect(facts(run(story, DAY_END).state).tilt).toMatchObject({ level: 'warned', until: null });
		expect(types(run(story, DAY_END)).slice(-2)).toEqual(['confidence_reset', 'eased']);
		const kolkata = { ...RULES, zone: 'Asia/Kolkata' };
		expect(run(story, undefined, kolkata).state.tilt.until).toBe(Date.UTC(2026, 10, 20, 18, 30));
	});

	test('losses while tripped trip no second time; the first of the next day does', () => {
		const story = [...losses(8), loss(DAY_END + 1)];
		const trips = run(story).changes.filter(({ type }) => type === 'behaviour.tilt_tripped');
		expect(trips).toHaveLength(2);
		expect(facts(run(story).state).tilt.until).toBe(DAY_END + DAY);
	});
});

describe('a lesser count never makes a level milder', () => {
	test('four losses after a win leave the trip of the day standing', () => {
		const story = [...losses(5), win(at(10)), ...losses(4, 20)];
		expect(facts(run(story).state).tilt).toMatchObject({ level: 'tripped', until: DAY_END, points: 4 });
		expect(types(run(story)).filter((type) => type === 'locked_out')).toHaveLength(1);
	});

	test('three losses after a win leave the lockout standing', () => {
		const story = run([...losses(4), win(at(10)), ...losses(3, 20)]);
		expect(facts(story.state).tilt).toMatchObject({ level: 'locked_out', until: at(3) + HOUR, points: 3 });
		expect(types(story).filter((type) => type === 'warned')).toHaveLength(1);
	});
});

describe('clearing', () => {
	const warned = losses(3);

	test.each([
		['one win does not', [win(at(5))], 'warned'],
		['two wins do', [win(at(5)), win(at(6))], 'none'],
		['two wins with a break-even between', [win(at(5)), even(at(6)), win(at(7))], 'none'],
		['two wins with a loss between do not', [win(at(5)), loss(at(6)), win(at(7))], 'warned'],
		['a loss begins the count anew', [win(at(5)), loss(at(6)), win(at(7)), win(at(8))], 'none'],
		['a gain below the fees is no win', [win(at(5)), closed(at(6), { gross: 1, net: -1 })], 'warned'],
		['one signal on two accounts wins once', [win(at(5), { signalId: 'sig_w' }), win(at(6), { signalId: 'sig_w' })], 'warned'],
		['what the kill switch closes is no win', [win(at(5)), win(at(6), { exitReason: 'kill_switch' })], 'warned'],
		['time alone never', [], 'warned'],
	] as const)('%s', (_, more, expected) => {
		expect(level([...warned, ...more], at(0) + 9 * DAY)).toBe(expected);
	});

	test('a win before it got worse does not count for it', () => {
		const night = Date.UTC(2026, 10, 20, 2);
		const second = (count: number) => night + count * SECOND;
		const story = [
			loss(second(-3)), loss(second(-2)), loss(second(-1)), win(second(1)),
			...[2, 3, 4, 5, 6].map((count) => ordered(second(count))), loosened(second(7)),
		];
		expect(level(story)).toBe('locked_out');
		expect(level([...story, win(second(8))])).toBe('locked_out');
		expect(level([...story, win(second(8)), win(second(9))])).toBe('none');
	});

	test('wins before it do not count for it', () => {
		expect(level([win(at(-3)), win(at(-2)), ...warned])).toBe('warned');
	});

	test('is told once, with the wins, and gives everything back', () => {
		const story = run([...warned, loosened(at(4)), win(at(5)), win(at(6)), win(at(7))], at(8));
		const told = story.changes.filter(({ type }) => type === 'behaviour.cleared');
		expect(told.map(({ payload }) => payload)).toEqual([
			{ points: 0, signs: [], reasons: [], losses_in_a_row: 0, until: null, wins: 2 },
		]);
		expect(facts(story.state)).toMatchObject({
			riskFactor: '1', fullAutoOff: false, tilt: { level: 'none', points: 0, until: null },
		});
	});

	test('two wins end a lockout too', () => {
		const story = run([...FOUR, win(at(12)), win(at(13))]);
		expect(facts(story.state).tilt).toMatchObject({ level: 'none', until: null });
	});

	test('two wins do not end the trip of the day; they clear it at its end', () => {
		const story = [...losses(5), win(at(10)), win(at(11))];
		expect(facts(run(story, DAY_END - 1).state).tilt).toMatchObject({ level: 'tripped', until: DAY_END });
		const after = run(story, DAY_END);
		expect(facts(after.state).tilt).toMatchObject({ level: 'none' });
		expect(types(after).at(-1)).toBe('cleared');
		expect(level([...losses(5), win(at(10))], DAY_END)).toBe('warned');
	});

	test('the numbers are the policy\'s', () => {
		const policy = { ...POLICY, tilt: { ...POLICY.tilt, warnPoints: 1, winsToClear: 1 } };
		const rules = { ...RULES, policy };
		expect(run([loss(at(0))], undefined, rules).state.tilt.level).toBe('warned');
		expect(run([loss(at(0)), win(at(1))], undefined, rules).state.tilt.level).toBe('none');
	});
});
