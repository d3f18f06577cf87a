import type { Kernel, Trx } from '../db';
import type { AccountId, Decimal } from '../model';
import { insertPaperAccount } from './paper.repository';

/**
 * Books the start balance of a new account at the paper venue, in the transaction that makes the
 * account. A repeat changes nothing.
 */
export async function openPaperAccount(
	trx: Trx,
	kernel: Kernel,
	account: { readonly accountId: AccountId; readonly currency: string; readonly balance: Decimal },
): Promise<void> {
	const { accountId, currency, balance } = account;
	const row = { account_id: accountId, currency, opened_at: kernel.clock.now() };
	await insertPaperAccount(trx, row, balance);
}
