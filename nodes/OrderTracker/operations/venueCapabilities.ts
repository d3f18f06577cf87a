import type { IDataObject } from 'n8n-workflow';
import { listVenues, PAPER_VENUE, capabilitiesOf, type Core, type VenueCapabilities } from '../../../core';
import type { OutputItem } from '../../shared/runItems';

interface Described {
	readonly id: string;
	readonly name: string;
	readonly supportedLive: boolean;
	readonly sandbox: boolean;
	/** Null where nobody proved what the venue does. */
	readonly can: VenueCapabilities | null;
}

function venueItem({ id, name, supportedLive, sandbox, can }: Described): IDataObject {
	return {
		venue: id,
		name,
		supported_live: supportedLive,
		sandbox,
		full_auto: can?.clientIdLookup ?? null,
		client_id_lookup: can?.clientIdLookup ?? null,
		resting_stop: can?.restingStop ?? null,
		stop_locks_balance: can?.stopLocksBalance ?? null,
		attached_stop: can?.attachedStop ?? null,
		native_oco: can?.nativeOco ?? null,
		trailing: can?.trailing ?? null,
		cancel_all_after: can === null ? null : can.cancelAllAfter !== false,
		watch_orders: can?.watchOrders ?? null,
		reduce_only: can?.reduceOnly ?? null,
		amend: can?.amend ?? null,
		post_only: can?.postOnly ?? null,
		short_selling: can?.shortSelling ?? null,
		order_types: can === null ? null : [...can.orderTypes],
		time_in_force: can === null ? null : [...can.timeInForce],
		sessions: can?.sessions ?? null,
		taker_fee_percent: can?.takerFeePercent ?? null,
	};
}

/** One item per venue: of the one that was asked for, or of all that orders can go to. */
export function venueCapabilities(core: Core, venue: string): OutputItem[] {
	const paper: Described = {
		id: PAPER_VENUE,
		name: 'Paper',
		supportedLive: false,
		sandbox: false,
		can: core.exchanges.for(PAPER_VENUE).capabilities,
	};
	const all = listVenues().map((choice): Described => ({ ...choice, can: capabilitiesOf(choice.id) }));
	const wanted = [paper, ...all].filter(({ id, can }) => (venue === '' ? can !== null : id === venue));
	return wanted.map((described) => ({ json: venueItem(described) }));
}
