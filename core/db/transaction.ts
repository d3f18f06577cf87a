import { systemRng } from '../model';
import { isContention } from './dialects';
import type { Pool, Trx } from './open';

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 5;

const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		setTimeout(resolve, milliseconds);
	});

/**
 * Runs `work` in one transaction and runs it again when another process was in the way
 * (deadlock, serialisation, busy). `work` must therefore have no effect outside the database.
 */
export async function inTransaction<T>(pool: Pool, work: (trx: Trx) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await pool.conn.transaction(work);
		} catch (error) {
			if (attempt >= ATTEMPTS || !isContention(error)) throw error;
			await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + systemRng.next()));
		}
	}
}
