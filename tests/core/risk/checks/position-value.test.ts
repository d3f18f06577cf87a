import { positionValue } from '../../../../core/risk/checks/position-value';
import { d, describeCheck } from '../snapshots';

describeCheck('position_value', positionValue, [
	['30 % of 10,000', { signal: { quantity: d('0.05') } }, { result: 'pass', limit: '3000', observed: '3000' }],
	['more, as asked for, is refused and not shrunk', { signal: { quantity: d('0.05001') } }, {
		result: 'block', code: 'POSITION_VALUE_LIMIT', limit: '3000', observed: '3000.6',
	}],
	['no such cap where the venue lends', { venue: { shortSelling: true }, signal: { quantity: d('0.1') } }, {
		result: 'pass', limit: null, observed: null,
	}],
	['equity unknown', { account: { equity: null }, signal: { quantity: d('0.01') } }, {
		result: 'block', code: 'EQUITY_UNKNOWN',
	}],
	['no size', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['no price', { quote: null, signal: { quantity: d('0.01') } }, { result: 'block', code: 'QUOTE_MISSING' }],
]);
