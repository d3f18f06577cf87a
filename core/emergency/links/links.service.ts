import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { findMember, readSignedLink, signLink } from '../../members';
import {
	isId, isRefused, newId, refuse, SECOND,
	type ConfirmationId, type MemberId, type Refused,
} from '../../model';
import { lockLatch, type Trip } from '../../safety';
import { askToConfirm, lockConfirmation, useConfirmation } from '../confirmations.repository';
import type { Acting, Confirmation, StopState, StopTarget } from '../emergency';
import { readImpact } from '../impact';
import { memberActor } from '../permission';
import { tripStatus } from '../status.service';
import { refuseConfirmation, refuseWish, stopNow } from '../stop.service';
import type { StopLink, StopLinkView } from './stop-link';
import { findStopLink, insertStopLink, lockStopLink, useStopLink } from './stop-links.repository';

/** What stop links are signed for. */
const PURPOSE = 'stop';

/** Which links to make. */
export interface StopLinksWish extends StopTarget {
	/** On whose behalf they stop: the scope must be theirs. */
	readonly memberId: MemberId;
	readonly states: readonly StopState[];
	readonly reason: string;
	/** Seconds; null: as the policy says. */
	readonly validForSeconds: number | null;
	readonly actor: string;
}

/** A link that was made: `token` goes into the address. */
export interface MadeStopLink {
	readonly state: StopState;
	readonly token: string;
	/** ms UTC. */
	readonly expiresAt: number;
}

/** What a message's links do. */
const MESSAGE_STATES = ['PAUSED', 'FLATTENING'] as const satisfies readonly StopState[];

const actingOf = ({ memberId }: Pick<StopLink, 'memberId'>): Acting => ({
	by: memberId,
	actor: memberActor(memberId),
});

async function write(trx: Trx, kernel: Kernel, wish: StopLinksWish, state: StopState): Promise<MadeStopLink> {
	const { clock, rng, rules } = kernel;
	const { stopLinkSeconds, stopLinkSecondsMax } = rules.policy.emergency;
	const seconds = Math.min(wish.validForSeconds ?? stopLinkSeconds, stopLinkSecondsMax);
	const now = clock.now();
	const { scope, scopeId, symbol, reason } = wish;
	const link: StopLink = {
		id: newId('stl', clock, rng),
		memberId: wish.memberId,
		wish: { scope, scopeId, symbol, state, reason },
		madeBy: wish.actor,
		createdAt: now,
		expiresAt: now + seconds * SECOND,
		usedAt: null,
		tripId: null,
		policyVersion: rules.version,
	};
	await insertStopLink(trx, link);
	await appendAudit(trx, kernel, {
		actor: wish.actor,
		action: 'stop_link.made',
		subjectId: link.id,
		memberId: wish.memberId,
		details: { scope, scope_id: scopeId, symbol, state, expires_at: link.expiresAt },
	});
	return { state, token: signLink(kernel, PURPOSE, link), expiresAt: link.expiresAt };
}

/**
 * Makes signed links, each of which stops once, with the member's own rights. Refused as a stop of
 * the member would be: `STOP_INVALID`, `STOP_REASON`, `STOP_NOT_PERMITTED`; `MEMBER_UNKNOWN`.
 */
export async function makeStopLinks(
	kernel: Kernel,
	wish: StopLinksWish,
): Promise<MadeStopLink[] | Refused> {
	const { conn, clock } = kernel;
	if ((await findMember(conn, wish.memberId)) === null) return refuse('MEMBER_UNKNOWN', { id: wish.memberId });
	for (const state of wish.states) {
		const refused = await refuseWish(conn, { ...wish, ...actingOf(wish), state }, clock.now());
		if (refused !== null) return refused;
	}
	return kernel.transaction(async (trx) => {
		const made: MadeStopLink[] = [];
		for (const state of wish.states) made.push(await write(trx, kernel, wish, state));
		return made;
	});
}

/**
 * A member's own links for a message that is being written: one that pauses all their accounts, one
 * that closes everything on them.
 */
export async function linksForMessage(
	trx: Trx,
	kernel: Kernel,
	message: { readonly memberId: MemberId; readonly reason: string; readonly actor: string },
): Promise<MadeStopLink[]> {
	const { memberId } = message;
	const wish: StopLinksWish = {
		...message, scope: 'member', scopeId: memberId, symbol: null, states: MESSAGE_STATES,
		validForSeconds: null,
	};
	const made: MadeStopLink[] = [];
	for (const state of MESSAGE_STATES) made.push(await write(trx, kernel, wish, state));
	return made;
}

