import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import type { Account } from '../../members';
import { isoTime } from '../../model';
import { settleIssue, upsertIssue } from '../../orders';
import { ENGINE_ACTOR } from '../flatten/deps';
import type { Timer } from './dead-man';
import { saveTimer } from './timers.repository';

type Owner = Pick<Account, 'id' | 'memberId' | 'venue' | 'label'>;

const reachOf = ({ symbol }: Timer): string => symbol ?? 'the whole account';

/** Keeps what is known of a timer; a changed state is audited, and one that fails is an issue. */
export async function noteTimer(
	trx: Trx,
	kernel: Kernel,
	owner: Owner,
	before: Timer,
	after: Timer,
): Promise<void> {
	await saveTimer(trx, after);
	if (after.state === before.state) return;
	const key = { accountId: owner.id, symbol: after.symbol, kind: 'DEAD_MAN_FAILING' } as const;
	if (after.state === 'failing') {
		const detail = `The timer of ${owner.venue} that cancels what rests when the engine is gone cannot be set for ${reachOf(after)}: ${after.error ?? ''} It is tried again every few seconds. If it runs out, the venue cancels what is open there.`;
		await upsertIssue(trx, kernel, { ...key, severity: 'high', detail });
	} else {
		await settleIssue(trx, kernel, key, { resolution: 'recovered' });
	}
	await appendAudit(trx, kernel, {
		actor: ENGINE_ACTOR,
		action: `dead_man.${after.state}`,
		subjectId: owner.id,
		memberId: owner.memberId,
		accountId: owner.id,
		details: { symbol: after.symbol, expires_at: after.expiresAt, error: after.error },
	});
}

/** A timer ran out: people are told what the venue has done, and what follows. */
export async function noteFiring(
	trx: Trx,
	kernel: Kernel,
	owner: Owner,
	before: Timer,
	after: Timer,
): Promise<void> {
	await saveTimer(trx, after);
	const at = isoTime(after.firedAt ?? 0);
	const message = `The timer of ${owner.venue} for ${reachOf(after)} of account ${owner.label} was not renewed in time and ran out about ${at}: the venue has cancelled what was open there. Protective stops are placed again now; entries are not.`;
	const key = { accountId: owner.id, symbol: after.symbol, kind: 'DEAD_MAN_FAILING' } as const;
	await settleIssue(trx, kernel, key, { resolution: 'it ran out' });
	await appendEvent(trx, kernel, {
		type: 'issue.raised',
		memberId: owner.memberId,
		accountId: owner.id,
		subjectId: owner.id,
		actor: ENGINE_ACTOR,
		payload: { code: 'DEAD_MAN_FIRED', message, severity: 'high' },
	});
	await appendAudit(trx, kernel, {
		actor: ENGINE_ACTOR,
		action: 'dead_man.fired',
		subjectId: owner.id,
		memberId: owner.memberId,
		accountId: owner.id,
		details: { symbol: after.symbol, fired_at: after.firedAt, armed_at: before.armedAt },
	});
}
