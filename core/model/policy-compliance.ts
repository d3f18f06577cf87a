import { z } from 'zod';

const amount = z.string().regex(/^\d+(\.\d+)?$/);
const count = z.number().int().positive();

/** What a venue, or the rules of its country, ask of every order that is sent there. */
const venueLimitsSchema = z.strictObject({
	/**
	 * Orders, replaces and cancels a second of all accounts there (paper: of one), exits included.
	 * Entries wait for each other; null: the pace of all venues counts.
	 */
	messagesPerSecond: z.number().positive().nullable(),
	/** Orders, replaces and cancels of one account on its risk day, exits included. */
	messagesPerDay: count.nullable(),
	/** How far a limit may reach beyond the quote (or its trigger) in the direction of a bad price. */
	collarPercent: z.number().positive().max(10),
	/** Greatest quantity of one opening order; null: the venue's own maximum counts. */
	maxQuantity: amount.nullable(),
	/** Greatest worth of one opening order, in its quote currency. */
	maxNotional: amount.nullable(),
});

export type VenueLimits = z.infer<typeof venueLimitsSchema>;

/** Limits that exchanges and their supervisors set, and by which algorithm an order is known. */
export const complianceSchema = z.strictObject({
	/** Algorithm id of orders whose source has none of its own is this, a colon and the source. */
	algorithmPrefix: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/),
	/** Registered ids by source, where an exchange gives them out. */
	algorithmIds: z.record(z.string(), z.string().min(1).max(64)),
	/** Of venues that have none of their own. */
	limits: venueLimitsSchema,
	/** By venue name; what is left out is that of all venues. */
	venues: z.record(z.string(), venueLimitsSchema.partial()),
});

export type CompliancePolicy = z.infer<typeof complianceSchema>;

/**
 * The National Stock Exchange of India, for brokers' retail interfaces since 1 August 2025: up to ten
 * orders a second need no registered algorithm. Put it into `compliance.venues` under the venue's name.
 */
export const NSE_LIMITS = {
	messagesPerSecond: 10,
	messagesPerDay: null,
	collarPercent: 2,
	maxQuantity: '10000',
	maxNotional: '10000000',
} as const satisfies VenueLimits;

/** Numbers of the standard policy. */
export const STANDARD_COMPLIANCE: CompliancePolicy = {
	algorithmPrefix: 'FC',
	algorithmIds: {},
	limits: {
		messagesPerSecond: null, messagesPerDay: null, collarPercent: 10, maxQuantity: null,
		maxNotional: '1000000',
	},
	venues: {},
};

/** The limits that count at a venue. */
export function venueLimits({ limits, venues }: CompliancePolicy, venue: string): VenueLimits {
	const own = Object.hasOwn(venues, venue) ? venues[venue] : undefined;
	return {
		messagesPerSecond: own?.messagesPerSecond === undefined ? limits.messagesPerSecond : own.messagesPerSecond,
		messagesPerDay: own?.messagesPerDay === undefined ? limits.messagesPerDay : own.messagesPerDay,
		collarPercent: own?.collarPercent ?? limits.collarPercent,
		maxQuantity: own?.maxQuantity === undefined ? limits.maxQuantity : own.maxQuantity,
		maxNotional: own?.maxNotional === undefined ? limits.maxNotional : own.maxNotional,
	};
}

/** How fast entries may go out to a venue: at its own limit, where that is the lower one. */
export function entryPace<Pace extends { readonly venueEntryRatePerSecond: number }>(
	{ orders, compliance }: { readonly orders: Pace; readonly compliance: CompliancePolicy },
	venue: string,
): Pace {
	const { messagesPerSecond } = venueLimits(compliance, venue);
	if (messagesPerSecond === null) return orders;
	const venueEntryRatePerSecond = Math.min(orders.venueEntryRatePerSecond, messagesPerSecond);
	return { ...orders, venueEntryRatePerSecond };
}

/** By which algorithm an order is known: registered, or our own name of its source. */
export function algorithmId(policy: CompliancePolicy, source: string | null): string {
	const { algorithmIds, algorithmPrefix } = policy;
	if (source === null) return algorithmPrefix;
	const registered = Object.hasOwn(algorithmIds, source) ? algorithmIds[source] : undefined;
	return registered ?? `${algorithmPrefix}:${source}`;
}
