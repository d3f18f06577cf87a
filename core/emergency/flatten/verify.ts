import type { Exchange } from '../../exchange';
import { HOUR, type AccountId, type Decimal } from '../../model';
import { listHoldings, openTrades } from '../../orders';
import { coversSymbol } from '../../safety';
import type { Leftover } from '../emergency';
import { heldByUs, strayOrders, symbolsSince } from './account.queries';
import type { EmergencyDeps } from './deps';
import { isWorthClosing, unexplained, type Holdings } from './surplus';

/** What was over so shortly before the stop may still rest or have filled at the venue. */
export const LOOK_BACK_MS = HOUR;

/** Which part of an account is to be flat. */
export interface FlatScope {
	readonly accountId: AccountId;
	readonly venue: string;
	/** As stops name them, their derivatives with them; null: everything. */
	readonly symbols: ReadonlySet<string> | null;
	/** What was open then or later may be left, ms UTC. */
	readonly since: number;
}

/** Whether one of these stopped symbols means it; null means every one. */
export function isMeant(symbols: ReadonlySet<string> | null, symbol: string): boolean {
	return symbols === null || [...symbols].some((stopped) => coversSymbol(stopped, symbol));
}

/** Orders of ours that rest at the venue for no trade; they are cancelled there, at once. */
async function strays(
	{ kernel }: EmergencyDeps,
	exchange: Exchange,
	{ accountId }: FlatScope,
	symbols: readonly string[],
): Promise<Leftover[]> {
	const resting = await exchange.openOrders(accountId, symbols);
	const open = new Set<string>((await openTrades(kernel.conn, accountId)).map(({ id }) => id));
	const ids = resting.map(({ clientOrderId }) => clientOrderId);
	const ours = await strayOrders(kernel.conn, accountId, ids, open);
	const left: Leftover[] = [];
	for (const { clientOrderId, symbol } of ours) {
		if (!symbols.includes(symbol)) continue;
		await exchange.cancel(accountId, clientOrderId, symbol);
		const detail = `The order ${clientOrderId} still rested at the venue; it is being cancelled.`;
		left.push({ accountId, kind: 'order', symbol, quantity: null, orderId: null, detail });
	}
	return left;
}

async function holdingsOf(
	{ kernel }: EmergencyDeps,
	exchange: Exchange,
	accountId: AccountId,
): Promise<Holdings> {
	const positions = await exchange.positions(accountId);
	const balances = positions === null ? await exchange.balances(accountId) : {};
	const ours = await heldByUs(kernel.conn, accountId);
	const held = await listHoldings(kernel.conn, [accountId]);
	const external = new Map<string, Decimal>(held.map(({ name, quantity }) => [name, quantity]));
	return { positions, balances, ours, external };
}

/**
 * Asks the venue, not our memory, whether anything of ours is left. What is known to be somebody
 * else's counts for nothing and is never touched.
 * @returns what is left; throws what the venue throws when it does not answer
 */
export async function verifyFlat(deps: EmergencyDeps, scope: FlatScope): Promise<Leftover[]> {
	const { accountId, symbols, since } = scope;
	const exchange = deps.exchanges.for(scope.venue);
	const touched = await symbolsSince(deps.kernel.conn, accountId, since - LOOK_BACK_MS);
	const asked = touched.filter((symbol) => isMeant(symbols, symbol));
	if (asked.length === 0) return [];
	const left = await strays(deps, exchange, scope, asked);
	const holdings = await holdingsOf(deps, exchange, accountId);
	for (const symbol of asked) {
		const market = await exchange.resolve(symbol);
		if (market === null) continue;
		const quantity = unexplained(market, holdings);
		if (!isWorthClosing(quantity, market)) continue;
		const detail = `The venue holds ${quantity} of ${symbol} that no trade of ours explains yet.`;
		left.push({ accountId, kind: 'position', symbol, quantity, orderId: null, detail });
	}
	return left;
}
