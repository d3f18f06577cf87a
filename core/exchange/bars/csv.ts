import { decimal, FirecontrolError, gt, gte, isStorableDecimal, lt, lte, max, min, type Decimal } from '../../model';
import type { Bar } from './bars';

const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

function invalid(file: string, line: number, problem: string): FirecontrolError {
	return new FirecontrolError(
		'BARS_FILE_INVALID',
		`${file}, line ${line}: ${problem} The file needs the columns ${COLUMNS.join(', ')}, oldest bar first.`,
		{ details: { file, line } },
	);
}

/** Milliseconds or seconds since 1970, or an ISO time. */
function timeOf(text: string): number | null {
	if (/^\d{13}$/.test(text)) return Number(text);
	if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
	const parsed = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(parsed) ? null : parsed;
}

function numberOf(text: string): Decimal | null {
	return isStorableDecimal(text) ? decimal(text) : null;
}

function barOf(file: string, line: number, cells: readonly string[]): Bar {
	const at = timeOf(cells[0] ?? '');
	if (at === null) throw invalid(file, line, `"${cells[0] ?? ''}" is no time.`);
	const read = (index: number): Decimal => {
		const value = numberOf(cells[index] ?? '');
		if (value !== null && gte(value, 0)) return value;
		throw invalid(file, line, `"${cells[index] ?? ''}" is no ${COLUMNS[index] ?? 'number'}.`);
	};
	const bar = { at, open: read(1), high: read(2), low: read(3), close: read(4), volume: read(5) };
	const fits = gte(bar.high, max(bar.open, bar.close)) && lte(bar.low, min(bar.open, bar.close));
	if (!fits || !gt(bar.low, 0) || lt(bar.high, bar.low)) {
		throw invalid(file, line, 'open and close must lie between low and high, above 0.');
	}
	return bar;
}

/**
 * Bars of a CSV text whose first line names the columns.
 * @param file its name, for the errors
 * @throws FirecontrolError `BARS_FILE_INVALID` naming the line
 */
export function parseBars(file: string, text: string): Bar[] {
	const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
	const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
	if (COLUMNS.some((name, index) => header[index] !== name)) {
		throw invalid(file, 1, `the header is "${lines[0] ?? ''}".`);
	}
	const bars: Bar[] = [];
	for (const [index, line] of lines.entries()) {
		if (index === 0 || line.trim() === '') continue;
		const bar = barOf(file, index + 1, line.split(',').map((cell) => cell.trim()));
		const last = bars.at(-1);
		if (last !== undefined && bar.at <= last.at) {
			throw invalid(file, index + 1, 'it is not later than the bar before.');
		}
		bars.push(bar);
	}
	return bars;
}
