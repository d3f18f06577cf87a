import type { Kernel } from '../../db';
import { messageOf, SECOND, type OrderId } from '../../model';
import { openIssuesOfKind } from '../issues/issues.queries';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import type { Order } from '../order';

/** A lasting failure is noted this often, ms: a look comes every second. */
const NOTED_EVERY = 10 * SECOND;

/** Orders that their venue does not tell of, while it tells of the account's others. */
export interface Unreadable {
	/** One order's report failed. People are told when it fails again some seconds later. */
	failed(order: Order, error: unknown): Promise<void>;
	/** Its report came: what was noted of it is over. */
	told(order: Order): Promise<void>;
	/** Ends what is noted of orders that are not worked on any more. */
	forget(working: readonly Order[]): Promise<void>;
}

type Subject = Pick<Order, 'accountId' | 'symbol'>;

/** Remembers what is noted, so that a look without failures costs no question to the database. */
export function createUnreadable(kernel: Kernel): Unreadable {
	const noted = new Map<OrderId, Subject & { at: number }>();
	let read: Promise<void> | null = null;

	async function readOnce(): Promise<void> {
		for (const issue of await openIssuesOfKind(kernel.conn, 'ORDER_UNREADABLE')) {
			const { orderId, accountId, symbol, lastSeen: at } = issue;
			if (orderId !== null && symbol !== null) noted.set(orderId, { accountId, symbol, at });
		}
	}

	async function settle(orderId: OrderId, { accountId, symbol }: Subject, resolution: string) {
		const key = { accountId, symbol, orderId, kind: 'ORDER_UNREADABLE' } as const;
		await kernel.transaction(async (trx) => settleIssue(trx, kernel, key, { resolution }));
		noted.delete(orderId);
	}

	return {
		failed: async (order, error) => {
			const { id, accountId, symbol, venue, clientOrderId, signalId } = order;
			const now = kernel.clock.now();
			const before = noted.get(id);
			if (before !== undefined && now - before.at < NOTED_EVERY) return;
			await kernel.transaction(async (trx) =>
				upsertIssue(trx, kernel, {
					accountId, symbol, orderId: id, signalId, kind: 'ORDER_UNREADABLE', severity: 'high',
					detail: `${venue} gives no report of the order ${clientOrderId} in ${symbol} that can be read: ${messageOf(error)} It is asked again; the account's other orders go on. If it lasts, look at ${venue} what became of it.`,
				}),
			);
			noted.set(id, { accountId, symbol, at: now });
		},
		told: async ({ id }) => {
			const before = noted.get(id);
			if (before !== undefined) await settle(id, before, 'the venue tells of it again');
		},
		forget: async (working) => {
			read ??= readOnce();
			await read;
			if (noted.size === 0) return;
			const ids = new Set(working.map(({ id }) => id));
			for (const [id, subject] of noted) {
				if (!ids.has(id)) await settle(id, subject, 'the order is over');
			}
		},
	};
}
