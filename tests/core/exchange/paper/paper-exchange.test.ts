import fc from 'fast-check';
import { createExchanges, openPaperAccount, type Exchange } from '../../../../core/exchange';
import { decimal, gte, isMultipleOf, newId, sub, type AccountId } from '../../../../core/model';
import { describeDatabases, type TestDatabase } from '../../../support/databases';
import { exchangeConformance } from '../../../support/exchange-conformance';
import { runs } from '../../../support/runs';
import { ScriptedQuotes } from '../../../support/scripted-quotes';

async function venueOn(database: TestDatabase) {
	const kernel = database.kernel();
	const quotes = new ScriptedQuotes(database.clock);
	quotes.set('BTC/USDT', 60_000, 60_010);
	const openAccount = async (balance = 10_000): Promise<AccountId> => {
		const accountId = newId('acc', kernel.clock, kernel.rng);
		await kernel.transaction(async (trx) =>
			openPaperAccount(trx, kernel, { accountId, currency: 'USDT', balance: decimal(balance) }),
		);
		return accountId;
	};
	const exchange = createExchanges(kernel, { quotes }).for('paper');
	return { kernel, quotes, exchange, openAccount };
}

let count = 0;
const market = (side: 'buy' | 'sell', quantity: string, reduceOnly = false) => ({
	clientOrderId: `fcpaper${++count}`,
	symbol: 'BTC/USDT',
	side,
	type: 'market' as const,
	quantity: decimal(quantity),
	price: null,
	triggerPrice: null,
	reduceOnly,
	timeInForce: 'GTC' as const,
	postOnly: false,
});

describeDatabases('the paper venue', (open) => {
	describe('conforms', () => {
		exchangeConformance(async () => {
			const { exchange, quotes, openAccount } = await venueOn(await open());
			return {
				exchange,
				accounts: [await openAccount(), await openAccount()],
				setQuote: (bid, ask) => {
					if (bid === null) quotes.clear('BTC/USDT');
					else quotes.set('BTC/USDT', bid, ask);
				},
			};
		});
	});

	test('remembers in another process', async () => {
		const database = await open();
		const { exchange, openAccount, quotes } = await venueOn(database);
		const account = await openAccount();
		const asked = market('buy', '0.01');
		const first = await exchange.submit(account, asked);
		const later = createExchanges(database.kernel(), { quotes }).for('paper');
		expect(await later.submit(account, asked)).toEqual(first);
		expect(await later.balances(account)).toEqual(await exchange.balances(account));
	});

	test('opening an account twice books its start balance once', async () => {
		const database = await open();
		const { kernel, exchange, openAccount } = await venueOn(database);
		const accountId = await openAccount(500);
		await kernel.transaction(async (trx) =>
			openPaperAccount(trx, kernel, { accountId, currency: 'USDT', balance: decimal(900) }),
		);
		expect(await exchange.balances(accountId)).toEqual({ USDT: '500' });
	});

	test('fills at the policy’s slippage and fee, rounded against the taker', async () => {
		const { exchange, openAccount } = await venueOn(await open());
		const account = await openAccount();
		const bought = await exchange.submit(account, market('buy', '0.01'));
		// 60,010 × 1.0003 = 60,028.003 → 60,028.01; fee 0.1 % of 600.2801
		expect(bought).toMatchObject({ fills: [{ price: '60028.01', fee: '0.6002801', feeCurrency: 'USDT' }] });
		const sold = await exchange.submit(account, market('sell', '0.01'));
		expect(sold).toMatchObject({ fills: [{ price: '59982', fee: '0.59982' }] });
	});

	test('resting orders hold their funds', async () => {
		const { exchange, openAccount } = await venueOn(await open());
		const account = await openAccount(1_000);
		const resting = { ...market('buy', '0.015'), type: 'limit' as const, price: decimal(50_000) };
		expect(await exchange.submit(account, resting)).toMatchObject({ kind: 'accepted' });
		const second = await exchange.submit(account, market('buy', '0.01'));
		expect(second).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
		await exchange.cancel(account, resting.clientOrderId, 'BTC/USDT');
		expect(await exchange.submit(account, market('buy', '0.01'))).toMatchObject({ kind: 'accepted' });
	});

	test('a stop that wakes at once beyond what the account can pay is cancelled, and moves nothing', async () => {
		const { exchange, openAccount } = await venueOn(await open());
		const account = await openAccount(600);
		const stop = { ...market('buy', '0.01'), type: 'stop' as const, triggerPrice: decimal(59_500) };
		expect(await exchange.submit(account, stop)).toMatchObject({ kind: 'accepted', order: { state: 'CANCELLED' }, fills: [] });
		expect(await exchange.balances(account)).toEqual({ USDT: '600' });
	});

	test('does not trade on an old quote', async () => {
		const database = await open();
		const { exchange, openAccount, quotes } = await venueOn(database);
		const account = await openAccount();
		quotes.set('BTC/USDT', 60_000, 60_010, database.clock.now() - 5_001);
		const report = await exchange.submit(account, market('buy', '0.01'));
		expect(report).toMatchObject({ kind: 'rejected', code: 'NO_LIQUIDITY' });
	});

	test('two processes selling the same holding at once: it is sold once', async () => {
		const database = await open();
		const { exchange, openAccount, quotes } = await venueOn(database);
		const other: Exchange = createExchanges(database.kernel(), { quotes }).for('paper');
		for (let round = 0; round < 5; round++) {
			const account = await openAccount();
			await exchange.submit(account, market('buy', '0.01'));
			const reports = await Promise.all(
				[exchange, other, exchange, other].map((each) => each.submit(account, market('sell', '0.01'))),
			);
			expect(reports.filter((report) => report.kind === 'accepted')).toHaveLength(1);
			expect(await exchange.balances(account)).toMatchObject({ BTC: '0' });
		}
	});

	test('no sequence of orders overdraws an account or trades between the ticks', async () => {
		const { exchange, openAccount, quotes } = await venueOn(await open());
		const step = fc.record({
			side: fc.constantFrom('buy' as const, 'sell' as const),
			lots: fc.integer({ min: 1, max: 20_000 }),
			bid: fc.integer({ min: 50_000, max: 70_000 }),
			limit: fc.option(fc.integer({ min: 50_000, max: 70_000 })),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
				const account = await openAccount(3_000);
				for (const { side, lots, bid, limit } of steps) {
					quotes.set('BTC/USDT', bid, bid + 10);
					const quantity = decimal(sub(lots, 0) + 'e-5');
					const base = { ...market(side, '1'), quantity };
					const order = limit === null ? base : { ...base, type: 'limit' as const, price: decimal(limit) };
					const report = await exchange.submit(account, order);
					const fills = report.kind === 'accepted' ? report.fills : [];
					for (const fill of fills) {
						expect(isMultipleOf(fill.price, '0.01')).toBe(true);
						expect(side === 'buy' ? gte(fill.price, bid + 10) : gte(bid, fill.price)).toBe(true);
					}
					for (const total of Object.values(await exchange.balances(account))) {
						expect(gte(total, 0)).toBe(true);
					}
				}
			}),
			{ numRuns: runs(25) },
		);
	});
});
