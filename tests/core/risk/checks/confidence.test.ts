import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../../core/model';
import { requiredConfidence } from '../../../../core/risk/confidence';
import { confidence } from '../../../../core/risk/checks/confidence';
import { START } from '../../../support/databases';
import { d, describeCheck, policyWith, runCheck, snapshot, type SnapshotParts } from '../snapshots';

const MEDIUM = [
	{ eventId: 'nws_1', title: 'Durable goods', impact: 'MEDIUM', currency: 'USD', from: START, until: START + 1 },
] as const;
const signal = (value: number, more: SnapshotParts['signal'] = {}): SnapshotParts => ({
	signal: { confidence: d(value), class: 'RAPID_ASSAULT', ...more },
});
const losses = (extra: number): SnapshotParts => ({ behaviour: { requiredConfidenceExtra: extra } });
const ok = (limit: string) => ({ result: 'pass', code: 'OK', limit }) as const;
const low = (limit: string) => ({ result: 'block', code: 'CONFIDENCE_LOW', limit }) as const;

describeCheck('confidence', confidence, [
	['the floor of the tier', signal(70), ok('70')],
	['an unraised class floor is a check of its own', signal(70, { class: 'SNIPER_OPS' }), ok('70')],
	['one loss: 75 of the class and 11', { ...signal(86), ...losses(11) }, ok('86')],
	['one loss, under it', { ...signal(85.99), ...losses(11) }, low('86')],
	['two losses: 75 and 16', { ...signal(90), ...losses(16) }, low('91')],
	['two losses, a class of 87: never more than 95', { ...signal(95, { class: 'SNIPER_OPS' }), ...losses(16) }, ok('95')],
	['under the cap', { ...signal(94, { class: 'SNIPER_OPS' }), ...losses(16) }, low('95')],
	['full auto: 91 and 11 are 95 too', { ...signal(94), ...losses(11), mode: 'FULL_AUTO' }, low('95')],
	['news of medium weight: 75 and 10', { ...signal(84), news: { windows: MEDIUM } }, low('85')],
	['and reached', { ...signal(85), news: { windows: MEDIUM } }, ok('85')],
	['losses and news: 75 and 11 and 10 are capped', { ...signal(94), ...losses(11), news: { windows: MEDIUM } }, low('95')],
	['none at all', { ...signal(0), signal: { confidence: null } }, { result: 'block', code: 'CONFIDENCE_MISSING', limit: '70' }],
	['without a tier', { member: { tier: null } }, { result: 'block', code: 'TIER_NONE' }],
]);

test('says what raised it', () => {
	const { message } = runCheck(confidence, { ...signal(80), ...losses(11), news: { windows: MEDIUM } });
	expect(message).toBe(
		'Confidence 80 is below the required 95. Wait for a stronger signal. That is 75 and 11 after losses in a row and 10 while news are near.',
	);
	expect(runCheck(confidence, { ...signal(80), ...losses(11) }).message).not.toContain('news');
	expect(runCheck(confidence, { ...signal(80), news: { windows: MEDIUM } }).message).not.toContain('losses');
	expect(runCheck(confidence, signal(60)).message).toBe('Confidence 60 is below the required 70. Wait for a stronger signal.');
});

test('a floor above the cap stays: the cap bounds what is added, not what a class asks for', () => {
	const floors = { RAPID_ASSAULT: 75, SNIPER_OPS: 87, MIDNIGHT_HAMMER: 97 };
	const policy = policyWith('OPERATOR', { classFloors: floors });
	const parts = { policy, ...losses(11), signal: { class: 'MIDNIGHT_HAMMER', confidence: d(96) } } as const;
	const made = snapshot(parts);
	expect(requiredConfidence(made, policy.tiers.OPERATOR)).toMatchObject({ required: 97, base: 97 });
});

test('more losses and more news never ask for less', () => {
	const extra = fc.integer({ min: 0, max: 40 });
	fc.assert(
		fc.property(extra, extra, fc.boolean(), (a, b, news) => {
			const of = (points: number, near: boolean): number =>
				requiredConfidence(
					snapshot({ ...losses(points), news: { windows: near ? MEDIUM : [] } }),
					STANDARD_POLICY.tiers.OPERATOR,
				).required;
			expect(of(Math.max(a, b), news)).toBeGreaterThanOrEqual(of(Math.min(a, b), news));
			expect(of(a, true)).toBeGreaterThanOrEqual(of(a, false));
			expect(of(a, news)).toBeLessThanOrEqual(95);
		}),
		{ numRuns: 100 },
	);
});
