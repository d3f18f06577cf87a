import type { Decimal } from '../../model';
import { add, decimal, isZero, ZERO } from '../../model';
import { decimalOf, isRecord, listOf, recordOf, textOf } from './answer';
import type { Answer } from './library';

/**
 * What a margin account holds, where the venue says so itself: the library's totals have the result
 * of open positions in them, which moves with every price and is nobody's money yet.
 */
function walletsOf(balance: Answer): ReadonlyMap<string, Decimal> {
	return new Map(
		listOf(recordOf(balance, 'info'), 'assets').flatMap((entry): [string, Decimal][] => {
			const asset = textOf(entry, 'asset');
			const wallet = decimalOf(entry, 'walletBalance');
			return asset === null || wallet === null ? [] : [[asset, wallet]];
		}),
	);
}

/**
 * What Kraken lends out for rewards by itself is listed apart (`BTC.F`) and traded under the asset's
 * own name (Kraken, Spot REST, Extended balance).
 */
const REWARDED = /\.F$/;

/**
 * Totals by asset, held amounts included, without the result of open positions; assets of which
 * there is nothing are left out.
 */
export function totalsOf(balance: Answer): Readonly<Record<string, Decimal>> {
	const wallets = walletsOf(balance);
	const totals: Record<string, Decimal> = {};
	for (const [asset, total] of Object.entries(recordOf(balance, 'total'))) {
		if (isRecord(total) || total === undefined || total === null) continue;
		const amount = wallets.get(asset) ?? decimal(String(total));
		const name = asset.replace(REWARDED, '');
		if (!isZero(amount)) totals[name] = add(totals[name] ?? ZERO, amount);
	}
	return totals;
}
