import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { FirecontrolError, type AccountId, type MemberId } from '../model';
import { lockAccount, memberAccounts, saveAccount } from './accounts.repository';
import { lockMember, updateMember } from './members.repository';

/** What retiring needs from the features above. */
export interface RetirePorts {
	/** Open trades and working orders of the account. */
	openWork(trx: Trx, accountId: AccountId): Promise<number>;
}

/**
 * Takes a member and all of their accounts out of use; what they did stays on record.
 * @throws FirecontrolError `MEMBER_BUSY` while something is open or works on one of the accounts
 */
export async function retireMember(
	trx: Trx,
	kernel: Kernel,
	id: MemberId,
	actor: string,
	{ openWork }: RetirePorts,
): Promise<void> {
	const member = await lockMember(trx, id);
	if (member === null || member.status === 'inactive') return;
	const updatedAt = kernel.clock.now();
	for (const { id: accountId } of await memberAccounts(trx, id)) {
		const account = await lockAccount(trx, accountId);
		const open = await openWork(trx, accountId);
		if (open > 0) throw busy(member.handle, account.label, open);
		await saveAccount(trx, account, { ...account, status: 'inactive', updatedAt });
	}
	await updateMember(trx, { ...member, status: 'inactive', updatedAt });
	await appendAudit(trx, kernel, {
		actor, action: 'member.retired', subjectId: id, memberId: id, details: { handle: member.handle },
	});
}

function busy(handle: string, label: string, open: number): FirecontrolError {
	return new FirecontrolError(
		'MEMBER_BUSY',
		`${handle} cannot be retired: the account "${label}" has ${open} open trades or working orders, and nobody would look after them. Close them first, then retire the member.`,
		{ details: { label, open } },
	);
}
