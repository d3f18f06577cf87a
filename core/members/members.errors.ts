import type { z } from 'zod';
import { FirecontrolError, shorten } from '../model';

/** What is wrong with one field of an input. */
export interface Violation {
	/** Path of the field, such as `paperAccount.balance`; '' for the input as a whole. */
	readonly field: string;
	readonly found: unknown;
	/** What is wrong and what to do. */
	readonly message: string;
}

/** What people see of a field, where its path in the core is another. */
const SEEN_AS: Readonly<Record<string, string>> = {
	displayName: 'display name',
	fireMode: 'fire mode',
	autoSlots: 'auto slots',
	telegramChatId: 'Telegram chat ID',
	'paperAccount.label': 'label of the paper account',
	'paperAccount.balance': 'start balance',
	'paperAccount.currency': 'currency of the paper account',
	'paperAccount.zone': 'time zone of the paper account',
	'paperAccount.quoteSource': 'quote source',
};

function shown(found: unknown): string {
	return found === undefined ? 'nothing' : shorten(JSON.stringify(found) ?? String(found), 80);
}

/** One error that names every violation at once. */
export function memberInvalid(violations: readonly Violation[]): FirecontrolError {
	const lines = violations.map(
		({ field, found, message }) =>
			`${field === '' ? 'input' : (SEEN_AS[field] ?? field)}: ${message} (found ${shown(found)})`,
	);
	return new FirecontrolError('MEMBER_INVALID', `The member is not valid. ${lines.join('; ')}`, {
		details: { violations },
	});
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	let value = input;
	for (const key of path) {
		if (typeof value !== 'object' || value === null) return undefined;
		const inner: unknown = Reflect.get(value, key);
		value = inner;
	}
	return value;
}

/** The violations that zod found in `input`. */
export function violationsOf(error: z.ZodError, input: unknown): Violation[] {
	return error.issues.map((issue) => ({
		field: issue.path.map(String).join('.'),
		found: valueAt(input, issue.path),
		message: issue.message,
	}));
}

export function memberUnknown(idOrHandle: string): FirecontrolError {
	return new FirecontrolError(
		'MEMBER_UNKNOWN',
		`There is no member "${shorten(idOrHandle, 80)}". List the members to see their handles.`,
	);
}
