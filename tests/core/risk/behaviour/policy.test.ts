import { parsePolicy, STANDARD_POLICY, type BehaviourPolicy } from '../../../../core/model';

const { behaviour } = STANDARD_POLICY;
const parse = (changes: object) => parsePolicy({ ...STANDARD_POLICY, behaviour: { ...behaviour, ...changes } });
const tilt = (changes: Partial<BehaviourPolicy['tilt']>) => ({ tilt: { ...behaviour.tilt, ...changes } });
const medic = (changes: Partial<BehaviourPolicy['medic']>) => ({ medic: { ...behaviour.medic, ...changes } });

describe('the numbers of behaviour', () => {
	test('ship as the policy says', () => {
		expect(behaviour).toMatchObject({
			confidenceExtra: [0, 11, 16], cooldownLosses: 3, cooldownMinutes: 60, revengeMinutes: 5,
			highRisk: { riskPercent: 1.5, losses: 2, hours: { NIBBLER: 6, FANG: 4, COMMANDER: 4, OPERATOR: 4, PRESS_PASS: 4 } },
			tilt: {
				warnPoints: 3, lockoutPoints: 4, tripPoints: 5, lockoutMinutes: 60, windowMinutes: 60, winsToClear: 2,
				riskFactor: '0.5', reentryMinutes: 5, nightFromHour: 2, nightToHour: 5,
			},
			medic: { lossPercent: 5, riskFactor: '0.5', positions: 1 },
		});
		expect(parse({}).behaviour).toEqual(behaviour);
	});

	test('are there for a policy that was stored before they were', () => {
		const { behaviour: _, ...older } = STANDARD_POLICY;
		expect(parsePolicy(older).behaviour).toEqual(behaviour);
	});

	test.each([
		['levels that do not ascend', tilt({ warnPoints: 5, lockoutPoints: 4 })],
		['a trip before the lockout', tilt({ tripPoints: 3 })],
		['a night without an end', tilt({ nightFromHour: 5, nightToHour: 5 })],
		['a factor that raises the risk', tilt({ riskFactor: '1.5' })],
		['a factor of nothing', tilt({ riskFactor: '0' })],
		['a factor of nothing in many digits', medic({ riskFactor: '0.00' })],
		['no factor', medic({ riskFactor: 'half' })],
		['medic mode beyond the hard bound of a day', medic({ lossPercent: 10.5 })],
		['no place for a position', medic({ positions: 0 })],
		['no win to clear', tilt({ winsToClear: 0 })],
		['high risk above what a trade may risk', { highRisk: { ...behaviour.highRisk, riskPercent: 2.5 } }],
		['an unknown number', { forgiving: true }],
	])('refuse %s', (_, changes) => {
		expect(() => parse(changes)).toThrow('behaviour');
	});
});
