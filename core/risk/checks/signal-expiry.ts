import { isoTime } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'signal_expiry';

/** The signal has not expired. */
export const signalExpiry: Check = ({ now, signal }) => {
	const expires = isoTime(signal.expiresAt);
	const finding = { limit: expires, observed: isoTime(now), context: { expires_at: expires } };
	return now > signal.expiresAt ? block(NAME, 'SIGNAL_EXPIRED', finding) : pass(NAME, finding);
};
