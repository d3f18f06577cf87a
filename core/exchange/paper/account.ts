import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { parseStored, sha256, type AccountId, type Decimal } from '../../model';
import { readPaperWish, type PaperProfile, type PaperWish } from './profile';
import { insertPaperAccount, lockPaperAccount, updatePaperAccount } from './paper.repository';
import type { PaperAccountRow } from './paper.table';

const SEED_DIGITS = 8;

/** A seed of the account's own, the same wherever it is asked for. */
function ownSeed(accountId: AccountId): number {
	return Number.parseInt(sha256(accountId).slice(0, SEED_DIGITS), 16);
}

/**
 * Books the start balance of a new account at the paper venue, in the transaction that makes the
 * account. A repeat changes nothing. Without wishes it is simple: at once, and whole.
 * @throws FirecontrolError `PAPER_PROFILE_INVALID`
 */
export async function openPaperAccount(
	trx: Trx,
	kernel: Kernel,
	account: {
		readonly accountId: AccountId;
		readonly currency: string;
		readonly balance: Decimal;
		readonly paper?: unknown;
	},
): Promise<void> {
	const { accountId, currency, balance } = account;
	const wish = readPaperWish(account.paper ?? {});
	const now = kernel.clock.now();
	const row: PaperAccountRow = {
		account_id: accountId,
		currency,
		opened_at: now,
		model: wish.model ?? 'simple',
		seed: wish.seed ?? ownSeed(accountId),
		profile: JSON.stringify(wish.profile ?? {}),
		model_at: now,
	};
	await insertPaperAccount(trx, row, balance);
}

/** What was wished before, under what is wished now. */
function merged(row: PaperAccountRow, { profile }: PaperWish): string {
	if (profile === undefined) return row.profile;
	return JSON.stringify({ ...parseStored<PaperProfile>(row.profile), ...profile });
}

/** The stored account under the wishes, or itself when they change nothing. */
function wished(row: PaperAccountRow, wish: PaperWish, now: number): PaperAccountRow {
	const model = wish.model ?? row.model;
	const changed = {
		...row,
		model,
		seed: wish.seed ?? row.seed,
		profile: merged(row, wish),
		model_at: model === row.model ? row.model_at : now,
	};
	return JSON.stringify(changed) === JSON.stringify(row) ? row : changed;
}

/**
 * Changes how an account is simulated from now on; the same wish again changes nothing. With
 * another model what counts for readiness begins anew.
 * @throws FirecontrolError `PAPER_ACCOUNT_UNKNOWN`, `PAPER_PROFILE_INVALID`
 */
export async function changePaperAccount(
	trx: Trx,
	kernel: Kernel,
	accountId: AccountId,
	paper: unknown,
	actor: string,
): Promise<void> {
	const wish = readPaperWish(paper);
	const row = await lockPaperAccount(trx, accountId);
	const { model, seed, profile, model_at } = wished(row, wish, kernel.clock.now());
	if (model === row.model && seed === row.seed && profile === row.profile) return;
	await updatePaperAccount(trx, accountId, { model, seed, profile, model_at });
	await appendAudit(trx, kernel, {
		actor,
		action: 'account.paper_model_changed',
		subjectId: accountId,
		accountId,
		details: { model, seed, profile, before: { model: row.model, seed: row.seed, profile: row.profile } },
	});
}
