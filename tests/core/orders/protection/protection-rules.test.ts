import fc from 'fast-check';
import { DEMO_MARKETS } from '../../../../core/exchange';
import { add, decimal, isMultipleOf, lte, newId, seededRng, sub, ManualClock, ZERO, type DecimalInput, type Side } from '../../../../core/model';
import type { Order, OrderState } from '../../../../core/orders';
import {
	exitsBesideStop, isRestingStop, nextStopStep, stopWanted, tighterOnTick, tooSmall, type Guarded,
} from '../../../../core/orders/protection/protection';

const clock = new ManualClock(1_000);
const rng = seededRng(5);
const market = {
	...DEMO_MARKETS[0]!, quantityStep: decimal('0.01'), minQuantity: decimal('0.02'), minNotional: decimal(5), priceTick: decimal('0.5'),
};

function order(change: Partial<Order> = {}): Order {
	const base = {
		id: newId('ord', clock, rng), reduceOnly: true, leg: 'stop', type: 'stop', triggerPrice: decimal(90), quantity: decimal(1),
		filledQuantity: ZERO, state: 'OPEN', pending: 'none', createdAt: 0, ocoGroup: null,
	};
	return { ...base, ...change } as Order;
}

const close = (quantity: DecimalInput, state: OrderState = 'OPEN'): Order =>
	order({ leg: 'close', type: 'market', triggerPrice: null, quantity: decimal(quantity), state });

function guarded(change: Partial<Guarded> = {}): Guarded {
	return {
		trade: { side: 'buy', state: 'OPEN', enteredQuantity: decimal(1), exitedQuantity: ZERO },
		stop: { state: 'ACTIVE', price: decimal(90), armAt: 0 },
		target: null,
		working: [],
		market,
		venueGuards: false,
		...change,
	};
}

const trade = (change: Partial<Guarded['trade']>): Partial<Guarded> => ({ trade: { ...guarded().trade, ...change } });
const text = (wanted: ReturnType<typeof stopWanted>): string | null =>
	wanted === null ? null : `${wanted.quantity} @ ${wanted.triggerPrice}`;

describe('the stop that a trade should have at the venue', () => {
	test.each<[string, Partial<Guarded>, string | null]>([
		['for all that is open', {}, '1 @ 90'],
		['while it closes, too', trade({ state: 'CLOSING' }), '1 @ 90'],
		['for what is left after an exit', trade({ exitedQuantity: decimal('0.4') }), '0.6 @ 90'],
		['none before the entry fills', trade({ state: 'OPENING', enteredQuantity: ZERO }), null],
		['none when it is over', trade({ state: 'CLOSED' }), null],
		['none without a stop', { stop: null }, null],
		['none while the engine closes by the stop itself', { stop: { state: 'WORKING', price: decimal(90), armAt: 0 } }, null],
		['not more than is held', { position: { quantity: decimal('0.5') } }, '0.5 @ 90'],
		['none when nothing is held', { position: null }, null],
		['for a short by its size', { ...trade({ side: 'sell' }), position: { quantity: decimal(-1) } }, '1 @ 90'],
		['without what another exit takes', { working: [close('0.3')] }, '0.7 @ 90'],
		['none when another exit takes all', { working: [close(1)] }, null],
		['all of it where the venue guards exits', { working: [close('0.3')], venueGuards: true }, '1 @ 90'],
		['its own order does not count', { working: [order()] }, '1 @ 90'],
		['whole steps only', trade({ enteredQuantity: decimal('0.999') }), '0.99 @ 90'],
		['none below the least quantity', trade({ enteredQuantity: decimal('0.0199') }), null],
		['none below the least value', { ...trade({ enteredQuantity: decimal('0.05') }), stop: { state: 'ACTIVE', price: decimal(90), armAt: 0 } }, null],
		['on the tick, to the tighter side', { stop: { state: 'ACTIVE', price: decimal('90.1'), armAt: 0 } }, '1 @ 90.5'],
		['for a short on the tick below', { ...trade({ side: 'sell' }), stop: { state: 'ACTIVE', price: decimal('90.4'), armAt: 0 } }, '1 @ 90'],
	])('%s', (_what, change, wanted) => {
		expect(text(stopWanted(guarded(change)))).toBe(wanted);
	});

	test.each<[DecimalInput, DecimalInput, boolean]>([
		['0.02', 250, false], ['0.019', 10_000, true], ['0.05', 99, true], ['0.05', 100, false],
	])('%s at %s is too small: %s', (quantity, price, small) => {
		expect(tooSmall(decimal(quantity), decimal(price), market)).toBe(small);
	});

	test('rounding never loosens', () => {
		fc.assert(
			fc.property(fc.constantFrom<Side>('buy', 'sell'), fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom('0.01', '0.5', '1', '0.003'), (side, cents, tick) => {
				const price = decimal(cents / 100);
				const rounded = tighterOnTick(side, price, decimal(tick));
				expect(isMultipleOf(rounded, tick)).toBe(true);
				expect(side === 'buy' ? lte(price, rounded) : lte(rounded, price)).toBe(true);
				expect(lte(side === 'buy' ? sub(rounded, price) : sub(price, rounded), tick)).toBe(true);
			}),
		);
	});

	test('exits work beside a stop only where it locks nothing and the venue guards them', () => {
		expect(exitsBesideStop({ reduceOnly: true, stopLocksBalance: false })).toBe(true);
		expect(exitsBesideStop({ reduceOnly: false, stopLocksBalance: false })).toBe(false);
		expect(exitsBesideStop({ reduceOnly: true, stopLocksBalance: true })).toBe(false);
	});

	test('only reduce-only stops with a trigger rest', () => {
		expect(isRestingStop(order())).toBe(true);
		expect(isRestingStop(order({ triggerPrice: null }))).toBe(false);
		expect(isRestingStop(order({ leg: 'entry', reduceOnly: false }))).toBe(false);
		expect(isRestingStop(order({ leg: 'close' }))).toBe(false);
	});
});

