import type { Kernel } from '../../db';
import { messageOf, shorten, type AccountId } from '../../model';
import { insertVenueFailure } from './venue-failures.repository';

const ERROR_MAX = 300;

/**
 * Notes that a call to a venue failed without a clear answer: the watch over risk counts such calls
 * and pauses an account with too many. What cannot be noted is only logged, so that a failure never
 * costs more than itself.
 */
export async function noteVenueFailure(
	{ conn, clock, log }: Pick<Kernel, 'conn' | 'clock' | 'log'>,
	{ accountId, venue }: { readonly accountId: AccountId; readonly venue: string },
	error: unknown,
): Promise<void> {
	const row = {
		account_id: accountId, venue, at: clock.now(), error: shorten(messageOf(error), ERROR_MAX),
	};
	try {
		await insertVenueFailure(conn, row);
	} catch (cause) {
		log.warn('A failed call could not be counted.', { venue, error: messageOf(cause) });
	}
}

/** Whose order lists fail, so that it is logged when that begins and when it ends. */
export interface VenueHealth {
	answered(venue: string, accountId: AccountId | null): void;
	failed(venue: string, accountId: AccountId | null, error: unknown): Promise<void>;
}

/** The health of the venues as one process sees it. */
export function createVenueHealth(kernel: Kernel): VenueHealth {
	const failing = new Set<string>();
	const keyOf = (venue: string, accountId: AccountId | null): string => `${venue}|${accountId ?? ''}`;
	return {
		answered: (venue, accountId) => {
			if (!failing.delete(keyOf(venue, accountId))) return;
			kernel.log.info('A venue answers again.', { venue, account_id: accountId });
		},
		failed: async (venue, accountId, error) => {
			const key = keyOf(venue, accountId);
			if (!failing.has(key)) {
				failing.add(key);
				kernel.log.error('A venue does not answer about its orders; it is asked again.', {
					venue,
					account_id: accountId,
					error: messageOf(error),
				});
			}
			if (accountId !== null) await noteVenueFailure(kernel, { accountId, venue }, error);
		},
	};
}
