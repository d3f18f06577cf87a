import { decimal, isRefused, newId, seededRng, ManualClock, ZERO, type Decimal } from '../../../../core/model';
import { judgeOutcome, type Exit, type ExitReason, type OrderIntent, type Trade } from '../../../../core/orders';
import { dueExits, exitQuantity, planExits } from '../../../../core/orders/exits/exits';
import { freeToClose, reduceOnly, type WorkingExit } from '../../../../core/orders/exits/reduce-only';

const clock = new ManualClock(1_000);
const rng = seededRng(1);
const tradeId = newId('trd', clock, rng);

function trade(change: Partial<Trade> = {}): Trade {
	return {
		id: tradeId, accountId: newId('acc', clock, rng), memberId: newId('mbr', clock, rng),
		signalId: null, ticketId: null, source: 's', venue: 'paper', symbol: 'BTC/USDT', side: 'buy',
		state: 'OPEN', plannedQuantity: decimal(1), enteredQuantity: decimal(1), exitedQuantity: ZERO,
		entryValue: decimal(100), exitValue: ZERO, fees: ZERO, feesBooked: ZERO, realisedGross: ZERO,
		realisedNet: ZERO, stopLoss: decimal(90), initialRisk: decimal(10), closeReason: null,
		closeActor: null, exitReason: null, planKept: null, stopHonoured: null, openedAt: 1, closedAt: null,
		createdAt: 1, policyVersion: 'pol_1', ...change,
	};
}

const plan = (side: 'buy' | 'sell', stop: number, targets: [number, string][]): Exit[] =>
	planExits(
		{ id: tradeId, side },
		decimal(stop),
		targets.map(([price, share]) => ({ price: decimal(price), share: decimal(share) })),
		0,
	);
const quote = (bid: number, ask = bid) => ({ bid: decimal(bid), ask: decimal(ask) });
const names = (exits: Exit[]): string[] => exits.map(({ kind, number }) => `${kind}${number}`);

describe('exits that a quote hits', () => {
	const long = plan('buy', 90, [[120, '0.5'], [110, '0.5']]);
	const short = plan('sell', 110, [[80, '0.5'], [90, '0.5']]);

	test('targets are numbered nearest first', () => {
		expect(long.map((exit) => exit.price)).toEqual(['90', '110', '120']);
		expect(short.map((exit) => exit.price)).toEqual(['110', '90', '80']);
	});

	test.each<[string, Exit[], 'buy' | 'sell', number, number, string[]]>([
		['long between', long, 'buy', 100, 101, []],
		['long: the bid counts, not the ask', long, 'buy', 109.9, 110, []],
		['long at the first target', long, 'buy', 110, 111, ['target1']],
		['long past both targets', long, 'buy', 120, 121, ['target1', 'target2']],
		['long at the stop', long, 'buy', 90, 91, ['stop0']],
		['long through the stop', long, 'buy', 50, 51, ['stop0']],
		['long just above the stop', long, 'buy', 90.1, 90.2, []],
		['short: the ask counts, not the bid', short, 'sell', 90, 90.1, []],
		['short at the first target', short, 'sell', 89, 90, ['target1']],
		['short past both targets', short, 'sell', 79, 80, ['target1', 'target2']],
		['short at the stop', short, 'sell', 109, 110, ['stop0']],
	])('%s', (_what, exits, side, bid, ask, hit) => {
		expect(names(dueExits(side, exits, quote(bid, ask), 0))).toEqual(hit);
	});

	test('the stop wins when one look hits both', () => {
		const crossed = plan('buy', 100, [[95, '1']]);
		expect(names(dueExits('buy', crossed, quote(97), 0))).toEqual(['stop0']);
	});

	test('exits that are out, done or waiting are left alone', () => {
		const states = ['WORKING', 'DONE', 'SKIPPED', 'CANCELLED'] as const;
		for (const state of states) {
			expect(dueExits('buy', long.map((exit) => ({ ...exit, state })), quote(50), 0)).toEqual([]);
		}
		const later = long.map((exit) => ({ ...exit, nextAt: 5 }));
		expect(dueExits('buy', later, quote(50), 4)).toEqual([]);
		expect(names(dueExits('buy', later, quote(50), 5))).toEqual(['stop0']);
	});
});

