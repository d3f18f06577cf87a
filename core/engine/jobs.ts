import type { Audit } from '../audit';
import type { Events } from '../events';
import type { FireModes } from '../firemodes';
import { MINUTE, SECOND } from '../model';
import type { Notifications } from '../notifications';
import type { Orders } from '../orders';
import type { Risk } from '../risk';
import type { Safety } from '../safety';
import type { Signals } from '../signals';
import type { Job } from './job';

/** The features whose recurring work the engine does. */
export interface JobParts {
	readonly audit: Audit;
	readonly events: Events;
	readonly safety: Safety;
	readonly signals: Signals;
	readonly orders: Orders;
	readonly risk: Risk;
	readonly firemodes: FireModes;
	readonly notifications: Notifications;
}

/** Signals that no workflow ever took end with a verdict, too. */
async function judgeExpired({ signals, risk }: JobParts): Promise<void> {
	const ids = await signals.expireNeverPumped();
	for (const id of ids) await risk.judgeExpired(id);
	await signals.settle(ids, 'succeeded');
}

/** Every job of the engine with its interval. Exits come first: a tick starts them in this order. */
export function engineJobs(parts: JobParts): readonly Job[] {
	const { audit, events, safety, signals, orders, firemodes, notifications } = parts;
	return [
		{ name: 'position-watch', everyMs: SECOND, vital: true, run: async () => orders.watch() },
		{ name: 'dispatch-due', everyMs: SECOND, run: async () => orders.dispatchDue() },
		{ name: 'unknown-orders', everyMs: SECOND, run: async () => orders.resolveUnknown() },
		{ name: 'ticket-expiry', everyMs: SECOND, run: async () => firemodes.expire() },
		{ name: 'slots-refill', everyMs: SECOND, run: async () => firemodes.refill() },
		{ name: 'outbox', everyMs: SECOND, run: async () => notifications.drain() },
		{ name: 'equity', everyMs: 5 * SECOND, run: async () => orders.refreshEquity() },
		{ name: 'signal-expiry', everyMs: 10 * SECOND, run: async () => judgeExpired(parts) },
		{ name: 'reservations', everyMs: 5 * SECOND, run: async () => orders.expireReservations() },
		{ name: 're-arm', everyMs: 10 * SECOND, run: async () => safety.rearmDue() },
		{ name: 'deliveries', everyMs: 10 * SECOND, run: async () => events.settleUnconfirmed() },
		{ name: 'audit-seal', everyMs: 10 * SECOND, run: async () => audit.seal() },
		{ name: 'forget-seen', everyMs: 10 * MINUTE, run: async () => signals.forgetSeen() },
		{ name: 'slots-reconcile', everyMs: 15 * MINUTE, run: async () => firemodes.reconcileSlots() },
	];
}
