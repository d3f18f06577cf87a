import { positionLimit } from '../../../../core/risk/checks/position-limit';
import { d, describeCheck, policyWith, trade } from '../snapshots';

const symbols = ['ETH/USDT', 'SOL/USDT', 'XRP/USDT', 'ADA/USDT'];
const four = symbols.map((symbol) => trade({ symbol }));
const held = (symbol: string) => ({ symbol, risk: d(1), cash: d(1) });

describeCheck('position_limit', positionLimit, [
	['four others, this is the fifth', { trades: four }, { result: 'pass', limit: '5', observed: '4' }],
	['five others', { trades: [...four, trade({ symbol: 'DOT/USDT' })] }, {
		result: 'block', code: 'POSITION_LIMIT', limit: '5', observed: '5', capacity: true,
	}],
	['reservations take places too', { trades: four, reservations: [held('DOT/USDT')] }, {
		result: 'block', code: 'POSITION_LIMIT', observed: '5', capacity: true,
	}],
	['symbols count once', { trades: four, reservations: [held('ETH/USDT')] }, {
		result: 'pass', observed: '4',
	}],
	['its own symbol takes no second place', { trades: [...four, trade({ symbol: 'BTC/USDT' })] }, {
		result: 'pass', observed: '4',
	}],
	['the limit of the tier counts', { member: { tier: 'NIBBLER' }, trades: [trade()] }, {
		result: 'block', code: 'POSITION_LIMIT', limit: '1', observed: '1', capacity: true,
	}],
	['a tier without positions waits for nothing', { policy: policyWith('OPERATOR', { openPositions: 0 }) }, {
		result: 'block', code: 'POSITION_LIMIT', limit: '0', observed: '0',
	}],
	['no tier', { member: { tier: null } }, { result: 'block', code: 'TIER_NONE' }],
]);
