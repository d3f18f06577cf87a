import fc from 'fast-check';
import type { VenueOrder, VenueOrderState, VenuePosition } from '../../../../core/exchange';
import { abs, add, decimal, gte, lt, lte, sign, sub, type Decimal } from '../../../../core/model';
import type { Order } from '../../../../core/orders';
import {
	compareDerivatives, compareSpot, differenceKey, type HoldingDifference,
} from '../../../../core/orders/reconcile/compare-holdings';
import { compareOrders, differs } from '../../../../core/orders/reconcile/compare-orders';
import {
	isChecked, isCompared, isIssueKind, isNotice, ISSUE_KINDS, mustAnnounce, subjectOf, type IssueKind,
} from '../../../../core/orders/issues/issue';
import { isHealthy } from '../../../../core/orders/reconcile/pause';
import type { Progress } from '../../../../core/orders/reconcile/progress.table';
import { lookBackFrom } from '../../../../core/orders/reconcile/compare-account';
import { hasClientId, namelessId } from '../../../../core/orders/reconcile/foreign-id';
import { isClear } from '../../../../core/orders/reconcile/report';

const ACCOUNT = 'acc_1';

const order = (wish: Partial<Order>): Order => ({
	id: 'ord_1', clientOrderId: 'a', venueOrderId: 'v-a', accountId: ACCOUNT, symbol: 'BTC/USDT', origin: 'SYSTEM', state: 'OPEN',
	pending: 'none', quantity: decimal(1), filledQuantity: decimal(0), expiresAt: null, ...wish,
}) as Order;
const venueOrder = (wish: Partial<VenueOrder>): VenueOrder => ({
	clientOrderId: 'a', venueOrderId: 'v-a', symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: decimal(1),
	price: decimal(1), triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false, state: 'OPEN',
	filledQuantity: decimal(0), message: null, createdAt: 0, ...wish,
});

