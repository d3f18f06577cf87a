import type { Trx } from '../../db';
import type { Market } from '../../exchange';
import { lockAccount } from '../../members';
import {
	add, div, HUNDRED, isRefused, mul, SECOND, sub, type Decimal,
} from '../../model';
import { bookVenueReport } from '../booking/book';
import { cancel, cancelAtVenue } from '../sending/cancel';
import { auditOrder } from '../audit-order';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { send, submitting } from '../sending/dispatch';
import { exitOrder, intentToClose } from '../exits/exit-intent';
import { countedExit, nextAttempt, workingExits } from '../exits/exit-order';
import { exitOrderReason } from '../exits/exits';
import { settleIssue } from '../issues/issues.repository';
import type { Order, OrderIntent } from '../order';
import { isTerminal } from '../order-state';
import { insertOrder } from '../orders.repository';
import {
	exitsBesideStop, isResting, nextStopStep, pairedTarget, tighterOnTick, type StopStep,
	type StopWanted,
} from './protection';
import { reduceOnly } from '../exits/reduce-only';
import { sendPair } from '../sending/send-pair';
import type { Exit, Trade } from '../trade';
import { exitsOfTrade, findPosition, getTrade, saveExit } from '../trades.repository';

/** Steps of one call at most: cancel, arm, and once more when something changed between. */
const STEPS_MAX = 4;

/**
 * Type and prices of a stop: at market where the venue has that, else with a limit far behind. Some
 * venues have stops at market for some symbols only: after two refusals the other kind is tried.
 */
function stopTerms(
	deps: OrderDeps,
	trade: Trade,
	{ triggerPrice, refusals }: { readonly triggerPrice: Decimal; readonly refusals: number },
	market: Market,
): Pick<OrderIntent, 'price' | 'triggerPrice' | 'type'> {
	const { orderTypes } = deps.exchanges.for(trade.venue).capabilities;
	const again = refusals >= 2 && refusals % 2 === 0;
	const limited = again && orderTypes.includes('stop_limit');
	if (orderTypes.includes('stop') && !limited) return { type: 'stop', price: null, triggerPrice };
	const { stopLimitOffsetPercent } = deps.kernel.rules.policy.protection;
	const offset = div(mul(triggerPrice, stopLimitOffsetPercent), HUNDRED);
	const long = trade.side === 'buy';
	const far = long ? sub(triggerPrice, offset) : add(triggerPrice, offset);
	// Away from the trigger: a long's limit is rounded down, a short's up.
	const price = tighterOnTick(long ? 'sell' : 'buy', far, market.priceTick);
	return { type: 'stop_limit', price, triggerPrice };
}

/** What the next stop is made from, read under the account's lock. */
interface Found {
	readonly trade: Trade;
	readonly stop: Exit;
	readonly target: Exit | null;
	readonly working: readonly Order[];
}

/** A stop to be sent, with the target that the venue is to hold against it. */
interface Armed {
	readonly order: Order;
	readonly target: Order | null;
}

