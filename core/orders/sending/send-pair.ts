import type { OcoReport } from '../../exchange';
import { FirecontrolError } from '../../model';
import type { OrderDeps } from '../deps';
import { book, giveUp, isLate, lose, requestOf } from './dispatch';
import type { Order } from '../order';
import { noteVenueFailure } from '../watch/venue-health';

/**
 * Sends a stop and the target that the venue holds against it, both put to SUBMITTING by the caller:
 * once, both or none. Books the answer; as with `send`, nothing unclear is ever sent again.
 * @returns the stop as it is then
 */
export async function sendPair(deps: OrderDeps, stop: Order, target: Order): Promise<Order> {
	if (isLate(deps, stop)) {
		await giveUp(deps, target);
		return giveUp(deps, stop);
	}
	const exchange = deps.exchanges.for(stop.venue);
	let report: OcoReport;
	try {
		if (exchange.submitOco === undefined) {
			throw new FirecontrolError('OCO_MISSING', `${stop.venue} claims pairs and takes none.`);
		}
		const request = { stop: requestOf(stop), target: requestOf(target) };
		report = await exchange.submitOco(stop.accountId, request);
	} catch (error) {
		await noteVenueFailure(deps.kernel, stop, error);
		await lose(deps, target, error);
		return lose(deps, stop, error);
	}
	if (report.kind === 'rejected') {
		await book(deps, target, report);
		return book(deps, stop, report);
	}
	await book(deps, target, { kind: 'accepted', ...report.target });
	return book(deps, stop, { kind: 'accepted', ...report.stop });
}
