import { SECOND } from '../../model';
import { asksOnly } from './call';
import type { CcxtClient } from './library';

/**
 * Share of the venue's limit that questions may use up. The rest is kept for orders and cancels,
 * which are not held up by questions.
 */
const SHARE = 0.6;
/** How long questions that come at once may run ahead of the pace; ms. */
const BURST = 2 * SECOND;

/** One pace for all clients of an address: a venue that counts by address counts them together. */
export class Pace {
	/** When the questions let through so far will have been paid for, by the machine's clock. */
	#paidAt = Number.NEGATIVE_INFINITY;

	/** @param unit ms that a request of weight 1 takes of the whole limit */
	constructor(private readonly unit: number) {}

	/** Waits for the turn of a question of that weight. */
	async turn(weight: number): Promise<void> {
		const now = performance.now();
		this.#paidAt = Math.max(this.#paidAt, now - BURST) + (weight * this.unit) / SHARE;
		const wait = this.#paidAt - now;
		// The call's own limit in time keeps the process; a turn that nobody waits for does not.
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
	}
}

/** Lets a client's questions go at a pace that it shares with others. */
export function paceQuestions(client: CcxtClient, pace: Pace): void {
	const throttle = client.throttle.bind(client);
	client.throttle = async (cost) => {
		if (asksOnly()) await pace.turn(cost ?? 1);
		return throttle(cost);
	};
}
