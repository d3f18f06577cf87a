import fc from 'fast-check';
import { decimal, HOUR, MINUTE } from '../../../../core/model';
import { EXIT_REASONS } from '../../../../core/orders';
import { foldAll } from '../../../../core/risk/behaviour/fold';
import { inOrder, type Happening } from '../../../../core/risk/behaviour/happening';
import { newState, type BehaviourState, type Folded } from '../../../../core/risk/behaviour/state';
import { START } from '../../../support/databases';
import { ACCOUNT, closed, facts, loosened, medic, OTHER, ordered, POLICY, RULES, time } from './happenings';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];
const SPAN = 4 * 24 * HOUR;

const moment = fc.integer({ min: 0, max: SPAN }).map((offset) => START + offset);
const account = fc.constantFrom(ACCOUNT, OTHER);
const signal = fc.option(fc.constantFrom('sig_a', 'sig_b', 'sig_c', 'sig_d'), { nil: null });
const risk = fc.option(fc.constantFrom('0.5', '1', '1.49', '1.5', '2'), { nil: null });
const amount = fc.constantFrom(-20, -1, '-0.00001', 0, 1, 20);

const happening: fc.Arbitrary<Happening> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc
			.record({ at: moment, account, signal, risk, gross: amount, fees: fc.constantFrom(0, 1, -2), exitReason: fc.constantFrom(...EXIT_REASONS) })
			.map(({ at, account: accountId, signal: signalId, risk: riskPercent, gross, fees, exitReason }) =>
				closed(at, { accountId, signalId: signalId as `sig_${string}` | null, riskPercent, gross, net: Number(gross) - fees, exitReason }),
			),
	},
	{
		weight: 4,
		arbitrary: fc.record({ at: moment, account, signal, risk }).map(({ at, account: accountId, signal: signalId, risk: riskPercent }) =>
			ordered(at, { accountId, signalId: signalId as `sig_${string}` | null, riskPercent }),
		),
	},
	{ weight: 1, arbitrary: moment.map(loosened) },
	{ weight: 1, arbitrary: moment.map((when) => medic(when, when + 5 * HOUR)) },
);

const story = fc.array(happening, { maxLength: 40 }).map(inOrder);
const rules = fc.constantFrom(...ZONES).map((zone) => ({ ...RULES, zone }));

const begin = (zone: string): BehaviourState => newState(START - HOUR, zone);
/** As it comes back from the database. */
const stored = (state: BehaviourState): BehaviourState => JSON.parse(JSON.stringify(state)) as BehaviourState;

function each(
	happenings: readonly Happening[],
	by: Parameters<typeof foldAll>[2],
	look: (before: BehaviourState, happening: Happening, after: Folded) => void,
): void {
	let state = begin(by.zone);
	for (const one of happenings) {
		const after = foldAll(state, [one], by);
		look(state, one, after);
		state = after.state;
	}
}

const RUNS = { numRuns: 200 };

test('folding is deterministic, and changes neither the state nor the happening it is given', () => {
	fc.assert(
		fc.property(story, rules, (happenings, by) => {
			const first = begin(by.zone);
			const copy = structuredClone({ first, happenings });
			const once = foldAll(first, happenings, by);
			expect(foldAll(first, happenings, by)).toEqual(once);
			expect({ first, happenings }).toEqual(copy);
		}),
		RUNS,
	);
});

test('two batches, stored between, come to what one comes to: state and told changes', () => {
	fc.assert(
		fc.property(story, rules, fc.nat(), (happenings, by, cut) => {
			const at = happenings.length === 0 ? 0 : cut % (happenings.length + 1);
			const whole = foldAll(begin(by.zone), happenings, by);
			const first = foldAll(begin(by.zone), happenings.slice(0, at), by);
			const second = foldAll(stored(first.state), happenings.slice(at), by);
			expect(second.state).toEqual(whole.state);
			expect([...first.changes, ...second.changes]).toEqual(whole.changes);
		}),
		RUNS,
	);
});

test('looking in between changes nothing: time may pass in any number of steps', () => {
	fc.assert(
		fc.property(story, rules, fc.array(moment, { maxLength: 20 }), (happenings, by, looks) => {
			const end = time(START + SPAN + 48 * HOUR);
			const plain = foldAll(begin(by.zone), [...happenings, end], by);
			const looked = foldAll(begin(by.zone), [...inOrder([...happenings, ...looks.map(time)]), end], by);
			expect(looked.state).toEqual(plain.state);
			expect(looked.changes).toEqual(plain.changes);
		}),
		RUNS,
	);
});

