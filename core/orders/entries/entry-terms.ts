import type { Trx } from '../../db';
import { findAccount } from '../../members';
import type { Refused } from '../../model';
import type { OrderDeps } from '../deps';
import { insertExitRules } from '../exits/exit-rules.repository';
import type { EntryOptions, Order, OrderIntent } from '../order';
import { expiryOf, isVenueTime, PLAIN_TERMS, refuseTerms } from './terms';

/** What an order keeps of the terms it was made on. */
export type OrderTerms = Pick<Order, 'emulated' | 'expiresAt' | 'postOnly' | 'timeInForce'>;

/** Of an order that simply works until it is filled or cancelled. */
export const PLAIN_ORDER_TERMS: OrderTerms = {
	timeInForce: 'GTC',
	postOnly: false,
	expiresAt: null,
	emulated: [],
};

/** The terms as the order keeps them, or why its venue cannot take it on them. */
export async function orderTerms(
	trx: Trx,
	{ exchanges }: OrderDeps,
	intent: Pick<OrderIntent, 'accountId' | 'type' | 'venue'>,
	{ terms = PLAIN_TERMS }: EntryOptions,
	now: number,
): Promise<OrderTerms | Refused> {
	if (terms === PLAIN_TERMS) return PLAIN_ORDER_TERMS;
	const { capabilities } = exchanges.for(intent.venue);
	const refusal = refuseTerms(terms, intent.type, capabilities, now);
	if (refusal !== null) return refusal;
	const account = terms.timeInForce === 'DAY' ? await findAccount(trx, intent.accountId) : null;
	const expiresAt = expiryOf(terms, account ?? { zone: 'UTC' }, now);
	const { timeInForce, postOnly } = terms;
	const kept = expiresAt !== null || !isVenueTime(timeInForce);
	return { timeInForce, postOnly, expiresAt, emulated: kept ? ['good_till'] : [] };
}

/** Writes the exit rules of a new trade. */
export async function writeExitPlan(
	trx: Trx,
	order: Pick<Order, 'tradeId'>,
	{ terms = PLAIN_TERMS, actor }: EntryOptions,
	now: number,
): Promise<void> {
	if (order.tradeId === null) return;
	await insertExitRules(trx, order.tradeId, terms.exitRules, actor, now);
}

