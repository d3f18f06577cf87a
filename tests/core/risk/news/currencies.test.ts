import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../../core/model';
import { currenciesOf, symbolParts } from '../../../../core/risk/news';

const rules = STANDARD_POLICY.news;

describe('whose news a symbol listens to', () => {
	test.each([
		['BTC', 'USDT', ['USD', 'ALL']],
		['EUR', 'USD', ['EUR', 'USD', 'ALL']],
		['XAU', 'USD', ['USD', 'ALL']],
		['XAG', 'EUR', ['USD', 'EUR', 'ALL']],
		['ETH', 'BTC', ['USD', 'ALL']],
		['BTC', 'EUR', ['USD', 'EUR', 'ALL']],
		['EUR', 'USDT', ['EUR', 'USD', 'ALL']],
		['btc', 'usdt', ['USD', 'ALL']],
		['PAXG', 'USDC', ['USD', 'ALL']],
		['USDT', 'TRY', ['USD', 'TRY', 'ALL']],
		['GBP', 'JPY', ['GBP', 'JPY', 'ALL']],
		// Names that objects have of themselves.
		['constructor', '__proto__', ['USD', 'ALL']],
	])('%s/%s: %j', (base, quote, expected) => {
		expect(currenciesOf({ base, quote }, rules)).toEqual(expected);
	});

	test('the policy says whom crypto listens to', () => {
		const own = { ...rules, othersListenTo: [], listensTo: { ...rules.listensTo, SOL: ['EUR'] } };
		expect(currenciesOf({ base: 'BTC', quote: 'ETH' }, own)).toEqual(['ALL']);
		expect(currenciesOf({ base: 'SOL', quote: 'ETH' }, own)).toEqual(['EUR', 'ALL']);
	});
});

describe('the sides of a symbol as people write it', () => {
	test.each([
		['BTC/USDT', 'BTC', 'USDT'],
		['BTC/USDT:USDT', 'BTC', 'USDT'],
		['BTC/USDT:USDT-261225', 'BTC', 'USDT'],
		['btc-usd', 'BTC', 'USD'],
		['EUR_USD', 'EUR', 'USD'],
		['EURUSD', 'EUR', 'USD'],
		['BTCUSDT', 'BTC', 'USDT'],
		['BTCFDUSD', 'BTC', 'FDUSD'],
		['XAUUSD', 'XAU', 'USD'],
		[' BINANCE:BTCUSDT ', 'BTC', 'USDT'],
		['FX:EURUSD', 'EUR', 'USD'],
		['1000PEPEUSDT', '1000PEPE', 'USDT'],
		['USDTTRY', 'USDT', 'TRY'],
	])('%s is %s and %s', (text, base, quote) => {
		expect(symbolParts(text, rules)).toEqual({ base, quote });
	});

	test.each(['', 'BTC', 'RELIANCE', 'USD', 'ETHBTC', 'BTC//USDT', 'BTC USDT', '{{ $json.symbol }}'])(
		'%j cannot be told apart',
		(text) => {
			expect(symbolParts(text, rules)).toBeNull();
		},
	);

	test('any two sides with a slash between them come back', () => {
		const code = fc.stringMatching(/^[A-Z][A-Z0-9]{1,8}$/);
		fc.assert(
			fc.property(code, code, (base, quote) => {
				expect(symbolParts(`${base}/${quote}`, rules)).toEqual({ base, quote });
			}),
		);
	});
});
