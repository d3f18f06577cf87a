import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import type { BarsWish, Market, Quote } from '../../exchange';
import { lockAccount } from '../../members';
import { isZero, type Decimal, type TradeId } from '../../model';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { averageTrueRange } from './rules';
import { rulesOfTrade, rulesOfTrades, saveRule, stopOf, stopsOf } from './exit-rules.repository';
import type { TradeRule } from './exit-rules.table';
import { closingPrice, planExits } from './exits';
import { forEach } from '../for-each';
import { groupBy } from '../group';
import { openQuantity } from '../booking/positions';
import { tightening, type RulesLook, type Tightening } from './tighten-rules';
import type { Exit, ExitMove, Trade } from '../trade';
import { getTrade, insertExits, saveExit, saveTrade } from '../trades.repository';
import type { WatchedTrade } from '../watch/watch.queries';

/** What is seen of a market: null where the venue does not list it, or has no fresh quote. */
export interface SeenMarket {
	readonly market: Market | null;
	readonly quote: Quote | null;
}

/** Bars for each period of the average: Wilder's smoothing forgets its beginning slowly. */
const BARS_PER_PERIOD = 5;

function wishOf({ venue, symbol }: Trade, { rule }: TradeRule): BarsWish | null {
	if (rule.method !== 'atr') return null;
	return { venue, symbol, timeframe: rule.timeframe, limit: rule.period * BARS_PER_PERIOD + 1 };
}

/** Average true ranges from the bars known now; nothing here waits for a venue. */
function atrs({ knownBars }: OrderDeps, trade: Trade): RulesLook['atrOf'] {
	return (rule) => {
		const wish = wishOf(trade, rule);
		if (wish === null || rule.rule.method !== 'atr') return null;
		return averageTrueRange(knownBars.known(wish), rule.rule.period);
	};
}

/** Moves the stop of an open trade, or gives it its first, and tells who did it and why. */
export async function moveStop(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	stop: Exit | null,
	to: { readonly price: Decimal; readonly by: ExitMove; readonly actor: string },
): Promise<Exit> {
	const now = kernel.clock.now();
	const { price, by, actor } = to;
	const [first] = stop === null ? planExits(trade, price, [], now) : [stop];
	if (first === undefined) throw new Error('A plan has a stop.');
	const moved: Exit = { ...first, price, movedBy: by, movedAt: now, updatedAt: now };
	if (stop === null) await insertExits(trx, [moved]);
	else await saveExit(trx, moved);
	await saveTrade(trx, { ...trade, stopLoss: price });
	const from = stop?.price ?? null;
	await appendEvent(trx, kernel, {
		type: 'stop.moved',
		memberId: trade.memberId,
		accountId: trade.accountId,
		signalId: trade.signalId,
		subjectId: trade.id,
		actor,
		payload: { trade_id: trade.id, symbol: trade.symbol, side: trade.side, from, to: price, by },
	});
	await appendAudit(trx, kernel, {
		actor,
		action: 'stop.moved',
		subjectId: trade.id,
		correlationId: trade.signalId,
		memberId: trade.memberId,
		accountId: trade.accountId,
		details: { symbol: trade.symbol, from, to: price, by },
	});
	return moved;
}

/** Notes that the trade's time is over: the watch closes it, whatever comes between. */
async function noteTimeOver(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	method: string,
): Promise<Trade> {
	const noted: Trade = { ...trade, closeReason: 'time', closeActor: ENGINE_ACTOR };
	await saveTrade(trx, noted);
	await appendAudit(trx, kernel, {
		actor: ENGINE_ACTOR,
		action: 'trade.close_requested',
		subjectId: trade.id,
		correlationId: trade.signalId,
		memberId: trade.memberId,
		accountId: trade.accountId,
		details: { symbol: trade.symbol, reason: 'time', rule: method, signal_id: null },
	});
	return noted;
}

interface Tightened {
	readonly trade: Trade;
	readonly stop: Exit | null;
}

