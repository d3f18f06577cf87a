import { readdir } from 'node:fs/promises';
import { FirecontrolError } from '../../model';
import { parseVenue } from '../venue-name';
import { isSupportedVenue, SUPPORTED_VENUES } from '../venue-table';
import { isRecordingName, paperSourceOf } from './source';

/** Recordings in the folder, by name; none where there is no folder. */
async function recordingsIn(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries
		.filter((entry) => !entry.isFile() && isRecordingName(entry.name))
		.map(({ name }) => name)
		.sort();
}

function isThere(ccxtId: string | undefined): boolean {
	return ccxtId !== undefined && isSupportedVenue(ccxtId);
}

/**
 * Refuses a paper venue whose source of prices this installation does not have, and says which ones
 * it has.
 * @throws FirecontrolError `QUOTE_SOURCE_UNKNOWN`, `REPLAY_FOLDER_MISSING`
 */
export async function checkPaperSource(venue: string, replayFolder: string | null): Promise<void> {
	const source = paperSourceOf(venue);
	if (source?.kind === 'demo') return;
	const known = replayFolder === null ? [] : await recordingsIn(replayFolder);
	if (source?.kind === 'ccxt' && isThere(parseVenue(source.venue)?.ccxtId)) return;
	if (source?.kind === 'file') {
		if (replayFolder === null) {
			throw new FirecontrolError(
				'REPLAY_FOLDER_MISSING',
				'This installation has no folder of recordings. Set FIRECONTROL_REPLAY_FOLDER, or choose another quote source.',
			);
		}
		if (known.includes(source.name)) return;
	}
	const named = venue.slice(venue.indexOf('@') + 1);
	const files =
		known.length > 0
			? `one of these recordings after "file:": ${known.join(', ')}`
			: `a recording after "file:" (${replayFolder === null ? 'FIRECONTROL_REPLAY_FOLDER is not set' : `there is none in ${replayFolder}`})`;
	throw new FirecontrolError(
		'QUOTE_SOURCE_UNKNOWN',
		`There are no prices from "${named}". Use "demo"; one of these venues after "ccxt:": ${SUPPORTED_VENUES.join(', ')}; or ${files}.`,
		{ details: { source: named } },
	);
}
