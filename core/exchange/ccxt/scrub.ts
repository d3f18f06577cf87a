/** Values of these names are secrets, or make a stolen log line usable. */
const NAMED =
	/((?:api[-_]?key|access[-_]?key|key|sign(?:ature)?|secret|token|listen[-_]?key|passphrase|password|x-mbx-apikey|authorization|api-sign|ok-access-\w+|x-bapi-\w+)["']?\s*[=:]\s*["']?)(?:Bearer\s+)?[^\s"'&,;})]+/gi;
/** The question part of an address, which carries the signature at most venues. */
const QUERY = /((?:https?|wss?):\/\/[^\s"'?]+)\?[^\s"']*/gi;
/** Anything long and random enough to be a key or a signature. */
const RANDOM = /\b(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{48,}={0,2}/g;
const LONGEST = 500;
/** Shorter ones would also be part of ordinary words. */
const SHORTEST_SECRET = 6;

/** Keys that this process uses, as they are: a venue may repeat them in any form of words. */
const inUse = new Set<string>();

/** From now on this text is taken out of everything. */
export function neverTell(secret: string): void {
	if (secret.length >= SHORTEST_SECRET) inUse.add(secret);
}

function withoutOwn(text: string): string {
	let clean = text;
	for (const secret of inUse) clean = clean.replaceAll(secret, '…');
	return clean;
}

/**
 * A venue's or a library's words without secrets: no signed addresses, no keys, no signatures, one
 * line, of bounded length. For everything that is stored, logged or shown.
 */
export function scrub(text: string): string {
	const clean = withoutOwn(text)
		.replace(QUERY, '$1?…')
		.replace(NAMED, '$1…')
		.replace(RANDOM, '…')
		.replace(/[\u0000-\u001f\u007f]+/g, ' ')
		.trim();
	return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}
