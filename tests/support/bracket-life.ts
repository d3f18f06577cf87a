import { decimal, eq, gt, lte, SECOND, sub, add, type AccountId, type Decimal, type TradeId } from '../../core/model';
import { openTradeOf, WORKING_STATES, type Order } from '../../core/orders';
import { findAccount } from '../../core/members';
import { countedExit } from '../../core/orders/exits/exit-order';
import { listIssues } from '../../core/orders/issues/issues.queries';
import { isRestingStop } from '../../core/orders/protection/protection';
import { freeToClose } from '../../core/orders/exits/reduce-only';
import { openQuantity } from '../../core/orders/booking/positions';
import { exitsOfTrade, findPosition, saveExit } from '../../core/orders/trades.repository';
import type { Trading, TradingProcess } from './trading';

/** Where the life of a bracket goes on: against a process that may have been started anew. */
export interface Stage {
	readonly trading: Trading;
	process: TradingProcess;
}

/** One second of the engine. */
export async function second(stage: Stage, count = 1): Promise<void> {
	const { trading } = stage;
	for (let index = 0; index < count; index++) {
		trading.database.clock.advance(SECOND);
		await stage.process.orders.dispatchDue();
		await stage.process.orders.resolveUnknown();
		await stage.process.orders.watch();
	}
}

/** Moves what should protect the trade, as a trailing rule does. */
export async function tighten({ trading, process }: Stage, price: number): Promise<void> {
	const trade = await openTradeOf(process.kernel.conn, trading.accountId, 'BTC/USDT');
	if (trade === null) return;
	const stop = (await exitsOfTrade(process.kernel.conn, trade.id)).find(({ kind }) => kind === 'stop');
	if (stop === undefined || stop.state !== 'ACTIVE') return;
	await process.kernel.transaction(async (trx) => saveExit(trx, { ...stop, price: decimal(price) }));
}

/** One step of a bracket's life: where the price goes, and what is done then. */
export interface LifeStep {
	readonly name: string;
	readonly price: number;
	run(stage: Stage): Promise<void>;
}

export type BracketEnd = 'close' | 'stop';

