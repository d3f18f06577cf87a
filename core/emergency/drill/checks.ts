import { eq, isZero } from '../../model';
import { isTerminal, type Order } from '../../orders';
import type { DrillEntry } from './deps';
import type { DrillCheck } from './drill';
import type { DrillMarket, DrillStage } from './stage';

/** The scenario could not begin: what it rehearses has not been tried. */
export class NotRun extends Error {
	override readonly name = 'NotRun';
}

/** A check from what was seen. */
export const check = (what: string, ok: boolean, observed: string | number | boolean): DrillCheck => ({
	what, ok, observed: String(observed),
});

/** The order of an entry that must have gone out. @throws NotRun naming what stood in the way */
export function mustFire(entry: DrillEntry): Extract<DrillEntry, { readonly kind: 'fired' }> {
	if (entry.kind === 'fired') return entry;
	throw new NotRun(`The drill's own alert was not let through: ${entry.codes.join(', ')}.`);
}

/** Waits until the one entry of a market is over; null when it is not in time. */
export async function finished(stage: DrillStage, symbol: string, seconds: number): Promise<Order | null> {
	return stage.until(async () => {
		const [order] = await stage.ours(symbol);
		return order !== undefined && isTerminal(order.state) ? order : null;
	}, seconds);
}

/** That an entry was ordered once, filled, booked as the venue has it, and is protected. */
export async function filledOnce(stage: DrillStage, place: DrillMarket, within: number): Promise<DrillCheck[]> {
	const { symbol } = place.market;
	const began = stage.now();
	const order = await finished(stage, symbol, within);
	const ours = await stage.ours(symbol);
	const buys = (await stage.atVenue(symbol)).filter(({ side }) => side === 'buy');
	const guarded = await stage.until(async () => ((await stage.guarded(symbol)) ? true : null), 5);
	const held = await stage.held(symbol);
	const gap = await stage.gap(place);
	const state = order?.state ?? ours[0]?.state ?? 'none';
	return [
		check(`the order is found to be filled within ${within} s`, order?.state === 'FILLED', `${state} after ${(stage.now() - began) / 1_000} s`),
		check('our books have one entry', ours.length === 1, ours.length),
		check('the venue got one order, once', buys.length === 1, buys.length),
		check('what we hold is what the venue filled', eq(gap, 0) && !isZero(held), `${held}, ${gap} apart`),
		check('the position has a stop that is watched', guarded === true, guarded === true ? 'yes' : 'no'),
	];
}
