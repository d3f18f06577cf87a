import type { VenueKeys, VenueRecord } from '../../members';
import type { AccountId } from '../../model';

/** Where the adapter gets what is stored about venues and accounts. */
export interface VenueAccess {
	/**
	 * The account's key, in clear: for this process's connection to the venue only.
	 * @throws FirecontrolError `ACCOUNT_KEYS_MISSING`, `SEALING_KEY_WRONG`
	 */
	keys(accountId: AccountId): Promise<VenueKeys>;
	/** What is stored of the venue of that name, or null. */
	venue(name: string): Promise<Pick<VenueRecord, 'apiUrl' | 'streamUrl'> | null>;
}
