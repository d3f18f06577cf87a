import { parseVenue } from '../venue-name';

/** Name of the built-in venue over the demo market. */
export const PAPER_VENUE = 'paper';
const PREFIX = `${PAPER_VENUE}@`;
const REPLAY = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Where the prices of a paper account come from. */
export type PaperSource =
	| { readonly kind: 'demo' }
	/** Public data of a venue, by its name: `binance`. */
	| { readonly kind: 'ccxt'; readonly venue: string }
	/** A folder of recorded prices, by its name. */
	| { readonly kind: 'file'; readonly name: string };

/** Whether a recording can have this name. */
export function isRecordingName(name: string): boolean {
	return REPLAY.test(name);
}

/** Reads `demo`, `ccxt:binance` or `file:may-2026`; null for anything else. */
export function parsePaperSource(text: string): PaperSource | null {
	if (text === 'demo') return { kind: 'demo' };
	const colon = text.indexOf(':');
	const [kind, name] = [text.slice(0, colon), text.slice(colon + 1)];
	if (kind === 'ccxt' && parseVenue(name) !== null) return { kind, venue: name };
	return kind === 'file' && isRecordingName(name) ? { kind, name } : null;
}

/**
 * The source that a venue's name says, `paper` or `paper@` and the source; null when it is no paper
 * venue.
 */
export function paperSourceOf(venue: string): PaperSource | null {
	if (venue === PAPER_VENUE) return { kind: 'demo' };
	return venue.startsWith(PREFIX) ? parsePaperSource(venue.slice(PREFIX.length)) : null;
}