describe('comparing orders', () => {
	const ids = (orders: readonly { clientOrderId: string }[]) => orders.map(({ clientOrderId }) => clientOrderId);

	test('sorts into known, with news, missing and strange', () => {
		const ours = [order({}), order({ clientOrderId: 'b', venueOrderId: 'v-b' }), order({ clientOrderId: 'c', venueOrderId: 'v-c' })];
		const found = compareOrders(ours, [
			venueOrder({}),
			venueOrder({ clientOrderId: 'b', venueOrderId: 'v-b', filledQuantity: decimal('0.5'), state: 'PARTIALLY_FILLED' }),
			venueOrder({ clientOrderId: 'x', venueOrderId: 'v-x' }),
		], 0);
		expect(found.news.map(({ order: own }) => own.clientOrderId)).toEqual(['b']);
		expect(ids(found.missing)).toEqual(['c']);
		expect(ids(found.strangers)).toEqual(['x']);
	});

	test('knows an order by the venue’s id where it keeps no other', () => {
		const found = compareOrders([order({})], [venueOrder({ clientOrderId: '' })], 0);
		expect(found).toEqual({ news: [], missing: [], strangers: [] });
	});

	test('an order number counts within its symbol', () => {
		const found = compareOrders([order({})], [venueOrder({ clientOrderId: '', symbol: 'ETH/USDT' })], 0);
		expect([found.missing.length, found.strangers.length]).toEqual([1, 1]);
	});

	test('somebody’s client order id that comes again is another order', () => {
		const theirs = order({ origin: 'EXTERNAL' });
		const found = compareOrders([theirs], [venueOrder({ venueOrderId: 'v-2' })], 0);
		expect(found.missing).toEqual([theirs]);
		expect(found.strangers).toMatchObject([{ venueOrderId: 'v-2' }]);
		expect(compareOrders([theirs], [venueOrder({})], 0)).toEqual({ news: [], missing: [], strangers: [] });
		// Ours are ours by their id, whatever the venue calls them now.
		expect(compareOrders([order({})], [venueOrder({ venueOrderId: 'v-2' })], 0).strangers).toEqual([]);
	});

	test.each(['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'] as const)('%s and not listed is missing', (state) => {
		expect(compareOrders([order({ state })], [], 0).missing).toHaveLength(1);
	});
	test.each(['CREATED', 'SUBMITTING', 'UNKNOWN'] as const)('%s and not listed is not missing', (state) => {
		expect(compareOrders([order({ state })], [], 0).missing).toEqual([]);
	});

	test.each<[Order['state'], VenueOrderState, string, boolean]>([
		['OPEN', 'OPEN', '0', false],
		['OPEN', 'PARTIALLY_FILLED', '0.5', true],
		['OPEN', 'CANCELLED', '0', true],
		['OPEN', 'EXPIRED', '0', true],
		['OPEN', 'TRIGGERED', '0', true],
		['SUBMITTED', 'OPEN', '0', true],
		['UNKNOWN', 'OPEN', '0', true],
		['FAILED', 'OPEN', '0', true],
		['SUBMITTING', 'OPEN', '0.5', false],
		['CREATED', 'OPEN', '0.5', false],
		['TRIGGERED', 'OPEN', '0', false],
	])('ours %s, the venue’s %s with %s filled: news %s', (state, at, filled, news) => {
		const venue = venueOrder({ state: at, filledQuantity: decimal(filled) });
		expect(differs({ order: order({ state }), venue }, 0)).toBe(news);
	});

	test('every order is in one place, in any order of the lists', () => {
		const names = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 25 });
		fc.assert(
			fc.property(names, names, (ours, theirs) => {
				const found = compareOrders(
					ours.map((name) => order({ clientOrderId: `o${name}`, venueOrderId: `v${name}` })),
					theirs.map((name) => venueOrder({ clientOrderId: `o${name}`, venueOrderId: `v${name}` })),
					0,
				);
				expect(ids(found.missing).sort()).toEqual(ours.filter((name) => !theirs.includes(name)).map((name) => `o${name}`).sort());
				expect(ids(found.strangers).sort()).toEqual(theirs.filter((name) => !ours.includes(name)).map((name) => `o${name}`).sort());
				expect(found.news).toEqual([]);
			}),
		);
	});
});

const position = (symbol: string, quantity: string, cost = '0') => ({
	accountId: ACCOUNT, symbol, quantity: decimal(quantity), cost: decimal(cost), tradeId: null, updatedAt: 0,
}) as const;
const holding = (name: string, quantity: string) => ({
	accountId: ACCOUNT, name, quantity: decimal(quantity), averagePrice: null, firstSeen: 0, updatedAt: 0,
}) as const;
const step = () => decimal('0.001');

