import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settleSetting, type Kernel } from '../../db';
import { DAY, decimal, FirecontrolError, type Decimal } from '../../model';
import { isTimeframe, TIMEFRAME_MS, type Bar, type Bars } from '../bars/bars';
import { parseBars } from '../bars/csv';
import { DEMO_MARKETS } from '../demo/demo-market';
import type { Market } from '../exchange';
import { createFileBars } from '../bars/file-bars';
import type { Quotes } from '../quotes';
import { parseQuotes } from './csv';
import { offeredByBars, offeredByQuotes, type Offered } from './path';

/** `BTC-USDT.quotes.csv`, `BTC-USDT.1m.csv`. */
const FILE = /^([A-Za-z0-9]+)-([A-Za-z0-9]+)\.(quotes|\d+[mhd])\.csv$/;
const STEP = decimal('0.00000001');

/** One symbol of a recording. */
interface Recorded {
	readonly market: Market;
	readonly first: number;
	/** What was offered at a time of the recording. */
	offered(at: number): Offered | null;
	/** Shorter is finer; quotes are finest. */
	readonly grain: number;
}

interface Recording {
	readonly symbols: ReadonlyMap<string, Recorded>;
	/** Added to a time of the recording it gives the time at which it is replayed. */
	readonly offset: number;
}

/** A recording as a source of a paper venue. */
export interface Replay {
	readonly quotes: Quotes;
	readonly bars: Bars;
	markets(): Promise<readonly Market[]>;
}

function marketOf(base: string, quote: string): Market {
	const symbol = `${base}/${quote}`;
	const known = DEMO_MARKETS.find((market) => market.symbol === symbol);
	return known ?? {
		symbol, id: `${base}${quote}`, base, quote, quantityStep: STEP, priceTick: STEP,
		minQuantity: STEP, maxQuantity: null, minNotional: decimal(1),
	};
}

function ofBars(market: Market, bars: readonly Bar[], length: number, halfSpread: Decimal): Recorded | null {
	const [first] = bars;
	if (first === undefined) return null;
	const offered = (at: number): Offered | null => offeredByBars(bars, length, at, halfSpread);
	return { market, first: first.at, grain: length, offered };
}

async function recordedIn(folder: string, file: string, halfSpread: Decimal): Promise<Recorded | null> {
	const [, base, quote, kind] = FILE.exec(file) ?? [];
	if (base === undefined || quote === undefined || kind === undefined) return null;
	const market = marketOf(base, quote);
	if (kind === 'quotes') {
		const quotes = parseQuotes(file, await readFile(join(folder, file), 'utf8'));
		const [first] = quotes;
		if (first === undefined) return null;
		return { market, first: first.at, grain: 0, offered: (at) => offeredByQuotes(quotes, at) };
	}
	if (!isTimeframe(kind)) return null;
	const bars = parseBars(file, await readFile(join(folder, file), 'utf8'));
	return ofBars(market, bars, TIMEFRAME_MS[kind], halfSpread);
}

async function filesOf(folder: string, name: string): Promise<string[]> {
	try {
		return (await readdir(folder)).sort();
	} catch (cause) {
		throw new FirecontrolError(
			'REPLAY_MISSING',
			`There is no folder "${name}" among the recordings. Put files such as BTC-USDT.1m.csv into ${folder}.`,
			{ cause },
		);
	}
}

/**
 * Whole days, so that the time of day is that of the recording; settled once, so that every process
 * and every start replays the same moment.
 */
async function offsetOf(kernel: Kernel, name: string, first: number): Promise<number> {
	const now = kernel.clock.now();
	const offset = Math.floor((now - first) / DAY) * DAY;
	return settleSetting(kernel.conn, `replay_offset:${name}`, offset, now);
}

async function load(kernel: Kernel, folder: string, name: string): Promise<Recording> {
	const halfSpread = decimal(kernel.rules.policy.paper.halfSpreadBasisPoints);
	const symbols = new Map<string, Recorded>();
	for (const file of await filesOf(folder, name)) {
		const recorded = await recordedIn(folder, file, halfSpread);
		if (recorded === null) continue;
		const known = symbols.get(recorded.market.symbol);
		if (known === undefined || recorded.grain < known.grain) symbols.set(recorded.market.symbol, recorded);
	}
	if (symbols.size === 0) {
		throw new FirecontrolError(
			'REPLAY_EMPTY',
			`The recording "${name}" holds no prices. It needs files such as BTC-USDT.quotes.csv or BTC-USDT.1m.csv.`,
		);
	}
	const first = Math.min(...[...symbols.values()].map((recorded) => recorded.first));
	return { symbols, offset: await offsetOf(kernel, name, first) };
}

/**
 * Replays the recording `<folder>/<name>/`: quotes (`BTC-USDT.quotes.csv`: time, bid, ask) or bars
 * (`BTC-USDT.1m.csv`). Files are read once. Calls throw `REPLAY_MISSING`, `REPLAY_EMPTY`,
 * `QUOTES_FILE_INVALID` or `BARS_FILE_INVALID`, and try again at the next call.
 */
export function createReplay(kernel: Kernel, folder: string, name: string): Replay {
	const place = join(folder, name);
	const fileBars = createFileBars(place);
	let loading: Promise<Recording> | null = null;
	const recording = async (): Promise<Recording> => {
		loading ??= load(kernel, place, name);
		loading.catch(() => (loading = null));
		return loading;
	};
	return {
		markets: async () => [...(await recording()).symbols.values()].map(({ market }) => market),
		quotes: {
			quote: async (_venue, symbol) => {
				const { symbols, offset } = await recording();
				const offered = symbols.get(symbol)?.offered(kernel.clock.now() - offset) ?? null;
				if (offered === null) return null;
				return { symbol, bid: offered.bid, ask: offered.ask, at: offered.at + offset };
			},
		},
		bars: {
			bars: async (venue, symbol, timeframe, limit, before) => {
				const { offset } = await recording();
				const bars = await fileBars.bars(venue, symbol, timeframe, limit, before - offset);
				return bars.map((bar) => ({ ...bar, at: bar.at + offset }));
			},
		},
	};
}
