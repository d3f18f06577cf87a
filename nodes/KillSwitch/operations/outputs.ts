import type { IDataObject } from 'n8n-workflow';
import type { AsksToFlatten, AsksToRearm, EmergencyStatus, Impact, Refused, Stopped, TripStatus } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { OUTPUTS } from '../KillSwitch.description';

const DONE = OUTPUTS.indexOf('Done');
const ASKS = OUTPUTS.indexOf('Asks to Confirm');
const REFUSED = OUTPUTS.indexOf('Refused');

/** What happened, on the first output. */
export const done = (json: IDataObject): OutputItem => ({ output: DONE, json });

export function refusedItem({ code, message, context }: Refused): OutputItem {
	return { output: REFUSED, json: { code, message, context: { ...context } } };
}

function impactJson(impact: Impact): IDataObject {
	return {
		accounts: impact.accounts,
		positions: impact.positions,
		working_orders: impact.workingOrders,
		notional: impact.notional.map(({ currency, amount }) => ({ currency, amount })),
	};
}

/** A stop, as every operation shows it. */
export function tripJson({ trip, flattening, rearmFrom }: TripStatus): IDataObject {
	return {
		trip_id: trip.id,
		scope: trip.scope,
		scope_id: trip.scopeId,
		symbol: trip.symbol,
		state: trip.state,
		cause: trip.cause,
		reason: trip.reason,
		rearm: trip.rearm,
		rearm_at: timeOf(trip.rearmAt),
		rearm_from: timeOf(rearmFrom),
		opened_by: trip.openedBy,
		opened_at: timeOf(trip.openedAt),
		cleared_by: trip.clearedBy,
		cleared_at: timeOf(trip.clearedAt),
		flattening: flattening === null ? null : {
			state: flattening.state,
			started_at: timeOf(flattening.startedAt),
			entries_done_at: timeOf(flattening.entriesDoneAt),
			flat_at: timeOf(flattening.flatAt),
			accounts: flattening.accounts.map((account) => ({
				account_id: account.accountId,
				state: account.state,
				failures: account.failures,
				error: account.error,
				left: account.leftovers.map(({ detail }) => detail),
			})),
		},
	};
}

/** `state`: of what was asked about; beside it what the stops of its parts amount to. */
export function statusJson({ state, strictest, trips }: EmergencyStatus): IDataObject {
	return {
		state,
		active: state === 'ACTIVE',
		strictest_state: strictest,
		open_stops: trips.filter(({ trip }) => trip.clearedAt === null).length,
		trips: trips.map(tripJson),
	};
}

/** What is asked for; all null on items that ask for nothing. */
const ASKED_NOTHING = { confirmation_id: null, expires_at: null, asks_for: null, phrase: null } as const;

/** A stop that was made, or is over, as the operations that act show it. */
export function actedItem(
	status: TripStatus,
	{ already, impact }: Pick<Stopped, 'already' | 'impact'> = { already: false, impact: null },
): OutputItem {
	return done({
		...tripJson(status),
		already,
		impact: impact === null ? null : impactJson(impact),
		...ASKED_NOTHING,
	});
}

/** A stop that there is not yet: what it would be. */
function wishedJson({ scope, scopeId, symbol, state, reason }: AsksToFlatten['wish']): IDataObject {
	return {
		trip_id: null, scope, scope_id: scopeId, symbol, state, cause: 'person', reason, rearm: 'hand',
		rearm_at: null, rearm_from: null, opened_by: null, opened_at: null, cleared_by: null,
		cleared_at: null, flattening: null,
	};
}

/** What can be confirmed: the next node asks a person, and Confirm takes `confirmation_id`. */
export function asksItem(asks: AsksToFlatten | AsksToRearm): OutputItem {
	const flattens = 'impact' in asks;
	return {
		output: ASKS,
		json: {
			...(flattens
				? wishedJson(asks.wish)
				: tripJson({ trip: asks.trip, flattening: null, rearmFrom: null })),
			already: false,
			impact: flattens ? impactJson(asks.impact) : null,
			confirmation_id: asks.confirmation.id,
			expires_at: timeOf(asks.confirmation.expiresAt),
			asks_for: flattens ? 'flatten' : 'rearm',
			phrase: flattens ? null : asks.phrase,
		},
	};
}
