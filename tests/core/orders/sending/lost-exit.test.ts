import { SECOND } from '../../../../core/model';
import { findTrade, listIssues, type Order } from '../../../../core/orders';
import { describeDatabases } from '../../../support/databases';
import type { Fault } from '../../../support/faulty-exchange';
import { openTrading, type Trading } from '../../../support/trading';

const BLIND = { clientIdLookup: false };

describeDatabases('an exit that got no answer where orders cannot be asked for by our id', (open) => {
	async function pass({ database, quotes, orders }: Trading, seconds: number): Promise<void> {
		for (let second = 0; second < seconds; second++) {
			database.clock.advance(SECOND);
			quotes.set('BTC/USDT', 60_000);
			await orders.dispatchDue();
			await orders.resolveUnknown();
			await orders.watch();
		}
	}
	async function lost(fault: Fault): Promise<{ trading: Trading; entry: Order; exits: () => Promise<string[]> }> {
		const trading = await openTrading(await open(), { capabilities: BLIND });
		const entry = await trading.enter({ quantity: '0.01' });
		trading.venue.plan('submit', fault);
		const { accountId } = trading;
		await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		const exits = async (): Promise<string[]> =>
			(await trading.orders.list({ accountId })).filter(({ leg }) => leg !== 'entry').map(({ state }) => state).reverse();
		expect(await exits()).toEqual(['UNKNOWN']);
		return { trading, entry, exits };
	}
	const stateOf = async ({ kernel }: Trading, { tradeId }: Order) => (await findTrade(kernel.conn, tradeId ?? 'trd_'))?.state;
	const unresolved = async ({ kernel, accountId }: Trading) =>
		(await listIssues(kernel.conn, { accountId })).filter(({ kind }) => kind === 'ORDER_UNRESOLVED');
	/** The venue shows neither orders nor executions of the last minutes. */
	function hide({ venue }: Trading, what: readonly ('fills' | 'lookup' | 'recentOrders')[]): void {
		for (const each of what) Object.assign(venue, { [each]: async () => (each === 'lookup' ? null : []) });
	}

	test('and never arrived: it ends by itself, and the exit is sent anew, once', async () => {
		const { trading, entry, exits } = await lost('timeout-before');
		await pass(trading, 61);
		expect(await exits()).toEqual(['UNKNOWN']);
		await pass(trading, 10);
		expect(await exits()).toEqual(['FAILED', 'FILLED']);
		expect(await stateOf(trading, entry)).toBe('CLOSED');
		expect(await unresolved(trading)).toEqual([]);
		expect(trading.venue.submits()).toHaveLength(2);
	});

	test.each([
		[['lookup', 'recentOrders', 'fills']],
		[['lookup', 'recentOrders']],
		[['lookup', 'fills']],
	] as const)('and has sold, though %j do not show it: it waits, and people are told what to do', async (what) => {
		const { trading, entry, exits } = await lost('timeout-after');
		const { recentOrders, lookup } = trading.venue;
		hide(trading, what);
		await pass(trading, 95);
		expect(await exits()).toEqual(['UNKNOWN']);
		expect(trading.venue.submits()).toHaveLength(2);
		const [issue] = await unresolved(trading);
		expect(issue).toMatchObject({ severity: 'critical' });
		expect(issue?.detail).toContain('Resolve Issue: resolution Found with its order id there, or Not at the Venue');
		expect(issue?.detail).toContain('sell 0.01 BTC/USDT (market)');
		// It turns up after all: the next look books it.
		Object.assign(trading.venue, { recentOrders, lookup });
		await pass(trading, 31);
		expect(await exits()).toEqual(['FILLED']);
		expect(await stateOf(trading, entry)).toBe('CLOSED');
		expect(await unresolved(trading)).toEqual([]);
	});

	test('while the venue does not answer it waits, and is asked again every half minute', async () => {
		const { trading, exits } = await lost('timeout-before');
		const { balances } = trading.venue;
		let asked = 0;
		Object.assign(trading.venue, {
			balances: async () => {
				asked += 1;
				throw new Error('no answer');
			},
		});
		await pass(trading, 62);
		expect(asked).toBe(1);
		await pass(trading, 60);
		expect(asked).toBe(3);
		expect(await exits()).toEqual(['UNKNOWN']);
		Object.assign(trading.venue, { balances });
		await pass(trading, 40);
		expect(await exits()).toEqual(['FAILED', 'FILLED']);
	});

	test('an entry is never ended by guesses', async () => {
		const trading = await openTrading(await open(), { capabilities: BLIND });
		trading.venue.plan('submit', 'timeout-before');
		const order = await trading.enter();
		await pass(trading, 95);
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'UNKNOWN', lookups: 5 });
		expect((await unresolved(trading))[0]?.detail).toContain('the symbol stays closed to new entries');
	});
});
