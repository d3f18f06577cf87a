import { asRecord } from '../model';

/** The two databases; every difference between them is answered in this folder. */
export type Dialect = 'sqlite' | 'postgres';

const SQLITE_UNIQUE = new Set([1555, 2067]);
const SQLITE_BUSY = new Set([5, 6, 261, 517]);
const POSTGRES_RETRY = new Set(['40001', '40P01']);

/** Whether the error says that a unique key was taken already. */
export function isUniqueViolation(error: unknown): boolean {
	const fields = asRecord(error);
	if (fields === null) return false;
	return fields['code'] === '23505' || SQLITE_UNIQUE.has(Number(fields['errcode']));
}

/** Whether the same transaction may succeed when it is simply run again. */
export function isContention(error: unknown): boolean {
	const fields = asRecord(error);
	if (fields === null) return false;
	return POSTGRES_RETRY.has(String(fields['code'])) || SQLITE_BUSY.has(Number(fields['errcode']));
}