describe('comparing balances', () => {
	const spot = (positions: [string, string][], holdings: [string, string][], balances: Record<string, string>) =>
		compareSpot(
			{
				positions: positions.map(([symbol, quantity]) => position(symbol, quantity)),
				holdings: holdings.map(([name, quantity]) => holding(name, quantity)),
				currency: 'USDT',
			},
			Object.fromEntries(Object.entries(balances).map(([asset, total]) => [asset, decimal(total)])),
			step,
		);

	test.each<[string, [string, string][], [string, string][], Record<string, string>, Partial<HoldingDifference>[]]>([
		['agreement', [['BTC/USDT', '1']], [], { BTC: '1', USDT: '5' }, []],
		['cash alone', [], [], { USDT: '5' }, []],
		['less', [['BTC/USDT', '1']], [], { BTC: '0.4' }, [{ kind: 'short', symbol: 'BTC/USDT', ours: decimal(1), covered: decimal('0.4'), venue: decimal('0.4') }]],
		['nothing', [['BTC/USDT', '1']], [], {}, [{ kind: 'short', ours: decimal(1), covered: decimal(0), venue: decimal(0) }]],
		['less by just a step', [['BTC/USDT', '1']], [], { BTC: '0.999' }, [{ kind: 'short', covered: decimal('0.999') }]],
		['less by dust', [['BTC/USDT', '1']], [], { BTC: '0.9991' }, []],
		['more', [['BTC/USDT', '1']], [], { BTC: '1.5' }, [{ kind: 'external', name: 'BTC', before: decimal(0), after: decimal('0.5') }]],
		['more by just a step', [['BTC/USDT', '1']], [], { BTC: '1.001' }, [{ kind: 'external', after: decimal('0.001') }]],
		['more by dust', [['BTC/USDT', '1']], [], { BTC: '1.0009' }, []],
		['more, known', [['BTC/USDT', '1']], [['BTC', '0.5']], { BTC: '1.5' }, []],
		['more, known but for dust', [['BTC/USDT', '1']], [['BTC', '0.5']], { BTC: '1.5004' }, []],
		['others’ covers what is gone', [['BTC/USDT', '1']], [['BTC', '0.5']], { BTC: '1.2' }, [{ kind: 'external', before: decimal('0.5'), after: decimal('0.2') }]],
		['others’ gone and ours short', [['BTC/USDT', '1']], [['BTC', '0.5']], { BTC: '0.9' }, [{ kind: 'external', before: decimal('0.5'), after: decimal(0) }, { kind: 'short', covered: decimal('0.9') }]],
		['others’ down to dust is gone', [], [['BTC', '0.0005']], {}, [{ kind: 'external', before: decimal('0.0005'), after: decimal(0) }]],
		['of two others’, each by its name', [], [['AAA', '2'], ['BBB', '1']], { BBB: '1', AAA: '2' }, []],
		['by name, whatever the order', [], [], { ZZZ: '1', AAA: '1' }, [{ kind: 'external', name: 'AAA' }, { kind: 'external', name: 'ZZZ' }]],
		['two trades of one asset: the larger shrinks', [['BTC/EUR', '1'], ['BTC/USDT', '2'], ['BTC/USD', '0.5']], [], { BTC: '3' }, [{ kind: 'short', symbol: 'BTC/USDT', ours: decimal(2), covered: decimal('1.5'), venue: decimal(3) }]],
		['two trades of one asset, covered', [['BTC/EUR', '1'], ['BTC/USDT', '2']], [], { BTC: '3' }, []],
		['an asset of no trade', [], [], { DOGE: '7' }, [{ kind: 'external', name: 'DOGE', after: decimal(7) }]],
	])('%s', (_what, positions, holdings, balances, expected) => {
		const found = spot(positions, holdings, balances);
		expect(found).toHaveLength(expected.length);
		expect(found).toMatchObject(expected);
	});

	test('an asset without a market counts from its eighth decimal on', () => {
		const books = { positions: [], holdings: [], currency: 'USDT' };
		expect(compareSpot(books, { X: decimal('0.00000001') }, () => null)).toHaveLength(1);
		expect(compareSpot(books, { X: decimal('0.000000001') }, () => null)).toEqual([]);
	});

	test('put right, nothing differs any more: our part, then others’, and never more than there is', () => {
		const lots = fc.integer({ min: 0, max: 5_000 }).map((thousandths) => decimal((thousandths / 1_000).toFixed(3)));
		fc.assert(
			fc.property(lots, lots, lots, (ours, others, venue) => {
				let held: Decimal = ours;
				let external: Decimal = others;
				for (const found of spot([['BTC/USDT', ours]], [['BTC', others]], { BTC: venue })) {
					if (found.kind === 'short') held = found.covered;
					if (found.kind === 'external') external = found.after;
				}
				expect(lte(held, ours)).toBe(true);
				expect(lt(abs(sub(venue, add(held, external))), '0.001')).toBe(true);
				expect(gte(external, 0)).toBe(true);
				expect(spot([['BTC/USDT', held]], [['BTC', external]], { BTC: venue })).toEqual([]);
				// Our trade is touched only where the venue has less than it.
				if (gte(venue, ours)) expect(held).toBe(ours);
			}),
		);
	});
});