describe('the next step towards it', () => {
	const NOW = 100_000;
	const AFTER = 5_000;
	const stepOf = (change: Partial<Guarded>): string => {
		const step = nextStopStep(guarded(change), NOW, AFTER);
		if (step.kind === 'none') return 'none';
		if (step.kind === 'arm') return `arm ${step.wanted.quantity} @ ${step.wanted.triggerPrice}`;
		return `cancel ${step.orders.map(({ quantity, triggerPrice }) => `${quantity} @ ${triggerPrice}`).join(', ')}`;
	};
	const old = (change: Partial<Order> = {}): Order => order({ createdAt: NOW - AFTER, ...change });
	const young = (change: Partial<Order> = {}): Order => order({ createdAt: NOW - AFTER + 1, ...change });
	const half = { quantity: decimal('0.5') };
	const lower = { triggerPrice: decimal(89) };

	test.each<[string, Partial<Guarded>, string]>([
		['arms what is missing', {}, 'arm 1 @ 90'],
		['waits for its time after refusals', { stop: { state: 'ACTIVE', price: decimal(90), armAt: NOW + 1 } }, 'none'],
		['its time has come', { stop: { state: 'ACTIVE', price: decimal(90), armAt: NOW } }, 'arm 1 @ 90'],
		['leaves the right one', { working: [old()] }, 'none'],
		['leaves the right one of unknown outcome', { working: [old({ state: 'UNKNOWN' })] }, 'none'],
		['leaves one on its way', { working: [old({ state: 'SUBMITTING' })] }, 'none'],
		['counts what is left of one that fills', { working: [old({ filledQuantity: decimal('0.4'), state: 'PARTIALLY_FILLED' })], ...trade({ exitedQuantity: decimal('0.4') }) }, 'none'],
		['replaces a wrong quantity at once', { working: [young(half)] }, 'cancel 0.5 @ 90'],
		['replaces a wrong price', { working: [old(lower)] }, 'cancel 1 @ 89'],
		['has patience with a young one of another price', { working: [young(lower)] }, 'none'],
		['has none when the quantity is wrong too', { working: [young({ ...lower, ...half })] }, 'cancel 0.5 @ 89'],
		['leaves one that the market has woken', { working: [old({ ...lower, state: 'TRIGGERED' })] }, 'none'],
		['leaves one that fills', { working: [old({ ...half, filledQuantity: decimal('0.2'), state: 'PARTIALLY_FILLED' })] }, 'none'],
		['keeps one of two', { working: [old(), old(half)] }, 'cancel 0.5 @ 90'],
		['takes two wrong ones away', { working: [young(lower), young(lower)] }, 'cancel 1 @ 89, 1 @ 89'],
		['takes it away when nothing is left for it', { working: [old(), close(1)] }, 'cancel 1 @ 90'],
		['takes it away when the trade is over', { ...trade({ state: 'CLOSED' }), working: [old()] }, 'cancel 1 @ 90'],
		['asks once only', { ...trade({ state: 'CLOSED' }), working: [old({ pending: 'cancel' })] }, 'none'],
		['arms nothing before the old one is gone', { working: [old({ ...half, pending: 'cancel' })] }, 'none'],
		['nothing to do for a trade without anything', { ...trade({ state: 'CLOSED' }) }, 'none'],
	])('%s', (_what, change, expected) => {
		expect(stepOf(change)).toBe(expected);
	});

	test('from any orders, following the steps ends with the wanted stop alone, and never more than is held', () => {
		const some = fc.record({
			quantity: fc.integer({ min: 1, max: 100 }).map((lots) => decimal(lots / 100)),
			triggerPrice: fc.constantFrom('89', '90', '91').map(decimal),
			createdAt: fc.constantFrom(0, NOW - 1),
		});
		fc.assert(
			fc.property(fc.array(some, { maxLength: 4 }), fc.integer({ min: 2, max: 100 }), (given, lots) => {
				let working = given.map((change) => order(change));
				const held = decimal(lots / 100);
				for (let step = 0; ; step++) {
					expect(step).toBeLessThan(4);
					const next = nextStopStep(guarded({ working, ...trade({ enteredQuantity: held }) }), NOW * 9, AFTER);
					if (next.kind === 'none') break;
					if (next.kind === 'cancel') working = working.filter((each) => !next.orders.includes(each));
					else {
						expect(working).toEqual([]);
						working = [order({ ...next.wanted })];
					}
				}
				const wanted = stopWanted(guarded(trade({ enteredQuantity: held })));
				expect(working.map(({ quantity, triggerPrice }) => `${quantity} @ ${triggerPrice}`)).toEqual(wanted === null ? [] : [text(wanted)]);
				expect(lte(add(...working.map(({ quantity }) => quantity)), held)).toBe(true);
			}),
		);
	});
});
