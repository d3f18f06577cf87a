import { openingSide } from '../prices';
import { block, pass, type Check } from './check';

const NAME = 'short';

/** A sale that opens a position needs a venue that lends. */
export const short: Check = ({ venue, signal }) => {
	const finding = { observed: openingSide(signal) };
	if (venue.shortSelling || finding.observed === 'buy') return pass(NAME, finding);
	return block(NAME, 'SHORT_NOT_SUPPORTED', { ...finding, limit: 'buy' });
};
