import type { Exchange, VenueReport } from '../../exchange';
import { messageOf, type AccountId } from '../../model';
import { bookVenueReport } from '../booking/book';
import type { OrderDeps } from '../deps';
import type { Order } from '../order';
import { workingOrders } from '../orders.queries';
import { findOrderByClientId } from '../orders.repository';
import { protectTrade } from '../protection/protect';
import { openPlaces } from './watch.queries';

/** Listening to the venues' news, in one process. What a stream omits is found by asking. */
export interface Streams {
	/** Listens to the accounts with something open, and no more to the others. @returns how many */
	follow(): Promise<number>;
	end(): void;
}

type Listening = Exchange & Required<Pick<Exchange, 'subscribe'>>;

function listens(exchange: Exchange): exchange is Listening {
	return exchange.capabilities.watchOrders && exchange.subscribe !== undefined;
}

/** Books a report that a stream brought, and protects what it filled. */
async function take(deps: OrderDeps, accountId: AccountId, report: VenueReport): Promise<void> {
	const { clientOrderId } = report.order;
	if (clientOrderId === '') return;
	const order: Order | null = await findOrderByClientId(deps.kernel.conn, clientOrderId);
	// Somebody else's, or of another account that uses the same names: reconciliation sees to it.
	if (order === null || order.accountId !== accountId) return;
	const booked = await bookVenueReport(deps, order, report);
	const { tradeId, symbol, venue } = booked;
	if (tradeId !== null && booked.filledQuantity !== order.filledQuantity) {
		await protectTrade(deps, { id: tradeId, accountId, symbol, venue });
	}
}

export function createStreams(deps: OrderDeps): Streams {
	const { kernel, exchanges } = deps;
	const open = new Map<string, () => void>();

	function listen(key: string, venue: string, accountId: AccountId): void {
		const exchange = exchanges.for(venue);
		if (open.has(key) || !listens(exchange)) return;
		// One after the other, in the order in which they came.
		let last: Promise<void> = Promise.resolve();
		const stop = exchange.subscribe(accountId, (report) => {
			last = last
				.then(async () => take(deps, accountId, report))
				.catch((error: unknown) => {
					kernel.log.warn('News of a stream were not booked; the watch asks for them.', {
						venue,
						error: messageOf(error),
					});
				});
		});
		open.set(key, stop);
	}

	function end(keep: ReadonlySet<string> = new Set()): void {
		for (const [key, stop] of open) {
			if (keep.has(key)) continue;
			open.delete(key);
			try {
				stop();
			} catch (error) {
				kernel.log.warn('A stream did not end cleanly.', { key, error: messageOf(error) });
			}
		}
	}

	return {
		follow: async () => {
			const places = [...(await workingOrders(kernel.conn)), ...(await openPlaces(kernel.conn))];
			const keys = new Set<string>();
			for (const { venue, accountId } of places) {
				const key = `${venue}|${accountId}`;
				keys.add(key);
				try {
					listen(key, venue, accountId);
				} catch (error) {
					kernel.log.warn('A stream could not be opened; the venue is asked instead.', {
						venue,
						error: messageOf(error),
					});
				}
			}
			end(keys);
			return open.size;
		},
		end: () => end(),
	};
}
