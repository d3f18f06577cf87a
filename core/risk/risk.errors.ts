import { FirecontrolError, type AccountId, type SignalId, type VerdictId } from '../model';

export function signalUnknown(signalId: SignalId): FirecontrolError {
	return new FirecontrolError(
		'SIGNAL_UNKNOWN',
		`There is no signal ${signalId}. Only ids of stored signals can be judged.`,
		{ details: { signal_id: signalId } },
	);
}

export function accountUnknown(accountId: AccountId): FirecontrolError {
	return new FirecontrolError(
		'ACCOUNT_UNKNOWN',
		`There is no account ${accountId}. Take the id from the Members node.`,
		{ details: { account_id: accountId } },
	);
}

export function memberUnknown(idOrHandle: string): FirecontrolError {
	return new FirecontrolError(
		'MEMBER_UNKNOWN',
		`There is no member "${idOrHandle}". Take the id or the handle from the Members node.`,
		{ details: { member: idOrHandle } },
	);
}

/** An order was asked for from a verdict that allows none. */
export function notApproved(verdictId: VerdictId, why: string): FirecontrolError {
	return new FirecontrolError(
		'VERDICT_NOT_APPROVED',
		`No order can be made from verdict ${verdictId}: ${why}.`,
		{ details: { verdict_id: verdictId } },
	);
}
