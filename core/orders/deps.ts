import type { Kernel } from '../db';
import type { Exchanges } from '../exchange';

/** What the order services are built on. */
export interface OrderDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
}

/** Actor of everything the engine's jobs do. */
export const ENGINE_ACTOR = 'engine';
