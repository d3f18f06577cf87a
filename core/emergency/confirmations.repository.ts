import type { Conn, Kernel, Trx } from '../db';
import { newId, SECOND, type ConfirmationId } from '../model';
import {
	toConfirmation, toConfirmationRow, type ConfirmationRow, type Pending, type StoredConfirmation,
} from './confirmations.table';

/** Stores what somebody is to confirm. */
export async function askToConfirm(
	trx: Trx,
	{ clock, rng, rules }: Kernel,
	pending: Pending,
	actor: string,
): Promise<StoredConfirmation> {
	const now = clock.now();
	const stored: StoredConfirmation = {
		...pending,
		id: newId('cnf', clock, rng),
		actor,
		createdAt: now,
		expiresAt: now + rules.policy.emergency.confirmSeconds * SECOND,
		usedAt: null,
		usedBy: null,
		policyVersion: rules.version,
	};
	await trx<ConfirmationRow>('confirmations').insert(toConfirmationRow(stored));
	return stored;
}

export async function findConfirmation(
	conn: Conn,
	id: ConfirmationId,
): Promise<StoredConfirmation | null> {
	const row = await conn<ConfirmationRow>('confirmations').where({ id }).first();
	return row === undefined ? null : toConfirmation(row);
}

/** The confirmation, locked until the transaction ends, or null. */
export async function lockConfirmation(
	trx: Trx,
	id: ConfirmationId,
): Promise<StoredConfirmation | null> {
	const row = await trx<ConfirmationRow>('confirmations').where({ id }).forUpdate().first();
	return row === undefined ? null : toConfirmation(row);
}

/** Marks a locked confirmation as used. */
export async function useConfirmation(
	trx: Trx,
	id: ConfirmationId,
	usedBy: string,
	now: number,
): Promise<void> {
	await trx<ConfirmationRow>('confirmations').where({ id }).update({ used_at: now, used_by: usedBy });
}
