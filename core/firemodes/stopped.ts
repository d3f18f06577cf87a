import type { Conn, Kernel } from '../db';
import { currentTier } from '../members';
import { refuse, type Refused } from '../model';
import { tradingStateFor } from '../safety';
import type { Ticket } from './ticket';

/**
 * Why nothing fires for this ticket now, or null. What waits stays as it is while trading is
 * stopped: it fires when trading goes on, or expires with its signal.
 */
export async function refuseWhileStopped(
	conn: Conn,
	{ clock }: Kernel,
	{ memberId, accountId, symbol, action }: Ticket,
): Promise<Refused | null> {
	// Exits and cancels pass in every state.
	if (action !== 'open') return null;
	const tier = await currentTier(conn, memberId, clock.now());
	const { state, trips } = await tradingStateFor(conn, { tier, memberId, accountId, symbol });
	if (state === 'ACTIVE') return null;
	return refuse('STOPPED', { state, cause: trips[0]?.cause ?? 'unknown' });
}