describe('how much an exit closes', () => {
	const market = { quantityStep: decimal('0.01'), minQuantity: decimal('0.01'), minNotional: decimal(5) };
	const quantity = (exits: Exit[], index: number, entered: number, exited: number, free: number): Decimal => {
		const exit = exits[index];
		if (exit === undefined) throw new Error('no exit');
		const held = { enteredQuantity: decimal(entered), exitedQuantity: decimal(exited) };
		return exitQuantity(exit, exits, held, market, decimal(free));
	};
	const half = plan('buy', 90, [[110, '0.5'], [120, '0.5']]);
	const part = plan('buy', 90, [[110, '0.25'], [120, '0.25']]);

	test('the stop takes all that is free', () => {
		expect(quantity(half, 0, 1, 0.5, 0.3)).toBe('0.3');
	});

	test('a target takes its share of what was entered, floored to the step', () => {
		expect(quantity(half, 1, 1.01, 0, 1.01)).toBe('0.5');
	});

	test('the last target takes the rest, whatever was rounded before', () => {
		expect(quantity(half.map((exit, index) => (index === 1 ? { ...exit, state: 'DONE' } : exit)), 2, 1.01, 0.5, 0.51)).toBe('0.51');
		const thirds = plan('buy', 90, [[110, '0.333333'], [120, '0.333333'], [130, '0.333333']]);
		expect(quantity(thirds, 3, 1, 0.66, 0.34)).toBe('0.34');
	});

	test('targets that are meant to leave a rest to the stop do so', () => {
		expect(quantity(part, 2, 1, 0.25, 0.75)).toBe('0.25');
	});

	test('never more than is free', () => {
		expect(quantity(half, 1, 1, 0, 0.2)).toBe('0.2');
	});

	test('a share too small to sell apart is left to the next target', () => {
		expect(quantity(half, 1, 0.01, 0, 0.01)).toBe('0');
		expect(quantity(part, 2, 0.01, 0, 0.01)).toBe('0.01');
	});

	test('dust that could not be sold later goes along', () => {
		const most = plan('buy', 90, [[110, '0.96'], [120, '0.04']]);
		expect(quantity(most, 1, 1, 0, 1)).toBe('1');
	});
});

