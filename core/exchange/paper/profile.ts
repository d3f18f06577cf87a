import { z } from 'zod';
import {
	decimal, FirecontrolError, parseStored, rejectPercentsSchema, type AccountId, type Decimal,
	type Policy, type RejectPercents,
} from '../../model';

/** `simple` executes at once and whole; `realistic` does what a venue does to an order. */
export const PAPER_MODELS = ['simple', 'realistic'] as const;
export type PaperModel = (typeof PAPER_MODELS)[number];

/** What can be rehearsed; see `paper-faults.ts`. */
export const PAPER_FAULT_KINDS = ['drop', 'delay', 'duplicate', 'reject', 'outage', 'silent'] as const;

const faultSchema = z
	.strictObject({
		kind: z.enum(PAPER_FAULT_KINDS, `Choose one of ${PAPER_FAULT_KINDS.join(', ')}.`),
		/** Percent of the requests that it strikes; all, unless given. */
		percent: z.number().min(0).max(100).optional(),
		/** Of a delay, or of an outage's length. */
		seconds: z.number().min(0.001).max(3_600).optional(),
		/** An outage comes back after this long; without it, it lasts from `from` to `until`. */
		everySeconds: z.number().min(1).max(86_400).optional(),
		/** Only between these times, ms UTC. */
		from: z.number().int().nonnegative().optional(),
		until: z.number().int().nonnegative().optional(),
	})
	.refine((fault) => fault.kind !== 'delay' || fault.seconds !== undefined, {
		path: ['seconds'],
		message: 'Say by how many seconds requests are delayed.',
	})
	.refine(
		(fault) =>
			fault.everySeconds === undefined ||
			(fault.seconds !== undefined && fault.seconds < fault.everySeconds),
		{ path: ['everySeconds'], message: 'An outage that comes back must be shorter than that.' },
	);

/** One fault of a rehearsal. */
export type PaperFault = z.infer<typeof faultSchema>;

/** Faults by name, for people who choose from a list. */
export const PAPER_FAULT_PROFILES = {
	none: [],
	bad_line: [
		{ kind: 'drop', percent: 5 },
		{ kind: 'delay', percent: 10, seconds: 3 },
		{ kind: 'duplicate', percent: 20 },
	],
	lost_answers: [{ kind: 'drop', percent: 50 }],
	late_arrivals: [{ kind: 'delay', percent: 50, seconds: 30 }],
	refusing_venue: [{ kind: 'reject', percent: 25 }],
	outages: [{ kind: 'outage', seconds: 60, everySeconds: 600 }],
} as const satisfies Readonly<Record<string, readonly PaperFault[]>>;
export type PaperFaultProfile = keyof typeof PAPER_FAULT_PROFILES;

const minuteOfDay = z.number().int().min(0).max(1_440);
const hoursSchema = z.strictObject({
	/** Minutes since midnight UTC; a day that ends before it begins goes over midnight. */
	from: minuteOfDay,
	to: minuteOfDay,
	/** 1 Monday … 7 Sunday, in UTC. */
	days: z.array(z.number().int().min(1).max(7)).min(1),
});
export type PaperHours = z.infer<typeof hoursSchema>;

const FEE = 'Give a percent from 0 to 1.';
const SLIPPAGE = 'Give a number from 0.5 to 10.';
const SEED = 'Give a whole number from 0 to 4294967295.';

/** What an account's simulation does otherwise than the policy says. */
export const paperProfileSchema = z.strictObject({
	/** Percent of the value; never below 0 or above 1. */
	feePercent: z.number(FEE).min(0, FEE).max(1, FEE).optional(),
	/** Slippage times this. */
	slippageFactor: z.number(SLIPPAGE).min(0.5, SLIPPAGE).max(10, SLIPPAGE).optional(),
	latencyMedianMs: z.number().int().min(1).max(10_000).optional(),
	latencyP95Ms: z.number().int().min(1).max(30_000).optional(),
	rejectPercents: rejectPercentsSchema.partial().optional(),
	hours: hoursSchema.optional(),
	faults: z.array(faultSchema, 'Choose one of the fault profiles, or give a list of faults.').max(20).optional(),
});
export type PaperProfile = z.infer<typeof paperProfileSchema>;

/** What an account at the paper venue is asked to be like. */
export const paperWishSchema = z.strictObject({
	model: z.enum(PAPER_MODELS, `Choose one of ${PAPER_MODELS.join(', ')}.`).optional(),
	/** Chance is drawn from it; the same seed, orders and prices give the same fills. */
	seed: z.number(SEED).int(SEED).min(0, SEED).max(4_294_967_295, SEED).optional(),
	profile: paperProfileSchema.optional(),
});
/** As it is given; what is not given keeps its default, or stays. */
export type PaperWish = z.infer<typeof paperWishSchema>;

/** @throws FirecontrolError `PAPER_PROFILE_INVALID` naming every violation */
export function readPaperWish(value: unknown): PaperWish {
	const read = paperWishSchema.safeParse(value);
	if (read.success) return read.data;
	const violations = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
	throw new FirecontrolError(
		'PAPER_PROFILE_INVALID',
		`The paper account cannot be simulated like this. ${violations.join('; ')}`,
		{ details: { violations } },
	);
}

/** Everything that decides what becomes of an account's orders; nothing of it changes on the way. */
export interface PaperTerms {
	readonly accountId: AccountId;
	readonly seed: number;
	readonly model: PaperModel;
	readonly feePercent: Decimal;
	/** Half of the smallest spread, in basis points. */
	readonly halfSpread: Decimal;
	/** Of the simple model, in basis points. */
	readonly fixedSlippage: Decimal;
	readonly slippageFactor: number;
	readonly latencyMedianMs: number;
	readonly latencyP95Ms: number;
	readonly rejectPercents: RejectPercents;
	readonly hours: PaperHours | null;
	readonly faults: readonly PaperFault[];
	readonly policy: Policy['paper']['realistic'];
}

const NEVER: RejectPercents = { rms: 0, circuit: 0, exchangeDown: 0, priceRange: 0 };

/** What of a stored account the terms are made from. */
export interface StoredPaperTerms {
	readonly account_id: AccountId;
	readonly model: PaperModel;
	readonly seed: number;
	readonly profile: string;
}

/** The account's own wishes over the policy's numbers. */
export function paperTerms(account: StoredPaperTerms, policy: Policy): PaperTerms {
	const { paper } = policy;
	const profile = parseStored<PaperProfile>(account.profile);
	const realistic = account.model === 'realistic';
	const median = profile.latencyMedianMs ?? paper.realistic.latencyMedianMs;
	return {
		accountId: account.account_id,
		seed: account.seed,
		model: account.model,
		feePercent: decimal(profile.feePercent ?? paper.feePercent),
		halfSpread: decimal(paper.halfSpreadBasisPoints),
		fixedSlippage: decimal(paper.slippageBasisPoints),
		slippageFactor: profile.slippageFactor ?? 1,
		latencyMedianMs: median,
		latencyP95Ms: Math.max(median, profile.latencyP95Ms ?? paper.realistic.latencyP95Ms),
		rejectPercents: realistic
			? { ...paper.realistic.rejectPercents, ...defined(profile.rejectPercents) }
			: NEVER,
		hours: profile.hours ?? null,
		faults: profile.faults ?? [],
		policy: paper.realistic,
	};
}

function defined(given: PaperProfile['rejectPercents'] = {}): Partial<RejectPercents> {
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
