import { DateTime } from 'luxon';
import { z } from 'zod';
import { decimal, gt, HUNDRED, isStorableDecimal, lte, ONE, ZERO, type Decimal } from '../model';
import { asObject, JsonNumber } from './json';

/** Longest text that is read as a number: sign, digits, point, exponent, some leading zeros. */
const NUMBER_LENGTH_MAX = 64;
const TARGETS_MAX = 10;
const MEMBERS_MAX = 500;
const YEARS = { first: 2000, last: 2199 };

/** Why a text cannot be taken, or null. NUL and lone surrogates do not survive a database. */
function textProblem(text: string, limit: number): string | null {
	if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u.test(text)) {
		return 'Send it without control characters.';
	}
	if (text.length > limit) return `Send at most ${limit} characters.`;
	if (text.includes('{{')) return 'The placeholder was not filled in. Send its value.';
	return null;
}

/** Text of 1 to `limit` characters, trimmed; numbers count as their digits where `numbers`. */
export function textField(limit: number, advice: string, numbers = false) {
	return z.unknown().transform((input, ctx): string => {
		const given = numbers && input instanceof JsonNumber ? input.text : input;
		const text = typeof given === 'string' ? given.trim() : '';
		const problem = text === '' ? advice : textProblem(text, limit);
		if (problem === null) return text;
		ctx.addIssue({ code: 'custom', message: problem });
		return z.NEVER;
	});
}

/** Free text; blank counts as none. */
export function remarkField(limit: number) {
	return z.unknown().transform((input, ctx): string | null => {
		const given = input instanceof JsonNumber ? input.text : input;
		const text = typeof given === 'string' ? given.trim() : null;
		if (text === '') return null;
		const problem = text === null ? 'Send text, or leave it out.' : textProblem(text, limit);
		if (problem === null) return text;
		ctx.addIssue({ code: 'custom', message: problem });
		return z.NEVER;
	});
}

/** One of a list of words, in any case. */
export function wordField<const W extends string>(words: readonly W[]) {
	const advice = `Send ${words.map((word) => `"${word}"`).join(', ')}.`;
	return z.unknown().transform((input, ctx): W => {
		const text = typeof input === 'string' ? input.trim().toLowerCase() : null;
		const word = words.find((known) => known.toLowerCase() === text);
		if (word !== undefined) return word;
		ctx.addIssue({ code: 'custom', message: advice });
		return z.NEVER;
	});
}

/** A decimal that was sent as a JSON number or as text, every digit kept; null if it is none. */
export function readDecimal(input: unknown): Decimal | null {
	const text = input instanceof JsonNumber ? input.text : input;
	if (typeof text !== 'string') return null;
	const trimmed = text.trim();
	if (trimmed.length > NUMBER_LENGTH_MAX || !isStorableDecimal(trimmed)) return null;
	return decimal(trimmed);
}

function decimalField(advice: string, accepts: (value: Decimal) => boolean) {
	return z.unknown().transform((input, ctx): Decimal => {
		const value = readDecimal(input);
		if (value !== null && accepts(value)) return value;
		ctx.addIssue({ code: 'custom', message: advice });
		return z.NEVER;
	});
}

const DIGITS = 'with at most 20 digits before and 18 after the point';

export const priceField = decimalField(
	`Send a price above 0 ${DIGITS}, for example 60250.5 or "60250.5".`,
	(value) => gt(value, ZERO),
);

export const quantityField = decimalField(
	`Send a quantity above 0 ${DIGITS}, for example 0.25 or "0.25"; or leave it out, and it is computed.`,
	(value) => gt(value, ZERO),
);

export const confidenceField = decimalField(
	'Send a confidence from 0 to 100, for example 92.',
	(value) => !gt(ZERO, value) && lte(value, HUNDRED),
);

const shareField = decimalField(
	'Send the share of the position to close there, above 0 and at most 1; or leave it out for equal parts.',
	(value) => gt(value, ZERO) && lte(value, ONE),
);

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 date and time as milliseconds UTC; without an offset it is UTC. */
export const instantField = z.unknown().transform((input, ctx): number => {
	const text = typeof input === 'string' ? input.trim() : '';
	const time = ISO_INSTANT.test(text) ? DateTime.fromISO(text.toUpperCase(), { zone: 'utc' }) : null;
	if (time?.isValid === true && time.year >= YEARS.first && time.year <= YEARS.last) {
		return time.toMillis();
	}
	ctx.addIssue({
		code: 'custom',
		message: 'Send date and time as ISO 8601, for example "2026-11-20T10:00:00Z".',
	});
	return z.NEVER;
});

/** A target as sent; without a share it gets an equal part. */
export interface SentTarget {
	readonly price: Decimal;
	readonly share: Decimal | null;
}

const targetSchema = z.object({ price: priceField, share: shareField.nullish() });

/** `[{ price, share }]`; a bare price stands for a target without a share. */
export const targetsField = z.unknown().transform((input, ctx): SentTarget[] => {
	const list: unknown[] | null = Array.isArray(input)
		? input
		: typeof input === 'string' || asObject(input) !== null || input instanceof JsonNumber
			? [input]
			: null;
	if (list === null || list.length > TARGETS_MAX) {
		ctx.addIssue({
			code: 'custom',
			message: `Send a list of at most ${TARGETS_MAX} targets, for example [{"price":61500,"share":1}].`,
		});
		return z.NEVER;
	}
	return list.flatMap((item, index): SentTarget[] => {
		const target = targetSchema.safeParse(asObject(item) ?? { price: item });
		if (target.success) return [{ price: target.data.price, share: target.data.share ?? null }];
		const at = Array.isArray(input) ? [index] : [];
		for (const issue of target.error.issues) {
			const path = asObject(item) === null ? at : [...at, ...issue.path];
			ctx.addIssue({ code: 'custom', message: issue.message, path });
		}
		return [];
	});
});

const handleField = textField(64, 'Send the handle of a member as text.');

/** Handles of members. An empty list would address nobody and is refused. */
export const membersField = z.unknown().transform((input, ctx): string[] => {
	if (!Array.isArray(input) || input.length === 0 || input.length > MEMBERS_MAX) {
		ctx.addIssue({
			code: 'custom',
			message: `Send a list of 1 to ${MEMBERS_MAX} handles; leave it out to address everyone eligible.`,
		});
		return z.NEVER;
	}
	const handles = input.flatMap((item: unknown, index): string[] => {
		const handle = handleField.safeParse(item);
		if (handle.success) return [handle.data];
		for (const issue of handle.error.issues) {
			ctx.addIssue({ code: 'custom', message: issue.message, path: [index] });
		}
		return [];
	});
	return [...new Set(handles)];
});
