import {
	decimal, parseStored, type LeaseHolder, type Side, type SignalAction, type SignalClass,
	type SignalId,
} from '../model';
import type { Signal, SignalContent, SignalFormat } from './signal';

/** `PENDING`: its verdicts are still to come; `DONE`: nothing is left to pump. */
export type SignalState = 'PENDING' | 'DONE';

type BodyField =
	| 'orderType' | 'entry' | 'trigger' | 'stopLoss' | 'takeProfits' | 'quantity' | 'timeframe'
	| 'pattern' | 'members' | 'note';

/** What is read whole and never searched. */
export type SignalBody = Pick<SignalContent, BodyField>;

/** Columns of `signals`. */
export interface SignalRow {
	id: SignalId;
	intake: string;
	key_name: string;
	sender_id: string | null;
	source: string;
	format: SignalFormat;
	symbol: string;
	action: SignalAction;
	side: Side | null;
	class: SignalClass | null;
	confidence: string | null;
	body: string;
	content_hash: string;
	received_at: number;
	batch_place: number;
	created_at: number;
	expires_at: number;
	state: SignalState;
	lease_holder: LeaseHolder | null;
	attempts: number;
	next_pump_at: number;
	done_at: number | null;
	last_error: string | null;
}

/** Columns of `signal_dedupe`: what was seen before, and which signal it became. */
export interface DedupeRow {
	dedupe_key: string;
	signal_id: SignalId;
	content_hash: string;
	first_at: number;
	until_at: number | null;
}

/** Columns of `signature_uses`: what a signature was answered with. */
export interface SignatureUseRow {
	signature_hash: string;
	/** `StoredOutcome[]`, one for each entry that could be stored. */
	answer: string;
	expires_at: number;
}

/** The row of a new signal. */
export function toRow(signal: Signal, contentHash: string, batchPlace: number): SignalRow {
	const { orderType, entry, trigger, stopLoss, takeProfits } = signal;
	const { quantity, timeframe, pattern, members, note } = signal;
	const body: SignalBody = {
		orderType, entry, trigger, stopLoss, takeProfits, quantity, timeframe, pattern, members, note,
	};
	return {
		id: signal.id,
		intake: signal.intake,
		key_name: signal.keyName,
		sender_id: signal.senderId,
		source: signal.source,
		format: signal.format,
		symbol: signal.symbol,
		action: signal.action,
		side: signal.side,
		class: signal.class,
		confidence: signal.confidence,
		body: JSON.stringify(body),
		content_hash: contentHash,
		received_at: signal.receivedAt,
		batch_place: batchPlace,
		created_at: signal.createdAt,
		expires_at: signal.expiresAt,
		state: 'PENDING',
		lease_holder: null,
		attempts: 0,
		next_pump_at: signal.receivedAt,
		done_at: null,
		last_error: null,
	};
}

export function fromRow(row: SignalRow): Signal {
	return {
		...parseStored<SignalBody>(row.body),
		id: row.id,
		intake: row.intake,
		keyName: row.key_name,
		senderId: row.sender_id,
		source: row.source,
		format: row.format,
		symbol: row.symbol,
		action: row.action,
		side: row.side,
		class: row.class,
		confidence: row.confidence === null ? null : decimal(row.confidence),
		receivedAt: row.received_at,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
	};
}
