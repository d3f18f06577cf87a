import type { Answer } from './library';
import type { Connection, VenueSession } from './session';

/**
 * What is open of an account: by symbol where few are wanted, since the list of all costs a venue
 * as much as a dozen of them.
 * @param symbols unified names; null for all that the venue has
 */
export async function listOpen(
	session: VenueSession,
	{ client, listing }: Connection,
	symbols: readonly string[] | null,
): Promise<readonly Answer[]> {
	const { profile } = session;
	const wanted = new Set(symbols?.map((symbol) => listing.find(symbol)?.ccxtSymbol));
	if (symbols === null || wanted.size >= profile.listAllFrom) {
		return session.ask(client, async () => profile.openOrders(client));
	}
	const lists: Answer[] = [];
	for (const symbol of wanted) {
		if (symbol === undefined) continue;
		lists.push(...(await session.ask(client, async () => profile.openOrders(client, symbol))));
	}
	return lists;
}
