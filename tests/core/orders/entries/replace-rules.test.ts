import { decimal, isRefused, type Decimal } from '../../../../core/model';
import { planReplacement, type Order, type ReplaceWish } from '../../../../core/orders';

const q = (value: string): Decimal => decimal(value);

describe('what a replacement comes to', () => {
	const market = {
		quantityStep: q('0.001'), priceTick: q('0.5'), minQuantity: q('0.002'), maxQuantity: q('5'), minNotional: q('10'),
	};
	const order = (change: Partial<Order> = {}): Order => ({
		leg: 'entry', origin: 'SYSTEM', state: 'OPEN', pending: 'none', side: 'buy', type: 'limit', quantity: q('0.01'),
		filledQuantity: q('0'), price: q('59000'), triggerPrice: null, ...change,
	}) as Order;

	test.each<[string, Partial<Order>, ReplaceWish, boolean]>([
		['less', {}, { quantity: q('0.005') }, false],
		['more', {}, { quantity: q('0.011') }, true],
		['cheaper', {}, { price: q('58000') }, false],
		['dearer', {}, { price: q('59000.5') }, true],
		['less but dearer', {}, { quantity: q('0.005'), price: q('59500') }, true],
		['a sale at more', { side: 'sell' }, { price: q('59500') }, false],
		['a sale at less', { side: 'sell' }, { price: q('58500') }, true],
		['a trigger further off', { type: 'stop', price: null, triggerPrice: q('61000') }, { triggerPrice: q('61500') }, true],
		['a trigger nearer', { type: 'stop', price: null, triggerPrice: q('61000') }, { triggerPrice: q('60500') }, false],
		['all that is left, after a part', { filledQuantity: q('0.004') }, { quantity: q('0.006') }, false],
	])('%s', (_what, change, wish, addsRisk) => {
		expect(planReplacement(order(change), wish, market, null)).toMatchObject({ addsRisk });
	});

	test.each<[string, Partial<Order>, ReplaceWish, string]>([
		['the same again', {}, { quantity: q('0.01'), price: q('59000') }, 'REPLACE_NOTHING'],
		['nothing', {}, {}, 'REPLACE_NOTHING'],
		['an exit', { leg: 'stop' }, { quantity: q('0.005') }, 'ORDER_NOT_REPLACEABLE'],
		['somebody else’s order', { origin: 'EXTERNAL' }, { quantity: q('0.005') }, 'ORDER_NOT_REPLACEABLE'],
		['one that is over', { state: 'FILLED' }, { quantity: q('0.005') }, 'ORDER_NOT_REPLACEABLE'],
		['one of unknown outcome', { state: 'UNKNOWN' }, { quantity: q('0.005') }, 'ORDER_NOT_REPLACEABLE'],
		['one that is being cancelled', { pending: 'cancel' }, { quantity: q('0.005') }, 'REPLACE_PENDING'],
		['one that is being replaced', { pending: 'replace' }, { quantity: q('0.005') }, 'REPLACE_PENDING'],
		['a price it has not', { type: 'stop', price: null, triggerPrice: q('61000') }, { price: q('60000') }, 'REPLACE_FIELD'],
		['a trigger it has not', {}, { triggerPrice: q('60000') }, 'REPLACE_FIELD'],
		['a price off the tick', {}, { price: q('59000.2') }, 'REPLACE_PRICE'],
		['a price of nothing', {}, { price: q('0') }, 'REPLACE_PRICE'],
		['a quantity off the step', {}, { quantity: q('0.0055') }, 'QUANTITY_STEP'],
		['what has filled already', { filledQuantity: q('0.004') }, { quantity: q('0.004') }, 'QUANTITY_TOO_SMALL'],
		['less than has filled', { filledQuantity: q('0.006') }, { quantity: q('0.004') }, 'QUANTITY_TOO_SMALL'],
		['a rest too small', { filledQuantity: q('0.004') }, { quantity: q('0.005') }, 'QUANTITY_TOO_SMALL'],
		['too much', {}, { quantity: q('6') }, 'QUANTITY_TOO_LARGE'],
		['worth too little', { price: q('2') }, { quantity: q('0.005') }, 'NOTIONAL_TOO_SMALL'],
	])('refused: %s', (_what, change, wish, code) => {
		const refused = planReplacement(order(change), wish, market, null);
		expect(refused).toMatchObject({ kind: 'refused', code });
		// Every place of its text is filled.
		expect(isRefused(refused) && refused.message).not.toContain('?');
	});

	test('where the venue states no maximum there is none; a market order has nothing to replace', () => {
		const open_ = { ...market, maxQuantity: null };
		expect(planReplacement(order(), { quantity: q('6') }, open_, null)).toMatchObject({ addsRisk: true });
		const atMarket = order({ type: 'market', price: null });
		expect(planReplacement(atMarket, { quantity: q('0.005') }, market, q('57000'))).toMatchObject({ code: 'REPLACE_NOTHING' });
	});

	test('a price at the stop, or beyond it, is refused', () => {
		const at = planReplacement(order(), { price: q('57000') }, market, q('57000'));
		expect(at).toMatchObject({ code: 'STOP_LOSS_WRONG_SIDE', context: { observed: '57000', limit: '57000' } });
		expect(planReplacement(order(), { price: q('57000.5') }, market, q('57000'))).toMatchObject({ addsRisk: false });
		const short = order({ side: 'sell' });
		expect(planReplacement(short, { price: q('60999.5') }, market, q('61000'))).toMatchObject({ addsRisk: false });
		expect(planReplacement(short, { price: q('61000') }, market, q('61000'))).toMatchObject({ code: 'STOP_LOSS_WRONG_SIDE' });
	});
});
