/**
 * Runs `work` whenever it is asked to, never twice at once: being asked during a run makes one more
 * run follow it. Errors go to `onError`; the loop goes on.
 */
export class Loop {
	#running = false;

	#again = false;

	#closed = false;

	constructor(
		private readonly work: () => Promise<void>,
		private readonly onError: (error: unknown) => void,
	) {}

	get closed(): boolean {
		return this.#closed;
	}

	run(): void {
		if (this.#closed) return;
		if (this.#running) {
			this.#again = true;
			return;
		}
		this.#running = true;
		void this.#go();
	}

	/** No further runs; one under way ends by itself. May be called any number of times. */
	close(): void {
		this.#closed = true;
	}

	async #go(): Promise<void> {
		do {
			this.#again = false;
			try {
				await this.work();
			} catch (error) {
				this.onError(error);
			}
		} while (this.#again && !this.#closed);
		this.#running = false;
	}
}
