import type { Brand } from './brand';

/** An intent that the risk gate has approved. Only `core/risk` makes these. */
export type RiskApproved<T> = Brand<T, 'RiskApproved'>;

/** An intent that can only make a position smaller. Only `core/orders` makes these. */
export type ReduceOnly<T> = Brand<T, 'ReduceOnly'>;
