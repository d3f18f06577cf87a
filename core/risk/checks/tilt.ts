import { isoTime } from '../../model';
import { block, pass, warn, type Check } from './check';

const NAME = 'tilt';

/**
 * The member is not on tilt. A lockout and a trip block every mode until their end; until wins have
 * cleared it nothing fires by itself, and what is fired by hand is warned.
 */
export const tilt: Check = ({ behaviour: { tilt: seen, fullAutoOff }, mode, policy }) => {
	const { warnPoints: limit, winsToClear } = policy.behaviour.tilt;
	const finding = { limit, observed: seen.points };
	const reasons = seen.reasons.length === 0 ? 'not cleared yet' : seen.reasons.join(', ');
	if (seen.until !== null) {
		const code = seen.level === 'tripped' ? 'TILT_TRIPPED' : 'TILT_LOCKOUT';
		return block(NAME, code, { ...finding, context: { reasons, until: isoTime(seen.until) } });
	}
	if (seen.level === 'none') return pass(NAME, finding);
	const context = { reasons, wins: winsToClear };
	return fullAutoOff && mode === 'FULL_AUTO'
		? block(NAME, 'TILT_AUTO_OFF', { ...finding, context })
		: warn(NAME, 'TILT_WARNED', { ...finding, context });
};
