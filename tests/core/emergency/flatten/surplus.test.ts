import fc from 'fast-check';
import { isWorthClosing, unexplained, type Holdings } from '../../../../core/emergency/flatten/surplus';
import { pauseAfter } from '../../../../core/emergency/flatten/flatten.service';
import { sliceOf } from '../../../../core/orders/exits/slices';
import { add, decimal, gt, isMultipleOf, lte, sub, type Decimal } from '../../../../core/model';
import type { Market } from '../../../../core/exchange';
import type { Trade } from '../../../../core/orders';

const d = decimal;
const market: Market = {
	symbol: 'BTC/USDT', id: 'BTCUSDT', base: 'BTC', quote: 'USDT', quantityStep: d('0.001'), priceTick: d('0.01'),
	minQuantity: d('0.002'), maxQuantity: null, minNotional: d('5'),
};
const map = (entries: Record<string, string>): Map<string, Decimal> =>
	new Map(Object.entries(entries).map(([key, value]) => [key, d(value)]));
const holdings = (rest: Partial<Holdings>): Holdings => ({ positions: null, balances: {}, ours: map({}), external: map({}), ...rest });

describe('what no trade of ours explains', () => {
	it.each<[string, Partial<Holdings>, string]>([
		['nothing held', {}, '0'],
		['held by a late fill', { balances: { BTC: d('0.5') } }, '0.5'],
		['all of it ours', { balances: { BTC: d('0.5') }, ours: map({ 'BTC/USDT': '0.5' }) }, '0'],
		['ours in another quote', { balances: { BTC: d('0.5') }, ours: map({ 'BTC/EUR': '0.2', 'BTC/USDT': '0.1' }) }, '0.2'],
		['partly somebody else\'s', { balances: { BTC: d('0.5') }, external: map({ BTC: '0.4' }) }, '0.1'],
		['less than we think', { balances: { BTC: d('0.1') }, ours: map({ 'BTC/USDT': '0.5' }) }, '0'],
		['another asset', { balances: { ETH: d('5') } }, '0'],
	])('spot: %s', (_, given, expected) => {
		expect(unexplained(market, holdings(given))).toBe(expected);
	});

	it.each<[string, Partial<Holdings>, string]>([
		['flat', { positions: [] }, '0'],
		['long', { positions: [{ symbol: 'BTC/USDT', quantity: d('0.5'), averagePrice: null }] }, '0.5'],
		['short', { positions: [{ symbol: 'BTC/USDT', quantity: d('-0.5'), averagePrice: null }] }, '-0.5'],
		['ours and theirs', { positions: [{ symbol: 'BTC/USDT', quantity: d('0.5'), averagePrice: null }], ours: map({ 'BTC/USDT': '0.2' }), external: map({ 'BTC/USDT': '0.3' }) }, '0'],
		['balances do not count', { positions: [], balances: { BTC: d('9') } }, '0'],
	])('derivatives: %s', (_, given, expected) => {
		expect(unexplained(market, holdings(given))).toBe(expected);
	});

	it.each([['0', false], ['0.001', false], ['0.002', true], ['-0.002', true]])('%s is worth closing: %s', (quantity, worth) => {
		expect(isWorthClosing(d(quantity), market)).toBe(worth);
		expect(isWorthClosing(d('0.004'), { ...market, quantityStep: d('0.005') })).toBe(false);
	});
});

describe('pauses between tries', () => {
	it.each([[0, 0], [1, 1_000], [2, 2_000], [3, 4_000], [4, 8_000], [5, 8_000], [50, 8_000]])('after %i failures: %i ms', (failures, wait) => {
		expect(pauseAfter(failures, 8)).toBe(wait);
	});
});

describe('slices', () => {
	const trade = (price: string, closeReason: Trade['closeReason'] = 'kill_switch'): Trade =>
		({ entryValue: d(price), enteredQuantity: d(1), closeReason } as unknown as Trade);

	it.each<[string, Trade['closeReason'], string, string | null, string, string]>([
		['worth less than a slice', 'kill_switch', '0.4', null, '25000', '0.4'],
		['cut into equal parts', 'kill_switch', '1', null, '25000', '0.334'],
		['by hand: not cut', 'manual', '1', null, '25000', '1'],
		['over the venue\'s maximum, by hand', 'manual', '1', '0.6', '25000', '0.5'],
		['the smaller bound counts', 'kill_switch', '1', '0.2', '25000', '0.2'],
		['a part would be too small for the venue', 'kill_switch', '0.003', null, '60', '0.003'],
		['a slice of nothing cuts nothing', 'kill_switch', '1', null, '0', '1'],
	])('%s', (_, reason, free, maxQuantity, sliceNotional, expected) => {
		const at = { ...market, maxQuantity: maxQuantity === null ? null : d(maxQuantity) };
		expect(sliceOf(trade('60000', reason), d(free), at, d(sliceNotional))).toBe(expected);
	});

	it('of any position: never more than a slice and a step, on the step, and they add up', () => {
		const steps = fc.integer({ min: 1, max: 40_000 });
		fc.assert(fc.property(steps, fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 100, max: 100_000 }), (size, price, notional) => {
			let free = d((size / 1_000).toFixed(3));
			const most = add(d((notional / price).toFixed(12)), market.quantityStep);
			for (let count = 0; gt(free, 0); count++) {
				expect(count).toBeLessThan(50_000);
				const part = sliceOf(trade(String(price)), free, market, d(notional));
				expect(lte(part, free)).toBe(true);
				expect(isMultipleOf(part, market.quantityStep)).toBe(true);
				// What cannot be cut without leaving too little for the venue goes as a whole.
				if (gt(part, most)) expect(part).toBe(free);
				free = sub(free, part);
				if (count > 200) return;
			}
		}), { numRuns: 60 });
	});
});
