import { decimal, SECOND } from '../../../../core/model';
import { exitQuantity, planExits } from '../../../../core/orders/exits/exits';
import { exitsOfTrade } from '../../../../core/orders/trades.repository';
import { describeDatabases } from '../../../support/databases';
import { openTrading } from '../../../support/trading';

const market = { quantityStep: decimal('0.001'), minQuantity: decimal('0.001'), minNotional: decimal(0) };
const target = (share: string) => ({ price: decimal(110), share: decimal(share) });

test.each<[what: string, shares: readonly string[], free: string, sold: string, quantity: string]>([
	['nothing sold yet: its share', ['0.5', '0.5'], '1', '0', '0.5'],
	['a part sold: the rest of its share', ['0.5', '0.5'], '0.6', '0.4', '0.1'],
	['all of its share sold: nothing', ['0.5', '0.5'], '0.5', '0.5', '0'],
	['the last of targets that leave a part running: no more than its share', ['0.5'], '0.6', '0.4', '0.1'],
	['what is left of its share is too small: the running part stays', ['0.5'], '0.5005', '0.4995', '0'],
	['a target for everything takes what is left', ['1'], '0.6', '0.4', '0.6'],
])('%s', (_what, shares, free, sold, quantity) => {
	const exits = planExits({ id: 'trd_1', side: 'buy' }, decimal(90), shares.map(target), 0);
	const held = { enteredQuantity: decimal(1), exitedQuantity: decimal(sold) };
	const [, first] = exits;
	if (first === undefined) throw new Error('no target');
	expect(exitQuantity(first, exits, held, market, decimal(free), decimal(sold))).toBe(quantity);
});

describeDatabases('a target that the venue filled in part and gave up', (open) => {
	test('is asked for again for the rest of its share only', async () => {
		const trading = await openTrading(await open());
		const { kernel, venue, orders, database, quotes } = trading;
		const entry = await trading.enter({ quantity: '0.01', targets: [[61_000, '0.5'], [62_500, '0.5']] });
		const submit = venue.submit.bind(venue);
		const sent: string[] = [];
		venue.submit = async (accountId, request) => {
			sent.push(request.quantity);
			if (sent.length > 1) return submit(accountId, request);
			const part = await submit(accountId, { ...request, quantity: decimal('0.004') });
			if (part.kind === 'rejected') return part;
			return { ...part, order: { ...part.order, quantity: request.quantity, state: 'EXPIRED' } };
		};
		for (let second = 0; second < 5; second++) {
			database.clock.advance(SECOND);
			quotes.set('BTC/USDT', 61_000);
			await orders.watch();
		}
		expect(sent).toEqual(['0.005', '0.001']);
		const exits = await exitsOfTrade(kernel.conn, entry.tradeId ?? 'trd_');
		expect(exits.map(({ kind, state }) => [kind, state])).toEqual([
			['stop', 'ACTIVE'], ['target', 'DONE'], ['target', 'ACTIVE'],
		]);
		expect(await orders.positions()).toMatchObject([{ quantity: '0.005' }]);
	});
});
