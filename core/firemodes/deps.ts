import type { Kernel } from '../db';
import type { Exchanges } from '../exchange';
import type { Orders } from '../orders';
import type { Risk } from '../risk';
import type { Signals } from '../signals';

/** What the fire modes are made from. */
export interface FireModeDeps {
	readonly kernel: Kernel;
	readonly risk: Risk;
	readonly orders: Orders;
	readonly signals: Signals;
	readonly exchanges: Exchanges;
}
