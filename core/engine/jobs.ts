import type { Audit } from '../audit';
import type { DeadMan, Emergency } from '../emergency';
import type { Compliance } from '../compliance';
import type { Events } from '../events';
import type { FireModes } from '../firemodes';
import { HOUR, MINUTE, SECOND, type SignalId } from '../model';
import type { Notifications } from '../notifications';
import type { Orders, Reconciliation } from '../orders';
import type { ReadinessService } from '../readiness';
import type { Behaviour, News, Risk, RiskWatch } from '../risk';
import type { Safety } from '../safety';
import type { Signals } from '../signals';
import type { Job } from './job';

/** The features whose recurring work the engine does. */
export interface JobParts {
	readonly audit: Audit;
	readonly events: Events;
	readonly compliance: Compliance;
	readonly safety: Safety;
	readonly signals: Signals;
	readonly orders: Orders;
	readonly reconciliation: Reconciliation;
	readonly readiness: ReadinessService;
	readonly risk: Risk;
	readonly riskWatch: RiskWatch;
	readonly news: News;
	readonly behaviour: Behaviour;
	readonly emergency: Emergency;
	readonly deadMan: DeadMan;
	readonly firemodes: FireModes;
	readonly notifications: Notifications;
}

/**
 * What was approved and never routed: the ticket that the router makes of it now is EXPIRED, or
 * what an earlier run made of it.
 */
async function routeLate({ risk, firemodes }: JobParts, id: SignalId): Promise<void> {
	for (const { id: verdictId, action, decision, purpose } of await risk.ofSignal(id)) {
		if (action !== 'open' || purpose !== 'intake' || decision === 'BLOCK') continue;
		await firemodes.route(verdictId, 'engine');
	}
}

/**
 * Signals that no workflow took, or that none carried to the end, end on record. One that cannot be
 * ended keeps none of the others waiting.
 */
async function endOverdue(parts: JobParts): Promise<void> {
	const { signals, risk } = parts;
	const { unjudged, unfinished } = await signals.expireOverdue();
	const work = [
		...unjudged.map((id) => ({ id, end: async () => void (await risk.judgeExpired(id)) })),
		...unfinished.map((id) => ({ id, end: async () => routeLate(parts, id) })),
	];
	const errors: unknown[] = [];
	for (const { id, end } of work) {
		try {
			await end();
			await signals.settle([id], 'succeeded');
		} catch (error) {
			errors.push(error);
		}
	}
	if (errors.length > 0) throw errors[0];
}

/** Every job of the engine with its interval. Exits come first: a tick starts them in this order. */
export function engineJobs(parts: JobParts): readonly Job[] {
	const { audit, events, safety, signals, orders, reconciliation, readiness } = parts;
	const { emergency, firemodes, notifications } = parts;
	return [
		{
			name: 'reconcile-begin',
			everyMs: 2 * SECOND,
			opening: true,
			run: async (lease) => reconciliation.begin(lease),
		},
		{ name: 'engine-pulse', everyMs: 10 * SECOND, opening: true, run: async () => parts.riskWatch.pulse() },
		{ name: 'position-watch', everyMs: SECOND, vital: true, run: async () => orders.watch() },
		{ name: 'flatten', everyMs: SECOND, run: async () => emergency.flattenStep() },
		{ name: 'dead-man', everyMs: SECOND, run: async () => parts.deadMan.step() },
		{ name: 'risk-watch', everyMs: SECOND, run: async () => parts.riskWatch.look() },
		{ name: 'dispatch-due', everyMs: SECOND, run: async () => orders.dispatchDue() },
		{ name: 'unknown-orders', everyMs: SECOND, run: async () => orders.resolveUnknown() },
		{ name: 'order-expiry', everyMs: SECOND, run: async () => orders.expireDue() },
		{ name: 'replacements', everyMs: SECOND, run: async () => orders.continueReplaces() },
		{ name: 'ticket-expiry', everyMs: SECOND, run: async () => firemodes.expire() },
		{ name: 'slots-refill', everyMs: SECOND, run: async () => firemodes.refill() },
		{ name: 'behaviour', everyMs: 2 * SECOND, run: async () => parts.behaviour.foldDue() },
		{ name: 'behaviour-falls', everyMs: 10 * SECOND, run: async () => parts.behaviour.watchFalls() },
		{ name: 'outbox', everyMs: SECOND, run: async () => notifications.drain() },
		{ name: 'stop-audit', everyMs: MINUTE, run: async () => orders.auditStops() },
		{
			name: 'order-streams',
			everyMs: 5 * SECOND,
			run: async () => orders.followStreams(),
			end: () => orders.endStreams(),
		},
		{ name: 'reconcile-start', everyMs: 2 * SECOND, run: async () => reconciliation.catchUp() },
		{ name: 'reconcile-orders', everyMs: 10 * SECOND, run: async () => reconciliation.orders() },
		{ name: 'reconcile-holdings', everyMs: 30 * SECOND, run: async () => reconciliation.holdings() },
		{ name: 'reconcile-watch', everyMs: 30 * SECOND, run: async () => reconciliation.watchComparing() },
		{ name: 'equity', everyMs: 5 * SECOND, run: async () => orders.refreshEquity() },
		{ name: 'signal-expiry', everyMs: 10 * SECOND, run: async () => endOverdue(parts) },
		{ name: 'reservations', everyMs: 5 * SECOND, run: async () => orders.expireReservations() },
		{ name: 're-arm', everyMs: 10 * SECOND, run: async () => safety.rearmDue() },
		{ name: 'deliveries', everyMs: 10 * SECOND, run: async () => events.settleUnconfirmed() },
		{ name: 'audit-seal', everyMs: SECOND, run: async () => audit.keepSealed() },
		{ name: 'audit-checkpoint', everyMs: 10 * MINUTE, run: async () => audit.checkpoint() },
		{ name: 'compliance-days', everyMs: 10 * MINUTE, run: async () => parts.compliance.reviewDays() },
		{ name: 'forget-links', everyMs: HOUR, run: async () => emergency.forgetStopLinks() },
		{ name: 'news', everyMs: MINUTE, run: async () => parts.news.watch() },
		{ name: 'equity-curves', everyMs: MINUTE, run: async () => parts.riskWatch.thinCurves() },
		{ name: 'forget-seen', everyMs: 10 * MINUTE, run: async () => signals.forgetSeen() },
		{ name: 'behaviour-forget', everyMs: HOUR, run: async () => parts.behaviour.forgetOld() },
		{ name: 'readiness', everyMs: HOUR, run: async () => readiness.refresh() },
		{ name: 'slots-reconcile', everyMs: 15 * MINUTE, run: async () => firemodes.reconcileSlots() },
	];
}
