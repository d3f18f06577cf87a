import { asObject, JsonNumber } from './json';
import type { SignalKey } from './signal';

/** Shorter ones would also hit ordinary words; a key that short protects nothing. */
const LENGTH_MIN = 6;
const REMOVED = '[removed]';

/** Takes every secret of the keys out of a text. */
export type Redactor = (text: string) => string;

/** A redactor for all secrets of these keys, longest first. */
export function redactorOf(keys: readonly SignalKey[]): Redactor {
	const secrets = keys
		.flatMap((key) => [key.token, key.hmacSecret])
		.filter((secret): secret is string => secret !== null && secret.length >= LENGTH_MIN)
		.sort((a, b) => b.length - a.length);
	return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text);
}

/** The value of a body without any secret, in whatever field or key a sender put it. */
export function redactBody(value: unknown, redact: Redactor): unknown {
	if (typeof value === 'string') return redact(value);
	if (value instanceof JsonNumber) {
		const text = redact(value.text);
		return text === value.text ? value : text;
	}
	if (Array.isArray(value)) return value.map((inner: unknown) => redactBody(inner, redact));
	const record = asObject(value);
	if (record === null) return value;
	return Object.fromEntries(
		Object.entries(record).map(([key, inner]) => [redact(key), redactBody(inner, redact)]),
	);
}
