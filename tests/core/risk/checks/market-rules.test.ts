import { currency } from '../../../../core/risk/checks/currency';
import { orderType } from '../../../../core/risk/checks/order-type';
import { short } from '../../../../core/risk/checks/short';
import { symbol } from '../../../../core/risk/checks/symbol';
import { BTC, describeCheck } from '../snapshots';

describeCheck('symbol', symbol, [
	['listed', {}, { result: 'pass', observed: 'BTC/USDT' }],
	['not listed', { market: null, signal: { symbol: 'NOPE' } }, {
		result: 'block', code: 'SYMBOL_UNKNOWN', observed: 'NOPE',
	}],
	['a venue that does not answer', { market: null, venue: { reachable: false } }, {
		result: 'block', code: 'VENUE_UNREACHABLE',
	}],
]);

describeCheck('currency', currency, [
	['the same', {}, { result: 'pass', limit: 'USDT', observed: 'USDT' }],
	['another', { market: { ...BTC, quote: 'EUR' } }, {
		result: 'block', code: 'CURRENCY_MISMATCH', limit: 'USDT', observed: 'EUR',
	}],
	['unknown symbol', { market: null }, { result: 'block', code: 'SYMBOL_UNKNOWN' }],
]);

describeCheck('short', short, [
	['a buy', {}, { result: 'pass', observed: 'buy' }],
	['a sale on spot', { signal: { side: 'sell' } }, {
		result: 'block', code: 'SHORT_NOT_SUPPORTED', limit: 'buy', observed: 'sell',
	}],
	['a sale where the venue lends', { signal: { side: 'sell' }, venue: { shortSelling: true } }, {
		result: 'pass',
	}],
]);

describeCheck('order_type', orderType, [
	['a limit', { signal: { orderType: 'limit' } }, { result: 'pass', limit: 'market, limit' }],
	['a stop', { signal: { orderType: 'stop' } }, {
		result: 'block', code: 'ORDER_TYPE_UNSUPPORTED', observed: 'stop',
	}],
]);
