import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { newId, type MemberId, type Tier } from '../model';
import type { Entitlement } from './member';
import { endEntitlements, entitlementsOf, insertEntitlement } from './members.repository';
import { isActive } from './tier';

/** A tier for a span of time, checked. */
export interface Grant {
	readonly tier: Tier;
	readonly from: number;
	readonly until: number | null;
	readonly source: string;
}

/**
 * Adds an entitlement; rows stay as a record of what counted when. One granted earlier from the
 * very same moment never counts, so that the later grant wins. Call it under the member's lock.
 */
export async function grantTier(
	trx: Trx,
	kernel: Kernel,
	memberId: MemberId,
	grant: Grant,
	actor: string,
): Promise<Entitlement> {
	const same = (await entitlementsOf(trx, memberId)).filter((row) => row.from === grant.from);
	await endEntitlements(
		trx,
		same.map((row) => row.id),
		grant.from,
	);
	const entitlement: Entitlement = {
		id: newId('ent', kernel.clock, kernel.rng),
		memberId,
		...grant,
		createdAt: kernel.clock.now(),
	};
	await insertEntitlement(trx, entitlement);
	await appendAudit(trx, kernel, {
		actor,
		action: 'member.tier_granted',
		subjectId: memberId,
		memberId,
		details: { ...grant, entitlement: entitlement.id },
	});
	return entitlement;
}

/** Ends what counts now and grants the tier from now on; later grants stay. */
export async function switchTier(
	trx: Trx,
	kernel: Kernel,
	memberId: MemberId,
	tier: Tier,
	actor: string,
): Promise<void> {
	const now = kernel.clock.now();
	const active = (await entitlementsOf(trx, memberId)).filter((row) => isActive(row, now));
	await endEntitlements(
		trx,
		active.map((row) => row.id),
		now,
	);
	await grantTier(trx, kernel, memberId, { tier, from: now, until: null, source: actor }, actor);
}
