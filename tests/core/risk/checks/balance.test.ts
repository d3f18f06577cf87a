import { balance } from '../../../../core/risk/checks/balance';
import { d, describeCheck } from '../snapshots';

describeCheck('balance', balance, [
	['3,000 × 1.05 × 1.02 of 10,000 are needed', {}, {
		result: 'pass', code: 'OK', limit: '10000', observed: '3213',
	}],
	['exactly the free cash is enough', { account: { cash: d(3213) } }, { result: 'pass' }],
	['a cent less is not; equity in other trades would do', {
		signal: { quantity: d('0.05') }, account: { cash: d('3212.99') },
	}, {
		result: 'block', code: 'BALANCE_INSUFFICIENT', limit: '3212.99', observed: '3213', capacity: true,
	}],
	['reservations are taken off', {
		signal: { quantity: d('0.05') }, reservations: [{ symbol: 'ETH/USDT', risk: d(1), cash: d(7000) }],
	}, { result: 'block', code: 'BALANCE_INSUFFICIENT', limit: '3000', capacity: true }],
	['exactly the whole account would do alone', {
		signal: { quantity: d('0.05') }, account: { cash: d(1000), equity: d(3213) },
	}, { result: 'block', code: 'BALANCE_INSUFFICIENT', capacity: true }],
	['more than the whole account never becomes possible', { signal: { quantity: d('0.2') } }, {
		result: 'block', code: 'BALANCE_INSUFFICIENT', observed: '12852',
	}],
	['with unknown equity nobody can say that it would fit alone', {
		signal: { quantity: d('0.05') }, account: { cash: d(1), equity: null },
	}, { result: 'block', code: 'BALANCE_INSUFFICIENT' }],
	['a limit order needs no margin for the market', {
		signal: { quantity: d('0.05'), orderType: 'limit', entry: d(60000) },
	}, { result: 'pass', observed: '3150' }],
	['without a stop there is no size', { signal: { stopLoss: null } }, {
		result: 'block', code: 'STOP_LOSS_MISSING',
	}],
	['without equity there is no size', { account: { equity: null } }, {
		result: 'block', code: 'EQUITY_UNKNOWN', limit: '60',
	}],
]);
