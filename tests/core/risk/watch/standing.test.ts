import fc from 'fast-check';
import { add, decimal, isRefused, SECOND, STANDARD_POLICY, sub, type Decimal, type Refused } from '../../../../core/model';
import type { Account } from '../../../../core/members';
import type { Trade } from '../../../../core/orders';
import { dailyLimitPercent, percentOf, standingOf, type AccountLook } from '../../../../core/risk/watch/standing';
import { accountFacts, openTradeFacts } from '../../../../core/risk/snapshot.repository';
import { START } from '../../../support/databases';

const d = decimal;
const policy = STANDARD_POLICY;

const account = (change: Partial<Account> = {}): Account => ({
	id: 'acc_1', memberId: 'mbr_1', label: 'a', venue: 'paper', kind: 'paper', status: 'active', currency: 'USDT', zone: 'UTC',
	startBalance: d(10_000), cash: d(4_000), realisedNet: d(0), riskDay: '2026-11-20', dayStartEquity: d(10_000), realisedToday: d(0),
	peakEquity: d(10_000), equity: d(9_900), equityAt: START - 10 * SECOND, nextEntryAt: 0, liveEnabledAt: null, liveEnabledBy: null,
	createdAt: START, updatedAt: START, ...change,
});

/** 0.1 BTC bought for 6,000 with 6 of fees, its stop at 58,000. */
const trade = (change: Partial<Trade> = {}): Trade => ({
	id: 'trd_1', accountId: 'acc_1', memberId: 'mbr_1', signalId: null, ticketId: null, source: null, venue: 'paper', symbol: 'BTC/USDT',
	side: 'buy', state: 'OPEN', plannedQuantity: d('0.1'), enteredQuantity: d('0.1'), exitedQuantity: d(0), entryValue: d(6_000),
	exitValue: d(0), fees: d(6), feesBooked: d(0), realisedGross: d(0), realisedNet: d(0), stopLoss: d(58_000), initialRisk: d(200),
	closeReason: null, closeActor: null, exitReason: null, planKept: null, stopHonoured: null, openedAt: START, closedAt: null,
	createdAt: START, policyVersion: 'p', ...change,
});

interface Scene {
	readonly account?: Partial<Account>;
	readonly trades?: readonly Trade[];
	readonly reservations?: AccountLook['reservations'];
	readonly positions?: AccountLook['positions'];
	readonly bid?: number | null;
	readonly compared?: boolean;
	readonly tier?: AccountLook['tier'];
}

function look({ trades = [trade()], reservations = [], bid = 60_000, compared = true, tier = 'OPERATOR', ...rest }: Scene = {}): AccountLook {
	const own = account(rest.account);
	return {
		account: own, facts: accountFacts(own, START), tier, reservations, compared, takerFeePercent: d('0.1'),
		trades: trades.map((each) => ({ trade: each, facts: openTradeFacts(each) })),
		positions: rest.positions ?? [{ symbol: 'BTC/USDT', quantity: d('0.1') }],
		quotes: new Map(bid === null ? [] : [['BTC/USDT', { symbol: 'BTC/USDT', bid: d(bid), ask: d(bid + 10), at: START }]]),
	};
}

const stand = (scene: Scene = {}) => standingOf(look(scene), START, policy);
const code = (value: Decimal | Refused): string => (isRefused(value) ? value.code : value);

