import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import type { MemberId } from '../../model';
import type { BehaviourChange } from './state';

/** Nobody did it: it follows from what happened. */
const ACTOR = 'system';

/** Tells of the changes and writes them into the trail, in the transaction that stores the state. */
export async function announceChanges(
	trx: Trx,
	kernel: Kernel,
	memberId: MemberId,
	changes: readonly BehaviourChange[],
): Promise<void> {
	for (const change of changes) {
		const { accountId, ...event } = change;
		await appendEvent(trx, kernel, { ...event, memberId, accountId, subjectId: memberId, actor: ACTOR });
		await appendAudit(trx, kernel, {
			actor: ACTOR,
			action: change.type,
			subjectId: memberId,
			details: { ...change.payload, ...(accountId === null ? {} : { account_id: accountId }) },
		});
	}
}
