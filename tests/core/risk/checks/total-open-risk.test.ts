import { totalOpenRisk } from '../../../../core/risk/checks/total-open-risk';
import { d, describeCheck, trade } from '../snapshots';

const held = (risk: string) => [{ symbol: 'SOL/USDT', risk: d(risk), cash: d(1) }];

describeCheck('total_open_risk', totalOpenRisk, [
	['this order alone', {}, { result: 'pass', limit: '1000', observed: '35.97' }],
	['open trades and reservations: 35.97 each and 928.06', { trades: [trade()], reservations: held('928.06') }, {
		result: 'pass', observed: '1000',
	}],
	['a cent more', { trades: [trade()], reservations: held('928.07') }, {
		result: 'block', code: 'TOTAL_OPEN_RISK', limit: '1000', observed: '1000.01', capacity: true,
	}],
	['more by itself', { signal: { quantity: d(2) } }, {
		result: 'block', code: 'TOTAL_OPEN_RISK',
	}],
	['alone it would be exactly the limit', {
		trades: [trade()], signal: { quantity: d(1), stopLoss: d(59000) }, venue: { takerFeePercent: d(0) },
	}, { result: 'block', code: 'TOTAL_OPEN_RISK', capacity: true }],
	['no stop', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['equity unknown', { account: { equity: null }, signal: { quantity: d('0.01') } }, { code: 'EQUITY_UNKNOWN' }],
	['no equity for a trade without a stop', {
		account: { equityAt: null }, signal: { quantity: d('0.01') }, trades: [trade({ stopLoss: null })],
	}, { result: 'block', code: 'EQUITY_UNKNOWN' }],
]);
