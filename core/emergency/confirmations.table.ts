import { parseStored, type ConfirmationId, type TripId } from '../model';
import type { Confirmation, StopWish } from './emergency';

/** What can be confirmed. */
export type Pending =
	| { readonly kind: 'flatten'; readonly wish: StopWish }
	| { readonly kind: 'rearm'; readonly tripId: TripId; readonly reason: string };

/** A stored confirmation: single-use. Times in ms UTC. */
export type StoredConfirmation = Confirmation &
	Pending & {
		/** Who asked. */
		readonly actor: string;
		readonly createdAt: number;
		readonly usedAt: number | null;
		readonly usedBy: string | null;
		readonly policyVersion: string;
	};

/** Columns of `confirmations`. */
export interface ConfirmationRow {
	id: ConfirmationId;
	kind: Pending['kind'];
	command: string;
	actor: string;
	created_at: number;
	expires_at: number;
	used_at: number | null;
	used_by: string | null;
	policy_version: string;
}

export function toConfirmation(row: ConfirmationRow): StoredConfirmation {
	return {
		...parseStored<Pending>(row.command),
		id: row.id,
		actor: row.actor,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
		usedAt: row.used_at,
		usedBy: row.used_by,
		policyVersion: row.policy_version,
	};
}

export function toConfirmationRow(stored: StoredConfirmation): ConfirmationRow {
	const { id, actor, createdAt, expiresAt, usedAt, usedBy, policyVersion, ...command } = stored;
	return {
		id,
		kind: command.kind,
		command: JSON.stringify(command),
		actor,
		created_at: createdAt,
		expires_at: expiresAt,
		used_at: usedAt,
		used_by: usedBy,
		policy_version: policyVersion,
	};
}
