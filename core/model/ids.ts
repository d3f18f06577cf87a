import { createHash } from 'node:crypto';
import type { Clock } from './clock';
import type { Rng } from './rng';

export type SignalId = `sig_${string}`;
export type MemberId = `mbr_${string}`;
export type AccountId = `acc_${string}`;
export type VerdictId = `vrd_${string}`;
export type ReservationId = `rsv_${string}`;
export type TicketId = `tkt_${string}`;
export type OrderId = `ord_${string}`;
export type TradeId = `trd_${string}`;
export type FillId = `fil_${string}`;
export type EventId = `evt_${string}`;
export type TripId = `trp_${string}`;
export type MessageId = `msg_${string}`;
export type EntitlementId = `ent_${string}`;
export type SubscriptionId = `psh_${string}`;
export type LeaseHolder = `hld_${string}`;
export type IssueId = `iss_${string}`;
export type AdjustmentId = `adj_${string}`;
export type OverrideId = `ovr_${string}`;
export type ConfirmationId = `cnf_${string}`;
export type StopLinkId = `stl_${string}`;
export type NewsEventId = `nws_${string}`;
export type DrillId = `drl_${string}`;

/** Every id the system makes: a three-letter kind, an underscore, 26 sortable characters. */
export type AnyId =
	| SignalId | MemberId | AccountId | VerdictId | ReservationId | TicketId | OrderId | TradeId
	| FillId | EventId | TripId | MessageId | EntitlementId | SubscriptionId | LeaseHolder | IssueId
	| AdjustmentId | OverrideId | ConfirmationId | StopLinkId | NewsEventId | DrillId;

type PrefixOf<T> = T extends `${infer Prefix}_${string}` ? Prefix : never;
export type IdPrefix = PrefixOf<AnyId>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function base32(bytes: Uint8Array, length: number): string {
	let text = '';
	for (let index = 0; index < length; index++) text += ALPHABET.charAt((bytes[index] ?? 0) % 32);
	return text;
}

function timePart(now: number): string {
	let rest = now;
	let text = '';
	for (let index = 0; index < 10; index++) {
		text = ALPHABET.charAt(rest % 32) + text;
		rest = Math.floor(rest / 32);
	}
	return text;
}

/** A new id that sorts by time of making. */
export function newId<P extends IdPrefix>(prefix: P, clock: Clock, rng: Rng): `${P}_${string}` {
	return `${prefix}_${timePart(clock.now())}${base32(rng.bytes(16), 16)}`;
}

/** Whether the text has the shape of an id of this kind. */
export function isId<P extends IdPrefix>(prefix: P, value: unknown): value is `${P}_${string}` {
	return typeof value === 'string' && new RegExp(`^${prefix}_[0-9a-z]{1,60}$`).test(value);
}

/**
 * Client order id: `fc` and 18 of [0-9a-z], derived from what the order is for, so that the same
 * intent always asks the venue under the same name. Short enough for every venue supported.
 */
export function clientOrderId(subject: string, leg: string, attempt: number): string {
	const digest = createHash('sha256').update(`${subject}|${leg}|${attempt}`).digest();
	return `fc${base32(digest, 18)}`;
}

/** Hex SHA-256 of text. */
export function sha256(text: string | Uint8Array): string {
	return createHash('sha256').update(text).digest('hex');
}
