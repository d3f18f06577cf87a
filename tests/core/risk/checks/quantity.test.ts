import { quantity } from '../../../../core/risk/checks/quantity';
import { BTC, d, describeCheck } from '../snapshots';

const asked = (amount: string) => ({ signal: { quantity: d(amount) } });

describeCheck('quantity', quantity, [
	['a size of our own', {}, { result: 'pass', limit: '100', observed: '0.05' }],
	['one step', { market: { ...BTC, minNotional: d(0) }, ...asked('0.00001') }, { result: 'pass' }],
	['below the minimum', { market: { ...BTC, minQuantity: d('0.001') }, ...asked('0.0009') }, {
		result: 'block', code: 'QUANTITY_TOO_SMALL', limit: '0.001', observed: '0.0009',
	}],
	['none, where the venue states no minimum', { market: { ...BTC, minQuantity: d(0) }, ...asked('0') }, {
		result: 'block', code: 'QUANTITY_TOO_SMALL', observed: '0',
	}],
	['the maximum', asked('100'), { result: 'pass' }],
	['above it', asked('100.00001'), {
		result: 'block', code: 'QUANTITY_TOO_LARGE', limit: '100', observed: '100.00001',
	}],
	['above 1,000 where the venue states none', { market: { ...BTC, maxQuantity: null }, ...asked('1000.1') }, {
		result: 'block', code: 'QUANTITY_TOO_LARGE', limit: '1000',
	}],
	['between two steps', asked('0.010005'), {
		result: 'block', code: 'QUANTITY_STEP', limit: '0.00001', observed: '0.010005',
	}],
	['worth too little', asked('0.00008'), {
		result: 'block', code: 'NOTIONAL_TOO_SMALL', limit: '5', observed: '4.8',
	}],
	['worth just enough', { market: { ...BTC, minNotional: d(6) }, ...asked('0.0001') }, { result: 'pass' }],
	['an unknown symbol', { market: null }, { result: 'block', code: 'SYMBOL_UNKNOWN' }],
	['no size', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['no price', { quote: null, ...asked('1') }, { result: 'block', code: 'QUOTE_MISSING' }],
]);
