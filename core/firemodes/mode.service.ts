import { appendAudit } from '../audit';
import type { Trx } from '../db';
import { appendEvent } from '../events';
import { currentTier, lockMember, memberAccounts, saveFireMode } from '../members';
import { isRefused, refuse, type MemberId, type Refused } from '../model';
import type { FireModeDeps } from './deps';
import { choiceRefusal, type FireModeChoice } from './mode';
import { queuedTickets } from './tickets.queries';
import { lockTicket } from './tickets.repository';
import { moveTicket } from './tickets.service';

/** The choice as it is stored now. */
export interface ModeSet extends FireModeChoice {
	readonly kind: 'set';
	readonly memberId: MemberId;
	readonly previous: FireModeChoice;
}

async function canLookUp(trx: Trx, { exchanges }: FireModeDeps, memberId: MemberId) {
	const accounts = (await memberAccounts(trx, memberId)).filter(({ status }) => status === 'active');
	return accounts.every((account) => exchanges.for(account.venue).capabilities.clientIdLookup);
}

/** What waited for a slot waits for the member now. */
async function holdQueued(
	trx: Trx,
	{ kernel }: FireModeDeps,
	memberId: MemberId,
	mode: FireModeChoice['mode'],
	actor: string,
): Promise<void> {
	const ids = (await queuedTickets(trx, memberId)).map((ticket) => ticket.id).sort();
	for (const id of ids) {
		const ticket = await lockTicket(trx, id);
		if (ticket?.state !== 'QUEUED') continue;
		await moveTicket(trx, kernel, ticket, 'hold', { mode, code: null, message: null }, actor);
	}
}

/**
 * Stores how the member's approved signals are fired from now on. Trades that are open keep their
 * slots; what was queued is held once the mode is no longer FULL_AUTO.
 */
export async function setMode(
	deps: FireModeDeps,
	memberId: MemberId,
	choice: FireModeChoice,
	actor: string,
): Promise<ModeSet | Refused> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		const member = await lockMember(trx, memberId);
		if (member === null) return refuse('MEMBER_UNKNOWN', { id: memberId });
		const tier = await currentTier(trx, memberId, kernel.clock.now());
		const clientIdLookup = await canLookUp(trx, deps, memberId);
		const refusal = choiceRefusal(choice, { tier, clientIdLookup }, kernel.rules.policy);
		if (isRefused(refusal)) return refusal;
		const previous: FireModeChoice = { mode: member.fireMode, slots: member.autoSlots };
		const slots = choice.mode === 'FULL_AUTO' ? choice.slots : previous.slots;
		const set: ModeSet = { kind: 'set', memberId, mode: choice.mode, slots, previous };
		if (previous.mode === set.mode && previous.slots === slots) return set;
		await saveFireMode(trx, memberId, { mode: set.mode, slots }, kernel.clock.now());
		if (set.mode !== 'FULL_AUTO') await holdQueued(trx, deps, memberId, set.mode, actor);
		await appendEvent(trx, kernel, {
			type: 'member.mode_changed',
			memberId,
			subjectId: memberId,
			actor,
			payload: { mode: set.mode, slots, previous: previous.mode },
		});
		await appendAudit(trx, kernel, {
			actor,
			action: 'member.mode_changed',
			subjectId: memberId,
			memberId,
			details: { mode: set.mode, slots, previous: previous.mode, previous_slots: previous.slots },
		});
		return set;
	});
}
