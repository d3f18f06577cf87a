/** The exchange's time: the machine's, or one that tests move. */
export interface VenueClock {
	/** ms UTC. */
	now(): number;
	/** Runs something later. @returns what cancels it */
	after(ms: number, work: () => void): () => void;
}

/** The machine's clock; waiting work keeps no process alive. */
export const machineClock: VenueClock = {
	now: () => Date.now(),
	after(ms, work) {
		const timer = setTimeout(work, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/** A clock that stands still until it is moved; what was due on the way runs in its order. */
export class ManualVenueClock implements VenueClock {
	#at: number;
	#number = 0;
	readonly #waiting = new Map<number, { at: number; work: () => void }>();

	constructor(start: number) {
		this.#at = start;
	}

	now(): number {
		return this.#at;
	}

	after(ms: number, work: () => void): () => void {
		const id = (this.#number += 1);
		this.#waiting.set(id, { at: this.#at + ms, work });
		return () => this.#waiting.delete(id);
	}

	/** Moves the time on, never back. */
	moveTo(at: number): void {
		for (let next = this.#next(at); next !== null; next = this.#next(at)) {
			const [id, { at: due, work }] = next;
			this.#waiting.delete(id);
			this.#at = Math.max(this.#at, due);
			work();
		}
		this.#at = Math.max(this.#at, at);
	}

	advance(ms: number): void {
		this.moveTo(this.#at + ms);
	}

	#next(until: number): [number, { at: number; work: () => void }] | null {
		let first: [number, { at: number; work: () => void }] | null = null;
		for (const entry of this.#waiting) {
			if (entry[1].at <= until && (first === null || entry[1].at < first[1].at)) first = entry;
		}
		return first;
	}
}
