import type { Check } from './check';
import { judgeExposure } from './exposure';

/** What is in one base asset, in whatever it is quoted, stays within a share of the equity. */
export const currencyExposure: Check = (_, plan) =>
	judgeExposure({ check: 'currency_exposure', kind: 'currency', code: 'CURRENCY_EXPOSURE' }, plan);
