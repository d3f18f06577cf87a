import type { Conn, Trx } from '../db';
import { isId, type EntitlementId, type FireMode, type MemberId, type Tier } from '../model';
import type { Entitlement, Member } from './member';
import { latestTier } from './tier';
import {
	toEntitlement,
	toMember,
	toMemberRow,
	type EntitlementRow,
	type MemberRow,
} from './members.table';

/** The handle as it is stored and compared: handles do not tell upper from lower case. */
export function normalHandle(handle: string): string {
	return handle.trim().toLowerCase();
}

export async function findMember(conn: Conn, id: MemberId): Promise<Member | null> {
	const row = await conn<MemberRow>('members').where({ id }).first();
	return row === undefined ? null : toMember(row);
}

export async function findMemberByHandle(conn: Conn, handle: string): Promise<Member | null> {
	const row = await conn<MemberRow>('members')
		.where({ handle: normalHandle(handle) })
		.first();
	return row === undefined ? null : toMember(row);
}

/** By id or by handle, whichever the text is. */
export async function resolveMember(conn: Conn, idOrHandle: string): Promise<Member | null> {
	if (isId('mbr', idOrHandle)) return findMember(conn, idOrHandle);
	return findMemberByHandle(conn, idOrHandle);
}

/** The member, locked until the transaction ends (after the latch, before the accounts), or null. */
export async function lockMember(trx: Trx, id: MemberId): Promise<Member | null> {
	const row = await trx<MemberRow>('members').where({ id }).forUpdate().first();
	return row === undefined ? null : toMember(row);
}

/** Stores the member unless its handle is taken; says whether it did. */
export async function insertMember(trx: Trx, member: Member): Promise<boolean> {
	const rows = await trx<MemberRow>('members')
		.insert(toMemberRow(member))
		.onConflict('handle')
		.ignore()
		.returning('id');
	return rows.length > 0;
}

export async function lockMemberByHandle(trx: Trx, handle: string): Promise<Member | null> {
	const row = await trx<MemberRow>('members').where({ handle }).forUpdate().first();
	return row === undefined ? null : toMember(row);
}

export async function updateMember(trx: Trx, member: Member): Promise<void> {
	await trx<MemberRow>('members').where({ id: member.id }).update(toMemberRow(member));
}

/** Stores how the member wants signals fired; whether it is allowed is the caller's to know. */
export async function saveFireMode(
	trx: Trx,
	id: MemberId,
	choice: { readonly mode: FireMode; readonly slots: number },
	now: number,
): Promise<void> {
	await trx<MemberRow>('members')
		.where({ id })
		.update({ fire_mode: choice.mode, auto_slots: choice.slots, updated_at: now });
}

/** Entitlements of the member, the latest begun last. */
export async function entitlementsOf(conn: Conn, id: MemberId): Promise<Entitlement[]> {
	const rows = await conn<EntitlementRow>('entitlements')
		.where({ member_id: id })
		.orderBy(['from_at', 'created_at', 'id']);
	return rows.map(toEntitlement);
}

/** The member's tier at `at`, or null. */
export async function currentTier(conn: Conn, id: MemberId, at: number): Promise<Tier | null> {
	return latestTier(await entitlementsOf(conn, id), at);
}

export async function insertEntitlement(trx: Trx, entitlement: Entitlement): Promise<void> {
	await trx<EntitlementRow>('entitlements').insert({
		id: entitlement.id,
		member_id: entitlement.memberId,
		tier: entitlement.tier,
		from_at: entitlement.from,
		until_at: entitlement.until,
		source: entitlement.source,
		created_at: entitlement.createdAt,
	});
}

export async function endEntitlements(
	trx: Trx,
	ids: readonly EntitlementId[],
	until: number,
): Promise<void> {
	if (ids.length === 0) return;
	await trx<EntitlementRow>('entitlements')
		.whereIn('id', [...ids])
		.update({ until_at: until });
}
