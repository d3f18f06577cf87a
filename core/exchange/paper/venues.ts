import type { Kernel } from '../../db';
import { FirecontrolError, isZero, type Decimal } from '../../model';
import { barStart, type Bars } from '../bars/bars';
import { DEMO_MARKETS } from '../demo/demo-market';
import type { Exchange, Market } from '../exchange';
import { venueUnknown } from '../exchange.errors';
import { createPaperExchange } from './paper-exchange';
import { paperSourceOf, type PaperSource } from './source';
import type { BarVolume, Sleep } from './volume';
import type { Quotes } from '../quotes';
import { createReplay } from '../replay/replay';

/** Prices, bars and markets of one source. */
interface SourceParts {
	readonly quotes: Quotes;
	readonly bars: Bars;
	markets(): Promise<readonly Market[]>;
}

/** Public data of live venues. */
export interface PublicData {
	readonly quotes: Quotes;
	readonly bars: Bars;
	/** @throws FirecontrolError `VENUE_UNSUPPORTED`, `VENUE_NO_SANDBOX` for a venue without data */
	exchange(venue: string): Exchange;
}

/** What the paper venues of an installation are made from. */
export interface PaperVenueParts {
	/** The demo market. */
	readonly quotes: Quotes;
	readonly bars: Bars;
	/** Without it no paper account trades on a venue's prices. */
	readonly publicData?: PublicData;
	/** Folder of the recordings; without it none is replayed. */
	readonly replayFolder?: string | null;
	readonly sleep?: Sleep;
}

/** The paper venues, each made when it is first named. */
export interface PaperVenues {
	/** Null for a name that is none of a paper venue. @throws FirecontrolError `VENUE_UNKNOWN` */
	exchange(venue: string): Exchange | null;
	/** Prices and bars of the source that the venue's name says. */
	readonly quotes: Quotes;
	readonly bars: Bars;
}

/** Volume of the last closed minute, asked for once a minute; null where nobody tells it. */
function volumeBy(bars: Bars): BarVolume {
	const known = new Map<string, { readonly minute: number; readonly volume: Promise<Decimal | null> }>();
	const ask = async (venue: string, symbol: string, at: number): Promise<Decimal | null> => {
		try {
			const [last] = await bars.bars(venue, symbol, '1m', 1, at);
			return last === undefined || isZero(last.volume) ? null : last.volume;
		} catch {
			// An order does not fail for it: the policy assumes a volume.
			return null;
		}
	};
	return async (venue, symbol, at) => {
		const minute = barStart('1m', at);
		const found = known.get(symbol);
		if (found?.minute === minute) return found.volume;
		const volume = ask(venue, symbol, at);
		known.set(symbol, { minute, volume });
		return volume;
	};
}

function ofVenue({ quotes, bars, exchange }: PublicData, venue: string): SourceParts {
	const source = exchange(venue);
	return {
		quotes: { quote: async (_, symbol) => quotes.quote(venue, symbol) },
		bars: { bars: async (_, ...rest) => bars.bars(venue, ...rest) },
		markets: async () => source.markets(),
	};
}

function sourceParts(
	kernel: Kernel,
	parts: PaperVenueParts,
	venue: string,
	source: PaperSource,
): SourceParts {
	if (source.kind === 'demo') {
		const { quotes, bars } = parts;
		return { quotes, bars, markets: async () => DEMO_MARKETS };
	}
	if (source.kind === 'ccxt') {
		if (parts.publicData === undefined) throw venueUnknown(venue);
		return ofVenue(parts.publicData, source.venue);
	}
	if (parts.replayFolder === undefined || parts.replayFolder === null) {
		throw new FirecontrolError(
			'REPLAY_FOLDER_MISSING',
			'This installation has no folder of recordings. Set FIRECONTROL_REPLAY_FOLDER, or choose another quote source.',
		);
	}
	return createReplay(kernel, parts.replayFolder, source.name);
}

/** The paper venue over each source of prices. */
export function createPaperVenues(kernel: Kernel, parts: PaperVenueParts): PaperVenues {
	const known = new Map<string, { readonly source: SourceParts; readonly exchange: Exchange }>();
	const made = (venue: string) => {
		const found = known.get(venue);
		if (found !== undefined) return found;
		const named = paperSourceOf(venue);
		if (named === null) return null;
		const source = sourceParts(kernel, parts, venue, named);
		const exchange = createPaperExchange(kernel, {
			venue,
			quotes: source.quotes,
			markets: source.markets,
			barVolume: volumeBy(source.bars),
			...(parts.sleep === undefined ? {} : { sleep: parts.sleep }),
		});
		const both = { source, exchange };
		known.set(venue, both);
		return both;
	};
	return {
		exchange: (venue) => made(venue)?.exchange ?? null,
		quotes: {
			// What is no paper venue is asked of the demo, as tests and simulations name venues freely.
			quote: async (venue, symbol) =>
				(made(venue)?.source ?? parts).quotes.quote(venue, symbol),
		},
		bars: {
			bars: async (venue, ...rest) => (made(venue)?.source ?? parts).bars.bars(venue, ...rest),
		},
	};
}
