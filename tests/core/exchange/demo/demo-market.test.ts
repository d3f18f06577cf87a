import fc from 'fast-check';
import {
	createDemoQuotes,
	DEMO_MARKETS,
	DEMO_SEED,
	demoPriceMid,
	demoQuote,
	type Quote,
} from '../../../../core/exchange';
import {
	abs,
	div,
	gt,
	isMultipleOf,
	lt,
	lte,
	ManualClock,
	mul,
	sub,
	toNumber,
} from '../../../../core/model';

const ANCHORS: Record<string, number> = {
	'BTC/USDT': 60_000,
	'ETH/USDT': 3_000,
	'SOL/USDT': 150,
	'XRP/USDT': 0.6,
	'ADA/USDT': 0.45,
	'DOGE/USDT': 0.12,
	'BNB/USDT': 550,
	'LTC/USDT': 80,
	'LINK/USDT': 14,
	'AVAX/USDT': 30,
	'DOT/USDT': 6,
	'TRX/USDT': 0.12,
};
const symbols = Object.keys(ANCHORS);
const T0 = Date.UTC(2026, 10, 20, 10);

function quoteAt(symbol: string, at: number, seed = DEMO_SEED): Quote {
	const quote = demoQuote(seed, symbol, at);
	if (quote === null) throw new Error(`no quote of ${symbol}`);
	return quote;
}

test('lists exactly the demo’s symbols', () => {
	expect(DEMO_MARKETS.map((market) => market.symbol).sort()).toEqual([...symbols].sort());
	expect(demoQuote(DEMO_SEED, 'NOPE/USDT', T0)).toBeNull();
	expect(demoPriceMid(DEMO_SEED, 'BTCUSDT', T0)).toBeNull();
});

test('a price is a pure function of seed, symbol and time', () => {
	// Digits pinned: another process, platform or version must give the same ones.
	expect(
		symbols.map((symbol) => `${symbol} ${quoteAt(symbol, T0).bid} ${quoteAt(symbol, T0).ask}`),
	).toEqual([
		'BTC/USDT 59685.28 59709.17',
		'ETH/USDT 2968.61 2969.8',
		'SOL/USDT 148.137 148.198',
		'XRP/USDT 0.5898 0.59004',
		'ADA/USDT 0.45158 0.45178',
		'DOGE/USDT 0.119447 0.119496',
		'BNB/USDT 539.08 539.31',
		'LTC/USDT 81.064 81.097',
		'LINK/USDT 14.0738 14.0795',
		'AVAX/USDT 29.5248 29.5367',
		'DOT/USDT 5.9613 5.9638',
		'TRX/USDT 0.120609 0.120658',
	]);
});

test('stays within 2 % of the anchor, bid below ask, on the tick', () => {
	const any = fc.record({
		seed: fc.integer({ min: 0, max: 2 ** 31 }),
		symbol: fc.constantFrom(...symbols),
		at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
	});
	fc.assert(
		fc.property(any, ({ seed, symbol, at }) => {
			const { bid, ask } = quoteAt(symbol, at, seed);
			const mid = demoPriceMid(seed, symbol, at);
			const anchor = ANCHORS[symbol] ?? 0;
			const market = DEMO_MARKETS.find((each) => each.symbol === symbol);
			if (mid === null || market === undefined) throw new Error('no market');
			const away = div(abs(sub(mid, anchor)), anchor);
			// Half a tick of rounding on top.
			return (
				lte(away, 0.02 + toNumber(market.priceTick) / anchor) &&
				lt(bid, mid) &&
				gt(ask, mid) &&
				lte(sub(ask, bid), mul(mid, 0.0004 + 3 * (toNumber(market.priceTick) / anchor))) &&
				isMultipleOf(bid, market.priceTick) &&
				isMultipleOf(ask, market.priceTick)
			);
		}),
		{ numRuns: 2_000 },
	);
});

test.each(symbols)('%s swings through most of its range in about 90 s', (symbol) => {
	const anchor = ANCHORS[symbol] ?? 0;
	const seconds = Array.from({ length: 100 }, (_, index) =>
		toNumber(demoPriceMid(DEMO_SEED, symbol, T0 + index * 1_000) ?? 0),
	);
	expect(Math.max(...seconds)).toBeGreaterThan(anchor * 1.015);
	expect(Math.min(...seconds)).toBeLessThan(anchor * 0.985);
	const crossings = seconds.filter(
		(price, index) => index > 0 && price > anchor !== (seconds[index - 1] ?? price) > anchor,
	);
	expect(crossings.length).toBeLessThanOrEqual(8);
});

test('does not jump: half a second moves it by less than 0.5 %', () => {
	for (let at = T0; at < T0 + 200_000; at += 500) {
		const now = toNumber(demoPriceMid(DEMO_SEED, 'BTC/USDT', at) ?? 0);
		const next = toNumber(demoPriceMid(DEMO_SEED, 'BTC/USDT', at + 500) ?? 0);
		expect(Math.abs(next / now - 1)).toBeLessThan(0.005);
	}
});

test('the demo’s quotes are of now', async () => {
	const clock = new ManualClock(T0);
	const quotes = createDemoQuotes(clock);
	expect(await quotes.quote('paper', 'BTC/USDT')).toEqual(quoteAt('BTC/USDT', T0));
	clock.advance(1_234);
	expect(await quotes.quote('paper', 'BTC/USDT')).toEqual(quoteAt('BTC/USDT', T0 + 1_234));
});
