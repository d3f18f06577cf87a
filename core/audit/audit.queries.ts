import type { Conn } from '../db';
import type { AuditEntry } from './audit';
import { toAuditEntry, type AuditRow } from './audit.table';

/** Sealed entries behind chain number `after`, in the order of the chain. */
export async function chainAfter(conn: Conn, after: number, limit: number): Promise<AuditEntry[]> {
	const rows = await conn<AuditRow>('audit')
		.where('chain_seq', '>', after)
		.orderBy('chain_seq')
		.limit(limit);
	return rows.map(toAuditEntry);
}

/** Which entries to list. */
export interface AuditFilter {
	readonly correlationId?: string;
	readonly limit: number;
}

/** Newest first. */
export async function listAudit(conn: Conn, filter: AuditFilter): Promise<AuditEntry[]> {
	const query = conn<AuditRow>('audit').orderBy('seq', 'desc').limit(filter.limit);
	if (filter.correlationId !== undefined) {
		void query.where({ correlation_id: filter.correlationId });
	}
	return (await query).map(toAuditEntry);
}
