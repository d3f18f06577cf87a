import { abs, div, eq, isRefused, lt, mul, opposite, sub } from '../../model';
import { isAhead, openingSide } from '../prices';
import { block, deny, pass, policyNumber, shown, shownRatio, warn, type Check } from './check';

const NAME = 'stop_loss';

/**
 * There is a stop on the losing side of the reference price, and of the sender's own entry where
 * one is stated, and it equals neither.
 */
export const stopLoss: Check = ({ signal, policy }, { reference, stop }) => {
	if (isRefused(stop)) return deny(NAME, stop);
	if (isRefused(reference)) return deny(NAME, reference);
	const losing = opposite(openingSide(signal));
	const prices = signal.entry === null ? [reference] : [reference, signal.entry];
	const equal = prices.find((price) => eq(price, stop));
	if (equal !== undefined) {
		return block(NAME, 'STOP_LOSS_EQUALS_ENTRY', { limit: shown(equal), observed: shown(stop) });
	}
	const wrong = prices.find((price) => !isAhead(losing, stop, price));
	if (wrong !== undefined) {
		return block(NAME, 'STOP_LOSS_WRONG_SIDE', { limit: shown(wrong), observed: shown(stop) });
	}
	const least = policyNumber(policy.risk.stopDistanceWarnPercent);
	const distance = mul(abs(sub(reference, stop)), 100);
	const finding = { limit: least, observed: shownRatio(div(distance, reference)) };
	return lt(distance, mul(reference, least)) ? warn(NAME, 'STOP_LOSS_NEAR', finding) : pass(NAME, finding);
};
