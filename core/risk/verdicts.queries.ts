import type { Conn } from '../db';
import type { SignalId } from '../model';
import { attemptOf, type Verdict } from './risk';
import { toVerdict, type VerdictRow } from './verdicts.table';

/** Oldest first; within one millisecond in the order in which one account's can only have come. */
function byAge(a: Verdict, b: Verdict): number {
	return a.createdAt - b.createdAt || attemptOf(a.purpose) - attemptOf(b.purpose);
}

/** All verdicts of a signal, every account and purpose, oldest first. */
export async function verdictsOfSignal(conn: Conn, signalId: SignalId): Promise<Verdict[]> {
	const rows = await conn<VerdictRow>('verdicts').where({ signal_id: signalId });
	return rows.map(toVerdict).sort(byAge);
}
