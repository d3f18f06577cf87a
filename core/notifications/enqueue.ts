import type { Kernel, Trx } from '../db';
import { linksForMessage, stopPageUrl } from '../emergency';
import type { DomainEvent } from '../events';
import { newId } from '../model';
import { decidingChecks, getVerdict } from '../risk';
import { findAddressee, type Addressee } from './addressee';
import { listChannels } from './channel-settings.repository';
import { renderAlert } from './messages';
import type { Alert, ChannelName, OutboxChannel, OutboxEntry } from './notification';
import {
	entriesOfEvent,
	insertNew,
	suppressRouted,
	takeOverRouted,
} from './outbox.repository';
import type { NewOutboxRow } from './outbox.table';
import { routeAlert, staysLocal, type Route } from './routing';
import { oneLine, TITLE_MAX, toText } from './text';

/** What the alert is put into the outbox for. */
export interface EnqueueOrder {
	/** `deliver` sends by our own channels; `route` only hands over to the workflow's nodes. */
	readonly purpose: 'deliver' | 'route';
	/** Channels that this call may use; the others are left for other calls. */
	readonly channels: readonly ChannelName[];
	/** Where webhooks are reached: critical alerts then carry links that stop trading. */
	readonly stopPages?: string | undefined;
}

/** What was decided for an event. */
export interface Enqueued {
	readonly addressee: Addressee;
	readonly alert: Alert;
	readonly routes: readonly Route[];
	readonly entries: readonly OutboxEntry[];
}

interface Draft {
	readonly kernel: Kernel;
	readonly event: DomainEvent;
	readonly addressee: Addressee;
	readonly alert: Alert;
}

type Fate = Pick<NewOutboxRow, 'state' | 'address' | 'reason'> & { readonly device?: string };

function draftRow(draft: Draft, channel: OutboxChannel, fate: Fate): NewOutboxRow {
	const { kernel, event, addressee, alert } = draft;
	const { device, ...columns } = fate;
	const now = kernel.clock.now();
	const key = [event.eventId, addressee.member.id, channel, ...(device === undefined ? [] : [device])];
	return {
		id: newId('msg', kernel.clock, kernel.rng),
		idempotency_key: key.join('|'),
		event_id: event.eventId,
		signal_id: event.signalId,
		account_id: event.accountId,
		member_id: addressee.member.id,
		type: alert.type,
		channel,
		priority: alert.priority,
		body: `${alert.title}\n${toText(alert)}`,
		alert: JSON.stringify(alert),
		attempts: 0,
		next_at: now,
		uncertain: 0,
		tried_at: null,
		hold_until: null,
		lease_token: null,
		lease_until: null,
		sent_at: null,
		provider_id: null,
		error: null,
		created_at: now,
		...columns,
	};
}

/** Rows of one channel: one an address, or one that says why there is none. */
function rowsOf(draft: Draft, route: Route, purpose: EnqueueOrder['purpose']): NewOutboxRow[] {
	const { channel, suppressed } = route;
	if (suppressed !== null) {
		return [draftRow(draft, channel, { state: 'SUPPRESSED', address: null, reason: suppressed })];
	}
	const state = purpose === 'deliver' ? 'PENDING' : 'ROUTED';
	return route.addresses.map((address) =>
		draftRow(draft, channel, {
			state,
			address,
			reason: null,
			...(channel === 'push' ? { device: address } : {}),
		}),
	);
}

/** What the checks that decided say, in their order. */
async function reasonsOf(trx: Trx, event: DomainEvent): Promise<string[]> {
	if (event.type !== 'verdict.issued') return [];
	const verdict = await getVerdict(trx, event.payload.verdict_id);
	return verdict === null ? [] : decidingChecks(verdict).map((check) => check.message);
}

const STOP_LABELS: Readonly<Record<string, string>> = {
	PAUSED: 'Pause my trading', FLATTENING: 'Close everything of mine',
};

/** A critical alert with the reader's own buttons; of a stop that is made already, as it is. */
async function withStopLinks(
	trx: Trx,
	kernel: Kernel,
	alert: Alert,
	{ member }: Addressee,
	{ stopPages }: EnqueueOrder,
): Promise<Alert> {
	if (stopPages === undefined || alert.priority !== 'critical') return alert;
	const reason = `By the link of the alert: ${alert.title}`;
	const links = await linksForMessage(trx, kernel, { memberId: member.id, reason, actor: 'system' });
	const facts = links.map(({ state, token }) => ({
		label: STOP_LABELS[state] ?? state,
		value: stopPageUrl(stopPages, token),
	}));
	return { ...alert, facts: [...alert.facts, ...facts] };
}

/**
 * Decides for every channel and writes the decision: in the caller's transaction, so that an event
 * and its alerts stand or fall together. A second call for the same event changes nothing, except
 * that what was routed may now be delivered. Null for events that nobody is told of.
 */
export async function enqueue(
	trx: Trx,
	kernel: Kernel,
	event: DomainEvent,
	order: EnqueueOrder,
): Promise<Enqueued | null> {
	const { purpose } = order;
	const settings = new Set((await listChannels(trx)).map((row) => row.channel));
	const configured = (channel: ChannelName) => purpose === 'route' || settings.has(channel);
	const addressee = await findAddressee(trx, event, configured);
	if (addressee === null) return null;
	const reader = { zone: addressee.member.zone };
	const alert = renderAlert(event, reader, await reasonsOf(trx, event));
	if (alert === null) return null;
	const before = await entriesOfEvent(trx, event.eventId);
	const told = before[0]?.alert ?? (await withStopLinks(trx, kernel, alert, addressee, order));
	const draft: Draft = { kernel, event, addressee, alert: told };
	const all = routeAlert(alert.priority, addressee.states);
	const routes = all.filter((route) => order.channels.includes(route.channel));
	const decided = new Set(before.map((entry) => entry.channel));
	const fresh = routes.filter((route) => !decided.has(route.channel));
	const rows = fresh.flatMap((route) => rowsOf(draft, route, purpose));
	if (staysLocal(all)) {
		rows.push(draftRow(draft, 'local', { state: 'LOCAL', address: null, reason: null }));
	}
	await insertNew(trx, rows);
	if (purpose === 'deliver') await settleRouted(trx, kernel, event, routes);
	const entries = await entriesOfEvent(trx, event.eventId);
	return { addressee, alert: told, routes, entries };
}

async function settleRouted(
	trx: Trx,
	kernel: Kernel,
	event: DomainEvent,
	routes: readonly Route[],
): Promise<void> {
	for (const { channel, suppressed } of routes) {
		if (suppressed === null) await takeOverRouted(trx, event.eventId, channel, kernel.clock.now());
		else await suppressRouted(trx, event.eventId, channel, suppressed);
	}
}

/** The subject line of an alert. */
export function subjectOf(alert: Alert): string {
	return oneLine(alert.title, TITLE_MAX);
}
