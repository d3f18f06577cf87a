import { oneTradePerSymbol } from '../../../../core/risk/checks/one-trade-per-symbol';
import { d, describeCheck, trade } from '../snapshots';

describeCheck('one_trade_per_symbol', oneTradePerSymbol, [
	['only others', { trades: [trade()], reservations: [{ symbol: 'SOL/USDT', risk: d(1), cash: d(1) }] }, {
		result: 'pass', limit: '0', observed: '0',
	}],
	['the same way', { trades: [trade(), trade({ symbol: 'BTC/USDT' })] }, {
		result: 'block', code: 'POSITION_EXISTS', observed: '1',
	}],
	['the other way', { trades: [trade({ symbol: 'BTC/USDT', side: 'sell' })] }, {
		result: 'block', code: 'OPPOSITE_POSITION_OPEN',
	}],
	['about to open', { reservations: [{ symbol: 'BTC/USDT', risk: d(1), cash: d(1) }] }, {
		result: 'block', code: 'POSITION_EXISTS',
	}],
	['somebody else’s position', { hasForeignPosition: true }, {
		result: 'block', code: 'FOREIGN_POSITION', observed: '1',
	}],
	['an unknown symbol is compared as sent', { market: null, trades: [trade({ symbol: 'BTC/USDT' })] }, {
		result: 'pass',
	}],
]);
