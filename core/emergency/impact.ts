import type { Conn } from '../db';
import { accountsByIds, currentTier } from '../members';
import { concerns } from '../safety';
import type { Impact, StopTarget } from './emergency';
import { impactOf, readScene, within } from './flatten/scene';
import { realAccounts } from './scope.queries';

/** What flattening this would do now. */
export async function readImpact(conn: Conn, target: StopTarget, now: number): Promise<Impact> {
	const scene = within(await readScene(conn, now, [target]), target);
	const ids = new Set(scene.trades.map(({ accountId }) => accountId));
	const accounts = await accountsByIds(conn, [...ids]);
	return impactOf(scene, new Map(accounts.map(({ id, currency }) => [id, currency])));
}

/** Whether the stop concerns an account that is not a paper account, whatever is open there. */
export async function reachesReal(conn: Conn, target: StopTarget, now: number): Promise<boolean> {
	for (const { id, memberId } of await realAccounts(conn)) {
		const tier = target.scope === 'tier' ? await currentTier(conn, memberId, now) : null;
		// A symbol may be traded on any account.
		const subject = { tier, memberId, accountId: id, symbol: target.symbol };
		if (concerns(target, subject)) return true;
	}
	return false;
}