async function whoOf(kernel: Kernel, { memberId }: StopLink): Promise<string> {
	return (await findMember(kernel.conn, memberId))?.handle ?? 'a member who is gone';
}

/** Why a genuine link does nothing any more, or null. */
async function ended(kernel: Kernel, link: StopLink | null, expiresAt: number): Promise<StopLinkView | null> {
	if (link !== null && link.usedAt !== null) {
		const status = link.tripId === null ? null : await tripStatus(kernel, link.tripId);
		return { kind: 'used', usedAt: link.usedAt, status };
	}
	// One that expired long ago is forgotten; its signature still says when that was.
	if (link === null || expiresAt <= kernel.clock.now()) return { kind: 'expired', expiresAt };
	return null;
}

/** What the page of a link shows. Looks only: a link that is merely opened does nothing. */
export async function viewStopLink(kernel: Kernel, token: string): Promise<StopLinkView> {
	const signed = readSignedLink(kernel, PURPOSE, 'stl', token);
	if (signed === null) return { kind: 'forged' };
	const link = await findStopLink(kernel.conn, signed.id);
	const over = await ended(kernel, link, signed.expiresAt);
	if (over !== null || link === null) return over ?? { kind: 'forged' };
	const impact = await readImpact(kernel.conn, link.wish, kernel.clock.now());
	return { kind: 'ready', link, who: await whoOf(kernel, link), impact };
}

type Pressed = Trip | Refused | Confirmation | 'used';

/** Flattening by link asks once; the confirmation is of this link's member and of what it says. */
async function confirmed(
	trx: Trx,
	kernel: Kernel,
	link: StopLink,
	confirmation: ConfirmationId,
): Promise<Refused | null> {
	const acting = actingOf(link);
	const stored = await lockConfirmation(trx, confirmation);
	const refused = refuseConfirmation(stored, acting, kernel.clock.now());
	if (refused !== null) return refused;
	const same = stored?.kind === 'flatten' && JSON.stringify(stored.wish) === JSON.stringify(link.wish);
	if (!same) return refuse('CONFIRMATION_UNKNOWN');
	await useConfirmation(trx, confirmation, acting.actor, kernel.clock.now());
	return null;
}

async function press(
	trx: Trx,
	kernel: Kernel,
	id: StopLink['id'],
	confirmation: string,
): Promise<Pressed> {
	await lockLatch(trx, 'exclusive');
	const link = await lockStopLink(trx, id);
	if (link === null || link.usedAt !== null) return 'used';
	const acting = actingOf(link);
	const forbidden = await refuseWish(trx, { ...link.wish, ...acting }, kernel.clock.now());
	if (forbidden !== null) return forbidden;
	if (link.wish.state === 'FLATTENING') {
		if (confirmation === '') {
			return askToConfirm(trx, kernel, { kind: 'flatten', wish: link.wish }, acting.actor);
		}
		if (!isId('cnf', confirmation)) return refuse('CONFIRMATION_UNKNOWN');
		const refused = await confirmed(trx, kernel, link, confirmation);
		if (refused !== null) return refused;
	}
	const { trip } = await stopNow(trx, kernel, { ...link.wish, ...acting });
	await useStopLink(trx, id, trip.id, kernel.clock.now());
	await appendAudit(trx, kernel, {
		actor: acting.actor, action: 'stop_link.used', subjectId: id, details: { trip: trip.id },
	});
	return trip;
}

/**
 * The press on a link's page: pauses at once; flattening asks first and acts with its confirmation.
 * A link that has acted does nothing more.
 */
export async function pressStopLink(
	kernel: Kernel,
	token: string,
	confirmation: string,
): Promise<StopLinkView> {
	const before = await viewStopLink(kernel, token);
	if (before.kind !== 'ready') return before;
	const { link, who, impact } = before;
	const pressed = await kernel.transaction(async (trx) => press(trx, kernel, link.id, confirmation));
	if (pressed === 'used') return viewStopLink(kernel, token);
	if (isRefused(pressed)) return { kind: 'refused', message: pressed.message };
	if ('scope' in pressed) {
		return { kind: 'stopped', link, who, status: await tripStatus(kernel, pressed.id) };
	}
	return { kind: 'asks', link, who, impact, confirmation: pressed };
}