/** What happens to a bracket from its entry to its end; every step lets the engine look. */
export function bracketLife(end: BracketEnd): readonly LifeStep[] {
	return [
		{
			name: 'entry',
			price: 60_000,
			run: async (stage) => {
				const targets = [[61_000, '0.3'], [62_000, '0.3'], [63_000, '0.4']] as const;
				await stage.trading.create({ quantity: '0.03', targets }, stage.process);
				await second(stage);
			},
		},
		{ name: 'first target', price: 61_010, run: async (stage) => second(stage, 2) },
		{
			name: 'stop tightened',
			price: 61_010,
			run: async (stage) => {
				await tighten(stage, 60_500);
				await second(stage, 6);
				await stage.process.orders.auditStops();
			},
		},
		{ name: 'second target', price: 62_010, run: async (stage) => second(stage, 2) },
		end === 'stop'
			? { name: 'stop hit', price: 60_400, run: async (stage) => second(stage, 2) }
			: {
					name: 'closed',
					price: 62_010,
					run: async (stage) => {
						const { accountId } = stage.trading;
						const wanted = { accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
						await stage.process.orders.closePosition(wanted);
						await second(stage, 2);
					},
				},
	];
}

/** Does one step, at its price. */
export async function live(stage: Stage, step: LifeStep): Promise<void> {
	stage.trading.quotes.set('BTC/USDT', step.price);
	await step.run(stage);
}

const FROM_VENUE = ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'];

async function workingExits(process: TradingProcess, accountId: AccountId): Promise<Order[]> {
	const orders = await process.orders.list({ accountId, limit: 500 });
	return orders.filter((order) => order.reduceOnly && WORKING_STATES.includes(order.state));
}

/** Totals of an asset that resting sells would take at the venue. */
async function sellsAt(trading: Trading): Promise<Decimal> {
	const open = await trading.venue.inner.openOrders(trading.accountId);
	return add(...open.filter(({ side }) => side === 'sell').map((order) => sub(order.quantity, order.filledQuantity)));
}

/**
 * What must be true at any moment, also between two steps of a process that died: no more is
 * closing than is held, here and at the venue; the stop never loosened; what is open is protected.
 * @throws Error naming what is not
 */
export async function assertGuarded(trading: Trading, process: TradingProcess = trading): Promise<void> {
	const { accountId } = trading;
	const { conn } = process.kernel;
	const position = await findPosition(conn, accountId, 'BTC/USDT');
	const held = position?.quantity ?? decimal(0);
	const working = await workingExits(process, accountId);
	const unaware = working.filter(({ state }) => FROM_VENUE.includes(state)).map(countedExit);
	const closing = sub(held, freeToClose({ quantity: held }, unaware));
	if (gt(closing, held)) throw new Error(`${closing} is closing, ${held} is held`);
	const balance = (await trading.venue.inner.balances(accountId))['BTC'] ?? decimal(0);
	const sells = await sellsAt(trading);
	if (!lte(sells, balance)) throw new Error(`sells of ${sells} rest at the venue, ${balance} is held there`);
	const stops = (await process.orders.list({ accountId, limit: 500 })).reverse().filter(isRestingStop);
	const last = new Map<TradeId, Decimal>();
	for (const stop of stops.sort((a, b) => a.createdAt - b.createdAt)) {
		const { tradeId, triggerPrice } = stop;
		if (tradeId === null || triggerPrice === null) continue;
		const before = last.get(tradeId);
		if (before !== undefined && gt(before, triggerPrice)) throw new Error(`the stop loosened from ${before} to ${triggerPrice}`);
		last.set(tradeId, triggerPrice);
	}
	const trade = await openTradeOf(conn, accountId, 'BTC/USDT');
	if (trade === null || eq(held, 0)) return;
	const exits = await exitsOfTrade(conn, trade.id);
	const watched = exits.some(({ kind, state }) => kind === 'stop' && (state === 'ACTIVE' || state === 'WORKING'));
	const resting = working.some(isRestingStop);
	const told = (await listIssues(conn, { accountId })).some(({ kind }) => kind === 'MISSING_STOP');
	if (!watched && !resting && !told) throw new Error('what is held has no stop, no watch and no issue');
}

/** Everything that must not change any more once it is at rest. */
export async function snapshot(process: TradingProcess): Promise<unknown> {
	const { conn } = process.kernel;
	return {
		orders: await conn('orders').orderBy('id'),
		exits: await conn('exits').orderBy('id'),
		trades: await conn('trades').orderBy('id'),
		fills: await conn('fills').orderBy('id'),
		positions: await conn('positions').orderBy(['account_id', 'symbol']),
		venue: await conn('paper_orders').orderBy('client_order_id'),
	};
}

/** The stop and the targets that a trade should have, against what it has here and at the venue. */
export async function whole(stage: Stage): Promise<void> {
	const { trading, process } = stage;
	const trade = await openTradeOf(process.kernel.conn, trading.accountId, 'BTC/USDT');
	const resting = (await trading.venue.inner.openOrders(trading.accountId)).filter(
		({ triggerPrice }) => triggerPrice !== null,
	);
	if (trade === null) {
		expect(resting).toEqual([]);
		return;
	}
	const exits = await exitsOfTrade(process.kernel.conn, trade.id);
	const stop = exits.find(({ kind }) => kind === 'stop');
	expect(stop?.state).toBe('ACTIVE');
	expect(resting.map(({ quantity, triggerPrice }) => `${quantity} @ ${triggerPrice}`)).toEqual([
		`${openQuantity(trade)} @ ${stop?.price}`,
	]);
	for (const target of exits.filter(({ kind }) => kind === 'target')) {
		expect(['ACTIVE', 'DONE']).toContain(target.state);
	}
}

/** The bracket is over: nothing is held, and the money is the venue's. */
export async function settled({ trading, process }: Stage): Promise<void> {
	const { conn } = process.kernel;
	const trades: { state: string }[] = await conn('trades');
	// An entry that never arrived is made again, as another trade.
	expect(trades.map(({ state }) => state).filter((state) => state !== 'CANCELLED')).toEqual(['CLOSED']);
	const account = await findAccount(conn, trading.accountId);
	const balances = await trading.venue.inner.balances(trading.accountId);
	expect(balances['BTC'] ?? '0').toBe('0');
	expect(account?.cash).toBe(balances['USDT']);
	expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
	const sent: { client_order_id: string }[] = await conn('orders');
	expect(new Set(sent.map((order) => order.client_order_id)).size).toBe(sent.length);
}
