import { z } from 'zod';

/**
 * When the engine keeps the venue's timer running, where there is one. `entries`: only while all that
 * the timer could cancel are opening orders of this system; `all`: whenever anything rests, although
 * a dead engine then costs protective stops too; `off`: never.
 */
export const DEAD_MAN_MODES = ['entries', 'all', 'off'] as const;
export type DeadManMode = (typeof DEAD_MAN_MODES)[number];

/** The timer at the venue that cancels what rests there when the engine is gone. */
export const deadManSchema = z
	.strictObject({
		mode: z.enum(DEAD_MAN_MODES).default('entries'),
		/** Venues take 10 to 120 s. */
		timeoutSeconds: z.number().int().min(10).max(120).default(60),
		refreshSeconds: z.number().int().min(1).max(60).default(15),
		/** A call that failed is tried again after this. */
		retrySeconds: z.number().int().min(1).max(30).default(5),
	})
	.refine((policy) => policy.refreshSeconds * 2 <= policy.timeoutSeconds, {
		path: ['refreshSeconds'],
		message: 'Refresh at least twice within the timeout, so that one lost call cancels nothing.',
	});

/** The numbers of the dead-man switch. */
export type DeadManPolicy = z.infer<typeof deadManSchema>;