async function writeStop(
	trx: Trx,
	deps: OrderDeps,
	found: Found,
	wanted: StopWanted,
	market: Market,
): Promise<Armed | null> {
	const { trade, stop, target, working } = found;
	const { triggerPrice } = wanted;
	const terms = stopTerms(deps, trade, { triggerPrice, refusals: stop.armFailures }, market);
	const beside = exitsBesideStop(deps.exchanges.for(trade.venue).capabilities);
	const others = new Set(beside ? working.filter((order) => !isResting(order)).map(({ id }) => id) : []);
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const intent = reduceOnly(
		intentToClose(trade, wanted.quantity, market, terms),
		position,
		working.map(countedExit),
		others,
	);
	if (isRefused(intent)) return null;
	const attempt = await nextAttempt(trx, trade, 'stop');
	const paired = target !== null && wanted.targetPrice !== null;
	const pair = paired ? { pair: `${trade.id}:${attempt}` } : {};
	const order = exitOrder(deps, trade, intent, {
		leg: 'stop', reason: exitOrderReason(stop), actor: ENGINE_ACTOR, attempt, ...pair,
	});
	await insertOrder(trx, order);
	await auditOrder(trx, deps.kernel, order, 'order.created');
	const updatedAt = deps.kernel.clock.now();
	await saveExit(trx, { ...stop, emulated: false, breachedAt: null, updatedAt });
	const sending = await submitting(trx, deps, order);
	if (target === null || wanted.targetPrice === null) return { order: sending, target: null };
	const limit = { type: 'limit', price: wanted.targetPrice, triggerPrice: null } as const;
	const other = reduceOnly(
		intentToClose(trade, wanted.quantity, market, limit),
		position,
		working.map(countedExit),
		others,
	);
	if (isRefused(other)) return { order: sending, target: null };
	const leg = `target${target.number}` as const;
	const against = exitOrder(deps, trade, other, {
		leg, reason: 'target', actor: ENGINE_ACTOR, attempt: await nextAttempt(trx, trade, leg), ...pair,
	});
	await insertOrder(trx, against);
	await auditOrder(trx, deps.kernel, against, 'order.created');
	await saveExit(trx, { ...target, emulated: false, orderId: against.id, breachedAt: null, updatedAt });
	return { order: sending, target: await submitting(trx, deps, against) };
}

type Doing =
	| Exclude<StopStep, { readonly kind: 'arm' }>
	| ({ readonly kind: 'send' } & Armed);

/** Decides the next step under the account's lock; a new stop is written as SUBMITTING. */
async function takeStep(
	trx: Trx,
	deps: OrderDeps,
	seen: Pick<Trade, 'accountId' | 'id'>,
	market: Market,
): Promise<Doing> {
	await lockAccount(trx, seen.accountId);
	const trade = await getTrade(trx, seen.id);
	const working = (await workingExits(trx, trade)).filter((order) => order.tradeId === trade.id);
	const exits = await exitsOfTrade(trx, trade.id);
	const stop = exits.find((exit) => exit.kind === 'stop') ?? null;
	const { capabilities } = deps.exchanges.for(trade.venue);
	const target = pairedTarget(exits, capabilities);
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const { clock, rules } = deps.kernel;
	const venueGuards = exitsBesideStop(capabilities);
	const step = nextStopStep(
		{ trade, position, stop, target, working, market, venueGuards },
		clock.now(),
		rules.policy.protection.rearmSeconds * SECOND,
	);
	if (step.kind !== 'arm' || stop === null) return step.kind === 'arm' ? { kind: 'none' } : step;
	const armed = await writeStop(trx, deps, { trade, stop, target, working }, step.wanted, market);
	return armed === null ? { kind: 'none' } : { kind: 'send', ...armed };
}

/** A stop rests (again): what was wrong with it is over. */
async function noteArmed({ kernel }: OrderDeps, order: Order): Promise<void> {
	const { tradeId, accountId, symbol } = order;
	if (tradeId === null) return;
	await kernel.transaction(async (trx) => {
		await lockAccount(trx, accountId);
		const stop = (await exitsOfTrade(trx, tradeId)).find((exit) => exit.kind === 'stop');
		if (stop !== undefined && stop.armFailures > 0) {
			await saveExit(trx, { ...stop, armFailures: 0, armAt: 0, updatedAt: kernel.clock.now() });
			await settleIssue(trx, kernel, { accountId, symbol, kind: 'EXIT_FAILED' });
		}
		const resolution = 'the stop rests at the venue';
		await settleIssue(trx, kernel, { accountId, symbol, kind: 'MISSING_STOP' }, { resolution });
	});
}

/** Cancels orders one by one. @returns whether all of them are over */
async function cancelAll(deps: OrderDeps, orders: readonly Order[]): Promise<boolean> {
	let over = true;
	for (const { id } of orders) {
		const after = await cancel(deps, id, ENGINE_ACTOR);
		if (!isRefused(after) && !isTerminal(after.state)) over = false;
	}
	return over;
}

