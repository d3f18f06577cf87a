import type { Check } from './check';
import { judgeExposure } from './exposure';

/** What is in assets that move together counts as one bet, and has a limit of its own. */
export const groupExposure: Check = (_, plan) =>
	judgeExposure({ check: 'group_exposure', kind: 'group', code: 'GROUP_EXPOSURE' }, plan);
