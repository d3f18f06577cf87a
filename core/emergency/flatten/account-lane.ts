import { isRefused, messageOf, type AccountId, type OrderId, type TripId } from '../../model';
import { isTerminal, openTrades, workingOrders, type Order, type Trade } from '../../orders';
import type { Leftover } from '../emergency';
import { ENGINE_ACTOR, type EmergencyDeps } from './deps';
import { leftInBooks } from './leftovers';
import { sideBySide } from './side-by-side';
import { isMeant, verifyFlat, type FlatScope } from './verify';

/** Orders and positions of one account worked on at the same time. */
const AT_ONCE = 8;
/** Symbols that a venue is asked about at most before it counts as one that does not answer. */
const ASKED_MAX = 3;

/** What is to be done on one account, by its last look. */
export interface AccountLane {
	readonly accountId: AccountId;
	readonly venue: string;
	/** Orders to take back. */
	readonly entries: readonly Pick<Order, 'id' | 'symbol'>[];
	/** Symbols to be flat, with their derivatives: all for null, none for an empty set (then entries are all there is). */
	readonly symbols: ReadonlySet<string> | null;
	/** Since when what was open counts, ms UTC. */
	readonly since: number;
	/** The stops that want this account flat. */
	readonly trips: ReadonlySet<TripId>;
}

/** How a turn at an account ended. */
export interface LaneResult {
	/** When nothing worked any more that could open something, ms UTC; null: something still does. */
	readonly entriesDoneAt: number | null;
	/** What is left; empty: flat, and the venue says so too. */
	readonly leftovers: readonly Leftover[];
	/** What kept it from being done; null for nothing, or for what is merely under way. */
	readonly failure: string | null;
}

/** Closes one position, in slices where it is large. @returns why it does not get on, or null */
async function close(
	{ kernel, orders }: EmergencyDeps,
	{ accountId, symbol }: Trade,
): Promise<string | null> {
	const { slicesPerTurn } = kernel.rules.policy.emergency;
	const wish = { accountId, symbol, reason: 'kill_switch', actor: ENGINE_ACTOR } as const;
	for (let slice = 0; slice < slicesPerTurn; slice++) {
		const result = await orders.closePosition(wish);
		// Nothing left, or an exit that is out already: the next turn sees what came of it.
		if (isRefused(result) || result.leg === 'entry') return null;
		if (result.state === 'FILLED') continue;
		if (isTerminal(result.state)) return result.message ?? `The closing order is ${result.state}.`;
		return null;
	}
	return null;
}

/** Trades of the account that are to be closed. */
async function toClose({ kernel }: EmergencyDeps, { accountId, symbols }: AccountLane): Promise<Trade[]> {
	const open = await openTrades(kernel.conn, accountId);
	return open.filter(({ symbol }) => isMeant(symbols, symbol));
}

async function stillWorking({ kernel }: EmergencyDeps, lane: AccountLane): Promise<Order[]> {
	const wanted = new Set<OrderId>(lane.entries.map(({ id }) => id));
	const { symbols } = lane;
	const working = await workingOrders(kernel.conn, { accountId: lane.accountId });
	return working.filter(
		(order) => !order.reduceOnly && (wanted.has(order.id) || isMeant(symbols, order.symbol)),
	);
}

/**
 * Why the venue lists no orders, or null where it does. Of one symbol: a list of all costs a venue as
 * much as a dozen. Of another one where that fails: a symbol that the venue has given up keeps no
 * other from being closed.
 */
async function whyUnlisted(
	{ exchanges }: EmergencyDeps,
	{ accountId, venue }: AccountLane,
	symbols: readonly string[],
): Promise<string | null> {
	const errors: string[] = [];
	for (const symbol of symbols.slice(0, ASKED_MAX)) {
		try {
			await exchanges.for(venue).openOrders(accountId, [symbol]);
			return null;
		} catch (error) {
			errors.push(messageOf(error));
		}
	}
	return errors[0] ?? null;
}

/** Whether the venue says at least what the account holds. */
async function isHeard({ exchanges }: EmergencyDeps, { accountId, venue }: AccountLane): Promise<boolean> {
	const exchange = exchanges.for(venue);
	try {
		if ((await exchange.positions(accountId)) === null) await exchange.balances(accountId);
		return true;
	} catch {
		// intentional: that it fails is the answer
		return false;
	}
}

/**
 * Whether closing orders go out although the venue lists none. An exit is never blocked; but where
 * nothing is heard the venue is probably gone, and orders of which nobody knows whether they arrived
 * would only delay the end: each is looked for before another one is sent.
 */
async function closesBlind(deps: EmergencyDeps, lane: AccountLane, failedTurns: number): Promise<boolean> {
	const { blindAfterFailures, blindUnheardAfterFailures } = deps.kernel.rules.policy.emergency;
	if (failedTurns < blindAfterFailures) return false;
	return failedTurns % blindUnheardAfterFailures === 0 || isHeard(deps, lane);
}

/**
 * One turn at one account: takes back what could open something, closes what is open, and, once our
 * books say that nothing is left, asks the venue. Everything is read anew from rows, so that a turn
 * that dies is carried on by the next one, and two at the same time double nothing.
 * @param failedTurns in a row until now
 */
export async function flattenAccount(
	deps: EmergencyDeps,
	lane: AccountLane,
	failedTurns: number,
): Promise<LaneResult> {
	const { accountId, venue } = lane;
	const failures: string[] = [];
	const cancelling = await sideBySide(lane.entries, AT_ONCE, async ({ id }) => {
		await deps.orders.cancel(id, ENGINE_ACTOR);
	});
	const early = (await stillWorking(deps, lane)).length === 0 ? deps.kernel.clock.now() : null;
	const seen = await openTrades(deps.kernel.conn, accountId);
	const symbols = new Set([...lane.entries, ...seen].map(({ symbol }) => symbol));
	const unlisted = await whyUnlisted(deps, lane, [...symbols]);
	if (unlisted !== null && !(await closesBlind(deps, lane, failedTurns))) {
		return { entriesDoneAt: null, leftovers: [], failure: unlisted };
	}
	const open = (await toClose(deps, lane)).filter(({ state }) => state !== 'OPENING');
	const closing = await sideBySide(open, AT_ONCE, async (trade) => {
		const failure = await close(deps, trade);
		if (failure !== null) failures.push(`${trade.symbol}: ${failure}`);
	});
	for (const error of [...cancelling, ...closing]) failures.push(messageOf(error));
	// Unlisted is never flat, whatever our books say.
	if (unlisted !== null) failures.push(unlisted);
	const entries = await stillWorking(deps, lane);
	const books = leftInBooks(accountId, { trades: await toClose(deps, lane), entries });
	const flat = books.length === 0 && failures.length === 0;
	const scope: FlatScope = { accountId, venue, symbols: lane.symbols, since: lane.since };
	const leftovers = flat && lane.symbols?.size !== 0 ? await verifyFlat(deps, scope) : books;
	const entriesDoneAt = entries.length > 0 ? null : (early ?? deps.kernel.clock.now());
	return { entriesDoneAt, leftovers, failure: failures[0] ?? null };
}