describe('comparing positions of derivatives', () => {
	const derivatives = (
		positions: [symbol: string, quantity: string, cost?: string][],
		holdings: [string, string][],
		at: VenuePosition[],
	) =>
		compareDerivatives(
			{
				positions: positions.map(([symbol, quantity, cost]) => position(symbol, quantity, cost)),
				holdings: holdings.map(([name, quantity]) => holding(name, quantity)),
				priceTolerancePercent: decimal('0.01'),
			},
			at,
			step,
		);
	const at = (quantity: string, averagePrice: string | null = null): VenuePosition =>
		({ symbol: 'X', quantity: decimal(quantity), averagePrice: averagePrice === null ? null : decimal(averagePrice) });

	test.each<[string, [string, string, string?][], [string, string][], VenuePosition[], Partial<HoldingDifference>[]]>([
		['agreement', [['X', '2', '200']], [], [at('2', '100')], []],
		['agreement, short', [['X', '-2', '-200']], [], [at('-2', '100')], []],
		['nothing', [['X', '2', '200']], [], [], [{ kind: 'short', ours: decimal(2), covered: decimal(0), venue: decimal(0) }]],
		['less', [['X', '2', '200']], [], [at('1')], [{ kind: 'short', covered: decimal(1) }]],
		['less of a short', [['X', '-2', '-200']], [], [at('-0.5')], [{ kind: 'short', covered: decimal('-0.5') }]],
		['the other side', [['X', '2', '200']], [], [at('-1')], [{ kind: 'external', name: 'X', after: decimal(-1) }, { kind: 'short', covered: decimal(0) }]],
		['more', [['X', '2', '200']], [], [at('3', '100')], [{ kind: 'external', after: decimal(1), averagePrice: decimal(100) }]],
		['somebody’s alone', [], [], [at('-3', '7')], [{ kind: 'external', before: decimal(0), after: decimal(-3), averagePrice: decimal(7) }]],
		['somebody’s, known', [], [['X', '-3']], [at('-3')], []],
		['somebody’s, gone', [], [['X', '-3']], [], [{ kind: 'external', before: decimal(-3), after: decimal(0) }]],
		['another price', [['X', '2', '200']], [], [at('2', '100.02')], [{ kind: 'price', ours: decimal(100), venue: decimal('100.02') }]],
		['a lower price', [['X', '2', '200']], [], [at('2', '99.98')], [{ kind: 'price' }]],
		['a price just within', [['X', '2', '200']], [], [at('2', '100.01')], []],
		['no price told', [['X', '2', '200']], [], [at('2')], []],
		['another’s part has a price of its own', [['X', '2', '200']], [['X', '1']], [at('3', '120')], []],
		['dust', [['X', '2', '200']], [], [at('1.9995')], []],
	])('%s', (_what, positions, holdings, venue, expected) => {
		const found = derivatives(positions, holdings, venue);
		expect(found).toHaveLength(expected.length);
		expect(found).toMatchObject(expected);
	});

	test('put right, both parts are what the venue has, and ours never turns or grows', () => {
		const lots = fc.integer({ min: -5_000, max: 5_000 }).map((thousandths) => decimal((thousandths / 1_000).toFixed(3)));
		fc.assert(
			fc.property(lots, lots, lots, (ours, others, venue) => {
				let held: Decimal = ours;
				let external: Decimal = others;
				const own: [string, string, string?][] = ours === '0' ? [] : [['X', ours, '1']];
				for (const found of derivatives(own, [['X', others]], [at(venue)])) {
					if (found.kind === 'short') held = found.covered;
					if (found.kind === 'external') external = found.after;
				}
				expect(lte(abs(held), abs(ours))).toBe(true);
				expect([0, sign(ours)]).toContain(sign(held));
				expect(lt(abs(sub(venue, add(held, external))), '0.001')).toBe(true);
			}),
		);
	});
});

