import { decimal, eq, gt, lte, SECOND, sub, add, type AccountId, type Decimal, type TradeId } from '../../core/model';
import { openTradeOf, WORKING_STATES, type Order } from '../../core/orders';
import { countedExit } from '../../core/orders/exit-order';
import { listIssues } from '../../core/orders/issues.queries';
import { isRestingStop } from '../../core/orders/protection';
import { freeToClose } from '../../core/orders/reduce-only';
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

/** What happens to a bracket from its entry to its end; every step lets the engine look. */
export const BRACKET_LIFE: readonly (readonly [name: string, step: (stage: Stage) => Promise<void>])[] = [
	['entry', async (stage) => {
		await stage.trading.create({
			quantity: '0.03',
			targets: [[61_000, '0.3'], [62_000, '0.3'], [63_000, '0.4']],
		}, stage.process);
		await second(stage);
	}],
	['first target', async (stage) => {
		stage.trading.quotes.set('BTC/USDT', 61_010);
		await second(stage, 2);
	}],
	['stop tightened', async (stage) => {
		await tighten(stage, 60_500);
		await second(stage, 6);
		await stage.process.orders.auditStops();
	}],
	['second target', async (stage) => {
		stage.trading.quotes.set('BTC/USDT', 62_010);
		await second(stage, 2);
	}],
];

/** Its two ends. */
export const BRACKET_ENDS = {
	stop: async (stage: Stage): Promise<void> => {
		stage.trading.quotes.set('BTC/USDT', 60_400);
		await second(stage, 2);
	},
	close: async (stage: Stage): Promise<void> => {
		const { accountId } = stage.trading;
		await stage.process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		await second(stage, 2);
	},
} as const;

const FROM_VENUE = ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'];

async function workingExits(process: TradingProcess, accountId: AccountId): Promise<Order[]> {
	const orders = await process.orders.list({ accountId, limit: 500 });
	return orders.filter((order) => order.reduceOnly && WORKING_STATES.includes(order.state));
}

/** Totals of an asset that resting sells would take at the venue. */
async function sellsAt(trading: Trading): Promise<Decimal> {
	const open = await trading.exchanges.for('paper').openOrders(trading.accountId);
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
	const balance = (await trading.exchanges.for('paper').balances(accountId))['BTC'] ?? decimal(0);
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
