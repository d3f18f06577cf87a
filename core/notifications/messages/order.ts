import type { EventOf, OrderPayload } from '../../events';
import type { Alert, Fact, Priority } from '../notification';
import { price, quantity } from './format';

/** Events that tell of an order. */
export type OrderEvent = EventOf<
	| 'order.submitted' | 'order.filled' | 'order.cancelled' | 'order.rejected' | 'order.failed'
	| 'order.unknown'
>;

function factsOf(payload: OrderPayload): Fact[] {
	const { symbol } = payload;
	return [
		{ label: 'Order', value: payload.client_order_id },
		{ label: 'Quantity', value: quantity(payload.quantity, symbol) },
		{ label: 'Filled', value: quantity(payload.filled_quantity, symbol) },
		...(payload.average_price === null
			? []
			: [{ label: 'Average price', value: price(payload.average_price, symbol) }]),
		...(payload.code === null ? [] : [{ label: 'Code', value: payload.code }]),
	];
}

/** What became of an order at the venue. */
export function renderOrder({ type, payload }: OrderEvent): Alert {
	const entry = payload.leg === 'entry';
	const what = `${payload.side} ${quantity(payload.quantity, payload.symbol)}`;
	const order = entry ? `order to ${what}` : `closing order to ${what}`;
	const facts = factsOf(payload);
	const meaning = payload.message;
	const stillOpen = 'The position is still open.';
	// A closing order that fails leaves risk behind.
	const serious: Priority = entry ? 'high' : 'critical';
	const base = { type: 'order', facts, meaning, action: null } as const;
	switch (type) {
		case 'order.submitted':
			return { ...base, priority: 'low', title: `Sent: ${what}`, happened: `The ${order} is at the venue.` };
		case 'order.filled':
			return { ...base, type: 'fill', priority: 'low', title: `Filled: ${what}`, happened: `The ${order} is filled.` };
		case 'order.cancelled':
			return { ...base, priority: 'normal', title: `Cancelled: ${what}`, happened: `The ${order} was cancelled.` };
		case 'order.rejected':
			return {
				...base, priority: serious, title: `Rejected: ${what}`,
				happened: `The venue rejected the ${order}.${entry ? '' : ` ${stillOpen}`}`,
				action: entry ? null : 'The engine tries again; look at the position if this repeats.',
			};
		case 'order.failed':
			return {
				...base, priority: serious, title: `Not sent: ${what}`,
				happened: `The ${order} did not reach the venue.${entry ? '' : ` ${stillOpen}`}`,
				action: entry ? null : 'The engine tries again; look at the position if this repeats.',
			};
		case 'order.unknown':
			return {
				...base, type: 'reconciliation_issue', priority: 'critical', title: `Unclear: ${what}`,
				happened: `The venue gave no answer to the ${order}, so nobody knows yet whether it stands.`,
				meaning: `No new risk is taken in ${payload.symbol} until that is known.`,
				action: 'The engine asks the venue for a minute; if this stays unclear, look at the venue.',
			};
	}
}
