import { bookTransfer, findAccount, type Account } from '../../../../core/members';
import { decimal, SECOND } from '../../../../core/model';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const account = async ({ kernel, accountId }: Trading): Promise<Account> => {
	const found = await findAccount(kernel.conn, accountId);
	if (found === null) throw new Error('no account');
	return found;
};

describeDatabases('the equity of accounts', (open) => {
	test('money that leaves while prices are asked for makes neither a peak nor a fall', async () => {
		const trading = await openTrading(await open());
		const { kernel, quotes, orders, accountId, database } = trading;
		await trading.enter();
		await orders.refreshEquity();
		database.clock.advance(SECOND);
		quotes.set('BTC/USDT', 60_100);
		const ask = quotes.quote.bind(quotes);
		quotes.quote = async (...wanted) => {
			await kernel.transaction(async (trx) => bookTransfer(trx, kernel, accountId, decimal(-5_000)));
			quotes.quote = ask;
			return ask(...wanted);
		};
		const before = await account(trading);
		expect(await orders.refreshEquity()).toBe(0);
		expect(await account(trading)).toMatchObject({ peakEquity: '5000', dayStartEquity: '5000', equityAt: before.equityAt });
		expect(await orders.refreshEquity()).toBe(1);
		const { peakEquity, equity, equityAt } = await account(trading);
		expect([peakEquity, equity, equityAt]).toEqual(['5000.21982', '5000.21982', database.clock.now()]);
	});

	test('one that does not change is said again before it is old, all of them at once', async () => {
		const trading = await openTrading(await open());
		const { orders, database } = trading;
		for (let index = 0; index < 3; index++) await trading.addMember(`idle-${index}`);
		database.clock.advance(9 * SECOND);
		expect(await orders.refreshEquity()).toBe(0);
		database.clock.advance(SECOND);
		expect(await orders.refreshEquity()).toBe(4);
		expect((await account(trading)).equityAt).toBe(database.clock.now());
		// A new risk day begins with it.
		database.clock.advance(24 * 3_600 * SECOND);
		expect(await orders.refreshEquity()).toBe(4);
		expect(await account(trading)).toMatchObject({ riskDay: '2026-11-21', dayStartEquity: '10000' });
	});
});
