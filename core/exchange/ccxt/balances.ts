import type { Decimal } from '../../model';
import { decimal, isZero } from '../../model';
import { isRecord, recordOf } from './answer';
import type { Answer } from './library';

/** Totals by asset, held amounts included; assets of which there is nothing are left out. */
export function totalsOf(balance: Answer): Readonly<Record<string, Decimal>> {
	const totals: Record<string, Decimal> = {};
	for (const [asset, total] of Object.entries(recordOf(balance, 'total'))) {
		if (isRecord(total) || total === undefined || total === null) continue;
		const amount = decimal(String(total));
		if (!isZero(amount)) totals[asset] = amount;
	}
	return totals;
}
