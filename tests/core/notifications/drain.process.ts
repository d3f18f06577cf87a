import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { ManualClock } from '../../../core/model';
import { createNotifications, type SendCounts } from '../../../core/notifications';
import { serve } from '../../support/processes';

/** Drains the outbox as an engine of its own would, with its clock at `now`. */
serve<{ config: DatabaseConfig; now: number }, SendCounts>(async ({ config, now }) => {
	const sealingKey = new Uint8Array(32).fill(7);
	const kernel = createKernel(openPool(config), { clock: new ManualClock(now), sealingKey });
	return createNotifications(kernel).drain();
});
