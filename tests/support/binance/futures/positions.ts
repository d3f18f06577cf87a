import type { Fixed } from '../fixed';
import { least, ONE, times } from '../fixed';

/** What is held of one contract, one-way mode. */
export interface Position {
	/** Positive long, negative short. */
	qty: Fixed;
	/** Value paid (long) or received (short) for what is held, above nought. */
	cost: Fixed;
	updated: number;
}

const abs = (amount: Fixed): Fixed => (amount < 0n ? -amount : amount);

/** Average price of what is held; nought when flat. */
export const entryPrice = ({ qty, cost }: Position): Fixed => (qty === 0n ? 0n : (cost * ONE) / abs(qty));

/** Result of what is held at a price. */
export function unrealized(position: Position, price: Fixed): Fixed {
	const value = times(abs(position.qty), price);
	return position.qty >= 0n ? value - position.cost : position.cost - value;
}

/** Positions of all accounts. */
export class Positions {
	readonly #held = new Map<string, Map<string, Position>>();

	/** By symbol, also those that are flat again. */
	of(account: string): ReadonlyMap<string, Position> {
		return this.#held.get(account) ?? new Map();
	}

	qty(account: string, symbol: string): Fixed {
		return this.#held.get(account)?.get(symbol)?.qty ?? 0n;
	}

	/** How much of a quantity would reduce what is held rather than open. */
	reducible(account: string, symbol: string, side: 'BUY' | 'SELL', quantity: Fixed): Fixed {
		const held = this.qty(account, symbol);
		const opposite = side === 'SELL' ? held > 0n : held < 0n;
		return opposite ? least(quantity, abs(held)) : 0n;
	}

	/** Books an execution. @returns the realised result */
	book(account: string, symbol: string, execution: { side: 'BUY' | 'SELL'; qty: Fixed; price: Fixed; at: number }): Fixed {
		const { side, qty, price, at } = execution;
		let held = this.#held.get(account);
		if (held === undefined) this.#held.set(account, (held = new Map()));
		let position = held.get(symbol);
		if (position === undefined) held.set(symbol, (position = { qty: 0n, cost: 0n, updated: at }));
		const closing = this.reducible(account, symbol, side, qty);
		let result = 0n;
		if (closing > 0n) {
			const part = closing === abs(position.qty) ? position.cost : (position.cost * closing) / abs(position.qty);
			const value = times(closing, price);
			result = position.qty > 0n ? value - part : part - value;
			position.cost -= part;
			position.qty += side === 'BUY' ? closing : -closing;
		}
		const opening = qty - closing;
		position.qty += side === 'BUY' ? opening : -opening;
		position.cost += times(opening, price);
		position.updated = at;
		return result;
	}
}
