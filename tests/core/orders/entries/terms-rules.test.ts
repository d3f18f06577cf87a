import { MINUTE, type OrderType, type TimeInForce } from '../../../../core/model';
import { parseTerms, PLAIN_TERMS, type EntryTerms } from '../../../../core/orders';
import { expiryOf, refuseTerms, venueTimeInForce } from '../../../../core/orders/entries/terms';
import { START } from '../../../support/databases';

const terms = (change: Partial<EntryTerms>): EntryTerms => ({ ...PLAIN_TERMS, ...change });

describe('which terms an order can have', () => {
	const rich = { timeInForce: ['GTC', 'IOC', 'FOK'], postOnly: true } as const;
	const poor = { timeInForce: ['GTC'], postOnly: false } as const;
	test.each<[Partial<EntryTerms>, OrderType, typeof rich | typeof poor, string | null]>([
		[{}, 'market', poor, null],
		[{ timeInForce: 'IOC' }, 'limit', rich, null],
		[{ timeInForce: 'FOK' }, 'stop_limit', rich, null],
		[{ timeInForce: 'IOC' }, 'limit', poor, 'TIME_IN_FORCE_UNSUPPORTED'],
		[{ timeInForce: 'FOK' }, 'limit', { timeInForce: ['GTC'], postOnly: false }, 'TIME_IN_FORCE_UNSUPPORTED'],
		[{ timeInForce: 'IOC' }, 'market', rich, 'TIME_IN_FORCE_TYPE'],
		[{ timeInForce: 'FOK' }, 'stop', rich, 'TIME_IN_FORCE_TYPE'],
		[{ timeInForce: 'DAY' }, 'market', poor, null],
		[{ timeInForce: 'GTD' }, 'limit', poor, 'GOOD_TILL_MISSING'],
		[{ timeInForce: 'GTD', goodTill: START }, 'limit', poor, 'GOOD_TILL_PAST'],
		[{ timeInForce: 'GTD', goodTill: START + 1 }, 'limit', poor, null],
		[{ postOnly: true }, 'limit', rich, null],
		[{ postOnly: true, timeInForce: 'DAY' }, 'limit', rich, null],
		[{ postOnly: true }, 'limit', poor, 'POST_ONLY_UNSUPPORTED'],
		[{ postOnly: true }, 'market', rich, 'POST_ONLY_TYPE'],
		[{ postOnly: true }, 'stop_limit', rich, 'POST_ONLY_TYPE'],
		[{ postOnly: true, timeInForce: 'IOC' }, 'limit', rich, 'POST_ONLY_TYPE'],
		[{ postOnly: true, timeInForce: 'FOK' }, 'limit', rich, 'POST_ONLY_TYPE'],
		[{ timeInForce: 'DAY', goodTill: START - 1 }, 'limit', poor, null],
	])('%j for a %s order', (chosen, type, venue, code) => {
		const refused = refuseTerms(terms(chosen), type, venue, START);
		expect(refused?.code ?? null).toBe(code);
		expect(refused?.message ?? '').not.toContain('?');
	});

	test.each<[TimeInForce, string]>([['GTC', 'GTC'], ['IOC', 'IOC'], ['FOK', 'FOK'], ['DAY', 'GTC'], ['GTD', 'GTC']])(
		'%s is %s to the venue',
		(timeInForce, told) => {
			expect(venueTimeInForce({ timeInForce })).toBe(told);
		},
	);

	test('an order ends at the first of its day, its time and its square-off', () => {
		const squareOff = { method: 'session', at: '15:45', zone: 'Asia/Kolkata' } as const;
		const zone = { zone: 'America/New_York' };
		const midnight = Date.UTC(2026, 10, 21, 5);
		expect(expiryOf(terms({}), zone, START)).toBeNull();
		expect(expiryOf(terms({ timeInForce: 'DAY' }), zone, START)).toBe(midnight);
		expect(expiryOf(terms({ timeInForce: 'GTD', goodTill: START + 5 }), zone, START)).toBe(START + 5);
		expect(expiryOf(terms({ timeInForce: 'GTC', goodTill: START + 5 }), zone, START)).toBeNull();
		expect(expiryOf(terms({ timeInForce: 'GTD' }), zone, START)).toBeNull();
		expect(expiryOf(terms({ exitRules: [{ method: 'time_limit', minutes: 5 }] }), zone, START)).toBeNull();
		expect(expiryOf(terms({ timeInForce: 'DAY', exitRules: [squareOff] }), zone, START)).toBe(START + 15 * MINUTE);
	});
});

