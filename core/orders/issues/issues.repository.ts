import { appendAudit } from '../../audit';
import type { Conn, Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { findAccount } from '../../members';
import { FirecontrolError, newId, type IssueId, type SignalId } from '../../model';
import {
	isNotice, mustAnnounce, subjectOf, type Issue, type IssueKey, type NewIssue,
} from './issue';
import { toIssue, toIssueRow, type IssueRow } from './issues.table';

export async function findIssue(conn: Conn, id: IssueId): Promise<Issue | null> {
	const row = await conn<IssueRow>('issues').where({ id }).first();
	return row === undefined ? null : toIssue(row);
}

/** The open issue of this kind and subject, locked, or null. */
export async function openIssue(trx: Trx, key: IssueKey): Promise<Issue | null> {
	const { accountId, kind } = key;
	const row = await trx<IssueRow>('issues')
		.where({ account_id: accountId, subject: subjectOf(key), kind })
		.whereNull('resolved_at')
		.forUpdate()
		.first();
	return row === undefined ? null : toIssue(row);
}

async function saveIssue(trx: Trx, issue: Issue): Promise<void> {
	await trx<IssueRow>('issues').where({ id: issue.id }).update(toIssueRow(issue));
}

async function firstSighting(trx: Trx, kernel: Kernel, seen: NewIssue): Promise<Issue> {
	const account = await findAccount(trx, seen.accountId);
	if (account === null) {
		throw new FirecontrolError('ACCOUNT_MISSING', `There is no account ${seen.accountId}.`);
	}
	const now = kernel.clock.now();
	return {
		id: newId('iss', kernel.clock, kernel.rng),
		accountId: seen.accountId,
		memberId: account.memberId,
		subject: subjectOf(seen),
		symbol: seen.symbol,
		orderId: seen.orderId ?? null,
		kind: seen.kind,
		severity: seen.severity,
		ours: seen.ours ?? null,
		venue: seen.venue ?? null,
		detail: seen.detail,
		cycles: 1,
		firstSeen: now,
		lastSeen: now,
		announcedAt: null,
		resolution: null,
		note: null,
		resolvedBy: null,
		resolvedAt: null,
		policyVersion: kernel.rules.version,
	};
}

/** A difference of another size is another difference: its cycles are counted anew. */
function seenAgain(known: Issue, seen: NewIssue, now: number): Issue {
	const { ours = null, venue = null } = seen;
	const same = known.ours === ours && known.venue === venue;
	return {
		...known,
		severity: seen.severity,
		ours,
		venue,
		detail: seen.detail,
		cycles: same ? known.cycles + 1 : 1,
		lastSeen: now,
	};
}

async function announceRaised(
	trx: Trx,
	kernel: Kernel,
	issue: Issue,
	signalId: SignalId | null,
): Promise<void> {
	await appendEvent(trx, kernel, {
		type: 'issue.raised',
		memberId: issue.memberId,
		accountId: issue.accountId,
		signalId,
		subjectId: issue.orderId ?? issue.id,
		actor: 'engine',
		payload: {
			issue_id: issue.id,
			code: issue.kind,
			message: issue.detail,
			severity: issue.severity,
		},
	});
}

/** Whether the issue is new: false while one of its kind and subject is open. */
async function insertIssue(trx: Trx, issue: Issue): Promise<boolean> {
	const rows: { id: IssueId }[] = await trx<IssueRow>('issues')
		.insert(toIssueRow(issue))
		.onConflict(trx.raw('(account_id, subject, kind) where resolved_at is null'))
		.ignore()
		.returning('id');
	return rows.length > 0;
}

/** Writes a sighting and tells people of it, if it is time. */
async function note(
	trx: Trx,
	kernel: Kernel,
	seen: NewIssue,
	issue: Issue,
	before: Issue | null,
): Promise<Issue> {
	const now = kernel.clock.now();
	const { graceCycles } = kernel.rules.policy.reconciliation;
	const announce = mustAnnounce(issue, before, graceCycles);
	const told: Issue = announce ? { ...issue, announcedAt: now } : issue;
	const kept: Issue = isNotice(told.kind)
		? { ...told, resolution: 'noted', resolvedBy: 'engine', resolvedAt: now }
		: told;
	if (before !== null || kept !== issue) await saveIssue(trx, kept);
	if (announce) await announceRaised(trx, kernel, kept, seen.signalId ?? null);
	return kept;
}

/**
 * Notes that something is wrong. One row stays open for a kind and subject, however often it is
 * seen; people are told once: at once, or, for what is found by comparing, when the same difference
 * was seen in two cycles. Getting worse is told again.
 */
export async function upsertIssue(trx: Trx, kernel: Kernel, seen: NewIssue): Promise<Issue> {
	const known = await openIssue(trx, seen);
	if (known !== null) return note(trx, kernel, seen, seenAgain(known, seen, kernel.clock.now()), known);
	const first = await firstSighting(trx, kernel, seen);
	if (await insertIssue(trx, first)) return note(trx, kernel, seen, first, null);
	// Another process saw it at the same moment: its row is the one.
	return upsertIssue(trx, kernel, seen);
}

/** How an issue ends. */
export interface Settlement {
	/** What became of it; `gone` unless given. */
	readonly resolution?: string;
	readonly note?: string | null;
	/** `engine` unless given. */
	readonly actor?: string;
}

/** Ends an open issue; the end of one that people were told of is told too. */
export async function endIssue(
	trx: Trx,
	kernel: Kernel,
	issue: Issue,
	{ resolution = 'gone', note = null, actor = 'engine' }: Settlement = {},
): Promise<Issue> {
	const resolvedAt = kernel.clock.now();
	const ended: Issue = { ...issue, resolution, note, resolvedBy: actor, resolvedAt };
	await saveIssue(trx, ended);
	if (ended.announcedAt === null && actor === 'engine') return ended;
	const { id, kind, subject } = ended;
	await appendAudit(trx, kernel, {
		actor,
		action: 'issue.resolved',
		subjectId: id,
		memberId: ended.memberId,
		accountId: ended.accountId,
		details: { kind, subject, account: ended.accountId, resolution, note },
	});
	await appendEvent(trx, kernel, {
		type: 'issue.resolved',
		memberId: ended.memberId,
		accountId: ended.accountId,
		subjectId: ended.orderId ?? id,
		actor,
		payload: { issue_id: id, code: kind, resolution },
	});
	return ended;
}

/** Ends the open issue of this kind and subject, if there is one. @returns it as it ended */
export async function settleIssue(
	trx: Trx,
	kernel: Kernel,
	key: IssueKey,
	settlement: Settlement = {},
): Promise<Issue | null> {
	const known = await openIssue(trx, key);
	return known === null ? null : endIssue(trx, kernel, known, settlement);
}
