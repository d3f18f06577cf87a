import { parseStored, type AccountId, type OverrideId } from '../model';
import type { ReadinessBand, ReadinessScore, StoredReadiness } from './readiness';

/** Columns of `readiness_scores`. */
export interface ReadinessRow {
	account_id: AccountId;
	source: string;
	score: number;
	band: ReadinessBand;
	/** JSON of the rest of `ReadinessScore`. */
	report: string;
	computed_at: number;
	policy_version: string;
}

/** Somebody's word that a source may trade live although it is not ready. Times in ms UTC. */
export interface ReadinessOverride {
	readonly id: OverrideId;
	/** The live account. */
	readonly accountId: AccountId;
	readonly source: string;
	readonly reason: string;
	readonly actor: string;
	readonly createdAt: number;
	/** First ms it no longer counts; null: until a later one takes its place. */
	readonly expiresAt: number | null;
	readonly policyVersion: string;
}

/** Columns of `readiness_overrides`. */
export interface OverrideRow {
	id: OverrideId;
	account_id: AccountId;
	source: string;
	reason: string;
	actor: string;
	created_at: number;
	expires_at: number | null;
	policy_version: string;
}

type Report = Pick<ReadinessScore, 'components' | 'hardFails' | 'notMeasured'>;

export function toReadinessRow(stored: StoredReadiness): ReadinessRow {
	const { components, hardFails, notMeasured } = stored;
	const report: Report = { components, hardFails, notMeasured };
	return {
		account_id: stored.accountId,
		source: stored.source,
		score: stored.score,
		band: stored.band,
		report: JSON.stringify(report),
		computed_at: stored.computedAt,
		policy_version: stored.policyVersion,
	};
}

export function toStoredReadiness(row: ReadinessRow): StoredReadiness {
	return {
		...parseStored<Report>(row.report),
		accountId: row.account_id,
		source: row.source,
		score: Number(row.score),
		band: row.band,
		computedAt: row.computed_at,
		policyVersion: row.policy_version,
	};
}

export function toOverride(row: OverrideRow): ReadinessOverride {
	return {
		id: row.id,
		accountId: row.account_id,
		source: row.source,
		reason: row.reason,
		actor: row.actor,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
		policyVersion: row.policy_version,
	};
}

export function toOverrideRow(override: ReadinessOverride): OverrideRow {
	return {
		id: override.id,
		account_id: override.accountId,
		source: override.source,
		reason: override.reason,
		actor: override.actor,
		created_at: override.createdAt,
		expires_at: override.expiresAt,
		policy_version: override.policyVersion,
	};
}
