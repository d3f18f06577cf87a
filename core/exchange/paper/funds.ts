import type { Decimal } from '../../model';
import { add, gt, sub, ZERO } from '../../model';
import type { Market, SubmitRequest, VenueRejection } from '../exchange';
import { findMarket } from '../markets';
import { execution } from './matching';
import type { PaperOrderRow } from './paper.table';

/** What the venue looks at before it takes an order. */
export interface FundsView {
	readonly market: Market;
	readonly markets: readonly Market[];
	readonly request: SubmitRequest;
	/** Price at which a buy is paid for, at worst. */
	readonly reference: Decimal;
	readonly feePercent: Decimal;
	/** Totals by asset. */
	readonly balances: ReadonlyMap<string, Decimal>;
	/** Orders of the account that still hold funds. */
	readonly working: readonly PaperOrderRow[];
}

/** Amount of `asset` that working orders hold back. */
function held(view: FundsView, asset: string): Decimal {
	let sum = ZERO;
	for (const row of view.working) {
		const market = findMarket(view.markets, row.symbol);
		if (market === null) continue;
		const rest = sub(row.quantity, row.filled_quantity);
		if (row.side === 'sell' && market.base === asset) sum = add(sum, rest);
		if (row.side === 'buy' && market.quote === asset) {
			const price = row.price ?? row.held_price ?? row.trigger_price ?? ZERO;
			sum = sub(sum, execution(market, 'buy', rest, price, view.feePercent).quoteDelta);
		}
	}
	return sum;
}

/** A spot venue takes what is paid for only: enough quote to buy, enough base to sell. */
export function shortfall(view: FundsView): VenueRejection | null {
	const { market, request } = view;
	const asset = request.side === 'buy' ? market.quote : market.base;
	const needed =
		request.side === 'buy'
			? sub(0, execution(market, 'buy', request.quantity, view.reference, view.feePercent).quoteDelta)
			: request.quantity;
	const free = sub(view.balances.get(asset) ?? ZERO, held(view, asset));
	if (!gt(needed, free)) return null;
	return {
		kind: 'rejected',
		code: 'INSUFFICIENT_BALANCE',
		message: `The order needs ${needed} ${asset}; ${free} is free.`,
	};
}
