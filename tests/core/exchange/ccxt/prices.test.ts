import type { SupportedVenue } from '../../../../core/exchange';
import { sharedClient } from '../../../../core/exchange/ccxt/registry';
import { VenueSession } from '../../../../core/exchange/ccxt/session';
import { fetchCandles } from '../../../../core/exchange/ccxt/candles';
import { supportedProfile } from '../../../../core/exchange/ccxt/venue-choice';
import { parseVenue } from '../../../../core/exchange/venue-name';
import { SUPPORTED_VENUES } from '../../../../core/exchange/venue-table';
import { systemClock } from '../../../../core/model';
import type { WireRoutes } from '../../../support/wire/server';
import { openWireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const at = 1_700_000_040_000;
const book = { symbol: 'BTCUSDT', bidPrice: '59999.99', bidQty: '1', askPrice: '60010.01', askQty: '2' };
const okxTicker = { instType: 'SPOT', instId: 'BTC-USDT', last: '60000', bidPx: '59999.99', bidSz: '1', askPx: '60010.01', askSz: '2', ts: String(at) };
const bybitTicker = { symbol: 'BTCUSDT', bid1Price: '59999.99', bid1Size: '1', ask1Price: '60010.01', ask1Size: '2', lastPrice: '60000' };
const binanceCandle = [at, '1', '4', '0.5', '2', '10', at + 59_999, '1', 1, '1', '1', '0'];

/** Public prices and candles of each venue; nothing here needs a key. */
const PUBLIC: Readonly<Record<SupportedVenue, WireRoutes>> = {
	binance: {
		'GET /api/v3/ticker/bookTicker': () => [book],
		'GET /api/v3/klines': () => [binanceCandle],
	},
	binanceusdm: {
		// Futures tell no best prices here.
		'GET /fapi/v1/ticker/24hr': () => ({ symbol: 'BTCUSDT', lastPrice: '60000' }),
		'GET /fapi/v1/ticker/bookTicker': () => book,
		'GET /fapi/v1/klines': () => [binanceCandle],
	},
	bybit: {
		'GET /v5/market/tickers': () => ({ retCode: 0, retMsg: 'OK', result: { category: 'spot', list: [bybitTicker] }, time: at }),
		'GET /v5/market/kline': () => ({ retCode: 0, retMsg: 'OK', result: { category: 'spot', symbol: 'BTCUSDT', list: [[String(at), '1', '4', '0.5', '2', '10', '20']] }, time: at }),
	},
	coinbase: {
		'GET /api/v3/brokerage/market/products/BTC-USDT/ticker': () => ({ trades: [], best_bid: '59999.99', best_ask: '60010.01' }),
		'GET /api/v3/brokerage/market/products/BTC-USDT/candles': () => ({ candles: [{ start: String(at / 1000), low: '0.5', high: '4', open: '1', close: '2', volume: '10' }] }),
	},
	kraken: {
		'GET /0/public/Ticker': () => ({ error: [], result: { XBTUSDT: { a: ['60010.01', '1', '1.000'], b: ['59999.99', '1', '1.000'], c: ['60000', '1'], v: ['1', '1'], p: ['1', '1'], t: [1, 1], l: ['1', '1'], h: ['1', '1'], o: '1' } } }),
		'GET /0/public/OHLC': () => ({ error: [], result: { XBTUSDT: [[at / 1000, '1', '4', '0.5', '2', '1.5', '10', 3]], last: at / 1000 } }),
	},
	okx: {
		'GET /api/v5/market/ticker': () => ({ code: '0', msg: '', data: [okxTicker] }),
		'GET /api/v5/market/(history-)?candles': () => ({ code: '0', msg: '', data: [[String(at), '1', '4', '0.5', '2', '10', '20', '20', '1']] }),
	},
};

test.each([...SUPPORTED_VENUES])('%s tells prices and candles to anyone', async (id) => {
	const venue = await openWireVenue(id, { ...WIRE_ROUTES[id], ...PUBLIC[id] });
	expect(await venue.quotes.quote(venue.venue, 'BTC/USDT')).toMatchObject({
		symbol: 'BTC/USDT', bid: '59999.99', ask: '60010.01',
	});
	const name = parseVenue(venue.venue);
	if (name === null) throw new Error('no name');
	const access = {
		keys: async () => Promise.reject(new Error('asked for a key')),
		venue: async () => ({ apiUrl: venue.wire.url, streamUrl: null }),
	};
	const session = new VenueSession({ clock: systemClock }, venue.venue, name, supportedProfile(id, 'live'), access);
	const rows = await fetchCandles(session, 'BTC/USDT', '1m', at, 10);
	expect(rows).toEqual([[at, 1, 4, 0.5, 2, 10]]);
	expect(await fetchCandles(session, 'NOPE/USDT', '1m', at, 10)).toEqual([]);
	// A keyless request has no signature and no token, not even an empty one.
	const publicClient = sharedClient(supportedProfile(id, 'live'), { mode: 'live', apiUrl: venue.wire.url, streamUrl: null, keys: null });
	expect(Reflect.get(publicClient, 'apiKey')).toBeFalsy();
	for (const { text, signed } of venue.wire.requests) expect([text, signed]).toEqual([text, false]);
	await venue.close();
});
