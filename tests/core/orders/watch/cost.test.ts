import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;
const STOPS = { 'BTC/USDT': 59_000, 'ETH/USDT': 2_950, 'SOL/USDT': 147 };
const QUANTITIES = { 'BTC/USDT': '0.002', 'ETH/USDT': '0.04', 'SOL/USDT': '0.8' };

/** What one look costs: statements, and questions for quotes. */
async function costOf(trading: Trading): Promise<{ queries: number; quotes: number }> {
	let queries = 0;
	const count = (): void => {
		queries += 1;
	};
	trading.quotes.asked.clear();
	trading.kernel.conn.on('query', count);
	await trading.orders.watch();
	trading.kernel.conn.removeListener('query', count);
	return { queries, quotes: [...trading.quotes.asked.values()].reduce((a, b) => a + b, 0) };
}

describeDatabases('a look at many trades', (open, dialect) => {
	test('costs a few queries and one quote a symbol, whatever their number', async () => {
		const trading = await openTrading(await open());
		const members = dialect === 'sqlite' ? 80 : 15;
		for (let number = 0; number < members; number++) {
			const { memberId, accountId } = await trading.addMember(`member-${number}`);
			for (const symbol of SYMBOLS) {
				const wish = { memberId, accountId, symbol, stop: STOPS[symbol], quantity: QUANTITIES[symbol], targets: [[70_000, 1]] as const };
				expect(await trading.enter(wish)).toMatchObject({ state: 'FILLED' });
			}
		}
		const { accountId, memberId } = await trading.addMember('patient');
		for (const symbol of SYMBOLS) {
			const price = STOPS[symbol] + 1;
			await trading.enter({ memberId, accountId, symbol, type: 'limit', price, stop: STOPS[symbol], quantity: QUANTITIES[symbol] });
		}
		const cost = await costOf(trading);
		// One of them, the open trips, is asked once in ten seconds only.
		// Another one reads the rules of exit plans.
		expect(cost.queries).toBeLessThanOrEqual(8);
		// One for the exits, one at the paper venue for the resting orders.
		expect(cost.quotes).toBeLessThanOrEqual(2 * SYMBOLS.length);
		trading.quotes.set('SOL/USDT', 146.9);
		// The patient entry fills and is stopped in the same look, like the others.
		expect(await trading.orders.watch()).toMatchObject({ exits: members + 1, updated: 1 });
		expect((await costOf(trading)).queries).toBeLessThanOrEqual(7);
	});
});
