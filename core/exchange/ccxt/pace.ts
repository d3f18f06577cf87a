import { SECOND } from '../../model';
import { questionNow, type Question } from './call';
import type { CcxtClient } from './library';

/**
 * Shares of the venue's limit that questions may use up. Those for prices have one of their own, so
 * that however much is compared, the gate and the exits see fresh ones. The rest is kept for orders
 * and cancels, which are not held up by questions.
 */
const SHARES: Readonly<Record<Question, number>> = { books: 0.6, prices: 0.15 };
/** How long questions that come at once may run ahead of the pace; ms. */
const BURST = 2 * SECOND;

/** One pace for all clients of an address: a venue that counts by address counts them together. */
export class Pace {
	/** When the questions let through so far will have been paid for, by the machine's clock. */
	readonly #paidAt: Record<Question, number> = {
		books: Number.NEGATIVE_INFINITY,
		prices: Number.NEGATIVE_INFINITY,
	};

	/** @param unit ms that a request of weight 1 takes of the whole limit */
	constructor(private readonly unit: number) {}

	/** Waits for the turn of a question of that weight. */
	async turn(question: Question, weight: number): Promise<void> {
		const now = performance.now();
		const begin = Math.max(this.#paidAt[question], now - BURST);
		this.#paidAt[question] = begin + (weight * this.unit) / SHARES[question];
		const wait = this.#paidAt[question] - now;
		// The call's own limit in time keeps the process; a turn that nobody waits for does not.
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
	}
}

/** Lets a client's questions go at a pace that it shares with others. */
export function paceQuestions(client: CcxtClient, pace: Pace): void {
	const throttle = client.throttle.bind(client);
	client.throttle = async (cost) => {
		const question = questionNow();
		if (question !== null) await pace.turn(question, cost ?? 1);
		return throttle(cost);
	};
}