describe('what is told, and when', () => {
	test('what is compared is told the second time; what is known for certain at once; worse again', () => {
		const seen = (kind: 'LATE_FILL' | 'QUANTITY_MISMATCH', cycles: number, announcedAt: number | null, severity: 'critical' | 'high' = 'high') =>
			({ kind, cycles, announcedAt, severity });
		expect(mustAnnounce(seen('QUANTITY_MISMATCH', 1, null), null, 2)).toBe(false);
		expect(mustAnnounce(seen('QUANTITY_MISMATCH', 2, null), seen('QUANTITY_MISMATCH', 1, null), 2)).toBe(true);
		expect(mustAnnounce(seen('QUANTITY_MISMATCH', 3, 5), seen('QUANTITY_MISMATCH', 2, 5), 2)).toBe(false);
		expect(mustAnnounce(seen('LATE_FILL', 1, null), null, 2)).toBe(true);
		expect(mustAnnounce(seen('LATE_FILL', 2, 5, 'critical'), seen('LATE_FILL', 1, 5), 2)).toBe(true);
		expect(mustAnnounce(seen('LATE_FILL', 2, 5), seen('LATE_FILL', 1, 5, 'critical'), 2)).toBe(false);
	});

	test('an issue is about its order, its symbol or its account', () => {
		const key = { accountId: ACCOUNT, symbol: 'BTC/USDT', orderId: 'ord_1' } as const;
		expect(subjectOf({ ...key, kind: 'LATE_FILL' })).toBe('ord_1');
		expect(subjectOf({ ...key, kind: 'MISSING_STOP' })).toBe('BTC/USDT');
		expect(subjectOf({ ...key, kind: 'LATE_FILL', orderId: null })).toBe('BTC/USDT');
		expect(subjectOf({ accountId: ACCOUNT, symbol: null, kind: 'VENUE_UNREADABLE' })).toBe('');
	});

	test.each<[IssueKind, 'account' | 'order' | 'symbol', string]>([
		['UNKNOWN_POSITION', 'symbol', 'compared'],
		['QUANTITY_MISMATCH', 'symbol', 'compared checked'],
		['PHANTOM_POSITION', 'symbol', 'compared checked'],
		['PRICE_MISMATCH', 'symbol', 'compared'],
		['UNKNOWN_ORDER', 'symbol', 'compared'],
		['MISSING_ORDER', 'order', 'compared checked'],
		['MISSING_STOP', 'symbol', 'compared checked'],
		['ORDER_UNRESOLVED', 'order', ''],
		['CASH_MISMATCH', 'symbol', 'compared checked'],
		['VENUE_UNREADABLE', 'symbol', 'compared checked'],
		['EXIT_FAILED', 'symbol', 'checked'],
		['LATE_FILL', 'order', ''],
		['SLIPPAGE', 'order', 'notice'],
		['FEE_CURRENCY_UNKNOWN', 'symbol', ''],
		['ORDER_TRANSITION', 'order', ''],
		['ORDER_OVERFILLED', 'order', ''],
		['EXIT_EXCEEDS_POSITION', 'order', ''],
		['ORDER_WITHOUT_TRADE', 'order', ''],
	])('%s is about one %s: %s', (kind, about, how) => {
		const subject = subjectOf({ accountId: ACCOUNT, symbol: 'BTC/USDT', orderId: 'ord_1', kind });
		expect(subject).toBe(about === 'order' ? 'ord_1' : 'BTC/USDT');
		const words = [isCompared(kind) ? 'compared' : '', isChecked(kind) ? 'checked' : '', isNotice(kind) ? 'notice' : ''];
		expect(words.filter((word) => word !== '').join(' ')).toBe(how);
		expect([isIssueKind(kind), isIssueKind(`${kind}S`), ISSUE_KINDS.includes(kind)]).toEqual([true, false, true]);
		const none = { adopted: [], adjusted: [], booked: [], differences: [], skipped: [] };
		const open = how.includes('compared') || kind === 'ORDER_UNRESOLVED';
		expect(isClear(none, [{ kind }] as never)).toBe(!open);
	});

	test('sightings of another size are others', () => {
		const short = (venue: string) => ({ kind: 'short', symbol: 'X', ours: decimal(2), covered: decimal(venue), venue: decimal(venue) }) as const;
		const price = { kind: 'price', symbol: 'X', ours: decimal(2), venue: decimal(1) } as const;
		const external = { kind: 'external', name: 'X', before: decimal(2), after: decimal(1), averagePrice: null } as const;
		const all: HoldingDifference[] = [
			short('1'), short('0.5'), price, { ...price, venue: decimal(3) }, external, { ...external, after: decimal(3) }, { ...external, name: 'Y' },
		];
		expect(new Set(all.map(differenceKey)).size).toBe(7);
		expect(all.map(differenceKey).every((key) => key.includes('|'))).toBe(true);
		expect(differenceKey(short('1'))).toBe(differenceKey(short('1')));
	});
});