describe('terms as people write them', () => {
	test('nothing chosen is plain', () => {
		expect(parseTerms({})).toBe(PLAIN_TERMS);
		expect(parseTerms({ timeInForce: 'GTC', exitRules: [], goodTill: 5 })).toBe(PLAIN_TERMS);
		expect(PLAIN_TERMS).toEqual({ timeInForce: 'GTC', goodTill: null, postOnly: false, exitRules: [] });
		expect(parseTerms({ postOnly: true, goodTill: 5 })).toEqual({ ...PLAIN_TERMS, postOnly: true });
		expect(parseTerms({ exitRules: [{ method: 'break_even' }] })).toMatchObject({ exitRules: [{ afterR: '1' }] });
	});

	test('numbers come as text or number, what is left out has its usual value', () => {
		expect(
			parseTerms({
				timeInForce: 'IOC',
				exitRules: [
					{ method: 'trailing_percent', percent: '1.50', activation: '' },
					{ method: 'trailing_amount', amount: 30, activation: 50 },
					{ method: 'atr' },
					{ method: 'atr', multiple: '1.5', period: '7', timeframe: '1h' },
					{ method: 'break_even' },
					{ method: 'time_limit', minutes: '90' },
					{ method: 'session', at: '15:15', zone: 'Asia/Kolkata' },
				],
			}),
		).toEqual({
			timeInForce: 'IOC', goodTill: null, postOnly: false,
			exitRules: [
				{ method: 'trailing_percent', percent: '1.5', activation: null },
				{ method: 'trailing_amount', amount: '30', activation: '50' },
				{ method: 'atr', multiple: '2', period: 14, timeframe: '5m' },
				{ method: 'atr', multiple: '1.5', period: 7, timeframe: '1h' },
				{ method: 'break_even', afterR: '1' },
				{ method: 'time_limit', minutes: 90 },
				{ method: 'session', at: '15:15', zone: 'Asia/Kolkata' },
			],
		});
	});

	test('the ends of every range are in it; spaces and nulls are as if nothing was there', () => {
		const rules = [
			{ method: 'trailing_percent', percent: ' 1.5 ', activation: null }, { method: 'atr', period: 1, timeframe: '1d' },
			{ method: 'atr', period: 200, multiple: null, timeframe: null }, { method: 'time_limit', minutes: 527_040 },
		];
		expect(parseTerms({ exitRules: rules })).toMatchObject({
			exitRules: [{ percent: '1.5', activation: null }, { period: 1 }, { period: 200, multiple: '2', timeframe: '5m' }, { minutes: 527_040 }],
		});
		expect(parseTerms({ exitRules: [{ method: 'time_limit', minutes: 527_041 }] })).toMatchObject({ code: 'EXIT_PLAN_INVALID' });
	});

	test.each<[Record<string, unknown>, string]>([
		[{ method: 'trailing_percent', percent: {} }, '"percent" must be a number above 0 and below 100, and was "".'],
		[{ method: 'trailing_amount', amount: -1 }, '"amount" must be a number above 0, and was "-1".'],
		[{ method: 'atr', timeframe: '7m' }, 'one of 1m, 5m, 15m, 30m, 1h, 4h, 1d, and was "7m"'],
		[{ method: 'session', at: '24:00', zone: 'UTC' }, 'a time of day such as 15:15'],
		[{ method: 'session', at: '15:15', zone: '' }, 'a time zone such as Asia/Kolkata, and was ""'],
		[{ method: 'magic' }, 'none of trailing_percent, trailing_amount, atr, break_even, time_limit, session'],
	])('the text says what would be right: %j', (rule, text) => {
		const parsed = parseTerms({ exitRules: [rule as never] });
		expect('message' in parsed && parsed.message).toContain(text);
	});

	test.each<[string, Record<string, unknown>]>([
		['percent', { method: 'trailing_percent' }],
		['percent', { method: 'trailing_percent', percent: 0 }],
		['percent', { method: 'trailing_percent', percent: 100 }],
		['percent', { method: 'trailing_percent', percent: '1e999' }],
		['activation', { method: 'trailing_percent', percent: 1, activation: -1 }],
		['amount', { method: 'trailing_amount', amount: 'much' }],
		['multiple', { method: 'atr', multiple: 0 }],
		['period', { method: 'atr', period: 0 }],
		['period', { method: 'atr', period: 1.5 }],
		['period', { method: 'atr', period: 201 }],
		['timeframe', { method: 'atr', timeframe: '7m' }],
		['timeframe', { method: 'atr', timeframe: 'constructor' }],
		['afterR', { method: 'break_even', afterR: -1 }],
		['minutes', { method: 'time_limit' }],
		['minutes', { method: 'time_limit', minutes: 0 }],
		['at', { method: 'session', at: '24:00', zone: 'UTC' }],
		['at', { method: 'session', at: '9:5', zone: 'UTC' }],
		['zone', { method: 'session', at: '15:15', zone: 'Mars/Olympus' }],
		['zone', { method: 'session', at: '15:15' }],
		['magic', { method: 'magic' }],
	])('a wrong "%s" is named: %j', (field, rule) => {
		const parsed = parseTerms({ exitRules: [rule as never] });
		expect(parsed).toMatchObject({ kind: 'refused', code: 'EXIT_PLAN_INVALID' });
		expect('message' in parsed && parsed.message).toContain(`"${field}"`);
	});

	test('good till date needs its date', () => {
		expect(parseTerms({ timeInForce: 'GTD' })).toMatchObject({ code: 'GOOD_TILL_MISSING' });
		expect(parseTerms({ timeInForce: 'GTD', goodTill: 7 })).toMatchObject({ goodTill: 7 });
	});
});
