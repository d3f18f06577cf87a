import { abs, gte, isRefused, add, messageOf, SECOND, sub, ZERO, type Decimal } from '../../model';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import type { Order } from '../order';
import { unbookedFills } from '../reconcile/facts.queries';
import { listHoldings } from '../reconcile/holdings.repository';
import { endAbsent } from '../reconcile/resolve-order';
import { findPosition } from '../trades.repository';

/** How far before its sending a venue's clock may date an execution, ms. */
const CLOCKS = 5 * SECOND;

/** What the venue holds of the symbol: its position, or on spot the balance of the asset. */
async function heldAt({ exchanges }: OrderDeps, { venue, accountId, symbol }: Order): Promise<Decimal> {
	const exchange = exchanges.for(venue);
	const positions = await exchange.positions(accountId);
	if (positions !== null) {
		return abs(positions.find((each) => each.symbol === symbol)?.quantity ?? ZERO);
	}
	const [asset = symbol] = symbol.split('/');
	return (await exchange.balances(accountId))[asset] ?? ZERO;
}

/** What it should hold while the exit has sold nothing: ours, and on spot what others have there. */
async function heldByBooks({ kernel }: OrderDeps, { accountId, symbol }: Order): Promise<Decimal> {
	const position = await findPosition(kernel.conn, accountId, symbol);
	const [asset] = symbol.split('/');
	const others = (await listHoldings(kernel.conn, [accountId])).find(({ name }) => name === asset);
	return add(abs(position?.quantity ?? ZERO), others?.quantity ?? ZERO);
}

/** Whether the venue has executed nothing of the symbol that our books lack. */
async function nothingNew({ kernel, exchanges }: OrderDeps, order: Order): Promise<boolean> {
	const { venue, accountId, symbol, submittingAt, createdAt } = order;
	const since = (submittingAt ?? createdAt) - CLOCKS;
	const fills = await exchanges.for(venue).fills(accountId, { symbol, since });
	return (await unbookedFills(kernel.conn, accountId, fills)).length === 0;
}

/**
 * An exit of unknown outcome at a venue that cannot be asked for it by our id, after all lookups: it
 * ends as never arrived, so that the engine exits anew, when all that the venue tells agrees on it.
 * Its lists of open and recent orders show none like it, there is no execution that we do not know,
 * and everything that the exit would have sold is still held. Only an exit at market: that would
 * have been executed at once, while one with a price may rest where no list shows it yet.
 * @returns whether it is over; false leaves it to the next look, and to people
 */
export async function endLostExit(deps: OrderDeps, order: Order): Promise<boolean> {
	if (!order.reduceOnly || order.type !== 'market') return false;
	try {
		const market = await deps.exchanges.for(order.venue).resolve(order.symbol);
		if (market === null || !(await nothingNew(deps, order))) return false;
		// Asked for before the lists: a sale between the two is in the lists.
		const held = await heldAt(deps, order);
		const whole = sub(await heldByBooks(deps, order), market.quantityStep);
		if (!gte(held, whole)) return false;
		return !isRefused(await endAbsent(deps, order, ENGINE_ACTOR));
	} catch (error) {
		deps.kernel.log.warn('The venue does not tell what became of an exit; it is asked again.', {
			order_id: order.id,
			error: messageOf(error),
		});
		return false;
	}
}
