import { block, pass, type Check } from './check';

const NAME = 'live_switch';

/** An account with real money trades only after its own switch was turned on. */
export const liveSwitch: Check = ({ account }) => {
	if (account.kind !== 'live') return pass(NAME, { observed: account.kind });
	const finding = { limit: 'on', observed: account.liveEnabled ? 'on' : 'off' };
	return account.liveEnabled ? pass(NAME, finding) : block(NAME, 'LIVE_NOT_ENABLED', finding);
};
