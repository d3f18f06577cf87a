import type { Kernel, Trx } from '../db';
import { appendEvent } from '../events';
import { FirecontrolError, newId, parseStored, SECOND, sha256, type SignalId } from '../model';
import type { Signature } from './authenticate';
import type { Signal, SignalContent } from './signal';
import {
	claimDedupeKeys, claimSignature, findDedupeRows, findSignatureAnswer, insertSignals,
	updateSignatureAnswer,
} from './signals.repository';
import { toRow, type DedupeRow } from './signals.table';

/** What became of an entry: `reused` names the first signal that has the sender's id. */
export interface StoredOutcome {
	readonly kind: 'stored' | 'duplicate' | 'reused';
	readonly id: SignalId;
}

/** A signal about to be stored. */
export interface Entry {
	readonly content: SignalContent;
	readonly contentHash: string;
}

/** A call's entries and where they came from. */
export interface Delivery {
	readonly intake: string;
	readonly keyName: string;
	readonly signature: Signature | null;
	readonly entries: readonly Entry[];
}

interface Planned {
	readonly signal: Signal;
	readonly contentHash: string;
	readonly batchPlace: number;
	readonly claim: DedupeRow;
}

/** With the sender's id it is unique for ever; without, by content and for the dedupe window. */
function claimOf(delivery: Delivery, entry: Entry, id: SignalId, now: number, window: number): DedupeRow {
	const { senderId, source } = entry.content;
	const about = senderId === null ? ['content', source, entry.contentHash] : ['id', senderId];
	return {
		dedupe_key: sha256(JSON.stringify([delivery.keyName, ...about])),
		signal_id: id,
		content_hash: entry.contentHash,
		first_at: now,
		until_at: senderId === null ? now + window : null,
	};
}

/** The signal that this content makes when it arrives now. Not stored. */
export function arrivedNow(
	kernel: Kernel,
	content: SignalContent,
	from: { readonly intake: string; readonly keyName: string },
	now = kernel.clock.now(),
): Signal {
	const createdAt = content.createdAt ?? now;
	const { expirySeconds } = kernel.rules.policy.intake;
	return {
		...content,
		...from,
		id: newId('sig', kernel.clock, kernel.rng),
		receivedAt: now,
		createdAt,
		expiresAt: content.expiresAt ?? createdAt + expirySeconds * SECOND,
	};
}

function plan(kernel: Kernel, delivery: Delivery, now: number): Planned[] {
	const rules = kernel.rules.policy.intake;
	const { intake, keyName } = delivery;
	return delivery.entries.map((entry, batchPlace) => {
		const signal = arrivedNow(kernel, entry.content, { intake, keyName }, now);
		const { id } = signal;
		const claim = claimOf(delivery, entry, id, now, rules.dedupeSeconds * SECOND);
		return { signal, contentHash: entry.contentHash, batchPlace, claim };
	});
}

function outcomeOf(entry: Planned, first: DedupeRow | undefined): StoredOutcome {
	if (first === undefined) {
		throw new FirecontrolError('DEDUPE_ROW_MISSING', 'A dedupe row vanished; send again.', {
			retryable: true,
		});
	}
	if (first.signal_id === entry.signal.id) return { kind: 'stored', id: entry.signal.id };
	const same = first.content_hash === entry.contentHash;
	return { kind: same ? 'duplicate' : 'reused', id: first.signal_id };
}

/** Claims every key once and tells each entry what it is: new, seen before, or a reused id. */
async function dedupe(trx: Trx, entries: readonly Planned[], now: number): Promise<StoredOutcome[]> {
	const winners = new Map<string, DedupeRow>();
	for (const { claim } of entries) {
		if (!winners.has(claim.dedupe_key)) winners.set(claim.dedupe_key, claim);
	}
	const fresh = await claimDedupeKeys(trx, [...winners.values()], now);
	const taken = [...winners.keys()].filter((key) => !fresh.has(key));
	if (taken.length > 0) {
		for (const row of await findDedupeRows(trx, taken)) winners.set(row.dedupe_key, row);
	}
	return entries.map((entry) => outcomeOf(entry, winners.get(entry.claim.dedupe_key)));
}

/** A replay: every entry of it was stored, or answered, before. */
function asSeenBefore(answer: string): StoredOutcome[] {
	return parseStored<StoredOutcome[]>(answer).map(({ kind, id }) => ({
		kind: kind === 'stored' ? 'duplicate' : kind,
		id,
	}));
}

/**
 * Stores what is new of a call and says of each entry what it became, in order. A signature used
 * before stores nothing. Unique inserts come before anything else: they are what serialises two
 * processes with the same alert.
 */
export async function storeDelivery(
	trx: Trx,
	kernel: Kernel,
	delivery: Delivery,
): Promise<StoredOutcome[]> {
	const now = kernel.clock.now();
	const planned = plan(kernel, delivery, now);
	const expected = planned.map(({ signal }): StoredOutcome => ({ kind: 'stored', id: signal.id }));
	const { signature } = delivery;
	if (signature !== null) {
		const answer = JSON.stringify(expected);
		const row = { signature_hash: signature.hash, answer, expires_at: signature.staleAt };
		if (!(await claimSignature(trx, row))) {
			return asSeenBefore((await findSignatureAnswer(trx, signature.hash)) ?? '[]');
		}
	}
	const outcomes = await dedupe(trx, planned, now);
	const fresh = planned.filter((_, index) => outcomes[index]?.kind === 'stored');
	if (signature !== null && fresh.length < planned.length) {
		await updateSignatureAnswer(trx, signature.hash, JSON.stringify(outcomes));
	}
	if (fresh.length > 0) await insertFresh(trx, kernel, fresh);
	return outcomes;
}

async function insertFresh(trx: Trx, kernel: Kernel, fresh: readonly Planned[]): Promise<void> {
	await insertSignals(trx, fresh.map((entry) => toRow(entry.signal, entry.contentHash, entry.batchPlace)));
	for (const { signal } of fresh) {
		const { id, source, symbol, side, action } = signal;
		await appendEvent(trx, kernel, {
			type: 'signal.received',
			signalId: id,
			subjectId: id,
			actor: `key:${signal.keyName}`,
			payload: { signal_id: id, source, symbol, side, action },
		});
	}
}
