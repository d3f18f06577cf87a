import type { EventOf, TicketPayload } from '../../events';
import type { Alert, Fact } from '../notification';
import { quantity, time, type Reader } from './format';

/** Events that tell of a ticket. */
export type TicketEvent = EventOf<
	'ticket.held' | 'ticket.fired' | 'ticket.queued' | 'ticket.refused' | 'ticket.expired'
>;

function factsOf(payload: TicketPayload): Fact[] {
	return [
		{ label: 'Ticket', value: payload.ticket_id },
		{ label: 'Fire mode', value: payload.mode },
		...(payload.quantity === null
			? []
			: [{ label: 'Quantity', value: quantity(payload.quantity, payload.symbol) }]),
		...(payload.code === null ? [] : [{ label: 'Code', value: payload.code }]),
	];
}

/** What became of an approved signal. */
export function renderTicket({ type, payload }: TicketEvent, reader: Reader): Alert {
	const what = `${payload.side ?? 'act on'} ${payload.symbol}`;
	const until = time(payload.expires_at, reader);
	const meaning = payload.message;
	const facts = factsOf(payload);
	switch (type) {
		case 'ticket.held':
			return {
				type: 'approval_asked', priority: 'high', facts, meaning,
				title: `Your decision: ${what}`,
				happened: `A signal to ${what} passed the risk gate and waits for you.`,
				action: `Fire the ticket before ${until}; after that it expires and nothing is ordered.`,
			};
		case 'ticket.fired':
			return {
				type: 'order', priority: 'low', facts, meaning, action: null,
				title: `Fired: ${what}`,
				happened: `The ticket to ${what} was fired; the order follows.`,
			};
		case 'ticket.queued':
			return {
				type: 'signal', priority: 'normal', facts, action: null,
				title: `Queued: ${what}`,
				happened: `The signal to ${what} is good but waits for a free place.`,
				meaning: `It fires by itself when a place is free before ${until}.`,
			};
		case 'ticket.refused':
			return {
				type: 'rejection', priority: 'normal', facts, meaning, action: null,
				title: `Not fired: ${what}`,
				happened: `The ticket to ${what} was refused. Nothing was ordered.`,
			};
		case 'ticket.expired':
			return {
				type: 'signal', priority: 'normal', facts, action: null,
				title: `Expired: ${what}`,
				happened: `The ticket to ${what} expired at ${until}. Nothing was ordered.`,
				meaning: null,
			};
	}
}
