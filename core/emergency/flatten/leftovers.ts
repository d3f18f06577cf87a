import { neg, sub, type AccountId } from '../../model';
import type { Order, Trade } from '../../orders';
import type { Leftover } from '../emergency';

/** What our books say is still open or working on an account. */
export function leftInBooks(
	accountId: AccountId,
	{ trades, entries }: { readonly trades: readonly Trade[]; readonly entries: readonly Order[] },
): Leftover[] {
	const positions = trades
		.filter((trade) => trade.accountId === accountId && trade.state !== 'OPENING')
		.map(({ symbol, side, state, enteredQuantity, exitedQuantity }): Leftover => {
			const open = sub(enteredQuantity, exitedQuantity);
			const quantity = side === 'buy' ? open : neg(open);
			const detail = `A position of ${quantity} in ${symbol} is ${state === 'CLOSING' ? 'being closed' : 'open'}.`;
			return { accountId, kind: 'position', symbol, quantity, orderId: null, detail };
		});
	const orders = entries
		.filter((order) => order.accountId === accountId)
		.map(({ id, symbol, clientOrderId, state }): Leftover => {
			const detail = `The entry ${clientOrderId} in ${symbol} is ${state}.`;
			return { accountId, kind: 'order', symbol, quantity: null, orderId: id, detail };
		});
	return [...positions, ...orders];
}
