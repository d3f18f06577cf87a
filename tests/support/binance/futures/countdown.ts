import type { VenueClock } from '../clock';
import type { Engine } from '../engine';
import { isOpen, isStop } from '../order';

/** Timers that cancel what is open when nobody renews them: one an account and symbol. */
export class Countdowns {
	readonly #timers = new Map<string, { readonly at: number; readonly stop: () => void }>();
	/** How many have run out. */
	fired = 0;

	constructor(
		private readonly engine: Engine,
		private readonly clock: VenueClock,
		/** Whether stops that wait stay; the exchange does not promise it. */
		private readonly sparesStops: boolean,
	) {}

	/** Starts or renews a timer; 0 ends it. */
	set(account: string, symbol: string, ms: number): void {
		const key = `${account} ${symbol}`;
		this.#timers.get(key)?.stop();
		this.#timers.delete(key);
		if (ms === 0) return;
		const stop = this.clock.after(ms, () => this.#fire(account, symbol));
		this.#timers.set(key, { at: this.clock.now() + ms, stop });
	}

	/** When the timer runs out, ms UTC; null: there is none. */
	endsAt(account: string, symbol: string): number | null {
		return this.#timers.get(`${account} ${symbol}`)?.at ?? null;
	}

	#fire(account: string, symbol: string): void {
		this.#timers.delete(`${account} ${symbol}`);
		this.fired += 1;
		for (const order of this.engine.account(account).openOrders(symbol)) {
			if (this.sparesStops && isStop(order.type)) continue;
			if (isOpen(order)) this.engine.cancel(order, 'autocancel');
		}
	}
}
