import { createHash } from 'node:crypto';
import type { Clock, Decimal } from '../../model';
import { decimal } from '../../model';
import type { Market } from '../exchange';
import type { Quote, Quotes } from '../quotes';

/** Seed of the demo market unless the installation chose another. */
export const DEMO_SEED = 20_261_120;
/** Largest distance from the anchor, as a share. */
const AMPLITUDE = 0.02;
const HALF_SPREAD = 0.0002;
const SWING_MS = 90_000;
/** Small movement on top of the swing: its share of the whole and its period. */
const RIPPLE_SHARE = 0.08;
const RIPPLE_MS = 7_300;

interface DemoLine {
	readonly base: string;
	readonly anchor: number;
	readonly step: string;
	/** Decimals of a price. */
	readonly digits: number;
	readonly maxQuantity: string;
}

const LINES: readonly DemoLine[] = [
	{ base: 'BTC', anchor: 60_000, step: '0.00001', digits: 2, maxQuantity: '100' },
	{ base: 'ETH', anchor: 3_000, step: '0.0001', digits: 2, maxQuantity: '2000' },
	{ base: 'BNB', anchor: 550, step: '0.001', digits: 2, maxQuantity: '10000' },
	{ base: 'SOL', anchor: 150, step: '0.001', digits: 3, maxQuantity: '50000' },
	{ base: 'LTC', anchor: 80, step: '0.001', digits: 3, maxQuantity: '50000' },
	{ base: 'AVAX', anchor: 30, step: '0.01', digits: 4, maxQuantity: '200000' },
	{ base: 'LINK', anchor: 14, step: '0.01', digits: 4, maxQuantity: '500000' },
	{ base: 'DOT', anchor: 6, step: '0.01', digits: 4, maxQuantity: '1000000' },
	{ base: 'XRP', anchor: 0.6, step: '0.1', digits: 5, maxQuantity: '10000000' },
	{ base: 'ADA', anchor: 0.45, step: '0.1', digits: 5, maxQuantity: '10000000' },
	{ base: 'DOGE', anchor: 0.12, step: '1', digits: 6, maxQuantity: '50000000' },
	{ base: 'TRX', anchor: 0.12, step: '1', digits: 6, maxQuantity: '50000000' },
];

const bySymbol = new Map(LINES.map((line) => [`${line.base}/USDT`, line]));

/** The markets of the demo, all quoted in USDT. */
export const DEMO_MARKETS: readonly Market[] = LINES.map((line) => ({
	symbol: `${line.base}/USDT`,
	id: `${line.base}USDT`,
	base: line.base,
	quote: 'USDT',
	quantityStep: decimal(line.step),
	priceTick: decimal(`1e-${line.digits}`),
	minQuantity: decimal(line.step),
	maxQuantity: decimal(line.maxQuantity),
	minNotional: decimal(5),
}));

/**
 * A smooth wave in [−1, 1] over one turn, of parabolas: only + − × ÷, which give the same digits on
 * every machine (a library sine need not).
 */
function wave(turns: number): number {
	const phase = turns - Math.floor(turns);
	return phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase);
}

const characters = new Map<string, readonly [number, number, number]>();

/** Phase of the swing, phase of the ripple and pace, each fixed by seed and symbol. */
function character(seed: number, symbol: string): readonly [number, number, number] {
	const key = `${seed}|${symbol}`;
	const known = characters.get(key);
	if (known !== undefined) return known;
	const digest = createHash('sha256').update(key).digest();
	const made = [
		digest.readUInt32BE(0) / 2 ** 32,
		digest.readUInt32BE(4) / 2 ** 32,
		0.92 + (0.16 * digest.readUInt32BE(8)) / 2 ** 32,
	] as const;
	characters.set(key, made);
	return made;
}

function midNumber(seed: number, symbol: string, anchor: number, at: number): number {
	const [swingPhase, ripplePhase, pace] = character(seed, symbol);
	const swing = wave(at / (SWING_MS * pace) + swingPhase);
	const ripple = wave(at / RIPPLE_MS + ripplePhase);
	return anchor * (1 + AMPLITUDE * ((1 - RIPPLE_SHARE) * swing + RIPPLE_SHARE * ripple));
}

/**
 * Middle price of a demo market: a pure function of seed, symbol and time (ms UTC), equal in every
 * process. Within ±2 % of a fixed anchor, about 90 s from low to high and back. Null: no such market.
 */
export function demoPriceMid(seed: number, symbol: string, at: number): Decimal | null {
	const line = bySymbol.get(symbol);
	if (line === undefined) return null;
	return decimal(midNumber(seed, symbol, line.anchor, at).toFixed(line.digits));
}

/** Bid and ask around the middle, 2 basis points each way, rounded away from each other. */
export function demoQuote(seed: number, symbol: string, at: number): Quote | null {
	const line = bySymbol.get(symbol);
	if (line === undefined) return null;
	const mid = midNumber(seed, symbol, line.anchor, at);
	const ticks = 10 ** line.digits;
	const bid = Math.floor(mid * (1 - HALF_SPREAD) * ticks) / ticks;
	const ask = Math.ceil(mid * (1 + HALF_SPREAD) * ticks) / ticks;
	return {
		symbol,
		bid: decimal(bid.toFixed(line.digits)),
		ask: decimal(ask.toFixed(line.digits)),
		at,
	};
}

/** The demo market as a source of quotes, for any venue. */
export function createDemoQuotes(clock: Clock, seed: number = DEMO_SEED): Quotes {
	return { quote: async (_venue, symbol) => demoQuote(seed, symbol, clock.now()) };
}
