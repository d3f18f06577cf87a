import type { Decimal } from '../../model';

/**
 * Volume, in the base asset, of the last bar that was closed at `at` (ms UTC); null where the source
 * of the venue's quotes tells none.
 */
export type BarVolume = (venue: string, symbol: string, at: number) => Promise<Decimal | null>;

/** Waits so many milliseconds; tests and the backtester bring their own time. */
export type Sleep = (milliseconds: number) => Promise<void>;

export const systemSleep: Sleep = async (milliseconds) =>
	new Promise((resolve) => {
		setTimeout(resolve, milliseconds);
	});
