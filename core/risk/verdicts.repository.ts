import type { Conn, Trx } from '../db';
import type { AccountId, SignalId, VerdictId } from '../model';
import type { Purpose, Verdict } from './risk';
import { toVerdict, toVerdictRow, type VerdictRow } from './verdicts.table';

/** The stored judgement of (signal, account, purpose), or null. */
export async function findVerdict(
	conn: Conn,
	signalId: SignalId,
	accountId: AccountId | null,
	purpose: Purpose,
): Promise<Verdict | null> {
	const row = await conn<VerdictRow>('verdicts')
		.where({ signal_id: signalId, account_key: accountId ?? '', purpose })
		.first();
	return row === undefined ? null : toVerdict(row);
}

export async function getVerdict(conn: Conn, id: VerdictId): Promise<Verdict | null> {
	const row = await conn<VerdictRow>('verdicts').where({ id }).first();
	return row === undefined ? null : toVerdict(row);
}

/** Writes the verdict unless the same one (signal, account, purpose) exists; whether it did. */
export async function insertVerdict(trx: Trx, verdict: Verdict): Promise<boolean> {
	const written = await trx<VerdictRow>('verdicts')
		.insert(toVerdictRow(verdict))
		.onConflict(['signal_id', 'account_key', 'purpose'])
		.ignore()
		.returning('id');
	return written.length > 0;
}
