import { TRADING_STATES } from '../../../../core/safety';
import { circuitBreaker } from '../../../../core/risk/checks/circuit-breaker';
import { START } from '../../../support/databases';
import { BTC, d, describeCheck, type CheckRow } from '../snapshots';

const stopped = TRADING_STATES.filter((state) => state !== 'ACTIVE').map((state): CheckRow => [
	state,
	{ trading: { state, cause: 'daily_loss' } },
	{ result: 'block', code: 'TRADING_STATE', limit: 'ACTIVE', observed: state },
]);

describeCheck('circuit_breaker', circuitBreaker, [
	['all well', {}, { result: 'pass', limit: 'ACTIVE', observed: 'ACTIVE' }],
	...stopped,
	['the venue is closed', { venue: { open: false } }, { result: 'block', code: 'VENUE_CLOSED' }],
	['the symbol is halted', { market: { ...BTC, halted: true } }, { result: 'block', code: 'MARKET_HALTED' }],
	['no feed', { quote: null }, { result: 'block', code: 'FEED_STALE' }],
	['an old feed', { quote: { symbol: 'BTC/USDT', bid: d(1), ask: d(1), at: START - 6000 } }, {
		result: 'block', code: 'FEED_STALE',
	}],
]);
