import type { DeliveryState } from './delivery';

/** Columns of `event_deliveries`. */
export interface DeliveryRow {
	id: number;
	consumer: string;
	/** JSON list. */
	event_ids: string;
	state: DeliveryState;
	holder: string;
	attempts: number;
	delivered_at: number;
	next_at: number | null;
	settled_at: number | null;
	error: string | null;
}
