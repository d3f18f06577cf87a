import { openingSide } from '../prices';
import { block, pass, type Check } from './check';

const NAME = 'one_trade_per_symbol';

/**
 * No trade in the symbol is open, opening or reserved on this account, in either direction, nor
 * somebody else's position that the venue would net with it.
 */
export const oneTradePerSymbol: Check = ({
	signal, market, trades, reservations, hasForeignPosition,
}) => {
	const symbol = market?.symbol ?? signal.symbol;
	const context = { symbol };
	const trade = trades.find((open) => open.symbol === symbol);
	if (trade !== undefined) {
		const code = trade.side === openingSide(signal) ? 'POSITION_EXISTS' : 'OPPOSITE_POSITION_OPEN';
		return block(NAME, code, { limit: 0, observed: 1, context });
	}
	if (hasForeignPosition) return block(NAME, 'FOREIGN_POSITION', { limit: 0, observed: 1, context });
	const reserved = reservations.some((held) => held.symbol === symbol);
	return reserved
		? block(NAME, 'POSITION_EXISTS', { limit: 0, observed: 1, context })
		: pass(NAME, { limit: 0, observed: 0 });
};
