import type { Kernel } from '../../db';
import type { Exchanges } from '../../exchange';
import type { Orders } from '../../orders';

/** What the kill switch is built on. */
export interface EmergencyDeps {
	readonly kernel: Kernel;
	readonly orders: Pick<Orders, 'cancel' | 'closePosition'>;
	readonly exchanges: Exchanges;
}

/** Actor of what the engine does to carry a stop out. */
export const ENGINE_ACTOR = 'engine';
