import { dailyLoss } from '../../../../core/risk/checks/daily-loss';
import { d, describeCheck, trade } from '../snapshots';

/** This order risks 35.97; the stop of the day is 6 % of 10,000. */
describeCheck('daily_loss', dailyLoss, [
	['nothing used yet', {}, { result: 'pass', code: 'OK', limit: '600', observed: '35.97' }],
	['realised losses count', { account: { realisedToday: d(-100) } }, { observed: '135.97' }],
	['realised profit does not', { account: { realisedToday: d(500) } }, { observed: '35.97' }],
	['an open trade counts its loss if stopped: 30 + 3 paid + 2.97 to pay', { trades: [trade()] }, {
		observed: '71.94',
	}],
	['a stop above the entry counts nothing', { trades: [trade({ stopLoss: d(3100) })] }, {
		observed: '35.97',
	}],
	['a short is stopped above', { trades: [trade({ side: 'sell', stopLoss: d(3030) })] }, {
		observed: '72', // 30 + 3 + 3.03 + 35.97
	}],
	['open profit gives no budget to the losses', {
		account: { realisedToday: d(-580) }, trades: [trade({ stopLoss: d(5000) })],
	}, { result: 'block', observed: '615.97' }],
	['without a stop: 5 % of equity', { trades: [trade({ stopLoss: null })] }, { observed: '535.97' }],
	['without a stop: the notional, if less', { trades: [trade({ stopLoss: null, openQuantity: d('0.1') })] }, {
		observed: '335.97',
	}],
	['an entry without a fill counts the fees it has paid', {
		trades: [trade({ entryPrice: null, openQuantity: d(0), unbookedFees: d(1) })],
	}, { observed: '36.97' }],
	['reservations count', { reservations: [{ symbol: 'SOL/USDT', risk: d(90), cash: d(1) }] }, {
		observed: '125.97',
	}],
	['a warning from 80 %', { account: { realisedToday: d('-444.03') } }, {
		result: 'warn', code: 'DAILY_LOSS_NEAR', limit: '600', observed: '480',
	}],
	['none right under it', { account: { realisedToday: d('-444.02') } }, { result: 'pass' }],
	['exactly the limit', { account: { realisedToday: d('-564.03') } }, {
		result: 'warn', code: 'DAILY_LOSS_NEAR', observed: '600',
	}],
	['a cent over it, by what was lost', { account: { realisedToday: d('-564.04') } }, {
		result: 'block', code: 'DAILY_LOSS_LIMIT', observed: '600.01',
	}],
	['alone it would be exactly the limit', {
		account: { realisedToday: d('-564.03') }, trades: [trade()],
	}, { result: 'block', code: 'DAILY_LOSS_LIMIT', capacity: true }],
	['over it only by what is open', { trades: [trade({ openQuantity: d(18) })] }, {
		result: 'block', code: 'DAILY_LOSS_LIMIT', capacity: true,
	}],
	['the day starts from a stored equity', { account: { dayStartEquity: d(1000) } }, { limit: '60' }],
	['no stop', { signal: { stopLoss: null } }, { result: 'block', code: 'STOP_LOSS_MISSING' }],
	['no tier', { member: { tier: null }, signal: { quantity: d('0.01') } }, { code: 'TIER_NONE' }],
	['a trade without a stop, equity unknown', {
		account: { equity: null }, signal: { quantity: d('0.01') }, trades: [trade({ stopLoss: null })],
	}, { result: 'block', code: 'EQUITY_UNKNOWN' }],
]);