/** Under the account's lock, with everything read anew: what the look found is written once. */
async function write(
	trx: Trx,
	{ kernel }: OrderDeps,
	tradeId: TradeId,
	look: RulesLook,
): Promise<Tightened | null> {
	const seen = await getTrade(trx, tradeId);
	await lockAccount(trx, seen.accountId);
	let trade = await getTrade(trx, tradeId);
	if (!isWatchable(trade)) return null;
	let stop = await stopOf(trx, tradeId);
	const found = tightening(trade, stop, await rulesOfTrade(trx, tradeId), look);
	for (const { rule, ...note } of found.findings) await saveRule(trx, rule, note, look.now);
	if (found.stop !== null) {
		const { price, method: by } = found.stop;
		stop = await moveStop(trx, kernel, trade, stop, { price, by, actor: ENGINE_ACTOR });
		trade = { ...trade, stopLoss: price };
	}
	if (found.close !== null) trade = await noteTimeOver(trx, kernel, trade, found.close);
	return { trade, stop };
}

/** Whether rules apply: something is open and nobody has asked for its end yet. */
function isWatchable(trade: Trade): boolean {
	return trade.closeReason === null && !isZero(openQuantity(trade)) && trade.state !== 'CLOSED';
}

function hasNews({ stop, close, findings }: Tightening): boolean {
	return stop !== null || close !== null || findings.length > 0;
}

/** The watched trade as it is after its stop moved or its time was over. */
function applied(each: WatchedTrade, { trade, stop }: Tightened): WatchedTrade {
	if (stop === null || stop.state !== 'ACTIVE') return { ...each, trade };
	const targets = each.exits.filter((exit) => exit.kind !== 'stop');
	return { ...each, trade, exits: [stop, ...targets] };
}

/**
 * Lets the exit plans of open trades tighten their stops, or end them when their time is over,
 * before it is decided which exits are due. Writes only what changed by a whole step, in one
 * transaction a trade. One query while no trade has a rule.
 * @param see market and fresh quote of a symbol
 * @returns the watched trades as they are now
 */
export async function tightenExits(
	deps: OrderDeps,
	watched: readonly WatchedTrade[],
	see: (venue: string, symbol: string) => Promise<SeenMarket>,
	now: number,
): Promise<readonly WatchedTrade[]> {
	const { kernel, knownBars } = deps;
	if (watched.length === 0) return watched;
	const ids = watched.map(({ trade }) => trade.id);
	const rules = groupBy(await rulesOfTrades(kernel.conn, ids), (rule) => rule.tradeId);
	const ruled = watched.filter(({ trade }) => rules.has(trade.id) && isWatchable(trade));
	if (ruled.length === 0) return watched;
	const wishes = ruled.flatMap(({ trade }) =>
		(rules.get(trade.id) ?? []).map((rule) => wishOf(trade, rule)),
	);
	await knownBars.refresh(wishes.filter((wish) => wish !== null), now);
	const stops = await stopsOf(kernel.conn, ruled.map(({ trade }) => trade.id));
	const { trailStepBasisPoints: stepBasisPoints } = kernel.rules.policy.orders;
	const changed = new Map<TradeId, WatchedTrade>();
	const work = ruled.map((each) => ({ id: each.trade.id, each }));
	await forEach(deps, work, async ({ each }) => {
		const { trade } = each;
		const { market, quote } = await see(trade.venue, trade.symbol);
		if (market === null) return;
		const price = quote === null ? null : closingPrice(trade.side, quote);
		const atrOf = atrs(deps, trade);
		const look = { now, price, atrOf, tick: market.priceTick, stepBasisPoints };
		const stop = stops.get(trade.id) ?? null;
		if (!hasNews(tightening(trade, stop, rules.get(trade.id) ?? [], look))) return;
		const tightened = await kernel.transaction(async (trx) => write(trx, deps, trade.id, look));
		if (tightened !== null) changed.set(trade.id, applied(each, tightened));
	});
	return watched.map((each) => changed.get(each.trade.id) ?? each);
}
