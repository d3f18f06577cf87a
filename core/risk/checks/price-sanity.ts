import { abs, gt, isRefused, mul, sub, type Decimal } from '../../model';
import { knownQuote } from '../prices';
import { block, deny, pass, policyNumber, shown, type Check } from './check';

const NAME = 'price_sanity';

/** Every price that the order or its sender names lies near a fresh quote. */
export const priceSanity: Check = (snapshot, { reference }) => {
	const { signal, policy } = snapshot;
	const quote = knownQuote(snapshot);
	if (isRefused(quote)) return deny(NAME, quote);
	if (isRefused(reference)) return deny(NAME, reference);
	const limit = policyNumber(policy.risk.priceBandPercent);
	const finding = { limit, observed: shown(quote) };
	const named = [reference, signal.entry, signal.trigger];
	const isOff = (price: Decimal): boolean => gt(mul(abs(sub(price, quote)), 100), mul(quote, limit));
	const off = named.find((price) => price !== null && isOff(price)) ?? null;
	if (off === null) return pass(NAME, finding);
	return block(NAME, 'PRICE_INSANE', { ...finding, context: { price: shown(off) } });
};