/**
 * Makes the venue agree with what should protect the trade: arms the stop that is missing, replaces
 * one of the wrong price or quantity, cancels one that nothing is left for. Nothing happens when
 * the venue agrees, or where stops do not rest at the venue. What cannot be done now is done by the
 * next call: nothing is remembered but the rows. @returns whether anything was asked of the venue
 */
export async function protectTrade(
	deps: OrderDeps,
	trade: Pick<Trade, 'accountId' | 'id' | 'symbol' | 'venue'>,
): Promise<boolean> {
	const exchange = deps.exchanges.for(trade.venue);
	if (!exchange.capabilities.restingStop) return false;
	const market = await exchange.resolve(trade.symbol);
	if (market === null) return false;
	let acted = false;
	for (let step = 0; step < STEPS_MAX; step++) {
		const doing = await deps.kernel.transaction(async (trx) => takeStep(trx, deps, trade, market));
		if (doing.kind === 'none') return acted;
		acted = true;
		if (doing.kind === 'cancel') {
			if (!(await cancelAll(deps, doing.orders))) return acted;
			continue;
		}
		const { order, target } = doing;
		const sent = target === null ? await send(deps, order) : await sendPair(deps, order, target);
		if (isTerminal(sent.state) && sent.state !== 'FILLED') return acted;
		if (sent.state !== 'UNKNOWN') await noteArmed(deps, sent);
	}
	return acted;
}

/** Protects what an entry has filled of its trade; called right after the fill was booked. */
export async function protectFilled(deps: OrderDeps, order: Order): Promise<Order> {
	const { tradeId, accountId, symbol, venue } = order;
	const filled = order.averagePrice !== null && !order.reduceOnly;
	if (filled && tradeId !== null) await protectTrade(deps, { id: tradeId, accountId, symbol, venue });
	return order;
}

/**
 * Whether two looks at the venue, well apart, have not found a stop that nobody heard of. A venue
 * may show an order some seconds after it took it: one look that finds nothing says little, and a
 * close beside a stop that does rest would sell twice. The resolver's whole minute is too long for
 * an exit: it waits for the second of the resolver's times at most, and not at all where the answer
 * was lost by a timeout, which takes longer than that.
 */
function lookedTwice({ kernel }: OrderDeps, { lookups, submittingAt, createdAt }: Order): boolean {
	const [, second = 0] = kernel.rules.policy.orders.lookupSeconds;
	return lookups >= 1 && kernel.clock.now() - (submittingAt ?? createdAt) >= second * SECOND;
}

/** Whether the venue does not have a stop that nobody heard of, or has no more of it. */
async function surelyAbsent(deps: OrderDeps, order: Order): Promise<boolean> {
	if (order.state !== 'UNKNOWN') return false;
	const exchange = deps.exchanges.for(order.venue);
	if (!exchange.capabilities.clientIdLookup) return false;
	const report = await exchange.lookup(order.accountId, order.clientOrderId, order.symbol);
	if (report === null) return lookedTwice(deps, order);
	const found = await bookVenueReport(deps, order, report);
	return isTerminal(found.state) || isTerminal((await cancelAtVenue(deps, found)).state);
}

/**
 * Takes resting stops out of an exit's way. @returns which are gone; those whose cancel has no
 * answer yet are left out, and the exit is tried again by the watch
 */
export async function releaseStops(
	deps: OrderDeps,
	stops: readonly Order[],
): Promise<Set<Order['id']>> {
	const gone = new Set<Order['id']>();
	for (const stop of stops.filter(isResting)) {
		const after = await cancel(deps, stop.id, ENGINE_ACTOR);
		const over = isRefused(after) || isTerminal(after.state);
		if (over || (await surelyAbsent(deps, after))) gone.add(stop.id);
	}
	return gone;
}
