import type { Conn, Trx } from '../../db';
import { parseStored, type MemberId, type StopLinkId, type TripId } from '../../model';
import type { StopWish } from '../emergency';
import type { StopLink } from './stop-link';

/** Columns of `stop_links`. */
interface StopLinkRow {
	id: StopLinkId;
	member_id: MemberId;
	command: string;
	made_by: string;
	created_at: number;
	expires_at: number;
	used_at: number | null;
	trip_id: TripId | null;
	policy_version: string;
}

function toStopLink(row: StopLinkRow): StopLink {
	return {
		id: row.id,
		memberId: row.member_id,
		wish: parseStored<StopWish>(row.command),
		madeBy: row.made_by,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
		usedAt: row.used_at,
		tripId: row.trip_id,
		policyVersion: row.policy_version,
	};
}

export async function insertStopLink(trx: Trx, link: StopLink): Promise<void> {
	await trx<StopLinkRow>('stop_links').insert({
		id: link.id,
		member_id: link.memberId,
		command: JSON.stringify(link.wish),
		made_by: link.madeBy,
		created_at: link.createdAt,
		expires_at: link.expiresAt,
		used_at: link.usedAt,
		trip_id: link.tripId,
		policy_version: link.policyVersion,
	});
}

export async function findStopLink(conn: Conn, id: StopLinkId): Promise<StopLink | null> {
	const row = await conn<StopLinkRow>('stop_links').where({ id }).first();
	return row === undefined ? null : toStopLink(row);
}

/** The link, locked until the transaction ends, or null. */
export async function lockStopLink(trx: Trx, id: StopLinkId): Promise<StopLink | null> {
	const row = await trx<StopLinkRow>('stop_links').where({ id }).forUpdate().first();
	return row === undefined ? null : toStopLink(row);
}

/** Marks a locked link as used. */
export async function useStopLink(
	trx: Trx,
	id: StopLinkId,
	tripId: TripId,
	now: number,
): Promise<void> {
	await trx<StopLinkRow>('stop_links').where({ id }).update({ used_at: now, trip_id: tripId });
}

/** Forgets links that ended before then: their pages say so without them. */
export async function forgetStopLinks(conn: Conn, before: number): Promise<number> {
	return conn<StopLinkRow>('stop_links').where('expires_at', '<', before).delete();
}
