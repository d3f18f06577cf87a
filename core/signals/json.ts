import { asRecord } from '../model';

declare global {
	interface JSON {
		/** Node 21 and later hand the reviver the source text of a primitive. */
		parse(
			text: string,
			reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
		): unknown;
	}
}

/** A number of a JSON text with the digits that were sent: it never was a float. */
export class JsonNumber {
	constructor(readonly text: string) {}
}

/** Deepest nesting of a body; everything deeper is no signal. */
const DEPTH_MAX = 32;
/** Keys that reach an object's prototype when code copies objects carelessly. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/** Whether brackets nest deeper than `DEPTH_MAX`; looked at before anything recursive runs. */
function isTooDeep(text: string): boolean {
	let depth = 0;
	let quoted = false;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (quoted) {
			if (code === BACKSLASH) index++;
			else if (code === QUOTE) quoted = false;
		} else if (code === QUOTE) quoted = true;
		else if (OPENING.has(code)) {
			depth++;
			if (depth > DEPTH_MAX) return true;
		} else if (CLOSING.has(code)) depth--;
	}
	return false;
}

/** A body read as JSON, or why it cannot be. */
export type JsonBody =
	| { readonly kind: 'json'; readonly value: unknown }
	| { readonly kind: 'unparseable'; readonly reason: string };

/** Reads UTF-8 JSON whatever the content type says; numbers become `JsonNumber`. Never throws. */
export function readJson(bytes: Uint8Array): JsonBody {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return { kind: 'unparseable', reason: 'The body is not UTF-8 text.' };
	}
	if (isTooDeep(text)) {
		return { kind: 'unparseable', reason: `The body nests deeper than ${DEPTH_MAX} levels.` };
	}
	try {
		const value = JSON.parse(text, (_key, inner, context) =>
			typeof inner === 'number' ? new JsonNumber(context.source ?? String(inner)) : inner,
		);
		return { kind: 'json', value };
	} catch {
		return {
			kind: 'unparseable',
			reason: 'The body is not JSON. Check quotes, commas and placeholders that were not filled in.',
		};
	}
}

/** An object of a body, or null when the value is something else. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
	return value instanceof JsonNumber ? null : asRecord(value);
}

/** Paths of all forbidden keys in a value. */
export function forbiddenKeys(value: unknown, at: readonly PropertyKey[] = []): PropertyKey[][] {
	if (Array.isArray(value)) {
		return value.flatMap((inner: unknown, index) => forbiddenKeys(inner, [...at, index]));
	}
	const record = asObject(value);
	if (record === null) return [];
	return Object.entries(record).flatMap(([key, inner]) => {
		const path = [...at, key];
		const deeper = forbiddenKeys(inner, path);
		return FORBIDDEN_KEYS.has(key) ? [path, ...deeper] : deeper;
	});
}
