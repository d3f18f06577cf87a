import { FirecontrolError, type AccountId } from '../model';

/** @returns the error for a score that only a paper account can have */
export function notPaper(accountId: AccountId, kind: string): FirecontrolError {
	return new FirecontrolError(
		'READINESS_NOT_PAPER',
		`The account ${accountId} is ${kind}. Readiness is earned on paper: ask for a paper account.`,
	);
}

/** @returns the error for an override that is not fit for the record */
export function overrideInvalid(problem: string): FirecontrolError {
	return new FirecontrolError('OVERRIDE_INVALID', problem);
}
