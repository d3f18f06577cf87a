import type { IDataObject } from 'n8n-workflow';
import type { Order, Refused } from '../../../core';
import { orderItem } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { OUTPUTS } from '../OrderTracker.description';

export const DONE = OUTPUTS.indexOf('Done');
export const REFUSED = OUTPUTS.indexOf('Refused');

/** What was refused, and why. */
export function refusedItem({ code, message }: Refused, about: IDataObject): OutputItem {
	return { output: REFUSED, json: { ...about, code, message } };
}

/** States in which an order ended without doing anything; UNKNOWN is none of them. */
const CAME_TO_NOTHING: readonly Order['state'][] = ['DENIED', 'REJECTED', 'FAILED'];

/** The order on the output that says whether it came to anything. */
export function orderOutput(order: Order): OutputItem {
	const output = CAME_TO_NOTHING.includes(order.state) ? REFUSED : DONE;
	return { output, json: orderItem(order) };
}
