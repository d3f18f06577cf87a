import { riskPerTrade } from '../../../../core/risk/checks/risk-per-trade';
import { d, describeCheck, runCheck } from '../snapshots';

/** A unit risks 600 and fees of 60 and 59.4. */
describeCheck('risk_per_trade', riskPerTrade, [
	['1 % of 10,000; 0.05 × 719.4', {}, { result: 'pass', limit: '100', observed: '35.97' }],
	['exactly the budget', { signal: { quantity: d(1), stopLoss: d('59900') }, venue: { takerFeePercent: d(0) } }, {
		result: 'pass', limit: '100', observed: '100',
	}],
	['a hair more', { signal: { quantity: d(1), stopLoss: d('59899.99') }, venue: { takerFeePercent: d(0) } }, {
		result: 'block', code: 'RISK_PER_TRADE', limit: '100', observed: '100.01',
	}],
	['the taker fees of both sides count', { signal: { quantity: d('0.16') } }, {
		result: 'block', code: 'RISK_PER_TRADE', observed: '115.104',
	}],
	['the budget of the tier', { member: { tier: 'FANG' }, signal: { quantity: d('0.16') } }, {
		result: 'pass', limit: '125',
	}],
	['no stop', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['no stop, given quantity', { signal: { stopLoss: null, quantity: d(1) } }, {
		result: 'block', code: 'STOP_LOSS_MISSING',
	}],
	['equity older than 60 s', { account: { equityAt: 0 }, signal: { quantity: d('0.01') } }, {
		result: 'block', code: 'EQUITY_UNKNOWN', limit: '60',
	}],
	['no tier', { member: { tier: null }, signal: { quantity: d('0.01') } }, {
		result: 'block', code: 'TIER_NONE',
	}],
	['stop at the price', { signal: { stopLoss: d(60000), quantity: d(1) } }, {
		result: 'block', code: 'STOP_LOSS_EQUALS_ENTRY',
	}],
]);

test('names the largest quantity that would do', () => {
	const { message } = runCheck(riskPerTrade, { signal: { quantity: d('0.2') } });
	expect(message).toContain('Reduce the quantity to 0.139 ');
});

test('names one for a market it does not know too', () => {
	const asked = { quantity: d('0.2') };
	expect(runCheck(riskPerTrade, { market: null, signal: asked }).code).toBe('SYMBOL_UNKNOWN');
	const limit = { ...asked, orderType: 'limit', entry: d(60000) } as const;
	const { message } = runCheck(riskPerTrade, { market: null, signal: limit });
	expect(message).toContain('Reduce the quantity to 0.13900472 ');
});
