import type { Kernel, Trx } from '../db';
import { lockAccount, lockMember } from '../members';
import type { AccountId, SignalId, VerdictId } from '../model';
import { FirecontrolError, isId, isoTime, newId } from '../model';
import { liveReservation, releaseReservation, type EntryTerms } from '../orders';
import { isApproved, type Verdict } from '../risk';
import type { FireModeDeps } from './deps';
import type { FireModeChoice } from './mode';
import { routing, type RoutingReason } from './routing';
import { acquireSlot } from './slots.repository';
import { choiceOf } from './slots.service';
import type { SlotLease, Ticket, TicketEvent } from './ticket';
import { coded, NO_REASON, verdictReason, type TicketReason } from './reason';
import { byQueueRank, queuedTickets } from './tickets.queries';
import { findTicketOf } from './tickets.repository';
import { openTicket, type NewTicket } from './tickets.service';

/** Which judged signal to route: its verdict, or its (signal, account). */
export type RouteTarget =
	| VerdictId
	| { readonly signalId: SignalId; readonly accountId: AccountId };

/** What became of it, by the output of the router that it leaves on. */
export interface Routed {
	readonly outcome: 'held' | 'fire' | 'queued' | 'refused';
	readonly ticket: Ticket;
}

const OUTCOMES = {
	HELD: 'held',
	QUEUED: 'queued',
	FIRED: 'fire',
	REFUSED: 'refused',
	EXPIRED: 'refused',
	CANCELLED: 'refused',
} as const satisfies Record<Ticket['state'], Routed['outcome']>;

const routed = (ticket: Ticket): Routed => ({ outcome: OUTCOMES[ticket.state], ticket });

function reasonOf(why: RoutingReason, verdict: Verdict, slots: number): TicketReason {
	switch (why) {
		case 'BLOCKED':
			return verdictReason(verdict);
		case 'CAPACITY': {
			const waiting = verdict.checks.find((check) => check.code === 'WAITS_FOR_CAPACITY');
			return waiting === undefined
				? coded('WAITS_FOR_CAPACITY', { waiting_for: 'capacity' })
				: { code: waiting.code, message: waiting.message };
		}
		case 'EXPIRED':
			return coded('TICKET_EXPIRED', { expires_at: isoTime(verdict.expiresAt) });
		case 'RESERVATION':
			return coded('RESERVATION_EXPIRED');
		case 'OUTRANKED':
			return coded('NO_SLOT', { limit: slots });
		case 'MODE':
		case 'NO_OPENING':
			return NO_REASON;
	}
}

function draftOf(
	kernel: Kernel,
	verdict: Verdict & { accountId: AccountId; memberId: Ticket['memberId'] },
	mode: Ticket['mode'],
	terms: EntryTerms | null,
): NewTicket {
	const now = kernel.clock.now();
	return {
		id: newId('tkt', kernel.clock, kernel.rng),
		signalId: verdict.signalId,
		accountId: verdict.accountId,
		memberId: verdict.memberId,
		verdictId: verdict.id,
		action: verdict.action,
		symbol: verdict.intent?.symbol ?? verdict.symbol,
		side: verdict.side,
		mode,
		...NO_REASON,
		terms,
		quantity: verdict.intent?.quantity ?? null,
		confidence: verdict.confidence,
		attempt: 0,
		orderId: null,
		slot: null,
		firedBy: null,
		firedAt: null,
		placedAt: null,
		expiresAt: verdict.expiresAt,
		createdAt: now,
		updatedAt: now,
		policyVersion: kernel.rules.version,
	};
}

interface Decision {
	readonly event: TicketEvent;
	readonly reason: TicketReason;
	readonly slot: SlotLease | null;
}

async function decide(
	trx: Trx,
	kernel: Kernel,
	verdict: Verdict,
	draft: NewTicket,
	choice: FireModeChoice,
): Promise<Decision> {
	const now = kernel.clock.now();
	const { reservationId } = verdict;
	const reserved =
		reservationId !== null && (await liveReservation(trx, reservationId, now)) !== null;
	const auto = choice.mode === 'FULL_AUTO' && verdict.action === 'open';
	const [head] = auto ? await queuedTickets(trx, draft.memberId) : [];
	const found = routing({
		action: verdict.action,
		blocked: !isApproved(verdict),
		waitsForCapacity: verdict.waitsForCapacity,
		expired: verdict.expiresAt <= now,
		mode: choice.mode,
		reserved,
		outranked: head !== undefined && byQueueRank(head, { ...draft, state: 'QUEUED' }) < 0,
	});
	if (found.event !== 'fire?') {
		const reason = reasonOf(found.why, verdict, choice.slots);
		return { event: found.event, reason, slot: null };
	}
	const slot = await acquireSlot(trx, draft.memberId, choice.slots, draft.id, now);
	return slot === null
		? { event: 'queue', reason: reasonOf('OUTRANKED', verdict, choice.slots), slot }
		: { event: 'fire', reason: NO_REASON, slot };
}

/** Under the member's lock; an order is not made here, so neither latch nor account are needed. */
async function routeVerdict(
	trx: Trx,
	kernel: Kernel,
	verdict: Verdict & { accountId: AccountId; memberId: Ticket['memberId'] },
	actor: string,
	terms: EntryTerms | null,
): Promise<Ticket> {
	const member = await lockMember(trx, verdict.memberId);
	const known = await findTicketOf(trx, verdict.signalId, verdict.accountId);
	if (known !== null) return known;
	const choice = await choiceOf(trx, kernel, member);
	const draft = draftOf(kernel, verdict, choice.mode, terms);
	const { event, reason, slot } = await decide(trx, kernel, verdict, draft, choice);
	// Whoever does not fire now holds nothing back from the others.
	if (event !== 'fire' && verdict.reservationId !== null) {
		await lockAccount(trx, verdict.accountId);
		await releaseReservation(trx, kernel, verdict.reservationId);
	}
	const fired = event === 'fire' ? { firedBy: actor, firedAt: draft.createdAt } : {};
	return openTicket(trx, kernel, { ...draft, ...reason, ...fired, slot }, event, actor);
}

/**
 * Makes the ticket of a verdict: held, fired, queued or refused. The same (signal, account) again
 * gives the stored ticket.
 * @throws FirecontrolError `VERDICT_UNKNOWN`, `VERDICT_WITHOUT_ACCOUNT`
 */
export async function route(
	{ kernel, risk }: FireModeDeps,
	target: RouteTarget,
	actor: string,
	terms: EntryTerms | null = null,
): Promise<Routed> {
	const verdict = isId('vrd', target)
		? await risk.get(target)
		: typeof target === 'string'
			? null
			: await risk.find(target.signalId, target.accountId, 'intake');
	if (verdict === null) {
		throw new FirecontrolError(
			'VERDICT_UNKNOWN',
			'There is no verdict for this signal and account. Let the Risk Gate judge it first.',
			{ details: { target } },
		);
	}
	const { accountId, memberId } = verdict;
	if (accountId === null || memberId === null) {
		throw new FirecontrolError(
			'VERDICT_WITHOUT_ACCOUNT',
			'The verdict is for no account, so there is nothing to fire. Route only what the Risk Gate sends out on Approved.',
			{ details: { verdict_id: verdict.id, code: verdict.code } },
		);
	}
	const judged = { ...verdict, accountId, memberId };
	return routed(
		await kernel.transaction(async (trx) => routeVerdict(trx, kernel, judged, actor, terms)),
	);
}
