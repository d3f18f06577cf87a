import type { Trx } from '../db';
import type { ComplianceDay } from './day';
import { toComplianceDayRow, type ComplianceDayRow } from './compliance.table';

/** Stores the day unless it is stored already; says whether it did. */
export async function insertDay(trx: Trx, day: ComplianceDay): Promise<boolean> {
	const made = await trx<ComplianceDayRow>('compliance_days')
		.insert(toComplianceDayRow(day))
		.onConflict(['account_id', 'day'])
		.ignore()
		.returning('day');
	return made.length > 0;
}
