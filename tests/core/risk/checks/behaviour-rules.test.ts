import { HOUR, isoTime, MINUTE } from '../../../../core/model';
import { highRiskCooldown } from '../../../../core/risk/checks/high-risk-cooldown';
import { lossCooldown } from '../../../../core/risk/checks/loss-cooldown';
import { medicMode } from '../../../../core/risk/checks/medic-mode';
import { revengeBlock } from '../../../../core/risk/checks/revenge-block';
import { selfLockout } from '../../../../core/risk/checks/self-lockout';
import { tilt } from '../../../../core/risk/checks/tilt';
import { FURTHER_CHECKS } from '../../../../core/risk/checks';
import { CALM, type TiltFacts } from '../../../../core/risk/behaviour';
import { START } from '../../../support/databases';
import { d, describeCheck, runCheck, type SnapshotParts } from '../snapshots';

const END = START + HOUR;
const lost = (ago: number): SnapshotParts => ({ behaviour: { lastLossAt: START - ago } });

describeCheck('revenge_block', revengeBlock, [
	['no loss', {}, { result: 'pass', code: 'OK', limit: '5', observed: null }],
	['just lost', lost(0), { result: 'block', code: 'REVENGE_BLOCK', limit: '5', observed: isoTime(START) }],
	['a millisecond short', lost(5 * MINUTE - 1), { result: 'block', code: 'REVENGE_BLOCK' }],
	['five minutes ago', lost(5 * MINUTE), { result: 'pass', code: 'OK' }],
	['booked by a clock ahead of ours', lost(-500), { result: 'block', code: 'REVENGE_BLOCK' }],
]);

describeCheck('loss_cooldown', lossCooldown, [
	['none', { behaviour: { consecutiveLosses: 2 } }, { result: 'pass', limit: '3', observed: '2' }],
	['running', { behaviour: { consecutiveLosses: 3, cooldownUntil: END } }, {
		result: 'block', code: 'LOSS_COOLDOWN', limit: '3', observed: '3',
	}],
]);

describeCheck('high_risk_cooldown', highRiskCooldown, [
	['none', {}, { result: 'pass', limit: null, observed: null }],
	['over, the default forced', { behaviour: { forceDefaultRisk: true } }, { result: 'pass' }],
	['running', { behaviour: { highRiskCooldownUntil: END } }, {
		result: 'block', code: 'HIGH_RISK_COOLDOWN', limit: isoTime(END), observed: isoTime(START),
	}],
]);

describeCheck('self_lockout', selfLockout, [
	['none', {}, { result: 'pass', limit: null, observed: null }],
	['running', { behaviour: { selfLockedUntil: END } }, {
		result: 'block', code: 'SELF_LOCKED', limit: isoTime(END), observed: isoTime(START),
	}],
]);

describeCheck('medic_mode', medicMode, [
	['off', {}, { result: 'pass', limit: '5' }],
	['on', { behaviour: { medic: true, riskFactor: d('0.5'), maxPositions: 1 } }, {
		result: 'warn', code: 'MEDIC_MODE', limit: '5',
	}],
]);

const tilted = (level: TiltFacts['level'], until: number | null, mode: SnapshotParts['mode'] = 'MANUAL'): SnapshotParts => ({
	mode,
	behaviour: {
		fullAutoOff: level !== 'none',
		tilt: { level, until, points: 4, reasons: ['3 losses in a row', 'a stop widened or taken away'] },
	},
});

describeCheck('tilt', tilt, [
	['calm', {}, { result: 'pass', code: 'OK', limit: '3', observed: '0' }],
	['points below the first level', { behaviour: { tilt: { ...CALM.tilt, points: 2 } } }, { result: 'pass', observed: '2' }],
	['calm in FULL_AUTO', { mode: 'FULL_AUTO' }, { result: 'pass' }],
	['warned, fired by hand', tilted('warned', null), { result: 'warn', code: 'TILT_WARNED', observed: '4' }],
	['warned, half by hand', tilted('warned', null, 'SEMI_AUTO'), { result: 'warn', code: 'TILT_WARNED' }],
	['warned in FULL_AUTO', tilted('warned', null, 'FULL_AUTO'), { result: 'block', code: 'TILT_AUTO_OFF' }],
	['locked out', tilted('locked_out', END), { result: 'block', code: 'TILT_LOCKOUT' }],
	['locked out in FULL_AUTO', tilted('locked_out', END, 'FULL_AUTO'), { result: 'block', code: 'TILT_LOCKOUT' }],
	['tripped', tilted('tripped', END), { result: 'block', code: 'TILT_TRIPPED' }],
	['tripped in FULL_AUTO', tilted('tripped', END, 'FULL_AUTO'), { result: 'block', code: 'TILT_TRIPPED' }],
]);

describe('the texts', () => {
	test.each([
		[revengeBlock, lost(MINUTE), 'A trade was lost at 2026-11-20T09:59:00.000Z. For 5 min after any loss nothing new is opened: wait until 2026-11-20T10:04:00.000Z. Exits pass.'],
		[tilt, tilted('locked_out', END), 'Tilt: 3 losses in a row, a stop widened or taken away. Locked out: new entries wait until 2026-11-20T11:00:00.000Z. Step away from the screen; exits pass.'],
		[tilt, { ...tilted('warned', null), behaviour: { tilt: { level: 'warned', points: 0, reasons: [], until: null } } }, 'Tilt: not cleared yet. Risk is halved and nothing fires by itself until 2 wins clear it.'],
		[medicMode, { behaviour: { medic: true, riskFactor: d('0.25') } }, 'The account has lost 5 % or more today. Until its next risk day its risk is multiplied by 0.25 and open positions are limited to 1.'],
	] as const)('say what happened, until when, and what to do', (check, parts, text) => {
		expect(runCheck(check, parts as SnapshotParts).message).toBe(text);
	});

	test('the gate evaluates every one of them', () => {
		for (const check of [revengeBlock, lossCooldown, highRiskCooldown, selfLockout, medicMode, tilt]) {
			expect(FURTHER_CHECKS).toContain(check);
		}
	});
});
