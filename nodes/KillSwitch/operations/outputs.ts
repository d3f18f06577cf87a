import type { IDataObject } from 'n8n-workflow';
import type { AsksToFlatten, AsksToRearm, Impact, Refused, Stopped, TripStatus } from '../../../core';
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

export function stoppedItem({ already, impact }: Stopped, status: TripStatus): OutputItem {
	return done({
		...tripJson(status),
		already,
		impact: impact === null ? null : impactJson(impact),
	});
}

/** What can be confirmed: the next node asks a person, and Confirm takes `confirmation_id`. */
export function asksItem(asks: AsksToFlatten | AsksToRearm): OutputItem {
	const common = {
		confirmation_id: asks.confirmation.id,
		expires_at: timeOf(asks.confirmation.expiresAt),
	};
	if ('impact' in asks) {
		const { scope, scopeId, symbol, state, reason } = asks.wish;
		return {
			output: ASKS,
			json: {
				...common, asks_for: 'flatten', phrase: null, trip_id: null,
				scope, scope_id: scopeId, symbol, state, reason, impact: impactJson(asks.impact),
			},
		};
	}
	const { id, scope, scopeId, symbol, state, reason } = asks.trip;
	return {
		output: ASKS,
		json: {
			...common, asks_for: 'rearm', phrase: asks.phrase, trip_id: id,
			scope, scope_id: scopeId, symbol, state, reason, impact: null,
		},
	};
}