describe('an account', () => {
	const progress = (wish: Partial<Progress>): Progress => ({
		accountId: ACCOUNT, state: 'DONE', session: 1, ordersAt: null, positionsAt: null, seenUntil: null,
		completedAt: null, failingSince: null, healthySince: null, detail: null, updatedAt: 0, ...wish,
	});

	test('goes on at once when it never failed, and after a minute without trouble when it did', () => {
		expect(isHealthy(progress({}), 0, 60)).toBe(true);
		expect(isHealthy(progress({ failingSince: 1 }), 999_999, 60)).toBe(false);
		expect(isHealthy(progress({ healthySince: 1_000 }), 60_999, 60)).toBe(false);
		expect(isHealthy(progress({ healthySince: 1_000 }), 61_000, 60)).toBe(true);
	});

	test('looks back an hour at least, and to what it has seen', () => {
		const hour = 3_600_000;
		expect(lookBackFrom({ seenUntil: null }, 10 * hour, 60)).toBe(9 * hour);
		expect(lookBackFrom({ seenUntil: 10 * hour - 1_000 }, 10 * hour, 60)).toBe(9 * hour);
		expect(lookBackFrom({ seenUntil: 5 * hour }, 10 * hour, 60)).toBe(5 * hour - 30_000);
	});

	test('is clear only when nothing was found, left out or is open', () => {
		const none = { adopted: [], adjusted: [], booked: [], differences: [], skipped: [] };
		const issue = (kind: string) => [{ kind }] as never;
		expect(isClear(none, [])).toBe(true);
		expect(isClear({ ...none, adopted: [1] as never }, [])).toBe(true);
		for (const field of ['adjusted', 'booked', 'differences', 'skipped']) expect(isClear({ ...none, [field]: [1] }, [])).toBe(false);
		expect([isClear(none, issue('MISSING_STOP')), isClear(none, issue('LATE_FILL'))]).toEqual([false, true]);
	});

	test('names nameless orders of others always the same', () => {
		const at = (venueOrderId: string, symbol = 'BTC/USDT') => ({ venueOrderId, symbol });
		expect(namelessId(ACCOUNT, at('1'))).toBe(namelessId(ACCOUNT, at('1')));
		const names = [namelessId(ACCOUNT, at('1')), namelessId(ACCOUNT, at('2')), namelessId('acc_2', at('1')), namelessId(ACCOUNT, at('1', 'ETH/USDT'))];
		expect(new Set(names).size).toBe(4);
		expect([hasClientId({ clientOrderId: namelessId(ACCOUNT, at('1')) }), hasClientId({ clientOrderId: 'web_1' })]).toEqual([false, true]);
	});
});
