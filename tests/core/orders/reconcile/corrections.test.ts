import type { Quote } from '../../../../core/exchange';
import { decimal, SECOND, type Decimal } from '../../../../core/model';
import { listAdjustments, openTradeOf } from '../../../../core/orders';
import { orderDeps, type OrderDeps } from '../../../../core/orders/deps';
import { correctCash, correctHolding, correctionPrice, correctPosition } from '../../../../core/orders/reconcile/adjust';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const q = (value: string): Decimal => decimal(value);
const deps = ({ kernel, exchanges }: Trading): OrderDeps => orderDeps(kernel, exchanges);

describeDatabases('a correction is booked only where the books are still as they were compared', (open) => {
	async function position(trading: Trading, from: string, to: string, symbol = 'BTC/USDT') {
		const { kernel, accountId } = trading;
		return kernel.transaction(async (trx) =>
			correctPosition(trx, deps(trading), {
				accountId, symbol, from: q(from), to: q(to), price: q('60000'), reason: 'compared', actor: 'engine',
			}),
		);
	}
	const adjusted = async ({ kernel, accountId }: Trading) =>
		(await listAdjustments(kernel.conn, { accountId })).map(({ kind, before, after }) => [kind, before, after]);

	test.each<[string, string, string]>([
		['another quantity than was compared', '0.02', '0'],
		['as much as there is', '0.01', '0.01'],
		['more than there is', '0.01', '0.02'],
		['the other side', '0.01', '-0.005'],
	])('a long trade: %s is no correction', async (_what, from, to) => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		expect(await position(trading, from, to)).toBeNull();
		expect(await position(trading, from, to, 'ETH/USDT')).toBeNull();
		expect(await adjusted(trading)).toEqual([]);
	});

	test('a part, then the rest; each once, and nothing while an order of the symbol is on its way', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		expect(await position(trading, '0.01', '0.004')).toMatchObject({ kind: 'position', amount: '-0.006' });
		expect(await position(trading, '0.01', '0.004')).toBeNull();
		trading.venue.plan('submit', 'timeout-before');
		await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'x' });
		expect(await position(trading, '0.004', '0')).toBeNull();
		for (let second = 0; second < 64; second += 2) {
			trading.database.clock.advance(2 * SECOND);
			await trading.orders.resolveUnknown();
		}
		expect(await position(trading, '0.004', '0')).toMatchObject({ amount: '-0.004' });
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toBeNull();
	});

	test('cash and holdings', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId } = trading;
		const cash = async (from: string, to: string, occasion = 1) =>
			kernel.transaction(async (trx) =>
				correctCash(trx, deps(trading), { accountId, from: q(from), to: q(to), occasion, reason: 'r', actor: 'engine' }),
			);
		expect(await cash('9999', '1')).toBeNull();
		expect(await cash('10000', '9000')).toMatchObject({ amount: '-1000' });
		expect(await cash('9000', '10000', 2)).toMatchObject({ amount: '1000' });
		// The same correction on the same occasion came before, although the figures fit again.
		expect(await cash('10000', '9000')).toBeNull();
		const holding = async () =>
			kernel.transaction(async (trx) =>
				correctHolding(trx, deps(trading), {
					accountId, name: 'BTC', averagePrice: null, from: q('0'), to: q('2'),
					noted: { issueId: 'iss_1', reason: 'r', actor: 'engine' },
				}),
			);
		expect(await holding()).toMatchObject({ kind: 'holding', amount: '2' });
		expect(await holding()).toBeNull();
		expect(await adjusted(trading)).toHaveLength(3);
	});

	test.each([
		['fresh', 'bid', (quote: Quote | null) => quote],
		['none', 'entry', () => null],
		['too old', 'entry', (quote: Quote | null) => quote && { ...quote, at: quote.at - 60 * SECOND }],
		['no answer', 'entry', () => {
			throw new Error('no answer');
		}],
	] as const)('what is gone is priced by what it could be sold for, else by what was paid: %s', async (_what, expected, change) => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		if (trade === null) throw new Error('no trade');
		const quote = await trading.exchanges.quotes.quote('paper', 'BTC/USDT');
		const paid = (await trading.orders.positions(trading.accountId))[0]?.averagePrice;
		trading.quotes.quote = async () => change(quote);
		expect(await correctionPrice(deps(trading), trade, q('0.01'))).toBe(expected === 'entry' ? paid : quote?.bid);
		expect(paid).not.toBe(quote?.bid);
	});
});
