import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { appendEvent } from '../events';
import { newId, type FireMode, type Tier } from '../model';
import { ensurePaperAccount, type AccountPorts } from './accounts.service';
import type { MemberWish } from './input';
import { ALL_CHANNELS_ON, type Member } from './member';
import { memberInvalid, type Violation } from './members.errors';
import { currentTier, insertMember, lockMemberByHandle, updateMember } from './members.repository';
import { switchTier } from './tiers.service';

const FIRST_TIER: Tier = 'PRESS_PASS';

function newMember(kernel: Kernel, handle: string): Member {
	const now = kernel.clock.now();
	return {
		id: newId('mbr', kernel.clock, kernel.rng),
		handle,
		displayName: handle,
		zone: 'UTC',
		status: 'active',
		fireMode: 'MANUAL',
		autoSlots: 0,
		email: null,
		telegramChatId: null,
		phone: null,
		channels: ALL_CHANNELS_ON,
		createdAt: now,
		updatedAt: now,
	};
}

/** Slots asked for, or as they are; choosing FULL_AUTO without any means one. */
function slotsOf(member: Member, wish: MemberWish): number {
	if (wish.autoSlots !== undefined) return wish.autoSlots;
	return wish.fireMode === 'FULL_AUTO' ? Math.max(1, member.autoSlots) : member.autoSlots;
}

function switches(member: Member, wish: MemberWish): Member['channels'] {
	const { email, push, telegram } = wish.channels ?? {};
	return {
		email: email ?? member.channels.email,
		push: push ?? member.channels.push,
		telegram: telegram ?? member.channels.telegram,
	};
}

function wished(member: Member, wish: MemberWish): Member {
	return {
		...member,
		displayName: wish.displayName ?? member.displayName,
		zone: wish.zone ?? member.zone,
		status: wish.status ?? member.status,
		fireMode: wish.fireMode ?? member.fireMode,
		autoSlots: slotsOf(member, wish),
		email: wish.email === undefined ? member.email : wish.email,
		telegramChatId: wish.telegramChatId === undefined ? member.telegramChatId : wish.telegramChatId,
		channels: switches(member, wish),
	};
}

/** What is asked for explicitly and the tier does not include. */
function modeViolations(kernel: Kernel, wish: MemberWish, tier: Tier | null): Violation[] {
	const found: Violation[] = [];
	const rules = tier === null ? null : kernel.rules.policy.tiers[tier];
	const name = tier ?? 'none';
	if (wish.fireMode !== undefined && rules?.fireModes.includes(wish.fireMode) !== true) {
		const offered =
			rules === null ? 'nothing before a tier is granted' : rules.fireModes.join(', ');
		const message = `The tier ${name} does not include this fire mode. Choose a higher tier or one of: ${offered}.`;
		found.push({ field: 'fireMode', found: wish.fireMode, message });
	}
	const limit = rules?.autoSlots ?? 0;
	if (wish.autoSlots !== undefined && wish.autoSlots > limit) {
		const message = `The tier ${name} includes ${limit} auto slots. Ask for at most that many.`;
		found.push({ field: 'autoSlots', found: wish.autoSlots, message });
	}
	if (wish.fireMode === 'FULL_AUTO' && wish.autoSlots === 0) {
		const message = 'FULL_AUTO needs at least one slot.';
		found.push({ field: 'autoSlots', found: wish.autoSlots, message });
	}
	return found;
}

async function tellMode(
	trx: Trx,
	kernel: Kernel,
	change: { member: Member; previous: FireMode; actor: string },
): Promise<void> {
	const { member, previous, actor } = change;
	await appendEvent(trx, kernel, {
		type: 'member.mode_changed',
		memberId: member.id,
		subjectId: member.id,
		actor,
		payload: { mode: member.fireMode, slots: member.autoSlots, previous },
	});
}

const DATA_FIELDS = [
	'displayName',
	'zone',
	'status',
	'fireMode',
	'autoSlots',
	'email',
	'telegramChatId',
	'channels',
] as const;

/** Names of what differs: the audit trail keeps names of fields, not people's addresses. */
function changedFields(before: Member, after: Member): string[] {
	return DATA_FIELDS.filter(
		(field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
	);
}

async function saveChanges(
	trx: Trx,
	kernel: Kernel,
	before: Member,
	after: Member,
	{ actor, created }: { actor: string; created: boolean },
): Promise<void> {
	const fields = changedFields(before, after);
	if (fields.length > 0) await updateMember(trx, { ...after, updatedAt: kernel.clock.now() });
	if (!created && fields.length === 0) return;
	await appendAudit(trx, kernel, {
		actor,
		action: created ? 'member.created' : 'member.changed',
		subjectId: after.id,
		memberId: after.id,
		details: { handle: after.handle, fields },
	});
	const modeChanged = fields.includes('fireMode') || fields.includes('autoSlots');
	if (!created && modeChanged)
		await tellMode(trx, kernel, { member: after, previous: before.fireMode, actor });
}

/**
 * Makes the member as wished, or makes those changes; the same wish again changes nothing.
 * Two processes may ask for the same new handle at once: one makes it, the other finds it.
 * @throws FirecontrolError `MEMBER_INVALID`
 */
export async function upsertMember(
	trx: Trx,
	kernel: Kernel,
	ports: AccountPorts,
	wish: MemberWish,
): Promise<Member> {
	const fresh = newMember(kernel, wish.handle);
	const created = await insertMember(trx, fresh);
	const before = (await lockMemberByHandle(trx, wish.handle)) ?? fresh;
	const known = created ? null : await currentTier(trx, before.id, kernel.clock.now());
	const tier = wish.tier ?? (created ? FIRST_TIER : known);
	const violations = modeViolations(kernel, wish, tier);
	if (violations.length > 0) throw memberInvalid(violations);
	const after = wished(before, wish);
	await saveChanges(trx, kernel, before, after, { actor: wish.actor, created });
	if (tier !== null && tier !== known) {
		await switchTier(trx, kernel, after.id, tier, wish.actor);
	}
	if (wish.paperAccount !== undefined) {
		await ensurePaperAccount(trx, kernel, ports, after, wish.paperAccount, wish.actor);
	}
	return after;
}
