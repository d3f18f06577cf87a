import type { VenueReport } from '../../exchange';
import { add, div, HOUR, messageOf, type Decimal } from '../../model';
import type { OrderDeps } from '../deps';
import type { Order } from '../order';

/** Prices of currencies, in the quote currency of the order's symbol. */
export type FeeRates = ReadonlyMap<string, Decimal>;

export const NO_RATES: FeeRates = new Map();

/** Base and quote currency of a unified symbol; a derivative names what it settles in after a colon. */
export function currenciesOf(symbol: string): { readonly base: string; readonly quote: string } {
	const [base = '', rest = ''] = symbol.split('/');
	return { base, quote: rest.split(':')[0] ?? '' };
}

/**
 * Prices of the fees that a venue took in a third currency (a discount token): the middle of the
 * venue's own quote, which may be some minutes old. A currency without one is left out.
 */
export async function feeRates(
	{ kernel, exchanges }: OrderDeps,
	order: Pick<Order, 'symbol' | 'venue'>,
	report: VenueReport,
): Promise<FeeRates> {
	const { base, quote: currency } = currenciesOf(order.symbol);
	const foreign = new Set(
		report.fills
			.filter(({ fee }) => fee !== '0')
			.map(({ feeCurrency }) => feeCurrency)
			.filter((each) => each !== base && each !== currency),
	);
	const rates = new Map<string, Decimal>();
	for (const each of foreign) {
		try {
			const quote = await exchanges.quotes.quote(order.venue, `${each}/${currency}`);
			if (quote === null || kernel.clock.now() - quote.at > HOUR) continue;
			rates.set(each, div(add(quote.bid, quote.ask), 2));
		} catch (error) {
			kernel.log.warn('A fee has no price now.', { currency: each, error: messageOf(error) });
		}
	}
	return rates;
}
