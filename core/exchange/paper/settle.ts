import type { Trx } from '../../db';
import type { Decimal } from '../../model';
import {
	add, div, eq, floorToStep, HUNDRED, isZero, lt, max, min, mul, SECOND, sub, ZERO,
} from '../../model';
import { execute } from './books';
import { draw } from './chance';
import { refusedByChance } from './faults';
import { shortfall } from './funds';
import { look, type Look } from './matching';
import type { PaperTerms } from './profile';
import {
	barVolumeOf, NO_MARKET, openScene, referenceOf, refusedByRule, slippageOf, type OpenScene, type PaperScene,
} from './rules';
import { quantitiesTraded, readBalances, workingPaperOrders } from './paper.repository';
import { toRequest, type PaperOrderRow } from './paper.table';
import type { VenueRejection } from '../exchange';

/** Where the bar of this moment begins, ms UTC. */
export function barStart(at: number, barSeconds: number): number {
	return at - (at % (barSeconds * SECOND));
}

/** Whether the order is in the book or waits for its trigger. */
export function isWorking(row: PaperOrderRow): boolean {
	return row.state === 'OPEN' || row.state === 'TRIGGERED' || row.state === 'PARTIALLY_FILLED';
}

/** What the market does to the order at this moment. `resting`: it was there before. */
export function lookAt(
	row: PaperOrderRow,
	scene: OpenScene,
	terms: PaperTerms,
	resting: boolean,
): Look {
	const request = toRequest(row);
	const realistic = terms.model === 'realistic';
	const bar = barStart(scene.at, terms.policy.barSeconds);
	const drawing = { ...terms, clientOrderId: row.client_order_id };
	const rest = sub(row.quantity, row.filled_quantity);
	return look(
		{
			...request,
			triggered: row.state === 'TRIGGERED' || !isZero(row.filled_quantity),
			resting,
		},
		scene.quote,
		{
			slippage: slippageOf(rest, scene, terms),
			tick: scene.market.priceTick,
			resting: realistic ? 'queue' : 'offer',
			isAhead: () => draw(drawing, `queue|${bar}`) < terms.policy.queueProbability,
		},
	);
}

/** What the account may still take of this bar, in the base asset; null for no cap. */
async function roomInBar(trx: Trx, row: PaperOrderRow, scene: OpenScene, terms: PaperTerms): Promise<Decimal | null> {
	if (terms.model === 'simple') return null;
	const { barSeconds, participationPercent } = terms.policy;
	const from = barStart(scene.at, barSeconds);
	const { account_id: accountId, symbol } = row;
	const traded = await quantitiesTraded(trx, { accountId, symbol, from, to: from + barSeconds * SECOND });
	const most = div(mul(barVolumeOf(scene, terms), participationPercent), HUNDRED);
	return max(sub(most, add(...traded)), ZERO);
}

/** The order as it stays, or as it ends where it may not wait. */
function staying(row: PaperOrderRow, state: PaperOrderRow['state'], at: number): PaperOrderRow {
	const mayWait = row.time_in_force === 'GTC' || (row.trigger_price !== null && state === 'OPEN');
	if (mayWait && state === row.state) return row;
	return { ...row, state: mayWait ? state : 'EXPIRED', updated_at: at };
}

async function take(
	trx: Trx,
	row: PaperOrderRow,
	price: Decimal,
	scene: OpenScene,
	terms: PaperTerms,
): Promise<PaperOrderRow> {
	const { market, at } = scene;
	const rest = sub(row.quantity, row.filled_quantity);
	const room = await roomInBar(trx, row, scene, terms);
	const quantity = room === null ? rest : min(rest, floorToStep(room, market.quantityStep));
	if (row.time_in_force === 'FOK' && lt(quantity, rest)) return { ...row, state: 'EXPIRED', updated_at: at };
	if (isZero(quantity)) {
		const woken = row.trigger_price !== null && row.state === 'OPEN';
		return staying(row, woken ? 'TRIGGERED' : row.state, at);
	}
	const balances = await readBalances(trx, row.account_id);
	const { feePercent } = terms;
	const fill = await execute(trx, { row, market, quantity, price, feePercent, balances, now: at });
	// The account cannot pay for it any more, such as for a stop that wakes far away.
	if (fill === null) return { ...row, state: 'CANCELLED', updated_at: at };
	const filled: PaperOrderRow = {
		...row,
		filled_quantity: add(row.filled_quantity, quantity),
		fills: row.fills + 1,
		updated_at: at,
	};
	if (eq(filled.filled_quantity, row.quantity)) return { ...filled, state: 'FILLED' };
	return { ...filled, state: row.time_in_force === 'IOC' ? 'EXPIRED' : 'PARTIALLY_FILLED' };
}

async function settle(
	trx: Trx,
	row: PaperOrderRow,
	scene: OpenScene,
	terms: PaperTerms,
	resting: boolean,
): Promise<PaperOrderRow> {
	const seen = lookAt(row, scene, terms, resting);
	if (seen.kind === 'executes') return take(trx, row, seen.price, scene, terms);
	if (seen.kind === 'triggers') return staying(row, 'TRIGGERED', scene.at);
	return resting ? row : staying(row, row.state, scene.at);
}

async function refusal(
	trx: Trx,
	row: PaperOrderRow,
	scene: PaperScene,
	terms: PaperTerms,
): Promise<VenueRejection | null> {
	const request = toRequest(row);
	const working = await workingPaperOrders(trx, row.account_id);
	const byRule = refusedByRule(request, scene, terms, working.length);
	if (byRule !== null) return byRule;
	const open = openScene(scene, terms);
	if (open === null) return NO_MARKET;
	const short = shortfall({
		market: open.market,
		markets: open.markets,
		request,
		reference: referenceOf(request, open, terms),
		feePercent: terms.feePercent,
		balances: await readBalances(trx, row.account_id),
		working,
	});
	return short ?? refusedByChance(terms, row.client_order_id, scene.at);
}

/**
 * The order comes to the venue: refused for good, executed, or in the book. Call it under the
 * account's lock, once; the caller stores the row.
 */
export async function arrive(
	trx: Trx,
	row: PaperOrderRow,
	scene: PaperScene,
	terms: PaperTerms,
): Promise<PaperOrderRow> {
	const refused = await refusal(trx, row, scene, terms);
	const open = openScene(scene, terms);
	if (refused !== null || open === null) {
		const { code, message } = refused ?? NO_MARKET;
		return { ...row, state: 'REJECTED', code, message, updated_at: scene.at };
	}
	const bound = row.price !== null || row.side === 'sell' || terms.model === 'simple';
	const held_price = bound ? null : referenceOf(toRequest(row), open, terms);
	const arrived = { ...row, state: 'OPEN' as const, held_price, updated_at: scene.at };
	return settle(trx, arrived, open, terms, false);
}

/** A look at a working order: its executions at this quote, and its cancel when that has come. */
export async function work(
	trx: Trx,
	row: PaperOrderRow,
	scene: PaperScene,
	terms: PaperTerms,
): Promise<PaperOrderRow> {
	const open = openScene(scene, terms);
	const settled = open === null ? row : await settle(trx, row, open, terms, true);
	const cancelled = row.cancel_at !== null && row.cancel_at <= scene.at && isWorking(settled);
	return cancelled ? { ...settled, state: 'CANCELLED', updated_at: scene.at } : settled;
}
