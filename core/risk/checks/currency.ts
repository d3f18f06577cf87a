import { isRefused } from '../../model';
import { knownMarket } from '../prices';
import { block, deny, pass, type Check } from './check';

const NAME = 'currency';

/** The symbol is quoted in the currency that the account holds; nothing is converted. */
export const currency: Check = (snapshot) => {
	const market = knownMarket(snapshot);
	if (isRefused(market)) return deny(NAME, market);
	const finding = { limit: snapshot.account.currency, observed: market.quote };
	if (market.quote === snapshot.account.currency) return pass(NAME, finding);
	return block(NAME, 'CURRENCY_MISMATCH', { ...finding, context: { symbol: market.symbol } });
};
