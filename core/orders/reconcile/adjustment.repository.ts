import { appendAudit } from '../../audit';
import type { Conn, Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import type { Account } from '../../members';
import { sha256, sub, type AccountId, type AdjustmentId, type Decimal } from '../../model';
import {
	toAdjustment, toAdjustmentRow, type Adjustment, type AdjustmentKind, type AdjustmentRow,
} from './adjustment.table';

/** Id of a correction, made of everything that makes it the one it is. */
export function adjustmentId(...parts: readonly (string | number)[]): AdjustmentId {
	return `adj_${sha256(parts.join('|')).slice(0, 26)}`;
}

/** A correction that is about to be booked. */
export type NewAdjustment = Pick<
	Adjustment,
	'actor' | 'after' | 'asset' | 'before' | 'id' | 'kind' | 'orderId' | 'reason' | 'tradeId'
>;

/** Whether the correction was booked before. */
export async function isAdjusted(conn: Conn, id: AdjustmentId): Promise<boolean> {
	return (await conn<AdjustmentRow>('adjustments').where({ id }).first('id')) !== undefined;
}

/**
 * Writes that our books were corrected, in the transaction that corrects them, with its audit entry
 * and its event.
 */
export async function writeAdjustment(
	trx: Trx,
	kernel: Kernel,
	account: Pick<Account, 'id' | 'memberId'>,
	wanted: NewAdjustment,
): Promise<Adjustment> {
	const adjustment: Adjustment = {
		...wanted,
		accountId: account.id,
		amount: sub(wanted.after, wanted.before),
		at: kernel.clock.now(),
		policyVersion: kernel.rules.version,
	};
	await trx<AdjustmentRow>('adjustments').insert(toAdjustmentRow(adjustment));
	const { id, kind, asset, amount, before, after, reason } = adjustment;
	await appendAudit(trx, kernel, {
		actor: adjustment.actor,
		action: 'account.adjusted',
		subjectId: id,
		memberId: account.memberId,
		accountId: account.id,
		details: { account: account.id, kind, asset, amount, before, after, reason },
	});
	await appendEvent(trx, kernel, {
		type: 'account.adjusted',
		memberId: account.memberId,
		accountId: account.id,
		subjectId: adjustment.orderId ?? id,
		actor: adjustment.actor,
		payload: { adjustment_id: id, kind, asset, amount, before, after, reason },
	});
	return adjustment;
}

/** Corrections of an account, newest first; 50 unless told. */
export async function listAdjustments(
	conn: Conn,
	filter: { readonly accountId?: AccountId; readonly limit?: number } = {},
): Promise<Adjustment[]> {
	const query = conn<AdjustmentRow>('adjustments');
	if (filter.accountId !== undefined) void query.where({ account_id: filter.accountId });
	const rows = await query
		.orderBy([{ column: 'at', order: 'desc' }, { column: 'id', order: 'desc' }])
		.limit(filter.limit ?? 50);
	return rows.map(toAdjustment);
}

/** When a correction of this kind was last booked for the account, ms UTC; 0: never. */
export async function bookedAt(
	conn: Conn,
	accountId: AccountId,
	kind: AdjustmentKind,
): Promise<number> {
	const row = await conn<AdjustmentRow>('adjustments')
		.where({ account_id: accountId, kind })
		.orderBy('at', 'desc')
		.first('at');
	return row?.at ?? 0;
}

/**
 * Amounts of every cash correction of the account: what conservation of money counts besides the
 * realised result, in which funding is counted already.
 */
export async function cashAdjustments(conn: Conn, accountId: AccountId): Promise<Decimal[]> {
	const rows = await conn<AdjustmentRow>('adjustments')
		.where({ account_id: accountId, kind: 'cash' })
		.select('amount');
	return rows.map(({ amount }) => amount);
}
