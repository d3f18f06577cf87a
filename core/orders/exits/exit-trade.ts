import type { Market } from '../../exchange';
import { isRefused, refuse, type OrderId, type Refused } from '../../model';
import type { OrderDeps } from '../deps';
import { send } from '../sending/dispatch';
import { openExit, type ExitOpening, type ExitWish } from './exit-order';
import type { Order } from '../order';
import { protectTrade, releaseStops } from '../protection/protect';
import type { Trade } from '../trade';

/** Tries to get the resting stop out of the way before the exit is left to the next look. */
const TRIES = 3;

/** Where a trade is, as far as its exits have to know. */
export type ExitingTrade = Pick<Trade, 'accountId' | 'id' | 'symbol' | 'venue'>;

async function opened(
	deps: OrderDeps,
	trade: ExitingTrade,
	wish: ExitWish,
	market: Market,
): Promise<ExitOpening> {
	const released = new Set<OrderId>();
	for (let attempt = 0; attempt < TRIES; attempt++) {
		const opening = await deps.kernel.transaction(async (trx) =>
			openExit(trx, deps, trade.id, wish, market, released),
		);
		if (opening === null || opening.kind !== 'locked') return opening;
		const gone = await releaseStops(deps, opening.stops);
		if (gone.size === 0) break;
		for (const id of gone) released.add(id);
	}
	return refuse('CLOSING', { symbol: trade.symbol });
}

/**
 * Carries out one exit. Where a resting stop locks what is to be sold: cancel the stop, close, arm
 * the stop again for what is left or when the close fails. Elsewhere: close, then adjust the stop.
 * Every step is derived from the rows, so that a process that dies in between is continued by the
 * next look, and the stop's absence is watched by the engine meanwhile.
 * @returns the order as it is after sending; a refusal; null when there was nothing to do
 */
export async function exitTrade(
	deps: OrderDeps,
	trade: ExitingTrade,
	wish: ExitWish,
	market: Market,
): Promise<Order | Refused | null> {
	const opening = await opened(deps, trade, wish, market);
	if (opening === null || isRefused(opening)) return opening;
	if (opening.kind === 'locked') return refuse('CLOSING', { symbol: trade.symbol });
	try {
		return await send(deps, opening.order);
	} finally {
		await protectTrade(deps, trade);
	}
}
