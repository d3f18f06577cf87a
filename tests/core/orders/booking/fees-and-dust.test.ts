import fc from 'fast-check';
import { createExchanges, exchangesOf, type Exchange, type Market, type SubmitReport, type SubmitRequest, type VenueFill, type VenueReport } from '../../../../core/exchange';
import { findAccount } from '../../../../core/members';
import { add, decimal, div, eq, gt, mul, SECOND, sub, type AccountId, type Decimal, type DecimalInput } from '../../../../core/model';
import { createOrders, openTradeOf, type Orders } from '../../../../core/orders';
import { baseFee, bookFill, feeInCurrency } from '../../../../core/orders/booking/positions';
import { findPosition } from '../../../../core/orders/trades.repository';
import { describeDatabases } from '../../../support/databases';
import { FaultyExchange } from '../../../support/faulty-exchange';
import { openTrading, type Trading } from '../../../support/trading';

/** The paper venue as one that takes its fee of a purchase in what was bought, or in another token. */
class FeeVenue extends FaultyExchange {
	/** Part of a purchase kept, or fee in `token` for any fill. */
	share: DecimalInput = 0;
	token: { readonly name: string; readonly fee: DecimalInput } | null = null;
	/** Exits worth less are refused, as spot venues do. */
	minimum: DecimalInput = 0;
	price: DecimalInput = 60_000;

	#fill(fill: VenueFill): VenueFill {
		if (this.token !== null) return { ...fill, fee: decimal(this.token.fee), feeCurrency: this.token.name };
		if (fill.side === 'sell') return fill;
		return { ...fill, fee: mul(fill.quantity, this.share), feeCurrency: 'BTC' };
	}

	#told<R extends VenueReport>(report: R): R {
		return { ...report, fills: report.fills.map((fill) => this.#fill(fill)) };
	}

	override async resolve(symbolText: string): Promise<Market | null> {
		const market = await super.resolve(symbolText);
		return market === null ? null : { ...market, minNotional: decimal(this.minimum) };
	}

	override async submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		if (gt(this.minimum, mul(request.quantity, this.price))) {
			this.refused.push(request);
			return { kind: 'rejected', code: 'MIN_NOTIONAL', message: 'Too small.' };
		}
		const answer = await super.submit(accountId, request);
		return answer.kind === 'accepted' ? this.#told(answer) : answer;
	}

	override async reports(refs: Parameters<Exchange['reports']>[0]): Promise<VenueReport[]> {
		return (await super.reports(refs)).map((report) => this.#told(report));
	}

	override async lookup(...args: Parameters<Exchange['lookup']>): Promise<VenueReport | null> {
		const report = await super.lookup(...args);
		return report === null ? null : this.#told(report);
	}
}

async function at(trading: Trading, change: Partial<FeeVenue>): Promise<{ venue: FeeVenue; orders: Orders }> {
	const paper = createExchanges(trading.kernel, { quotes: trading.quotes }).for('paper');
	const venue = Object.assign(new FeeVenue(paper), change);
	return { venue, orders: createOrders(trading.kernel, exchangesOf([venue], trading.quotes)) };
}

async function enter(trading: Trading, orders: Orders, quantity: string): Promise<void> {
	const order = await trading.create({ quantity, targets: [[62_000, '0.5'], [63_000, '0.5']] }, { ...trading, orders });
	await orders.dispatch(order.id);
}

const trades = async (trading: Trading): Promise<Record<string, unknown>[]> => trading.kernel.conn('trades');

async function look(trading: Trading, orders: Orders, seconds = 1): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		trading.database.clock.advance(SECOND);
		await orders.watch();
	}
}

