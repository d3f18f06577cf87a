import { appendAudit } from '../audit';
import type { Conn, Kernel, Trx } from '../db';
import { appendEvent } from '../events';
import { currentTier, findMember, lockMember, type Member } from '../members';
import type { MemberId } from '../model';
import { effectiveChoice, type FireModeChoice } from './mode';
import { endedSlots, slotlessTrades } from './slots.queries';
import { releaseSlot, slotsOf } from './slots.repository';
import { isEnded } from './slots.table';

/** The mode and slots of the member that count at this moment. */
export async function choiceOf(
	conn: Conn,
	kernel: Kernel,
	member: Member | null,
): Promise<FireModeChoice> {
	if (member === null) return { mode: 'MANUAL', slots: 0 };
	const tier = await currentTier(conn, member.id, kernel.clock.now());
	const stored = { mode: member.fireMode, slots: member.autoSlots };
	return effectiveChoice(stored, tier, kernel.rules.policy);
}

/** Frees the slots of the member's ended trades; call it under the member's lock. */
async function freeEndedSlots(trx: Trx, memberId: MemberId): Promise<number> {
	let freed = 0;
	for (const slot of await endedSlots(trx, memberId)) {
		if (await releaseSlot(trx, slot)) freed++;
	}
	return freed;
}

/** Frees every slot whose trade has ended, member by member. Returns how many. */
export async function freeAllEnded(kernel: Kernel): Promise<number> {
	const members = new Set((await endedSlots(kernel.conn, null)).map((slot) => slot.memberId));
	let freed = 0;
	for (const memberId of members) {
		freed += await kernel.transaction(async (trx) => {
			await lockMember(trx, memberId);
			return freeEndedSlots(trx, memberId);
		});
	}
	return freed;
}

/** Whether the member could fire one more now; a hint, decided again under the lock. */
export async function hasFreeSlot(kernel: Kernel, memberId: MemberId): Promise<boolean> {
	const choice = await choiceOf(kernel.conn, kernel, await findMember(kernel.conn, memberId));
	if (choice.mode !== 'FULL_AUTO') return true;
	const slots = await slotsOf(kernel.conn, memberId);
	return slots.filter((slot) => slot.ticket_id !== null && !isEnded(slot)).length < choice.slots;
}

/** What a comparison of the slots with the trades found. */
export interface SlotReport {
	/** Slots whose trade had ended without freeing them. */
	readonly freed: number;
	/** Trades fired automatically that are open and hold no slot. */
	readonly without: number;
}

/**
 * Compares slots with trades: frees what ended, and raises an issue for automatic trades that are
 * open without a slot (their number may exceed what the member allowed). It never closes a trade.
 */
export async function reconcileSlots(kernel: Kernel): Promise<SlotReport> {
	const freed = await freeAllEnded(kernel);
	const lost = await slotlessTrades(kernel.conn);
	if (freed > 0 || lost.length > 0) {
		await kernel.transaction(async (trx) => {
			for (const trade of lost) {
				const message = `The automatic trade ${trade.id} in ${trade.symbol} is open but holds no slot. It is watched like any other; the member may hold more trades than slots until it closes.`;
				await appendEvent(trx, kernel, {
					type: 'issue.raised',
					memberId: trade.member_id,
					accountId: trade.account_id,
					subjectId: trade.id,
					actor: 'engine',
					payload: { code: 'SLOT_MISSING', message, severity: 'normal' },
				});
			}
			await appendAudit(trx, kernel, {
				actor: 'engine',
				action: 'slots.reconciled',
				details: { freed, without: lost.map((trade) => trade.id) },
			});
		});
	}
	return { freed, without: lost.length };
}
