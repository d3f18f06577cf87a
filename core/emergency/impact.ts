import type { Conn } from '../db';
import { accountsByIds } from '../members';
import type { Impact, StopTarget } from './emergency';
import { impactOf, readScene, within } from './flatten/scene';

/** What flattening this would do now. */
export async function readImpact(conn: Conn, target: StopTarget, now: number): Promise<Impact> {
	const scene = within(await readScene(conn, now, [target]), target);
	const ids = new Set(scene.trades.map(({ accountId }) => accountId));
	const accounts = await accountsByIds(conn, [...ids]);
	return impactOf(scene, new Map(accounts.map(({ id, currency }) => [id, currency])));
}
