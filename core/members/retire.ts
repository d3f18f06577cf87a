import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import type { MemberId } from '../model';
import { memberAccounts, saveAccount } from './accounts.repository';
import { lockMember, updateMember } from './members.repository';

/** Takes a member and all of their accounts out of use; what they did stays on record. */
export async function retireMember(trx: Trx, kernel: Kernel, id: MemberId, actor: string): Promise<void> {
	const member = await lockMember(trx, id);
	if (member === null || member.status === 'inactive') return;
	const updatedAt = kernel.clock.now();
	for (const account of await memberAccounts(trx, id)) {
		await saveAccount(trx, account, { ...account, status: 'inactive', updatedAt });
	}
	await updateMember(trx, { ...member, status: 'inactive', updatedAt });
	await appendAudit(trx, kernel, {
		actor, action: 'member.retired', subjectId: id, memberId: id, details: { handle: member.handle },
	});
}
