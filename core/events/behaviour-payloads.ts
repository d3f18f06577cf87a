import type { Decimal } from '../model';

/** How a member stands on tilt, when it changed. */
export interface TiltPayload {
	/** One for each loss in a row and for each other sign of the last hour. */
	readonly points: number;
	/** The signs by name, for rules. */
	readonly signs: readonly string[];
	/** The same in words, for people. */
	readonly reasons: readonly string[];
	readonly losses_in_a_row: number;
	/** End of the lockout or of the trip, ms UTC; null where there is none. */
	readonly until: number | null;
}

/** What is told about how members behave. Times in ms UTC. */
export interface BehaviourPayloads {
	'behaviour.warned': TiltPayload;
	'behaviour.locked_out': TiltPayload;
	'behaviour.tilt_tripped': TiltPayload;
	/** The lockout or the trip is over; what a warning does stays until it is cleared. */
	'behaviour.eased': TiltPayload;
	'behaviour.cleared': TiltPayload & { readonly wins: number };
	'behaviour.confidence_raised': {
		readonly consecutive_losses: number;
		/** Percent points on top of the required confidence. */
		readonly extra: number;
		/** End of the break, ms UTC; null: none. */
		readonly cooldown_until: number | null;
	};
	'behaviour.confidence_reset': { readonly consecutive_losses: number; readonly by: 'win' | 'day' };
	'behaviour.high_risk_cooldown': {
		readonly losses: number;
		/** Risk of the last of them, percent of equity. */
		readonly risk_percent: Decimal;
		readonly until: number;
	};
	'behaviour.medic_on': {
		/** Loss of the account's risk day, percent of its first equity. */
		readonly loss_percent: Decimal;
		readonly risk_day: string;
		readonly until: number;
	};
	'behaviour.medic_off': { readonly risk_day: string };
	'member.self_locked': {
		readonly until: number;
		/** The end before it was made longer; null: there was no lockout. */
		readonly previous: number | null;
		readonly reason: string | null;
	};
}
