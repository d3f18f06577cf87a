import { NSE_LIMITS, STANDARD_POLICY, type Policy, type VenueLimits } from '../../../../core/model';
import { messageRate } from '../../../../core/risk/checks/message-rate';
import { messagesPerDay } from '../../../../core/risk/checks/messages-per-day';
import { orderSize } from '../../../../core/risk/checks/order-size';
import { priceCollar } from '../../../../core/risk/checks/price-collar';
import { BTC, d, describeCheck } from '../snapshots';

const at = (venue: string, limits: Partial<VenueLimits>): { policy: Policy } => ({
	policy: {
		...STANDARD_POLICY,
		compliance: { ...STANDARD_POLICY.compliance, venues: { [venue]: limits } },
	},
});
const sent = (lastSecond: number, today = 0) => ({ messages: { lastSecond, today } });

describeCheck('message_rate', messageRate, [
	['no limit of its own', { ...sent(500) }, { result: 'pass', limit: null, observed: null }],
	['the tenth in a second on the NSE', { ...at('paper', NSE_LIMITS), ...sent(9) }, { result: 'pass', limit: '10', observed: '10' }],
	['the eleventh', { ...at('paper', NSE_LIMITS), ...sent(10) }, {
		result: 'block', code: 'MESSAGE_RATE', limit: '10', observed: '11',
	}],
	['the limit of another venue', { ...at('nse', NSE_LIMITS), ...sent(50) }, { result: 'pass' }],
]);

describeCheck('messages_per_day', messagesPerDay, [
	['no limit', { ...sent(0, 100_000) }, { result: 'pass', limit: null }],
	['the last of the day', { ...at('paper', { messagesPerDay: 100 }), ...sent(0, 99) }, { result: 'pass', observed: '100' }],
	['one more', { ...at('paper', { messagesPerDay: 100 }), ...sent(0, 100) }, {
		result: 'block', code: 'MESSAGES_PER_DAY', limit: '100', observed: '101',
	}],
]);

const rich = { account: { equity: d('9e9'), cash: d('9e9'), dayStartEquity: d('9e9') } };
const big = (quantity: number) => ({ ...rich, signal: { quantity: d(quantity) }, market: { ...BTC, maxQuantity: d(9_000) } });

describeCheck('order_size', orderSize, [
	['an ordinary order', {}, { result: 'pass', limit: '1000000' }],
	['worth a million', big(16.6), { result: 'pass', observed: '996000' }],
	['worth more', big(16.7), { result: 'block', code: 'ORDER_VALUE_LIMIT', limit: '1000000', observed: '1002000' }],
	['more than the quantity allowed', { ...big(3), ...at('paper', { maxQuantity: '2.5' }) }, {
		result: 'block', code: 'ORDER_QUANTITY_LIMIT', limit: '2.5', observed: '3',
	}],
	['exactly that', { ...big(2.5), ...at('paper', { maxQuantity: '2.5' }) }, { result: 'pass' }],
	['worth anything where nothing limits it', { ...big(4_000), ...at('paper', { maxNotional: null }) }, { result: 'pass', limit: null }],
	['an unknown symbol', { market: null, quote: null }, { result: 'block', code: 'SYMBOL_UNKNOWN' }],
]);

const limit = (entry: string, side: 'buy' | 'sell' = 'buy') => ({ signal: { orderType: 'limit', side, entry: d(entry) } } as const);
const stopLimit = (trigger: string, entry: string) =>
	({ signal: { orderType: 'stop_limit', trigger: d(trigger), entry: d(entry) } } as const);

const two = at('paper', { collarPercent: 2 });

describeCheck('price_collar', priceCollar, [
	['a market order has no limit', {}, { result: 'pass', limit: '10' }],
	['a limit below the market waits there', { ...two, ...limit('54000') }, { result: 'pass' }],
	['10 % above the ask', limit('66000'), { result: 'pass', observed: '66000' }],
	['further above', limit('66000.01'), { result: 'block', code: 'PRICE_COLLAR', limit: '10', observed: '66000.01' }],
	['2 % above the ask where that is the collar', { ...two, ...limit('61200') }, { result: 'pass', limit: '2' }],
	['further above there', { ...two, ...limit('61200.01') }, { result: 'block', limit: '2' }],
	['a sale 2 % below the bid', { ...two, ...limit('58790.2', 'sell') }, { result: 'pass' }],
	['a sale further below', { ...two, ...limit('58790.1', 'sell') }, { result: 'block', code: 'PRICE_COLLAR' }],
	['a limit 2 % beyond its trigger', { ...two, ...stopLimit('63000', '64260') }, { result: 'pass' }],
	['a limit further beyond its trigger', { ...two, ...stopLimit('63000', '64260.01') }, { result: 'block' }],
	['no quote', { ...limit('60000'), quote: null }, { result: 'block', code: 'QUOTE_MISSING' }],
	['no price', { signal: { orderType: 'limit' } }, { result: 'pass' }],
]);
