import ccxt from 'ccxt';
import { totalsOf } from '../../../../core/exchange/ccxt/balances';

describe('balances as ccxt tells them', () => {
	it('are totals, without what is nothing', () => {
		const balance = { info: {}, total: { USDT: 12.5, BTC: '0.00000001', ETH: 0, XRP: undefined } };
		expect(totalsOf(balance)).toEqual({ USDT: '12.5', BTC: '0.00000001' });
	});

	it('of a margin account leave out the result of open positions', () => {
		const entry = { asset: 'USDT', walletBalance: '1000.5', unrealizedProfit: '-20', marginBalance: '980.5', availableBalance: '900', initialMargin: '80', updateTime: 1 };
		const client = new ccxt.binanceusdm();
		const parsed = client.parseBalanceCustom({ assets: [entry], positions: [] }, 'linear');
		expect(parsed['USDT']?.total).toBe(980.5);
		expect(totalsOf(parsed as never)).toEqual({ USDT: '1000.5' });
	});
});
