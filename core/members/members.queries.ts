import type { Conn } from '../db';
import type { MemberId, Policy, SignalClass, Tier } from '../model';
import { toAccount, type AccountRow } from './accounts.table';
import { accountsOf } from './accounts.repository';
import { DRILL_PATTERN } from './drill';
import type { Account, Entitlement, Member, MemberView } from './member';
import { normalHandle } from './members.repository';
import { toEntitlement, toMember, type EntitlementRow, type MemberRow } from './members.table';
import { latestTier, maySee } from './tier';

const NOBODY: readonly never[] = [];

function byMember<T extends { readonly memberId: MemberId }>(
	rows: readonly T[],
): Map<MemberId, T[]> {
	const grouped = new Map<MemberId, T[]>();
	for (const row of rows) grouped.set(row.memberId, [...(grouped.get(row.memberId) ?? []), row]);
	return grouped;
}

async function entitlementsAt(
	conn: Conn,
	memberIds: readonly MemberId[],
	at: number,
): Promise<Map<MemberId, Entitlement[]>> {
	const rows = await conn<EntitlementRow>('entitlements')
		.whereIn('member_id', [...memberIds])
		.where('from_at', '<=', at)
		.where((open) => void open.whereNull('until_at').orWhere('until_at', '>', at))
		.orderBy(['from_at', 'created_at', 'id']);
	return byMember(rows.map(toEntitlement));
}

/** Bindings of one list in a statement at most. */
const CHUNK = 400;

/** The tiers of these members at `at`; members without one are missing. */
export async function tiersAt(
	conn: Conn,
	memberIds: readonly MemberId[],
	at: number,
): Promise<Map<MemberId, Tier>> {
	const tiers = new Map<MemberId, Tier>();
	for (let start = 0; start < memberIds.length; start += CHUNK) {
		const some = memberIds.slice(start, start + CHUNK);
		for (const [id, entitlements] of await entitlementsAt(conn, some, at)) {
			const tier = latestTier(entitlements, at);
			if (tier !== null) tiers.set(id, tier);
		}
	}
	return tiers;
}

/** The members with their tiers at `at` and their accounts. */
export async function viewMembers(
	conn: Conn,
	members: readonly Member[],
	at: number,
): Promise<MemberView[]> {
	const ids = members.map((member) => member.id);
	const entitlements = await entitlementsAt(conn, ids, at);
	const accounts = byMember(await accountsOf(conn, ids));
	return members.map((member) => ({
		...member,
		tier: latestTier(entitlements.get(member.id) ?? NOBODY, at),
		accounts: accounts.get(member.id) ?? [],
	}));
}

/** A page of members by handle; those of fire drills only where they are asked for. */
export async function listMembers(
	conn: Conn,
	page: { readonly limit: number; readonly offset: number; readonly drills: boolean },
): Promise<Member[]> {
	const rows = await conn<MemberRow>('members')
		.where((wanted) => void (page.drills || wanted.whereNot('handle', 'like', DRILL_PATTERN)))
		.orderBy('handle')
		.limit(page.limit)
		.offset(page.offset);
	return rows.map(toMember);
}

/** Who a signal is for. */
export interface EligibleQuery {
	/** null counts as RAPID_ASSAULT. */
	readonly class: SignalClass | null;
	/** For a close or a cancel tier, class and status do not count: an exit is never blocked. */
	readonly forExit: boolean;
	/** Handles the signal names; null for everybody. */
	readonly handles: readonly string[] | null;
	/** Time at which tiers are looked at. */
	readonly at: number;
	readonly policy: Policy;
}

/** An account that a signal goes to, with whose it is. */
export interface EligibleAccount {
	readonly member: Member;
	readonly account: Account;
	/** Null only for an exit, when no entitlement covers this moment. */
	readonly tier: Tier | null;
}

/**
 * Active accounts of active members whose tier may see the class (for an exit: every account of
 * everyone addressed), by handle and age of account, and the handles that no member has.
 */
export async function listEligible(
	conn: Conn,
	query: EligibleQuery,
): Promise<{ rows: EligibleAccount[]; unknownHandles: string[] }> {
	const wanted = query.handles === null ? null : [...new Set(query.handles.map(normalHandle))];
	const members = conn<MemberRow>('members').orderBy('handle');
	// A fire drill's member hears only what is addressed to it.
	if (wanted === null) void members.whereNot('handle', 'like', DRILL_PATTERN);
	else void members.whereIn('handle', wanted);
	const found = (await members).map(toMember);
	const known = new Set(found.map((member) => member.handle));
	const unknownHandles = (wanted ?? []).filter((handle) => !known.has(handle));
	const active = found.filter((member) => query.forExit || member.status === 'active');
	const ids = active.map((member) => member.id);
	const entitlements = await entitlementsAt(conn, ids, query.at);
	const accounts = conn<AccountRow>('accounts')
		.whereIn('member_id', ids)
		.orderBy(['created_at', 'id']);
	if (!query.forExit) void accounts.where({ status: 'active' });
	const perMember = byMember((await accounts).map(toAccount));
	const rows = active.flatMap((member) => {
		const tier = latestTier(entitlements.get(member.id) ?? NOBODY, query.at);
		const sees = tier !== null && maySee(query.policy, tier, query.class);
		if (!sees && !query.forExit) return [];
		return (perMember.get(member.id) ?? []).map((account) => ({ member, account, tier }));
	});
	return { rows, unknownHandles };
}
