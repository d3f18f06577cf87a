import { block, pass, type Check } from './check';

const NAME = 'addressee';

/** A signal that names members is for nobody else, whatever an item between the nodes says. */
export const addressee: Check = ({ signal, member }) => {
	if (signal.members === null) return pass(NAME, { observed: member.handle });
	const finding = { limit: signal.members.join(', '), observed: member.handle };
	return signal.members.includes(member.handle)
		? pass(NAME, finding)
		: block(NAME, 'NO_ELIGIBLE_ACCOUNT', finding);
};
