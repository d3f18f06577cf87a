/** Names of fields that hold secrets, whoever puts them into details by mistake. */
const SECRET = /secret|password|passphrase|token|api_?key|private_?key|authorization|cookie|credential/i;
const REDACTED = '[redacted]';

/**
 * Details as the text that is stored and sealed. Nobody should hand a secret to the trail, which is
 * kept for years and exported: text under a name that says it is one is left out all the same.
 */
export function detailsText(details: Readonly<Record<string, unknown>>): string {
	return JSON.stringify(details, (name, value: unknown) =>
		typeof value === 'string' && SECRET.test(name) ? REDACTED : value,
	);
}
