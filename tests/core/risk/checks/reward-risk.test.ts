import { rewardRisk } from '../../../../core/risk/checks/reward-risk';
import { d, describeCheck, runCheck } from '../snapshots';

const targets = (...prices: [price: number, share: number][]) => ({
	signal: { takeProfits: prices.map(([price, share]) => ({ price: d(price), share: d(share) })) },
});

describeCheck('reward_risk', rewardRisk, [
	['3 to 1', {}, { result: 'pass', limit: '2', observed: '3' }],
	['no target', targets(), { result: 'block', code: 'TAKE_PROFIT_MISSING' }],
	['2 to 1', targets([61200, 1]), { result: 'warn', code: 'REWARD_RISK_LOW', limit: '2.5', observed: '2' }],
	['2.5 to 1', targets([61500, 1]), { result: 'pass', observed: '2.5' }],
	['a hair under 2', targets([61199.99, 1]), {
		result: 'block', code: 'REWARD_RISK', limit: '2', observed: '1.9999',
	}],
	['targets weigh by their shares: half at 1, half at 4', targets([60600, 0.5], [62400, 0.5]), {
		result: 'pass', observed: '2.5',
	}],
	['shares need not add up to 1', targets([60600, 0.2], [62400, 0.2]), { observed: '2.5' }],
	['most of it at 1', targets([60600, 0.8], [62400, 0.2]), {
		result: 'block', code: 'REWARD_RISK', observed: '1.6',
	}],
	['a target behind', targets([59000, 0.5], [70000, 0.5]), {
		result: 'block', code: 'TAKE_PROFIT_WRONG_SIDE', limit: '60000', observed: '59000',
	}],
	['a target at the price', targets([60000, 1]), { result: 'block', code: 'TAKE_PROFIT_WRONG_SIDE' }],
	['a sale', { signal: { side: 'sell', stopLoss: d(60590), takeProfits: [{ price: d(58490), share: d(1) }] } }, {
		result: 'pass', observed: '2.5',
	}],
	['no stop', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['stop at the price', { signal: { stopLoss: d(60000) } }, {
		result: 'block', code: 'STOP_LOSS_EQUALS_ENTRY',
	}],
	['no price', { quote: null }, { result: 'block', code: 'QUOTE_MISSING' }],
]);

test('says where the target would have to be', () => {
	expect(runCheck(rewardRisk, targets([60600, 1])).message).toContain('to 61200 ');
	const sale = { side: 'sell', stopLoss: d(60590), takeProfits: [{ price: d(59000), share: d(1) }] } as const;
	expect(runCheck(rewardRisk, { signal: sale }).message).toContain('to 58790 ');
});
