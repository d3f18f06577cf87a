import type { Check } from './check';
import { judgeExposure } from './exposure';

/** What is in one symbol, this order included, stays within a share of the equity. */
export const symbolExposure: Check = (_, plan) =>
	judgeExposure({ check: 'symbol_exposure', kind: 'symbol', code: 'SYMBOL_EXPOSURE' }, plan);
