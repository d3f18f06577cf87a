import type { Trx } from '../db';
import type { ComplianceDay } from './day';
import { toComplianceDayRow, type ComplianceDayRow } from './compliance.table';

/** Stores the day unless it is stored already; says whether it did. */
export async function insertDay(trx: Trx, day: ComplianceDay): Promise<boolean> {
	const key = { account_id: day.accountId, day: day.day };
	const known = await trx<ComplianceDayRow>('compliance_days').where(key).first('day');
	if (known !== undefined) return false;
	await trx<ComplianceDayRow>('compliance_days').insert(toComplianceDayRow(day));
	return true;
}
