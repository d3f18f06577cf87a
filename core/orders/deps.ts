import type { Kernel } from '../db';
import { keepBars, type Exchanges, type KnownBars } from '../exchange';

/** What the order services are built on. */
export interface OrderDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
	/** Price bars as last read: what exits are tightened by must not wait for a venue. */
	readonly knownBars: KnownBars;
}

/** What the order services of one process are built on. */
export function orderDeps(kernel: Kernel, exchanges: Exchanges): OrderDeps {
	const knownBars = keepBars(exchanges.bars, ({ venue, symbol, timeframe }, error) =>
		kernel.log.warn('Price bars could not be read.', { venue, symbol, timeframe, error }),
	);
	return { kernel, exchanges, knownBars };
}

/** Actor of everything the engine's jobs do. */
export const ENGINE_ACTOR = 'engine';