describe('how an account stands', () => {
	it('by hand: cash and position at the bid, loss if stopped with fees of both sides', () => {
		expect(stand()).toMatchObject({
			equity: '10000', equityAt: START, cash: '4000', limit: '600', peak: '10000', drop: '0', drawdown: '0', drawdownPercent: '0',
			// 200 to the stop, 6 paid, 5.8 to pay at 58,000.
			openRisk: '211.8', used: '211.8', usedPercent: '35.3', level: 'LOW',
			positions: [{ quantity: '0.1', entryPrice: '60000', mark: '60000', loss: '0', lossIfStopped: '211.8', lossLimit: '500', closing: false }],
		});
	});

	it('at a lower price: below the day’s start, below the peak, nearer to the limit of the position', () => {
		expect(stand({ bid: 55_000, account: { peakEquity: d(12_000), realisedToday: d(-150) } })).toMatchObject({
			equity: '9500', drop: '500', peak: '12000', drawdown: '2500', drawdownPercent: '20.833333333333333333333333',
			realisedLoss: '150', used: '361.8', level: 'MEDIUM', positions: [{ mark: '55000', loss: '500', lossLimit: '475' }],
		});
	});

	it('at a higher one: a new peak, and no budget from an open profit', () => {
		expect(stand({ bid: 70_000 })).toMatchObject({ equity: '11000', peak: '11000', drawdown: '0', drop: '0', used: '211.8', positions: [{ loss: '-1000' }] });
	});

	it('a short is valued at the ask', () => {
		const short = trade({ side: 'sell', stopLoss: d(62_000) });
		const held = [{ symbol: 'BTC/USDT', quantity: d('-0.1') }];
		expect(stand({ trades: [short], positions: held, account: { cash: d(16_000) }, bid: 61_000 })).toMatchObject({
			equity: '9899', drop: '101', openRisk: '212.2', positions: [{ mark: '61010', loss: '101', lossIfStopped: '212.2' }],
		});
	});

	it.each<[string, Scene, object]>([
		['without a price the stored equity counts while it is fresh', { bid: null }, { equity: '9900', equityAt: START - 10 * SECOND, drop: '100', used: '211.8', positions: [{ mark: null, loss: null }] }],
		['of an account that is not compared too', { compared: false }, { equity: '9900', equityAt: START - 10 * SECOND }],
		['a profit today makes no room', { account: { realisedToday: d(400) } }, { realisedLoss: '0', used: '211.8' }],
		['what is reserved counts', { reservations: [{ symbol: 'ETH/USDT', risk: d(90), cash: d(900) }] }, { openRisk: '301.8', level: 'MEDIUM' }],
		['nothing open', { trades: [], positions: [], account: { cash: d(9_990) } }, { equity: '9990', openRisk: '0', used: '0', usedPercent: '0', level: 'LOW', positions: [] }],
		['an entry that has not filled is no position', { trades: [trade({ state: 'OPENING', enteredQuantity: d(0), entryValue: d(0), fees: d(0) })] }, { openRisk: '0', positions: [] }],
		['a trade without stop counts 5 % of the equity', { trades: [trade({ stopLoss: null })] }, { openRisk: '500', positions: [{ lossIfStopped: '500', stopLoss: null }] }],
		['one that is being closed says so', { trades: [trade({ closeReason: 'engine' })] }, { positions: [{ closing: true }] }],
		['and one whose exit is out', { trades: [trade({ state: 'CLOSING' })] }, { positions: [{ closing: true }] }],
		['an account that began with nothing has no level', { account: { dayStartEquity: d(0) } }, { limit: '0', usedPercent: null, level: null }],
		['no tier: the strictest limit', { tier: null }, { limit: '600' }],
		['another tier', { tier: 'COMMANDER' }, { limit: '1000', usedPercent: '21.18' }],
	])('%s', (_what, scene, expected) => {
		expect(stand(scene)).toMatchObject(expected);
	});

	it.each<[string, Partial<Account>]>([
		['a stored equity that is old', { equityAt: START - 61 * SECOND }],
		['none that was ever stored', { equity: null, equityAt: null }],
	])('%s is unknown, and so is what is made from it', (_what, change) => {
		const standing = stand({ bid: null, account: change, trades: [trade({ stopLoss: null })] });
		expect([code(standing.equity), code(standing.openRisk), code(standing.used)]).toEqual(['EQUITY_UNKNOWN', 'EQUITY_UNKNOWN', 'EQUITY_UNKNOWN']);
		expect(standing).toMatchObject({ equityAt: null, drop: null, drawdown: null, drawdownPercent: null, usedPercent: null, level: null, peak: '10000', positions: [{ lossLimit: null }] });
		expect(code(standing.positions[0]?.lossIfStopped ?? d(0))).toBe('EQUITY_UNKNOWN');
	});

	it('the strictest limit of all tiers is that of the operator; of nothing there is no share', () => {
		expect([dailyLimitPercent(policy, null), dailyLimitPercent(policy, 'NIBBLER')]).toEqual([6, 7]);
		expect([percentOf(d(5), d(0)), percentOf(d(5), d(20))]).toEqual([null, '25']);
	});

	it('for any price and cash: equity is cash and position, never below what the fall says', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 50_000 }), (bid, cash, peak) => {
				const standing = stand({ bid, account: { cash: d(cash), peakEquity: d(peak) } });
				const equity = isRefused(standing.equity) ? d(-1) : standing.equity;
				expect(equity).toBe(add(cash, d(bid / 10)));
				expect(sub(standing.peak, standing.drawdown ?? d(0))).toBe(equity);
				expect(Number(standing.drawdownPercent)).toBeLessThanOrEqual(100);
				expect(Number(standing.drawdown)).toBeGreaterThanOrEqual(0);
				expect(Number(standing.drop)).toBeCloseTo(Math.max(0, 10_000 - Number(equity)), 6);
			}),
		);
	});
});
