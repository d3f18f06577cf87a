import { lockAccount } from '../../members';
import { abs, decimal, gt, lte, mul, sub, type Decimal } from '../../model';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import { correctCash } from './adjust';
import { bookedAt } from './adjustment.repository';
import { thirdCurrencyFees } from './facts.queries';
import { graceOf, type Look } from './look';
import { bookFundings } from './look-at-funding';

/** Part of the cash that a sum of roundings may come to: no difference yet. */
const ROUNDING = decimal('0.000001');
/** Part of what was traded that fees may come to at most. */
const FEE_MOST = decimal('0.01');

/** Whether the venue's cash is another than ours. */
export function cashDiffers(look: Look, at: Decimal): boolean {
	return gt(abs(sub(at, look.account.cash)), mul(abs(look.account.cash), ROUNDING));
}

/**
 * Fees taken in a third currency (a discount token) were booked at their price and left our cash,
 * but not the venue's balance: what they come to is put back, without an issue.
 */
async function bookFees(look: Look, at: Decimal): Promise<boolean> {
	const { deps, account, actor } = look;
	const { id: accountId, currency, cash } = account;
	const amount = sub(at, cash);
	if (lte(amount, 0)) return false;
	const { conn } = deps.kernel;
	const since = await bookedAt(conn, accountId, 'cash');
	const { currencies, traded } = await thirdCurrencyFees(conn, accountId, { currency, since });
	if (currencies.length === 0 || gt(amount, mul(traded, FEE_MOST))) return false;
	const reason = `${amount} ${currency} of fees were paid in ${currencies.join(', ')}.`;
	const wanted = { accountId, from: cash, to: at, occasion: since, reason, actor };
	const adjusted = await deps.kernel.transaction(async (trx) => {
		const booked = await correctCash(trx, deps, wanted);
		if (booked !== null) {
			const key = { accountId, symbol: currency, kind: 'CASH_MISMATCH' } as const;
			await settleIssue(trx, deps.kernel, key, { resolution: reason });
		}
		return booked;
	});
	if (adjusted !== null) look.findings.adjusted.push(adjusted);
	return adjusted !== null;
}

/**
 * Cash: the balance of the account's currency. Not while an order is on its way. What the venue
 * accounts for is booked as what it is; the rest came or left outside of trading.
 */
export async function handleCash(look: Look, at: Decimal, sure: boolean): Promise<void> {
	const { deps, account: before, actor } = look;
	const { id: accountId, currency } = before;
	const key = { accountId, symbol: currency, kind: 'CASH_MISMATCH' } as const;
	const known = look.books.issues.some(({ kind }) => kind === 'CASH_MISMATCH');
	const cash = cashDiffers(look, at) ? await bookFundings(look) : before.cash;
	if (cash === null) return;
	const account = { ...before, cash };
	look.account = account;
	if (!cashDiffers(look, at)) {
		if (!known) return;
		await deps.kernel.transaction(async (trx) => settleIssue(trx, deps.kernel, key));
		return;
	}
	if (await bookFees(look, at)) return;
	const amount = sub(at, cash);
	const reason = `${account.venue} has ${at} ${currency}, our books ${cash}: ${abs(amount)} ${gt(amount, 0) ? 'came' : 'left'} outside of our trades (a deposit, a withdrawal, a fee, somebody else's order).`;
	await deps.kernel.transaction(async (trx) => {
		await lockAccount(trx, accountId);
		const issue = await upsertIssue(trx, deps.kernel, {
			...key, severity: 'normal', ours: cash, venue: at, detail: reason,
		});
		const wanted = { accountId, from: cash, to: at, occasion: issue.id, reason, actor };
		const due = sure || issue.cycles >= graceOf(look);
		const adjusted = due ? await correctCash(trx, deps, wanted) : null;
		if (adjusted === null) {
			look.findings.differences.push(issue);
			return;
		}
		look.findings.adjusted.push(adjusted);
		await settleIssue(trx, deps.kernel, key, { resolution: 'the venue wins', note: adjusted.id, actor });
	});
}
