import { noMarket } from '../prices';
import { block, pass, type Check } from './check';

const NAME = 'symbol';

/** The venue answers, and lists exactly this symbol. */
export const symbol: Check = (snapshot) => {
	if (snapshot.market !== null) return pass(NAME, { observed: snapshot.market.symbol });
	const { code, context } = noMarket(snapshot);
	return block(NAME, code, { observed: snapshot.signal.symbol, context });
};
