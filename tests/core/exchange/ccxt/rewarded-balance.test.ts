import { openWireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

test('kraken: what earns rewards by itself is part of the balance, what is staked is not', async () => {
	const amount = (balance: string) => ({ balance, hold_trade: '0' });
	const venue = await openWireVenue('kraken', {
		...WIRE_ROUTES.kraken,
		'POST /0/private/BalanceEx': () => ({
			error: [],
			result: {
				USDT: amount('900.5'), 'USDT.F': amount('100'), XXBT: amount('0'), 'XBT.F': amount('0.01'),
				'DOT.S': amount('7'), XETH: amount('0.5'),
			},
		}),
	});
	try {
		expect(await venue.exchange.balances('acc_rewards')).toEqual({
			USDT: '1000.5', BTC: '0.01', ETH: '0.5', 'DOT.S': '7',
		});
	} finally {
		await venue.close();
	}
});
