import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { refuse, type AccountId, type Refused } from '../model';
import { findAccount, lockAccount, saveAccount } from './accounts.repository';
import type { Account } from './member';

/** What somebody types who means it. */
export const LIVE_PHRASE = 'TRADE REAL MONEY';

/** The second, explicit switch of accounts that hold real money: connecting one does not turn it on. */
export interface LiveSwitch {
	/**
	 * Lets the account open trades; a repeat changes nothing. Readiness and every other rule are still
	 * judged at each order. Refused: `ACCOUNT_UNKNOWN`, `ACCOUNT_NOT_LIVE`, `ACCOUNT_INACTIVE`,
	 * `LIVE_PHRASE`.
	 */
	enable(wish: {
		readonly accountId: AccountId;
		readonly phrase: string;
		readonly actor: string;
	}): Promise<Account | Refused>;
	/** No new trades from this moment; exits pass. Refused: `ACCOUNT_UNKNOWN`, `ACCOUNT_NOT_LIVE`. */
	disable(wish: { readonly accountId: AccountId; readonly actor: string }): Promise<Account | Refused>;
}

async function set(
	trx: Trx,
	kernel: Kernel,
	account: Account,
	by: string | null,
	actor: string,
): Promise<Account> {
	const now = kernel.clock.now();
	const liveEnabledAt = by === null ? null : now;
	const after = { ...account, liveEnabledAt, liveEnabledBy: by, updatedAt: now };
	await appendAudit(trx, kernel, {
		actor,
		action: by === null ? 'account.live_disabled' : 'account.live_enabled',
		subjectId: account.id,
		memberId: account.memberId,
		accountId: account.id,
		details: { label: account.label, venue: account.venue },
	});
	return saveAccount(trx, account, after);
}

export function createLiveSwitch(kernel: Kernel): LiveSwitch {
	return {
		async enable({ accountId, phrase, actor }) {
			if ((await findAccount(kernel.conn, accountId)) === null) return refuse('ACCOUNT_UNKNOWN', { id: accountId });
			return kernel.transaction(async (trx) => {
				const account = await lockAccount(trx, accountId);
				if (account.kind !== 'live') return refuse('ACCOUNT_NOT_LIVE', { observed: account.kind });
				if (account.status !== 'active') return refuse('ACCOUNT_INACTIVE');
				if (phrase.trim() !== LIVE_PHRASE) return refuse('LIVE_PHRASE', { phrase: LIVE_PHRASE });
				if (account.liveEnabledAt !== null) return account;
				return set(trx, kernel, account, actor, actor);
			});
		},
		async disable({ accountId, actor }) {
			if ((await findAccount(kernel.conn, accountId)) === null) return refuse('ACCOUNT_UNKNOWN', { id: accountId });
			return kernel.transaction(async (trx) => {
				const account = await lockAccount(trx, accountId);
				if (account.kind !== 'live') return refuse('ACCOUNT_NOT_LIVE', { observed: account.kind });
				if (account.liveEnabledAt === null) return account;
				return set(trx, kernel, account, null, actor);
			});
		},
	};
}
