import { decimal, FirecontrolError, gt, isStorableDecimal, lte, type Decimal } from '../../model';

/** A recorded best bid and ask. */
export interface RecordedQuote {
	readonly at: number;
	readonly bid: Decimal;
	readonly ask: Decimal;
}

const COLUMNS = ['time', 'bid', 'ask'] as const;

function invalid(file: string, line: number, problem: string): FirecontrolError {
	return new FirecontrolError(
		'QUOTES_FILE_INVALID',
		`${file}, line ${line}: ${problem} The file needs the columns ${COLUMNS.join(', ')}, oldest first.`,
		{ details: { file, line } },
	);
}

/** Milliseconds since 1970, or an ISO time. */
function timeOf(text: string): number | null {
	if (/^\d{12,14}$/.test(text)) return Number(text);
	const parsed = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(parsed) ? null : parsed;
}

function quoteOf(file: string, line: number, [time = '', bid = '', ask = '']: readonly string[]): RecordedQuote {
	const at = timeOf(time);
	if (at === null) throw invalid(file, line, `"${time}" is no time.`);
	if (!isStorableDecimal(bid) || !isStorableDecimal(ask)) throw invalid(file, line, 'bid and ask must be numbers.');
	const quote = { at, bid: decimal(bid), ask: decimal(ask) };
	if (gt(quote.bid, 0) && lte(quote.bid, quote.ask)) return quote;
	throw invalid(file, line, 'the bid must lie above 0 and not above the ask.');
}

/**
 * Recorded quotes of a CSV text whose first line names the columns.
 * @throws FirecontrolError `QUOTES_FILE_INVALID` naming the line
 */
export function parseQuotes(file: string, text: string): RecordedQuote[] {
	const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
	const names = header.split(',').map((name) => name.trim().toLowerCase());
	if (COLUMNS.some((name, index) => names[index] !== name)) throw invalid(file, 1, `the header is "${header}".`);
	const quotes: RecordedQuote[] = [];
	for (const [index, line] of lines.entries()) {
		if (line.trim() === '') continue;
		const quote = quoteOf(file, index + 2, line.split(',').map((cell) => cell.trim()));
		const last = quotes.at(-1);
		if (last !== undefined && quote.at <= last.at) throw invalid(file, index + 2, 'it is not later than the one before.');
		quotes.push(quote);
	}
	return quotes;
}
