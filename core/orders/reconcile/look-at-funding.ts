import type { VenueFunding } from '../../exchange';
import { bookCash, lockAccount, type Account } from '../../members';
import { add, gt, HOUR, ZERO, type Decimal } from '../../model';
import type { OrderDeps } from '../deps';
import { openTradeOf } from '../trades.repository';
import { adjustmentId, bookedAt, isAdjusted, writeAdjustment } from './adjustment.repository';
import type { Adjustment } from './adjustment.table';
import { ask, mayAsk, type Look } from './look';

/** A venue may list a payment some time after it has paid: so far back is looked again. */
const LATE = HOUR;

/**
 * Books one payment, once: it is what holding the position cost or brought, so it counts in the
 * account's realised result and in the day's loss, and moves neither the day's start nor the peak.
 */
async function bookOne(
	{ kernel }: OrderDeps,
	accountId: Account['id'],
	{ id: venueId, symbol, amount, currency }: VenueFunding,
	actor: string,
): Promise<Adjustment | null> {
	return kernel.transaction(async (trx) => {
		const account = await lockAccount(trx, accountId);
		const id = adjustmentId('funding', accountId, symbol, venueId);
		if (await isAdjusted(trx, id)) return null;
		const after = add(account.cash, amount);
		await bookCash(trx, kernel, accountId, { cashDelta: amount, realisedNet: amount });
		const trade = await openTradeOf(trx, accountId, symbol);
		const did = gt(amount, ZERO) ? 'paid' : 'took';
		return writeAdjustment(trx, kernel, account, {
			id, kind: 'funding', asset: currency, before: account.cash, after,
			reason: `${account.venue} ${did} funding for the position in ${symbol}.`,
			orderId: null, tradeId: trade?.id ?? null, actor,
		});
	});
}

/**
 * Books what the venue has paid or taken for positions held over its funding times since our cash
 * was last put right: no deposit, no withdrawal. @returns our cash then; null when the venue did not
 * answer, so that nobody knows what the difference is
 */
export async function bookFundings(look: Look): Promise<Decimal | null> {
	const { deps, account, exchange, actor, findings, baseline } = look;
	const { fundings } = exchange;
	// What was paid before the first look is in the balance that we started from.
	if (fundings === undefined || baseline) return account.cash;
	if (!mayAsk(look)) return null;
	const { conn } = deps.kernel;
	const corrected = await bookedAt(conn, account.id, 'cash');
	const last = (await bookedAt(conn, account.id, 'funding')) - LATE;
	const since = Math.max(corrected, last, account.createdAt);
	const asked = await ask(look, 'funding', async () => fundings.call(exchange, account.id, since));
	if (asked === null) return null;
	let { cash } = account;
	for (const each of asked.answer) {
		if (each.currency !== account.currency || each.at < since) continue;
		const adjusted = await bookOne(deps, account.id, each, actor);
		if (adjusted === null) continue;
		findings.adjusted.push(adjusted);
		cash = add(cash, adjusted.amount);
	}
	return cash;
}
