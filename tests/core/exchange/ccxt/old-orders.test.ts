import { decimal } from '../../../../core/model';
import type { WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ACCOUNT = 'acc_old';
const SYMBOL = 'BTC/USDT';
const ID = 'fcold00000000000000x';
const DAY = 86_400_000;

interface Kept {
	readonly created: number;
	readonly client_order_id: string;
	status: string;
}

/** Coinbase's list of orders: the newest first, by state, by their time of making, in pages. */
function coinbaseOrders(orders: readonly Kept[]): WireRoutes {
	return {
		...WIRE_ROUTES.coinbase,
		'GET /api/v3/brokerage/orders/historical/batch': ({ fields }) => {
			const since = fields['start_date'] === undefined ? 0 : Date.parse(String(fields['start_date']));
			const listed = [...orders]
				.sort((a, b) => b.created - a.created)
				.filter(({ created, status }) => created >= since && (fields['order_status'] ?? status) === status)
				.slice(0, Number(fields['limit'] ?? 100));
			return {
				orders: listed.map(({ created, client_order_id, status }) => ({
					order_id: `v-${client_order_id}`, product_id: 'BTC-USDT', user_id: 'u', side: 'BUY', client_order_id, status,
					order_configuration: { limit_limit_gtc: { base_size: '0.01', limit_price: '60000', post_only: false } },
					time_in_force: 'GOOD_UNTIL_CANCELLED', created_time: new Date(created).toISOString(), filled_size: '0',
					average_filled_price: '0', number_of_fills: '0', filled_value: '0', total_fees: '0', order_type: 'LIMIT',
					completion_percentage: '0', size_in_quote: false, settled: false,
				})),
				has_next: false, cursor: '',
			};
		},
		'POST /api/v3/brokerage/orders/batch_cancel': ({ fields }) => {
			const [id] = fields['order_ids'] as string[];
			for (const order of orders) if (`v-${order.client_order_id}` === id) order.status = 'CANCELLED';
			return { results: [{ success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: id }] };
		},
	};
}

describe('coinbase, where an order is searched for among all', () => {
	let venue: WireVenue | undefined;
	afterEach(async () => venue?.close());

	test.each<[string, number]>([
		['that has rested for a week', 0],
		['below more orders than one answer lists', 1_000],
	])('an order %s is found and can be cancelled', async (_what, newer) => {
		const now = Date.now();
		const made = [
			{ created: now - 7 * DAY, client_order_id: ID, status: 'OPEN' },
			...Array.from({ length: newer }, (_, n) => ({
				created: now - n * 1_000, client_order_id: `fcnew${n}`, status: 'FILLED',
			})),
		];
		venue = await openWireVenue('coinbase', coinbaseOrders(made));
		expect(await venue.exchange.lookup(ACCOUNT, ID, SYMBOL)).toMatchObject({
			order: { clientOrderId: ID, state: 'OPEN', quantity: decimal('0.01') },
		});
		const cancelled = venue.exchange.cancel(ACCOUNT, ID, SYMBOL);
		if (newer === 0) expect(await cancelled).toMatchObject({ kind: 'cancelled', order: { state: 'CANCELLED' } });
		// It is cancelled, but its end is not listed any more: the cancel is asked again, never "none".
		else await expect(cancelled).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		expect(made[0]).toMatchObject({ status: 'CANCELLED' });
	});
});
