/**
 * A place in the order of events. `epoch` is the transaction that wrote the event (PostgreSQL;
 * always 0 in SQLite, which has one writer), `seq` its number.
 */
export interface EventPosition {
	readonly epoch: number;
	readonly seq: number;
}

/** Whether `position` lies before `other`. */
export function isBehind(position: EventPosition, other: EventPosition): boolean {
	if (position.epoch !== other.epoch) return position.epoch < other.epoch;
	return position.seq < other.seq;
}
