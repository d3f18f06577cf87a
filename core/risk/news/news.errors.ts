import { FirecontrolError } from '../../model';

/** Codes of what can be wrong with a feed. Messages name hosts, never whole addresses. */
export type FeedCode =
	| 'NEWS_FEED_URL' | 'NEWS_FEED_UNREACHABLE' | 'NEWS_FEED_TIMEOUT' | 'NEWS_FEED_STATUS'
	| 'NEWS_FEED_REDIRECT' | 'NEWS_FEED_TYPE' | 'NEWS_FEED_TOO_LARGE' | 'NEWS_FEED_UNREADABLE'
	| 'NEWS_FEED_EMPTY' | 'NEWS_FEED_ENDED';

const KEPT = 'What was known stays.';

/** A feed that cannot be used as it answered; what was known of it stays. */
export function feedError(code: FeedCode, message: string, retryable = false): FirecontrolError {
	return new FirecontrolError(code, `${message} ${KEPT}`, { retryable });
}

/** A calendar that would take too long to read or to keep. */
export function calendarTooLarge(host: string, what: string): FirecontrolError {
	return feedError('NEWS_FEED_TOO_LARGE', `${host} sent a calendar with ${what}. Give the address of a shorter calendar.`);
}

/** What one row of a list lacks. */
export interface RowFault {
	/** Counted from 1, as people count. */
	readonly row: number;
	readonly field: string;
	/** As found, shortened. */
	readonly value: string;
	readonly advice: string;
}

const FAULTS_SHOWN = 10;

function faultText({ row, field, value, advice }: RowFault): string {
	return `Row ${row}, ${field}: ${value}. ${advice}`;
}

/** The faults of a list in words, the first ten at length. */
export function faultsText(faults: readonly RowFault[]): string {
	const shown = faults.slice(0, FAULTS_SHOWN).map(faultText).join(' ');
	const more = faults.length - FAULTS_SHOWN;
	return more > 0 ? `${shown} And ${more} more.` : shown;
}

export function rowsInvalid(faults: readonly RowFault[]): FirecontrolError {
	return new FirecontrolError(
		'NEWS_ROWS_INVALID',
		`Nothing was stored: ${faults.length} of the values cannot be used. ${faultsText(faults)}`,
		{ details: { faults } },
	);
}

export function windowInvalid(message: string): FirecontrolError {
	return new FirecontrolError('NEWS_WINDOW_INVALID', message);
}

export function symbolUnclear(symbol: string): FirecontrolError {
	return new FirecontrolError(
		'NEWS_SYMBOL_UNCLEAR',
		`"${symbol}" does not say which currencies it is made of. Write it with a slash, such as BTC/USDT or EUR/USD.`,
	);
}