test('tilt falls only as it is told to: by its time to a warning, by two wins to nothing', () => {
	const rank = { none: 0, warned: 1, locked_out: 2, tripped: 3 };
	fc.assert(
		fc.property(story, rules, (happenings, by) => {
			each(happenings, by, (before, one, { state, changes }) => {
				const from = before.tilt;
				const to = state.tilt;
				if (rank[to.level] >= rank[from.level]) return;
				const over = from.until !== null && from.until <= state.at;
				const won = one.kind === 'trade_closed' && Number(one.net) > 0;
				if (to.level === 'warned') expect(over).toBe(true);
				if (to.level === 'none') expect(won || (over && from.wins >= POLICY.tilt.winsToClear)).toBe(true);
				if (from.level === 'tripped') expect(over).toBe(true);
				expect(changes.map(({ type }) => type)).toContain(to.level === 'warned' ? 'behaviour.eased' : 'behaviour.cleared');
			});
		}),
		RUNS,
	);
});

test('every rise and every fall of the level is told, and nothing is told without one', () => {
	fc.assert(
		fc.property(story, rules, (happenings, by) => {
			let level = 'none';
			const { changes, state } = foldAll(begin(by.zone), happenings, by);
			for (const { type } of changes) {
				if (type === 'behaviour.warned') level = 'warned';
				if (type === 'behaviour.locked_out') level = 'locked_out';
				if (type === 'behaviour.tilt_tripped') level = 'tripped';
				if (type === 'behaviour.eased') level = 'warned';
				if (type === 'behaviour.cleared') level = 'none';
			}
			expect(state.tilt.level).toBe(level);
			const tilted = changes.filter(({ type }) => type === 'behaviour.eased' || type === 'behaviour.cleared');
			const risen = changes.filter(({ type }) => ['behaviour.warned', 'behaviour.locked_out', 'behaviour.tilt_tripped'].includes(type));
			expect(tilted.length).toBeLessThanOrEqual(risen.length * 2);
		}),
		RUNS,
	);
});

test('a break never gets shorter, and time never turns back, in whatever order things get known', () => {
	fc.assert(
		fc.property(fc.array(happening, { maxLength: 40 }), rules, (happenings, by) => {
			each(happenings, by, (before, _, { state }) => {
				expect(state.at).toBeGreaterThanOrEqual(before.at);
				expect(state.cooldownUntil ?? 0).toBeGreaterThanOrEqual(before.cooldownUntil ?? 0);
				expect(state.highRisk.until ?? 0).toBeGreaterThanOrEqual(before.highRisk.until ?? 0);
				expect(state.lastLossAt ?? 0).toBeGreaterThanOrEqual(before.lastLossAt ?? 0);
			});
		}),
		RUNS,
	);
});

test('what it says stays inside its bounds', () => {
	fc.assert(
		fc.property(story, rules, (happenings, by) => {
			each(happenings, by, (_, __, { state }) => {
				const said = facts(state);
				expect([0, 11, 16]).toContain(said.requiredConfidenceExtra);
				expect(['1', '0.5', '0.25']).toContain(said.riskFactor);
				expect(said.riskFactor).toBe(String(decimal((said.medic ? 0.5 : 1) * (said.fullAutoOff ? 0.5 : 1))));
				expect(said.maxPositions).toBe(said.medic ? 1 : null);
				expect(said.fullAutoOff).toBe(said.tilt.level !== 'none');
				if (said.tilt.level === 'warned' || said.tilt.level === 'none') expect(said.tilt.until).toBeNull();
				else expect(said.tilt.until).toBeGreaterThan(state.at);
				expect(said.consecutiveLosses).toBeLessThanOrEqual(said.memberLosses.inARow);
				expect(state.orders.every(({ at }) => state.at - at < POLICY.tilt.frequencyMinutes * MINUTE)).toBe(true);
			});
		}),
		RUNS,
	);
});

test('more losses and signs never make it milder', () => {
	fc.assert(
		fc.property(story, rules, (happenings, by) => {
			const when = START + SPAN;
			const worse = [...happenings, closed(when, { gross: -1, net: -2, signalId: null })];
			const mild = facts(foldAll(begin(by.zone), [...happenings, time(when)], by).state);
			const hard = facts(foldAll(begin(by.zone), worse, by).state);
			expect(hard.requiredConfidenceExtra).toBeGreaterThanOrEqual(mild.requiredConfidenceExtra);
			expect(hard.tilt.points).toBeGreaterThanOrEqual(mild.tilt.points + 1);
			expect(Number(hard.riskFactor)).toBeLessThanOrEqual(Number(mild.riskFactor));
		}),
		RUNS,
	);
});
