import { listingOf, stepOf, toMarket } from '../../../../core/exchange/ccxt/listing';
import type { CcxtMarket } from '../../../../core/exchange/ccxt/library';
import { spotMarket } from '../../../../core/exchange/ccxt/venues/common';

const TICK_SIZE = 4;
const DECIMAL_PLACES = 2;
const SIGNIFICANT_DIGITS = 3;

function market(change: Partial<CcxtMarket> = {}): CcxtMarket {
	return {
		id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', type: 'spot', spot: true, active: true,
		precision: { amount: '0.00001', price: '0.01' },
		limits: { amount: { min: '0.00001', max: '9000' }, cost: { min: '5' } },
		...change,
	};
}

test.each([
	['0.01', TICK_SIZE, '0.01'],
	['0.000000000000000001', TICK_SIZE, '0.000000000000000001'],
	['5', TICK_SIZE, '5'],
	['0.25', TICK_SIZE, '0.25'],
	['0', TICK_SIZE, null],
	['8', DECIMAL_PLACES, '0.00000001'],
	['0', DECIMAL_PLACES, '1'],
	['-2', DECIMAL_PLACES, '100'],
	[3, DECIMAL_PLACES, '0.001'],
	['5', SIGNIFICANT_DIGITS, null],
	[undefined, TICK_SIZE, null],
	['', TICK_SIZE, null],
])('a precision of %s in mode %s is a step of %s', (precision, mode, step) => {
	expect(stepOf(precision, mode)).toBe(step);
});

test('a market as the port has it', () => {
	expect(toMarket(market(), TICK_SIZE)).toEqual({
		symbol: 'BTC/USDT', id: 'BTCUSDT', base: 'BTC', quote: 'USDT', quantityStep: '0.00001', priceTick: '0.01',
		minQuantity: '0.00001', maxQuantity: '9000', minNotional: '5',
	});
});

test('the least quantity is one that can be sent; missing limits are none', () => {
	const odd = { precision: { amount: '0.001', price: '0.01' }, limits: { amount: { min: '0.0015' } } };
	expect(toMarket(market(odd), TICK_SIZE)).toMatchObject({
		minQuantity: '0.002', maxQuantity: null, minNotional: '0',
	});
	expect(toMarket(market({ limits: {} }), TICK_SIZE)).toMatchObject({ minQuantity: '0.00001', maxQuantity: null });
});

test('a market without steps is not traded, nor an alias, nor one of another kind; a halted one is marked', () => {
	const listing = listingOf(
		[
			market(),
			market({ id: 'BTCUSDT2' }),
			market({ symbol: 'ETH/USDT', base: 'ETH' }),
			market({ id: 'XRPUSDT', symbol: 'XRP/USDT', base: 'XRP', precision: {} }),
			market({ id: 'ADAUSDT', symbol: 'ADA/USDT', base: 'ADA', active: false }),
			market({ id: 'SOLUSDT_OLD', symbol: 'SOL/USDT:OLD', base: 'SOL', active: false }),
			market({ id: 'SOLUSDT', symbol: 'SOL/USDT', base: 'SOL', active: true }),
			market({ id: 'BTCUSDT_P', symbol: 'BTC/USDT:USDT', spot: false, swap: true }),
			market({ id: 'AAPLUSDT', symbol: 'AAPL/USDT', base: 'AAPL', stock: true }),
		],
		TICK_SIZE,
		spotMarket,
	);
	expect(listing.markets.map(({ id, halted = false }) => [id, halted])).toEqual([
		['BTCUSDT', false], ['SOLUSDT', false], ['ADAUSDT', true],
	]);
	expect(listing.find('SOL/USDT')).toMatchObject({ ccxtSymbol: 'SOL/USDT' });
	expect(listing.ours('ADA/USDT')).toBe('ADA/USDT');
	expect(listing.ours('BTC/USDT:USDT')).toBe('BTC/USDT:USDT');
});

test('a swap has the name of its pair', () => {
	const swap = market({ symbol: 'BTC/USDT:USDT', spot: false, swap: true });
	const listing = listingOf([swap], TICK_SIZE, (each) => each.swap === true);
	expect(listing.find('BTC/USDT')).toMatchObject({ ccxtSymbol: 'BTC/USDT:USDT', market: { symbol: 'BTC/USDT' } });
	expect(listing.ours('BTC/USDT:USDT')).toBe('BTC/USDT');
});
