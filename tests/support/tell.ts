import type { Kernel } from '../../core/db';
import { appendEvent, type NewEvent } from '../../core/events';
import type { EventId } from '../../core/model';

/** Appends an event as the feature that makes it would. */
export async function tell(kernel: Kernel, event: NewEvent): Promise<EventId> {
	return kernel.transaction(async (trx) => appendEvent(trx, kernel, event));
}
