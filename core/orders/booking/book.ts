import type { Kernel } from '../../db';
import type { VenueReport } from '../../exchange';
import { lockAccount } from '../../members';
import { FirecontrolError } from '../../model';
import { announceIssueOnce } from './announce';
import { applyReport } from './apply';
import type { OrderDeps } from '../deps';
import { feeRates, NO_RATES, type FeeRates } from './fee-rates';
import type { Order } from '../order';
import { lockOrder } from '../orders.repository';
import { bookForeign } from '../reconcile/book-foreign';

/** What makes a report impossible to book, however often it is tried. */
const BROKEN: ReadonlySet<string> = new Set([
	'ORDER_TRANSITION', 'ORDER_OVERFILLED', 'EXIT_EXCEEDS_POSITION', 'ORDER_WITHOUT_TRADE',
]);

/**
 * Books a report in a transaction of its own. One that contradicts what we know is not booked at
 * all; it is raised as an issue, once, for a person to compare our books with the venue's.
 */
export async function bookReport(
	kernel: Kernel,
	order: Order,
	report: VenueReport,
	rates: FeeRates = NO_RATES,
): Promise<Order> {
	try {
		return await kernel.transaction(async (trx) =>
			order.origin === 'EXTERNAL'
				? bookForeign(trx, kernel, order, report.order, report.fills)
				: applyReport(trx, kernel, order, report, rates),
		);
	} catch (error) {
		if (!(error instanceof FirecontrolError) || !BROKEN.has(error.code)) throw error;
		kernel.log.error('A report of the venue cannot be booked.', {
			order_id: order.id,
			code: error.code,
			error: error.message,
		});
		return kernel.transaction(async (trx) => {
			await lockAccount(trx, order.accountId);
			return announceIssueOnce(trx, kernel, await lockOrder(trx, order.id), error);
		});
	}
}

/** Books a report of the venue, fees in foreign currencies valued at their price of now. */
export async function bookVenueReport(
	deps: OrderDeps,
	order: Order,
	report: VenueReport,
): Promise<Order> {
	return bookReport(deps.kernel, order, report, await feeRates(deps, order, report));
}
