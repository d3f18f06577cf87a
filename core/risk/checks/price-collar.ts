import { gt, isRefused, mul, sub, venueLimits, type Decimal } from '../../model';
import { knownQuote, openingSide } from '../prices';
import { block, deny, pass, policyNumber, shown, type Check } from './check';

const NAME = 'price_collar';

/**
 * A limit that reaches far beyond the market would be filled at any price on the way. What it may
 * reach beyond is the quote, or the trigger of a stop order, whose limit counts from there.
 */
export const priceCollar: Check = (snapshot) => {
	const { signal, policy, venue } = snapshot;
	const { orderType, entry, trigger } = signal;
	const limit = policyNumber(venueLimits(policy.compliance, venue.name).collarPercent);
	const limited = orderType === 'limit' || orderType === 'stop_limit';
	if (!limited || entry === null) return pass(NAME, { limit });
	const quote = knownQuote(snapshot);
	if (isRefused(quote)) return deny(NAME, quote);
	const from: Decimal = orderType === 'stop_limit' && trigger !== null ? trigger : quote;
	const beyond = openingSide(signal) === 'buy' ? sub(entry, from) : sub(from, entry);
	const finding = { limit, observed: shown(entry), context: { from: shown(from) } };
	return gt(mul(beyond, 100), mul(from, limit)) ? block(NAME, 'PRICE_COLLAR', finding) : pass(NAME, finding);
};
