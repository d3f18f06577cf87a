import { createEmergency } from '../../../../core/emergency';
import { trip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading } from '../../../support/trading';

describeDatabases('flattening where one symbol is in trouble', (open) => {
	it('closes the others, whichever was opened first', async () => {
		const trading = await openTrading(await open());
		const { kernel, orders, exchanges, venue } = trading;
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: '1' });
		const asked = venue.openOrders.bind(venue);
		venue.openOrders = async (accountId, symbols) => {
			if (symbols?.includes('BTC/USDT') === true) throw new Error('does not have market symbol BTC/USDT');
			return asked(accountId, symbols);
		};
		await kernel.transaction(async (trx) => trip(trx, kernel, {
			scope: 'global', state: 'FLATTENING', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator',
		}));
		await createEmergency({ kernel, orders, exchanges }).flattenStep();
		const trades: { symbol: string; state: string }[] = await kernel.conn('trades').select('symbol', 'state');
		expect(trades.find(({ symbol }) => symbol === 'ETH/USDT')?.state).toBe('CLOSED');
	});
});
