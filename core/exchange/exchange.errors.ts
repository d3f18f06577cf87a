import { FirecontrolError } from '../model';

/** Nobody knows whether the venue took the request: look it up, never send it again. */
export function ambiguousOutcome(message: string, cause?: unknown): FirecontrolError {
	return new FirecontrolError('VENUE_AMBIGUOUS', message, { retryable: true, cause });
}

/** @returns the error for a venue name that this installation does not have */
export function venueUnknown(venue: string): FirecontrolError {
	return new FirecontrolError('VENUE_UNKNOWN', `There is no venue "${venue}" in this installation.`, {
		details: { venue },
	});
}
