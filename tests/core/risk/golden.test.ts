import type { SignalFacts } from '../../../core/risk/snapshot';
import { judgeOpening, type CheckResult, type Decision } from '../../../core/risk';
import { START } from '../../support/databases';
import { anyExposure, d, policyWith, SHARE, snapshot, type SnapshotParts } from './snapshots';

/**
 * Known answers on an account of 100,000 without positions, at a venue that lends but is never asked
 * to, charges nothing and sells short: risk 2 % a trade, daily loss 6 %, whole units, no cap on the
 * value of a position, a news calendar that knows of nothing.
 */
interface Vector {
	readonly quantity: number;
	readonly entry: number;
	readonly stop: number | null;
	readonly target: number;
	readonly quote?: number;
	readonly side?: 'sell';
	readonly realised?: number;
}

function judge(vector: Vector, parts: SnapshotParts & { readonly signal?: Partial<SignalFacts> } = {}) {
	const { quantity, entry, stop, target, quote = entry, side = 'buy', realised = 0 } = vector;
	return judgeOpening(
		snapshot({
			policy: anyExposure(policyWith('OPERATOR', { riskPerTradePercent: 2, dailyLossPercent: 6 })),
			market: SHARE,
			quote: { symbol: 'RELIANCE', bid: d(quote), ask: d(quote), at: START },
			...parts,
			signal: {
				symbol: 'RELIANCE', quantity: d(quantity), stopLoss: stop === null ? null : d(stop), side,
				takeProfits: [{ price: d(target), share: d(1) }], orderType: 'limit', entry: d(entry),
				...parts.signal,
			},
			account: {
				currency: 'INR', cash: d(100000), equity: d(100000), dayStartEquity: d(100000),
				realisedToday: d(realised), ...parts.account,
			},
			venue: { shortSelling: true, takerFeePercent: d(0) },
		}),
	);
}

const find = (checks: readonly CheckResult[], name: string): CheckResult => {
	const found = checks.find((check) => check.check === name);
	if (found === undefined) throw new Error(`no check ${name}`);
	return found;
};

const failing = (checks: readonly CheckResult[]): string[] =>
	checks.filter((check) => check.result === 'block').map((check) => `${check.check} ${check.code}`);

type Row = readonly [
	when: string, vector: Vector, decision: Decision,
	/** Among those that block; of a warning or a pass, the check and its code. */
	named: string, limit: string | null, observed: string | null,
];

