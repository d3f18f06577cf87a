import { isRefused } from '../../model';
import { knownQuote } from '../prices';
import { block, pass, type Check } from './check';

const NAME = 'circuit_breaker';

/** Trading is ACTIVE in every scope of this order, venue and market are open, and the feed is fresh. */
export const circuitBreaker: Check = (snapshot) => {
	const { trading, venue, signal, market } = snapshot;
	const finding = { limit: 'ACTIVE', observed: trading.state };
	if (trading.state !== 'ACTIVE') {
		const context = { state: trading.state, cause: trading.cause };
		return block(NAME, 'TRADING_STATE', { ...finding, context });
	}
	if (!venue.open) return block(NAME, 'VENUE_CLOSED', finding);
	if (market?.halted === true) {
		return block(NAME, 'MARKET_HALTED', { ...finding, context: { symbol: market.symbol } });
	}
	if (isRefused(knownQuote(snapshot))) {
		return block(NAME, 'FEED_STALE', { ...finding, context: { symbol: signal.symbol } });
	}
	return pass(NAME, finding);
};
