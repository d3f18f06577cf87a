import { type Fixed, text } from './fixed';
import { refusals } from './refusal';

/**
 * All money of the exchange. Every amount moves from one holder to another, so the sum of an asset
 * over all holders is nought, always. Holders of the exchange's own (`market`, `fees`, `outside`) may
 * owe; accounts may not.
 */
export class Ledger {
	readonly #holders = new Map<string, Map<string, { free: bigint; locked: bigint }>>();

	entry(holder: string, asset: string): { free: bigint; locked: bigint } {
		let assets = this.#holders.get(holder);
		if (assets === undefined) this.#holders.set(holder, (assets = new Map()));
		let entry = assets.get(asset);
		if (entry === undefined) assets.set(asset, (entry = { free: 0n, locked: 0n }));
		return entry;
	}

	/** Of one holder, by asset. */
	balances(holder: string): ReadonlyMap<string, { readonly free: bigint; readonly locked: bigint }> {
		return this.#holders.get(holder) ?? new Map();
	}

	/** Free money of one holder becomes another's. Throws −2010 when an account has too little. */
	pay(from: string, to: string, asset: string, amount: Fixed): void {
		const payer = this.entry(from, asset);
		if (isAccount(from) && payer.free < amount) throw refusals.insufficient();
		payer.free -= amount;
		this.entry(to, asset).free += amount;
	}

	lock(holder: string, asset: string, amount: Fixed): void {
		const entry = this.entry(holder, asset);
		if (entry.free < amount) throw refusals.insufficient();
		entry.free -= amount;
		entry.locked += amount;
	}

	unlock(holder: string, asset: string, amount: Fixed): void {
		const entry = this.entry(holder, asset);
		if (entry.locked < amount) throw new Error(`${holder} holds ${text(entry.locked)} ${asset}, not ${text(amount)}`);
		entry.locked -= amount;
		entry.free += amount;
	}

	/** Sum of every asset over all holders: each must be nought. */
	sums(): Record<string, bigint> {
		const sums: Record<string, bigint> = {};
		for (const assets of this.#holders.values()) {
			for (const [asset, { free, locked }] of assets) sums[asset] = (sums[asset] ?? 0n) + free + locked;
		}
		return sums;
	}
}

export const MARKET = '#market';
export const FEES = '#fees';
export const OUTSIDE = '#outside';
const isAccount = (holder: string): boolean => !holder.startsWith('#');
