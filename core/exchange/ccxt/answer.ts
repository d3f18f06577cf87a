import type { Decimal } from '../../model';
import { decimal, FirecontrolError } from '../../model';
import type { Answer } from './library';

/** A field as text; null where the venue says nothing. */
export function textOf(answer: Answer, field: string): string | null {
	const value = answer[field];
	if (typeof value === 'string') return value === '' ? null : value;
	return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null;
}

/** A field as decimal; null where the venue says nothing. @throws FirecontrolError `DECIMAL_INVALID` */
export function decimalOf(answer: Answer, field: string): Decimal | null {
	const text = textOf(answer, field);
	return text === null ? null : decimal(text);
}

/** A field that must be there. @throws FirecontrolError `VENUE_ANSWER` */
export function needed<T>(value: T | null, what: string): T {
	if (value !== null) return value;
	throw new FirecontrolError('VENUE_ANSWER', `The venue's answer has no ${what}.`, { retryable: true });
}

/** Whether something is a record. */
export function isRecord(value: unknown): value is Answer {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field as record; an empty one where it is none. */
export function recordOf(answer: Answer, field: string): Answer {
	const value = answer[field];
	return isRecord(value) ? value : {};
}

/** A field as list of records. */
export function listOf(answer: Answer, field: string): readonly Answer[] {
	const value = answer[field];
	return Array.isArray(value) ? value.filter(isRecord) : [];
}
