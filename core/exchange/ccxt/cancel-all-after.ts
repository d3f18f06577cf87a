import { FirecontrolError, type AccountId } from '../../model';
import type { CancelAllAfterWish } from '../exchange';
import { isKindOf, questionFailed } from './errors';
import type { VenueSession } from './session';

/**
 * Starts, renews or ends the venue's timer. Asked again at once when it was refused for its time:
 * a timer that is set twice is set once.
 * @throws FirecontrolError `VENUE_AUTH`, `VENUE_UNAVAILABLE`, `VENUE_UNSUPPORTED`
 */
export async function cancelAllAfter(
	session: VenueSession,
	accountId: AccountId,
	{ symbol, timeoutMs }: CancelAllAfterWish,
): Promise<void> {
	const { profile, venue } = session;
	const set = profile.cancelAllAfter;
	if (set === undefined) {
		throw new FirecontrolError('VENUE_UNSUPPORTED', `${venue} has no timer that cancels orders.`);
	}
	const { client, listing } = await session.connect(accountId);
	const market = symbol === null ? null : listing.find(symbol);
	if (symbol !== null && market === null) {
		throw new FirecontrolError('SYMBOL_UNKNOWN', `${venue} does not list ${symbol} now.`, {
			retryable: true,
		});
	}
	const work = async (): Promise<unknown> => set(client, market?.market.id ?? null, timeoutMs ?? 0);
	let result = await session.act(work);
	if (result.kind === 'failed' && isKindOf(result.error, 'InvalidNonce')) {
		await session.setClock(client);
		result = await session.act(work);
	}
	if (result.kind === 'failed') throw questionFailed(venue, result.error);
}
