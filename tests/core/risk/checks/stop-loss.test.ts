import { stopLoss } from '../../../../core/risk/checks/stop-loss';
import { d, describeCheck } from '../snapshots';

describeCheck('stop_loss', stopLoss, [
	['1 % below a buy', {}, { result: 'pass', limit: '0.5', observed: '1' }],
	['none', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['above a buy', { signal: { stopLoss: d(60500) } }, {
		result: 'block', code: 'STOP_LOSS_WRONG_SIDE', limit: '60000', observed: '60500',
	}],
	['below a sale', { signal: { side: 'sell' } }, {
		result: 'block', code: 'STOP_LOSS_WRONG_SIDE', limit: '59990',
	}],
	['above a sale', { signal: { side: 'sell', stopLoss: d(60600) } }, { result: 'pass' }],
	['at the price', { signal: { stopLoss: d(60000) } }, {
		result: 'block', code: 'STOP_LOSS_EQUALS_ENTRY', limit: '60000', observed: '60000',
	}],
	["at the sender's entry, below the market", { signal: { stopLoss: d(59400), entry: d(59400) } }, {
		result: 'block', code: 'STOP_LOSS_EQUALS_ENTRY', limit: '59400',
	}],
	["above the sender's entry, below the market", { signal: { stopLoss: d(59400), entry: d(59000) } }, {
		result: 'block', code: 'STOP_LOSS_WRONG_SIDE', limit: '59000',
	}],
	['exactly 0.5 % away', { signal: { stopLoss: d(59700) } }, { result: 'pass', observed: '0.5' }],
	['nearer', { signal: { stopLoss: d('59700.01') } }, {
		result: 'warn', code: 'STOP_LOSS_NEAR', limit: '0.5', observed: '0.4999',
	}],
	['no price', { quote: null }, { result: 'block', code: 'QUOTE_MISSING' }],
	['no entry', { signal: { orderType: 'limit' } }, { result: 'block', code: 'ENTRY_MISSING' }],
]);
