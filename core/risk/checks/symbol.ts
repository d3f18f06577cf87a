import { block, pass, type Check } from './check';

const NAME = 'symbol';

/** The venue lists exactly this symbol. */
export const symbol: Check = ({ market, signal }) =>
	market === null
		? block(NAME, 'SYMBOL_UNKNOWN', { observed: signal.symbol, context: { symbol: signal.symbol } })
		: pass(NAME, { observed: market.symbol });
