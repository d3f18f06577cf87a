import type { Trx } from '../db';
import { releaseReservation, type MadeEntry } from '../orders';
import type { MemberId, TicketId } from '../model';
import { isoTime, messageOf, SECOND } from '../model';
import type { MarketView } from '../risk';
import type { FireModeDeps } from './deps';
import { fireGated, viewOf } from './firing.service';
import { waitsForNews } from './news-pause';
import { coded } from './reason';
import { acquireSlot } from './slots.repository';
import { choiceOf, freeAllEnded, hasFreeSlot } from './slots.service';
import { refuseWhileStopped } from './stopped';
import type { Ticket } from './ticket';
import { expiredTicketIds, queuedTickets } from './tickets.queries';
import { findTicket, lockTicket } from './tickets.repository';
import { lockFiring, moveTicket } from './tickets.service';

const ACTOR = 'engine';
/** Tickets that one pass ends; the next pass, a second later, takes the rest. */
const EXPIRE_BATCH = 100;
/** Waiting tickets of one member that one pass tries while a slot is free. */
const TRIES_PER_MEMBER = 10;

/** What one try to fire the next waiting ticket came to. */
type Try =
	| { readonly kind: 'fired'; readonly made: MadeEntry }
	/** This one is done for; the next may be tried. */
	| { readonly kind: 'next' }
	/** No slot: nothing else of this member can fire either. */
	| { readonly kind: 'full' };

/** Thrown to undo a judgement that changes nothing, so that waiting does not fill the verdicts. */
class StillWaits extends Error {}

async function fireQueued(
	trx: Trx,
	deps: FireModeDeps,
	seen: Ticket,
	view: MarketView,
): Promise<Try> {
	const { kernel } = deps;
	const member = await lockFiring(trx, seen);
	const ticket = await lockTicket(trx, seen.id);
	const now = kernel.clock.now();
	if (ticket === null || ticket.state !== 'QUEUED' || ticket.expiresAt <= now) {
		return { kind: 'next' };
	}
	if ((await refuseWhileStopped(trx, kernel, ticket)) !== null) return { kind: 'next' };
	const choice = await choiceOf(trx, kernel, member);
	if (choice.mode !== 'FULL_AUTO') {
		await moveTicket(trx, kernel, ticket, 'hold', { mode: choice.mode, code: null, message: null }, ACTOR);
		return { kind: 'next' };
	}
	if (await waitsForNews(trx, kernel, ticket, view)) return { kind: 'next' };
	const slot = await acquireSlot(trx, ticket.memberId, choice.slots, ticket.id, now);
	if (slot === null) return { kind: 'full' };
	const attempt = await fireGated(trx, deps, { ticket, view, slot, actor: ACTOR });
	if (attempt.kind === 'waits') throw new StillWaits();
	return attempt.kind === 'fired' ? { kind: 'fired', made: attempt.made } : { kind: 'next' };
}

function isFresh({ kernel }: FireModeDeps, { market, quote }: MarketView): boolean {
	const limit = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	return market === null || (quote !== null && kernel.clock.now() - quote.at <= limit);
}

async function tryNext(deps: FireModeDeps, ticket: Ticket): Promise<Try> {
	const { kernel } = deps;
	if ((await refuseWhileStopped(kernel.conn, kernel, ticket)) !== null) return { kind: 'next' };
	if (!(await hasFreeSlot(kernel, ticket.memberId))) return { kind: 'full' };
	const view = await viewOf(deps, ticket);
	// A feed that stumbles must not end everything that waits: it is asked again a second later.
	if (!isFresh(deps, view)) return { kind: 'next' };
	if (await waitsForNews(deps.kernel.conn, deps.kernel, ticket, view)) return { kind: 'next' };
	try {
		const tried = await deps.kernel.transaction(async (trx) => fireQueued(trx, deps, ticket, view));
		if (tried.kind === 'fired') await deps.orders.sendEntry(tried.made);
		return tried;
	} catch (error) {
		if (error instanceof StillWaits) return { kind: 'next' };
		throw error;
	}
}

function byMember(tickets: readonly Ticket[]): Map<MemberId, Ticket[]> {
	const queues = new Map<MemberId, Ticket[]>();
	for (const ticket of tickets) {
		const queue = queues.get(ticket.memberId);
		if (queue === undefined) queues.set(ticket.memberId, [ticket]);
		else queue.push(ticket);
	}
	return queues;
}

/**
 * Fires what waits into the slots that are free: of each member the best first (confidence, then
 * expiry), and one of every member before a second of any. Returns how many fired.
 */
export async function refill(deps: FireModeDeps): Promise<number> {
	const { kernel } = deps;
	await freeAllEnded(kernel);
	const queues = byMember(await queuedTickets(kernel.conn, null));
	let fired = 0;
	for (let round = 0; round < TRIES_PER_MEMBER && queues.size > 0; round++) {
		for (const [memberId, queue] of [...queues]) {
			const ticket = queue.shift();
			if (ticket === undefined) {
				queues.delete(memberId);
				continue;
			}
			try {
				const tried = await tryNext(deps, ticket);
				if (tried.kind === 'full') queues.delete(memberId);
				if (tried.kind === 'fired') fired++;
			} catch (error) {
				// One ticket's trouble must not keep the other members waiting.
				queues.delete(memberId);
				kernel.log.error('A queued ticket could not be fired; it is tried again.', {
					ticket: ticket.id,
					error: messageOf(error),
				});
			}
		}
	}
	return fired;
}

async function expireOne({ kernel, risk }: FireModeDeps, id: TicketId): Promise<boolean> {
	const seen = await findTicket(kernel.conn, id);
	if (seen === null) return false;
	return kernel.transaction(async (trx) => {
		await lockFiring(trx, seen);
		const ticket = await lockTicket(trx, id);
		const waits = ticket !== null && ['HELD', 'QUEUED', 'FIRED'].includes(ticket.state);
		if (!waits || ticket.placedAt !== null || ticket.expiresAt > kernel.clock.now()) return false;
		const reason = coded('TICKET_EXPIRED', { expires_at: isoTime(ticket.expiresAt) });
		await moveTicket(trx, kernel, ticket, 'expire', reason, ACTOR);
		const reservation = (await risk.get(ticket.verdictId, trx))?.reservationId ?? null;
		if (reservation !== null) await releaseReservation(trx, kernel, reservation);
		return true;
	});
}

/** Ends tickets that have not become an order by their expiry. Returns how many. */
export async function expire(deps: FireModeDeps): Promise<number> {
	const { kernel } = deps;
	let expired = 0;
	for (const id of await expiredTicketIds(kernel.conn, kernel.clock.now(), EXPIRE_BATCH)) {
		if (await expireOne(deps, id)) expired++;
	}
	return expired;
}