describe('reduce-only', () => {
	const order = (): WorkingExit['orderId'] => newId('ord', clock, rng);
	const working = (remaining: number, ocoGroup: string | null = null): WorkingExit => ({
		orderId: order(), remaining: decimal(remaining), ocoGroup,
	});
	const intent = (side: 'buy' | 'sell', quantity: number): OrderIntent => ({
		accountId: newId('acc', clock, rng), memberId: newId('mbr', clock, rng), signalId: null, ticketId: null,
		source: null, venue: 'paper', symbol: 'BTC/USDT', side, type: 'market', quantity: decimal(quantity),
		givenQuantity: null, price: null, triggerPrice: null, referencePrice: decimal(1), stopLoss: decimal(1),
		targets: [], risk: ZERO, cash: ZERO, policyVersion: 'pol_1',
	});
	const long = { quantity: decimal(1) };

	test('free is the position less other working exits', () => {
		expect(freeToClose(long, [working(0.3), working(0.2)])).toBe('0.5');
		expect(freeToClose({ quantity: decimal(-1) }, [working(0.3)])).toBe('0.7');
		expect(freeToClose(null, [])).toBe('0');
		expect(freeToClose(long, [working(2)])).toBe('0');
	});

	test('exits of one group count once, by the largest', () => {
		expect(freeToClose(long, [working(0.6, 'g'), working(0.4, 'g'), working(0.1, 'h')])).toBe('0.3');
	});

	test('the targets of a bracket add up, and exclude its stop', () => {
		const side = (remaining: number, ocoSide: 'stop' | 'targets'): WorkingExit => ({ ...working(remaining, 'bracket'), ocoSide });
		const stop = side(0.9, 'stop');
		expect(freeToClose(long, [stop, side(0.3, 'targets'), side(0.3, 'targets')])).toBe('0.1');
		expect(freeToClose(long, [stop, side(0.5, 'targets'), side(0.5, 'targets')])).toBe('0');
		expect(freeToClose(long, [side(0.5, 'targets'), side(0.3, 'targets'), working(0.1, 'other')])).toBe('0.1');
	});

	test('exits that are replaced or cancelled do not count', () => {
		const old = working(0.8);
		expect(freeToClose(long, [old, working(0.1)], new Set([old.orderId]))).toBe('0.9');
	});

	test.each<[string, 'buy' | 'sell', number, { quantity: Decimal } | null, WorkingExit[], string | null]>([
		['closes all', 'sell', 1, long, [], null],
		['closes the rest', 'sell', 0.5, long, [working(0.5)], null],
		['buys back a short', 'buy', 1, { quantity: decimal(-1) }, [], null],
		['no position', 'sell', 1, null, [], 'NO_OPEN_POSITION'],
		['a flat position', 'sell', 1, { quantity: ZERO }, [], 'NO_OPEN_POSITION'],
		['the side that would grow it', 'buy', 1, long, [], 'NO_OPEN_POSITION'],
		['more than is held', 'sell', 1.01, long, [], 'CLOSING'],
		['more than is free', 'sell', 0.51, long, [working(0.5)], 'CLOSING'],
		['nothing', 'sell', 0, long, [], 'CLOSING'],
	])('%s', (_what, side, quantity, position, exits, code) => {
		const result = reduceOnly(intent(side, quantity), position, exits);
		expect(isRefused(result) ? result.code : null).toBe(code);
	});
});

describe('how a closed trade counts', () => {
	const lost = (side: 'buy' | 'sell', stop: number): Trade =>
		trade({ side, stopLoss: decimal(stop), realisedGross: decimal(-10) });
	const won = trade({ realisedGross: decimal(10), realisedNet: decimal(9) });

	test.each<[ExitReason, boolean | null]>([
		['stop', true], ['target', true], ['source_close', true], ['manual', false], ['other_close', false],
		['engine', null], ['kill_switch', null], ['reconciliation', null],
	])('%s: plan kept %s', (reason, kept) => {
		expect(judgeOutcome(won, reason, decimal(110), 0.5)).toEqual({ planKept: kept, stopHonoured: null });
	});

	test.each<[string, Trade, ExitReason, number, boolean | null]>([
		['by its stop, however far it slipped', lost('buy', 90), 'stop', 80, true],
		['by hand before the stop', lost('buy', 90), 'manual', 95, true],
		['by hand at the stop, with slippage', lost('buy', 90), 'manual', 89.6, true],
		['by hand beyond the stop', lost('buy', 90), 'manual', 89.5, false],
		['by its source beyond the stop', lost('buy', 90), 'source_close', 80, false],
		['short, before the stop', lost('sell', 110), 'manual', 105, true],
		['short, beyond the stop', lost('sell', 110), 'manual', 111, false],
		['by the engine', lost('buy', 90), 'engine', 80, null],
		['without any stop', trade({ stopLoss: null, realisedGross: decimal(-1) }), 'manual', 95, false],
		['gross zero is no loss', trade({ realisedNet: decimal(-1) }), 'stop', 90, null],
	])('a losing trade closed %s', (_what, closed, reason, price, honoured) => {
		expect(judgeOutcome(closed, reason, decimal(price), 0.5).stopHonoured).toBe(honoured);
	});
});
