import type { AccountId } from '../../model';
import type { VenueFunding } from '../exchange';
import { decimalOf, needed, textOf } from './answer';
import type { VenueSession } from './session';

/** Several pages take several turns of the rate limit; ms. */
const PAST_LIMIT = 60_000;

/**
 * What the venue has paid or taken for holding positions; none where the venue has no such thing.
 * @throws FirecontrolError `VENUE_UNAVAILABLE`, `VENUE_ANSWER`
 */
export async function fundingsOf(
	session: VenueSession,
	accountId: AccountId,
	since: number,
): Promise<readonly VenueFunding[]> {
	const { fundings } = session.profile;
	if (fundings === undefined) return [];
	const { client, listing } = await session.connect(accountId);
	const answers = await session.ask(client, async () => fundings(client, since), PAST_LIMIT);
	return answers
		.map((answer) => ({
			id: needed(textOf(answer, 'id'), 'id of a funding payment'),
			symbol: listing.ours(needed(textOf(answer, 'symbol'), 'symbol')),
			amount: needed(decimalOf(answer, 'amount'), 'amount of a funding payment'),
			currency: needed(textOf(answer, 'code'), 'currency of a funding payment'),
			at: Number(needed(textOf(answer, 'timestamp'), 'time of a funding payment')),
		}))
		.sort((a, b) => a.at - b.at);
}