const ROWS: readonly Row[] = [
	['10 at 2450: 41 to 20 is little', { quantity: 10, entry: 2450, stop: 2430, target: 2491 },
		'WARN', 'reward_risk REWARD_RISK_LOW', '2.5', '2.05'],
	['10 at 2450: 200 at risk is 0.2 %', { quantity: 10, entry: 2450, stop: 2430, target: 2491 },
		'WARN', 'risk_per_trade OK', '2000', '200'],
	['10 at 2450.50: 40.5 to 20.5 is not two to one', { quantity: 10, entry: 2450.5, stop: 2430, target: 2491 },
		'BLOCK', 'reward_risk REWARD_RISK', '2', '1.9756'],
	['the same without a stop', { quantity: 10, entry: 2450.5, stop: null, target: 2491 },
		'BLOCK', 'stop_loss STOP_LOSS_MISSING', null, null],
	['100 at 1450 with 30 at risk each: 3 %', { quantity: 100, entry: 1450, stop: 1420, target: 1510 },
		'BLOCK', 'risk_per_trade RISK_PER_TRADE', '2000', '3000'],
	['10 at 1600: 10 to 20 is half', { quantity: 10, entry: 1600, stop: 1580, target: 1610 },
		'BLOCK', 'reward_risk REWARD_RISK', '2', '0.5'],
	['a buy at 600 with its stop at 610', { quantity: 10, entry: 600, stop: 610, target: 640 },
		'BLOCK', 'stop_loss STOP_LOSS_WRONG_SIDE', '600', '610'],
	['a sale at 600 with its stop at 590', { quantity: 10, entry: 600, stop: 590, target: 560, side: 'sell' },
		'BLOCK', 'stop_loss STOP_LOSS_WRONG_SIDE', '600', '590'],
	['a sale at 600 with its stop at 610', { quantity: 10, entry: 600, stop: 610, target: 570, side: 'sell' },
		'PASS', 'stop_loss OK', '0.5', '1.6666'],
	['1,000 at 450: 5,000 at risk', { quantity: 1000, entry: 450, stop: 445, target: 465 },
		'BLOCK', 'risk_per_trade RISK_PER_TRADE', '2000', '5000'],
	['1,000 at 450: without leverage the cash is not there', { quantity: 1000, entry: 450, stop: 445, target: 465 },
		'BLOCK', 'balance BALANCE_INSUFFICIENT', '100000', '472500'],
	['15,000 at 100: nor here', { quantity: 15_000, entry: 100, stop: 98, target: 106 },
		'BLOCK', 'balance BALANCE_INSUFFICIENT', '100000', '1575000'],
	['15,000 at 100: more than 1,000 units', { quantity: 15_000, entry: 100, stop: 98, target: 106 },
		'BLOCK', 'quantity QUANTITY_TOO_LARGE', '1000', '15000'],
	['5,500 lost today, 1,000 at stake', { quantity: 50, entry: 1450, stop: 1430, target: 1500, realised: -5500 },
		'BLOCK', 'daily_loss DAILY_LOSS_LIMIT', '6000', '6500'],
	['5,500 lost today, 500 at stake', { quantity: 25, entry: 1450, stop: 1430, target: 1500, realised: -5500 },
		'WARN', 'daily_loss DAILY_LOSS_NEAR', '6000', '6000'],
	['a profitable day gives no budget', { quantity: 50, entry: 1450, stop: 1430, target: 1500, realised: 5500 },
		'PASS', 'daily_loss OK', '6000', '1000'],
	['2,500 with the market at 2,450', { quantity: 1, entry: 2500, stop: 2000, target: 5000, quote: 2450 },
		'PASS', 'price_sanity OK', '10', '2450'],
	['2,205, the lowest', { quantity: 1, entry: 2205, stop: 2000, target: 5000, quote: 2450 },
		'PASS', 'price_sanity OK', '10', '2450'],
	['2,204.95, below', { quantity: 1, entry: 2204.95, stop: 2000, target: 5000, quote: 2450 },
		'BLOCK', 'price_sanity PRICE_INSANE', '10', '2450'],
	['2,695, the highest', { quantity: 1, entry: 2695, stop: 2000, target: 5000, quote: 2450 },
		'PASS', 'price_sanity OK', '10', '2450'],
	['2,695.05, above', { quantity: 1, entry: 2695.05, stop: 2000, target: 5000, quote: 2450 },
		'BLOCK', 'price_sanity PRICE_INSANE', '10', '2450'],
	['3,000 with the market at 2,450', { quantity: 1, entry: 3000, stop: 2000, target: 6000, quote: 2450 },
		'BLOCK', 'price_sanity PRICE_INSANE', '10', '2450'],
	['200 with 20 at risk each: 4,000', { quantity: 200, entry: 450, stop: 430, target: 500 },
		'BLOCK', 'risk_per_trade RISK_PER_TRADE', '2000', '4000'],
];

describe('known answers', () => {
	test.each(ROWS)('%s', (_, vector, decision, named, limit, observed) => {
		const { checks, decision: found } = judge(vector);
		expect(found).toBe(decision);
		const [name = '', code] = named.split(' ');
		expect(find(checks, name)).toMatchObject({ code, limit, observed });
		if (decision === 'BLOCK') expect(failing(checks)).toContain(named);
		else expect(failing(checks)).toEqual([]);
	});

	test.each([
		['100 at 1450', { quantity: 100, entry: 1450, stop: 1420, target: 1510 }, 66],
		['200 at 450', { quantity: 200, entry: 450, stop: 430, target: 500 }, 100],
	])('what would do instead of %s', (_, vector, most) => {
		expect(find(judge(vector).checks, 'risk_per_trade').message).toContain(`Reduce the quantity to ${most} `);
	});

	test('what passes is an order: its risk, cash and the nearest target that would do', () => {
		const { intent } = judge({ quantity: 10, entry: 2450, stop: 2430, target: 2491 });
		expect(intent).toMatchObject({ risk: '200', cash: '25725', bindingCap: 'given', minTakeProfit: '2490' });
		expect(judge({ quantity: 10, entry: 2450.5, stop: null, target: 2491 }).intent).toBeNull();
	});

	test('nothing else is wrong with an order that lacks reward only', () => {
		const { checks } = judge({ quantity: 10, entry: 2450.5, stop: 2430, target: 2491 });
		expect(failing(checks)).toEqual(['reward_risk REWARD_RISK']);
	});
});
