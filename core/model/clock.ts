/** Source of time; the only one in core. Tests and the backtester bring their own. */
export interface Clock {
	/** Milliseconds since 1970-01-01T00:00:00Z. */
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
	#now: number;

	constructor(start: number) {
		this.#now = start;
	}

	now(): number {
		return this.#now;
	}

	advance(milliseconds: number): void {
		this.#now += milliseconds;
	}

	set(to: number): void {
		this.#now = to;
	}
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-11-20T10:00:00.000Z`. */
export function isoTime(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
