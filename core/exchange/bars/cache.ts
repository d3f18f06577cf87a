import { messageOf, SECOND } from '../../model';
import { barStart, TIMEFRAME_MS, type Bar, type Bars, type Timeframe } from './bars';

/** What wants to be known of a market. */
export interface BarsWish {
	readonly venue: string;
	readonly symbol: string;
	readonly timeframe: Timeframe;
	readonly limit: number;
}

/** Bars as last read, for callers that cannot wait for a venue. */
export interface KnownBars {
	/**
	 * Reads what is not known yet or has grown by a bar since, waiting a moment at most: a slow
	 * venue's answer is there at a later call. Several wishes of one market are one question.
	 */
	refresh(wishes: readonly BarsWish[], now: number): Promise<void>;
	/** The bars known now, also older ones than would be there; none before the first answer. */
	known(wish: BarsWish): readonly Bar[];
}

/** A source that failed is asked again after this time. */
const AGAIN_AFTER = 30 * SECOND;
/** One whose newest bar is not there yet, after this time. */
const LATE_AFTER = 5 * SECOND;
/** How long a caller waits for the answers. */
const PATIENCE_MS = 250;

interface Entry {
	bars: readonly Bar[];
	/** When the newest of them ended; null before the first answer. */
	until: number | null;
	limit: number;
	asking: Promise<void> | null;
	/** Not asked for a newer bar before, nor for anything after a failure. */
	lateUntil: number;
	failedUntil: number;
}

const keyOf = ({ venue, symbol, timeframe }: BarsWish): string => `${venue}|${symbol}|${timeframe}`;

/** Keeps the last bars of every market that was asked for. */
export function keepBars(source: Bars, onError: (wish: BarsWish, error: string) => void): KnownBars {
	const entries = new Map<string, Entry>();
	const entryOf = (wish: BarsWish): Entry => {
		const made: Entry = { bars: [], until: null, limit: 0, asking: null, lateUntil: 0, failedUntil: 0 };
		const entry = entries.get(keyOf(wish)) ?? made;
		entries.set(keyOf(wish), entry);
		return entry;
	};
	const ask = async (wish: BarsWish, entry: Entry, now: number): Promise<void> => {
		const limit = Math.max(wish.limit, entry.limit);
		try {
			entry.bars = await source.bars(wish.venue, wish.symbol, wish.timeframe, limit, now);
			const newest = entry.bars.at(-1);
			entry.until = newest === undefined ? null : newest.at + TIMEFRAME_MS[wish.timeframe];
			entry.limit = limit;
			entry.lateUntil = now + LATE_AFTER;
		} catch (error) {
			entry.failedUntil = now + AGAIN_AFTER;
			onError(wish, messageOf(error));
		} finally {
			entry.asking = null;
		}
	};
	return {
		known: (wish) => entries.get(keyOf(wish))?.bars ?? [],
		refresh: async (wishes, now) => {
			const answers = wishes.flatMap((wish) => {
				const entry = entryOf(wish);
				const grown = entry.until === null || entry.until < barStart(wish.timeframe, now);
				const longer = entry.limit < wish.limit;
				if (entry.asking !== null) return [entry.asking];
				if (now < entry.failedUntil) return [];
				if (!longer && (!grown || now < entry.lateUntil)) return [];
				entry.asking = ask(wish, entry, now);
				return [entry.asking];
			});
			if (answers.length === 0) return;
			let timer: NodeJS.Timeout | undefined;
			const patience = new Promise<void>((resolve) => {
				timer = setTimeout(resolve, PATIENCE_MS);
			});
			await Promise.race([Promise.all(answers), patience]);
			clearTimeout(timer);
		},
	};
}
