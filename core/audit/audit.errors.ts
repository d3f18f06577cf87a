import { FirecontrolError } from '../model';

/** The table of the last link lost its only row. */
export const headMissing = (): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_HEAD_MISSING',
		'The last link of the audit chain is gone from the table audit_head. Restore the database from a backup.',
	);

/** A row was sealed, changed or removed by somebody else while its batch was sealed. */
export const sealingDisturbed = (rows: number, sealed: number): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_SEALING_DISTURBED',
		`Of ${rows} audit rows only ${sealed} could be sealed: somebody changed the table meanwhile. Run Audit Trail: Verify.`,
		{ details: { rows, sealed } },
	);

/** A sealed row stands where the next link belongs. */
export const linkTaken = (number: number): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_LINK_TAKEN',
		`The audit row number ${number} is there already, though the chain ends before it: it was not put there by this system. Run Audit Trail: Verify.`,
		{ details: { number } },
	);

/** Rows wait longer than a minute to be sealed. */
export const sealingLate = (rows: number, seconds: number): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_SEALING_LATE',
		`${rows} audit rows are not sealed, the oldest for ${seconds} s. In PostgreSQL a transaction that stays open keeps them back: look for it in pg_stat_activity.`,
		{ retryable: true, details: { rows, seconds } },
	);

/** There is no row in the part of the chain that was asked for, or it ends before it begins. */
export function rangeEmpty(asked: { from: number; through: number | null }, first: number, last: number): FirecontrolError {
	const range = asked.through === null ? `${asked.from} and beyond` : `${asked.from} to ${asked.through}`;
	const there = last < first
		? 'No row is sealed yet: leave the numbers out.'
		: `The chain has the rows ${first} to ${last}: ask for numbers among them, or leave them out.`;
	return new FirecontrolError('AUDIT_RANGE_EMPTY', `Nothing was checked: there is no row ${range}. ${there}`, {
		details: { ...asked, first, last },
	});
}

/** The part of the chain that was asked for does not hold. */
export const chainBroken = (message: string): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_BROKEN',
		`The audit chain does not hold, and what is evidence is not removed. ${message}`,
	);

/** More rows than one export may hold. */
export const exportTooLarge = (limit: number): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_EXPORT_TOO_LARGE',
		`The range has more than ${limit} rows. Export it in parts, by number or by time; the parts' chain heads follow on each other.`,
		{ details: { limit } },
	);

/** Nothing younger than the time that the law asks for is ever removed. */
export const retentionTooShort = (days: number, least: number): FirecontrolError =>
	new FirecontrolError(
		'AUDIT_RETENTION',
		`Audit rows are kept ${least} days at least; ${days} days were asked for.`,
		{ details: { days, least } },
	);
