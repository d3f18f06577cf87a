import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asRecord } from '../../model';
import { closedBefore, TIMEFRAME_MS, TIMEFRAMES, type Bar, type Bars, type Timeframe } from './bars';
import { aggregateBars } from './aggregate';
import { parseBars } from './csv';

/** File of a symbol's bars in a folder: `BTC-USDT.1m.csv`. */
export function barsFileName(symbol: string, timeframe: Timeframe): string {
	return `${symbol.replace(/[^A-Za-z0-9]+/g, '-')}.${timeframe}.csv`;
}

async function readIfThere(file: string): Promise<string | null> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (asRecord(error)?.['code'] === 'ENOENT') return null;
		throw error;
	}
}

/** The file of the timeframe itself, else the longest shorter one that it can be made of. */
async function loaded(folder: string, symbol: string, timeframe: Timeframe): Promise<readonly Bar[]> {
	const fitting = TIMEFRAMES.filter(
		(each) => TIMEFRAME_MS[each] <= TIMEFRAME_MS[timeframe] && TIMEFRAME_MS[timeframe] % TIMEFRAME_MS[each] === 0,
	).reverse();
	for (const each of fitting) {
		const file = join(folder, barsFileName(symbol, each));
		const text = await readIfThere(file);
		if (text !== null) return aggregateBars(parseBars(file, text), timeframe);
	}
	return [];
}

/**
 * Bars from CSV files of a folder (`time,open,high,low,close,volume`), the same for every venue.
 * Each file is read once. Throws `BARS_FILE_INVALID` for a file that is no such list.
 */
export function createFileBars(folder: string): Bars {
	const files = new Map<string, Promise<readonly Bar[]>>();
	return {
		bars: async (_venue, symbol, timeframe, limit, before) => {
			const key = barsFileName(symbol, timeframe);
			const known = files.get(key) ?? loaded(folder, symbol, timeframe);
			files.set(key, known);
			// A file that could not be read is tried again.
			known.catch(() => files.delete(key));
			return closedBefore(await known, timeframe, limit, before);
		},
	};
}
