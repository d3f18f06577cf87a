import type { Policy } from '../../model';
import { decimal } from '../../model';
import type { VenueCapabilities } from '../exchange';
import { VENUE_TIMES_IN_FORCE } from '../exchange';

/** What the paper venue can do under this policy; the same for every model of an account. */
export function paperCapabilities(policy: Policy): VenueCapabilities {
	return {
		clientIdLookup: true,
		restingStop: false,
		stopLocksBalance: true,
		attachedStop: false,
		nativeOco: false,
		trailing: false,
		cancelAllAfter: false,
		watchOrders: false,
		reduceOnly: false,
		amend: false,
		postOnly: true,
		timeInForce: [...VENUE_TIMES_IN_FORCE],
		testnet: false,
		shortSelling: false,
		sessions: '24/7',
		orderTypes: ['market', 'limit', 'stop', 'stop_limit'],
		takerFeePercent: decimal(policy.paper.feePercent),
	};
}
