import { z } from 'zod';
import { deadManSchema } from './policy-dead-man';

const seconds = z.number().int().positive();

/** Stopping, flattening and going on again. */
export const emergencySchema = z.strictObject({
	/** `healthy` trips end after so long without trouble; those by API errors after this. */
	healthySeconds: seconds.min(10).default(60),
	apiErrorsHealthySeconds: seconds.min(60).default(600),
	/** A trip by a person or a drawdown ends no sooner than this after it began. */
	rearmAfterSeconds: seconds.min(60).default(1800),
	/** How long what was asked for can be confirmed. */
	confirmSeconds: seconds.max(900).default(300),
	/**
	 * Worth of one closing order of the kill switch at most, in the account's currency: what the
	 * first levels of a liquid book take. What is larger is closed in several, one after the other.
	 */
	sliceNotional: z.string().regex(/^\d+(\.\d+)?$/).default('25000'),
	/** Closing orders of one position in one turn at most. */
	slicesPerTurn: seconds.max(100).default(20),
	/** Something left after so long counts as incomplete, and people are told. */
	incompleteAfterSeconds: seconds.max(300).default(10),
	/** Longest pause before a venue that fails is tried again. */
	retrySecondsMax: seconds.max(60).default(8),
	/**
	 * A venue that lists no orders is sent closing orders all the same: after so many failed turns in a
	 * row if it answers at least what the account holds, else with every so-many-th failed turn.
	 */
	blindAfterFailures: seconds.max(100).default(3),
	blindUnheardAfterFailures: seconds.max(1_000).default(12),
	/** How long a link that stops trading can be used: unless said, and at most. */
	stopLinkSeconds: seconds.default(86_400),
	stopLinkSecondsMax: seconds.max(2_592_000).default(604_800),
	/** Timers at the venues that cancel what rests when the engine is gone. */
	deadMan: deadManSchema.prefault({}),
});

/** The numbers of the kill switch. */
export type EmergencyPolicy = z.infer<typeof emergencySchema>;

/** Numbers of the standard policy. */
export const STANDARD_EMERGENCY = emergencySchema.parse({});