describeDatabases('fees in other currencies, and what is left over', (open) => {
	test('a fee kept in what was bought: the trade holds what can be sold, its cost is what was paid for it', async () => {
		const trading = await openTrading(await open());
		const { orders } = await at(trading, { share: '0.001' });
		await enter(trading, orders, '0.01');
		const position = await findPosition(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		expect(position?.quantity).toBe('0.00999');
		const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		// 0.01 at 60018: 600.18, of which 0.60018 went for what was kept.
		expect(trade).toMatchObject({ enteredQuantity: '0.00999', entryValue: '599.57982', fees: '0.60018' });
		expect(eq(div(position?.cost ?? 0, position?.quantity ?? 1), 60_018)).toBe(true);
		const account = await findAccount(trading.kernel.conn, trading.accountId);
		expect(account?.cash).toBe(sub(10_000, '600.18'));
	});

	test('what is less than a step ends the trade as dust, a booked adjustment, once', async () => {
		const trading = await openTrading(await open());
		const { orders, venue } = await at(trading, { share: '0.0007' });
		await enter(trading, orders, '0.01');
		expect((await findPosition(trading.kernel.conn, trading.accountId, 'BTC/USDT'))?.quantity).toBe('0.009993');
		trading.quotes.set('BTC/USDT', 63_500);
		await look(trading, orders, 3);
		expect(await trades(trading)).toMatchObject([{ state: 'CLOSED', exit_reason: 'target', entered_quantity: '0.009993', exited_quantity: '0.009993' }]);
		const sold = (await orders.list()).filter(({ leg }) => leg.startsWith('target')).map(({ quantity }) => quantity);
		expect(add(...sold)).toBe('0.00999');
		const adjustments: Record<string, unknown>[] = await trading.kernel.conn('adjustments');
		expect(adjustments).toMatchObject([{ kind: 'position', asset: 'BTC/USDT', was: '0.000003', became: '0' }]);
		// It is the account's, so that a comparison with the venue does not take it for a find.
		expect(await trading.kernel.conn('external_holdings')).toMatchObject([{ name: 'BTC', quantity: '0.000003' }]);
		const account = await findAccount(trading.kernel.conn, trading.accountId);
		expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
		const arrived = venue.submits().length;
		await look(trading, orders, 3);
		expect(venue.submits()).toHaveLength(arrived);
		const closings: unknown[] = await trading.kernel.conn('events').where({ type: 'trade.closed' });
		expect(closings).toHaveLength(1);
	});

	test('a close that leaves less than a step ends the trade all the same', async () => {
		const trading = await openTrading(await open());
		const { orders, venue } = await at(trading, { share: '0.0007' });
		await enter(trading, orders, '0.01');
		const { accountId } = trading;
		await orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		expect(await trades(trading)).toMatchObject([{ state: 'OPEN', close_reason: 'manual' }]);
		await look(trading, orders, 3);
		expect(await trades(trading)).toMatchObject([{ state: 'CLOSED', exit_reason: 'manual', plan_kept: 0 }]);
		expect(venue.submits()).toHaveLength(2);
	});

	test('what the venue refuses as too small is tried once and ends the trade: no loop of rejections', async () => {
		const trading = await openTrading(await open());
		const { orders, venue } = await at(trading, {});
		const order = await trading.create({ quantity: '0.0005', targets: [] }, { ...trading, orders });
		await orders.dispatch(order.id);
		venue.minimum = 50;
		trading.quotes.set('BTC/USDT', 58_000);
		await look(trading, orders, 1);
		expect(venue.refused).toHaveLength(1);
		expect(await trades(trading)).toMatchObject([{ state: 'OPEN' }]);
		await look(trading, orders, 30);
		expect(venue.refused).toHaveLength(1);
		expect(await trades(trading)).toMatchObject([{ state: 'CLOSED', exit_reason: 'stop', exited_quantity: '0.0005' }]);
		const account = await findAccount(trading.kernel.conn, trading.accountId);
		expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
		expect(await orders.positions(trading.accountId)).toEqual([]);
	});

	test.each<[string, DecimalInput | null, string, boolean]>([
		['with a price', 300, '0.6', false],
		['without one', null, '0', true],
	])('a fee in a third currency %s', async (_what, price, fee, told) => {
		const trading = await openTrading(await open());
		if (price !== null) trading.quotes.set('BNB/USDT', price);
		const { orders } = await at(trading, { token: { name: 'BNB', fee: '0.002' } });
		await enter(trading, orders, '0.01');
		const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		expect(trade).toMatchObject({ enteredQuantity: '0.01', fees: fee });
		const [fill]: Record<string, unknown>[] = await trading.kernel.conn('fills');
		expect(fill).toMatchObject({ fee: '0.002', fee_currency: 'BNB' });
		const issues: Record<string, unknown>[] = await trading.kernel.conn('issues').where({ kind: 'FEE_CURRENCY_UNKNOWN' });
		expect(issues).toHaveLength(told ? 1 : 0);
	});
});

describe('booking a fee kept in what was bought', () => {
	const symbol = 'BTC/USDT';
	const venue = 'binance.sandbox';

	test.each<[string, Parameters<typeof baseFee>[0], string]>([
		['a purchase on spot', { venue, symbol, side: 'buy', fee: decimal('0.001'), feeCurrency: 'BTC' }, '0.001'],
		['a sale', { venue, symbol, side: 'sell', fee: decimal('0.001'), feeCurrency: 'BTC' }, '0'],
		['in the quote currency', { venue, symbol, side: 'buy', fee: decimal(1), feeCurrency: 'USDT' }, '0'],
		['a contract, by a discount token that is its base', { venue: 'binanceusdm@127.0.0.1:1', symbol: 'BNB/USDT', side: 'buy', fee: decimal(1), feeCurrency: 'BNB' }, '0'],
		['on a derivative', { venue, symbol: 'BTC/USDT:USDT', side: 'buy', fee: decimal(1), feeCurrency: 'BTC' }, '0'],
	])('%s', (_what, fill, kept) => {
		expect(baseFee(fill)).toBe(kept);
	});

	test('conserves money whatever is bought and sold', () => {
		const lots = fc.record({ lots: fc.integer({ min: 1, max: 10_000 }), cents: fc.integer({ min: 100, max: 10_000_000 }), share: fc.constantFrom('0', '0.001', '0.00075', '0.0033') });
		fc.assert(
			fc.property(fc.array(lots, { minLength: 1, maxLength: 6 }), fc.integer({ min: 100, max: 10_000_000 }), (entries, exitCents) => {
				const start = {
					id: 'trd_1', side: 'buy', enteredQuantity: '0', exitedQuantity: '0', entryValue: '0', exitValue: '0',
					fees: '0', feesBooked: '0', realisedGross: '0', realisedNet: '0',
				};
				let trade = start as never as Parameters<typeof bookFill>[0];
				let position = { quantity: decimal(0), cost: decimal(0) } as never as Parameters<typeof bookFill>[1];
				let cash: Decimal = decimal(0);
				let net: Decimal = decimal(0);
				const book = (fill: Parameters<typeof bookFill>[2]): void => {
					const booked = bookFill(trade, position, fill, 'USDT');
					({ trade, position } = booked);
					cash = add(cash, booked.cashDelta);
					net = add(net, booked.realisedNet);
				};
				let paid: Decimal = decimal(0);
				for (const each of entries) {
					const quantity = mul(each.lots, '0.00001');
					const price = div(each.cents, 100);
					const kept = mul(quantity, each.share);
					const named = { venue, symbol, side: 'buy' as const, fee: kept, feeCurrency: 'BTC', price };
					const fee = feeInCurrency(named, 'USDT') ?? decimal(0);
					book({ side: 'buy', quantity, price, fee, baseFee: baseFee(named) });
					paid = add(paid, mul(quantity, price));
				}
				// All the money that left the account paid for purchases: nothing for fees on top.
				expect(gt(add(cash, paid), '0.0001')).toBe(false);
				expect(gt('-0.0001', add(cash, paid))).toBe(false);
				const held = position.quantity;
				expect(held).toBe(sub(trade.enteredQuantity, trade.exitedQuantity));
				book({ side: 'sell', quantity: held, price: div(exitCents, 100), fee: decimal('0.01') });
				expect(position.quantity).toBe('0');
				expect(position.cost).toBe('0');
				expect(cash).toBe(net);
				expect(trade.realisedNet).toBe(sub(trade.realisedGross, trade.fees));
			}),
		);
	});
});
