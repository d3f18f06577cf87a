import type { Conn } from '../db';
import type { SignalId } from '../model';
import type { Verdict } from './risk';
import { toVerdict, type VerdictRow } from './verdicts.table';

/** All verdicts of a signal, every account and purpose, oldest first. */
export async function verdictsOfSignal(conn: Conn, signalId: SignalId): Promise<Verdict[]> {
	const rows = await conn<VerdictRow>('verdicts')
		.where({ signal_id: signalId })
		.orderBy(['created_at', 'id']);
	return rows.map(toVerdict);
}

/** How many verdicts a signal has. */
export async function countVerdicts(conn: Conn, signalId: SignalId): Promise<number> {
	const rows = await conn<VerdictRow>('verdicts').where({ signal_id: signalId }).select('id');
	return rows.length;
}
