import { block, pass, type Check } from './check';

const NAME = 'account_active';

/** Member and account are in use. */
export const accountActive: Check = ({ member, account }) =>
	member.active && account.active ? pass(NAME) : block(NAME, 'ACCOUNT_INACTIVE');
