import { priceSanity } from '../../../../core/risk/checks/price-sanity';
import { START } from '../../../support/databases';
import { d, describeCheck } from '../snapshots';

const quoteAt = (at: number) => ({ quote: { symbol: 'BTC/USDT', bid: d(59990), ask: d(60000), at } });

describeCheck('price_sanity', priceSanity, [
	['a market order is filled at the quote', {}, { result: 'pass', limit: '10', observed: '60000' }],
	['a sale looks at the bid', { signal: { side: 'sell' } }, { observed: '59990' }],
	['a limit 10 % away', { signal: { orderType: 'limit', entry: d(54000) } }, { result: 'pass' }],
	['a limit further away', { signal: { orderType: 'limit', entry: d('53999.99') } }, {
		result: 'block', code: 'PRICE_INSANE', limit: '10', observed: '60000',
	}],
	['a market order whose sender saw another price', { signal: { entry: d(70000) } }, {
		result: 'block', code: 'PRICE_INSANE',
	}],
	['a trigger far away', { signal: { trigger: d(70000) } }, { result: 'block', code: 'PRICE_INSANE' }],
	['a quote of 5 s', quoteAt(START - 5000), { result: 'pass' }],
	['an older one', quoteAt(START - 5001), {
		result: 'block', code: 'QUOTE_STALE', limit: '5', observed: '5.001',
	}],
	['one from the future', quoteAt(START + 5001), { result: 'block', code: 'QUOTE_STALE' }],
	['none', { quote: null }, { result: 'block', code: 'QUOTE_MISSING' }],
	['none, though the sender states a price', { quote: null, signal: { entry: d(60000) } }, {
		result: 'block', code: 'QUOTE_MISSING',
	}],
	['an unknown symbol', { market: null, quote: null }, { result: 'block', code: 'SYMBOL_UNKNOWN' }],
	['no entry', { signal: { orderType: 'limit' } }, { result: 'block', code: 'ENTRY_MISSING' }],
]);
