import { z } from 'zod';

const decimalText = (limit: number) =>
	z.string().refine((text) => {
		const value = Number(text);
		return text.trim() !== '' && value >= 0 && value <= limit;
	}, `Give a decimal number from 0 to ${limit}.`);
const percent = z.number().min(0).max(100);
/** Minutes since midnight UTC. */
const minuteOfDay = z.number().int().min(0).max(1440);

/**
 * Percent of orders that are refused by chance, by what for. Hard bound: half of all orders
 * together, for each alone.
 */
export const rejectPercentsSchema = z.strictObject({
	rms: percent.max(50),
	circuit: percent.max(50),
	exchangeDown: percent.max(50),
	priceRange: percent.max(50),
});

/** Numbers of the realistic paper model. Its hard bounds keep it from flattering. */
export const realisticPaperSchema = z
	.strictObject({
		latencyMedianMs: z.number().int().min(1).max(10_000),
		latencyP95Ms: z.number().int().min(1).max(30_000),
		/** No request takes longer. */
		latencyMaxMs: z.number().int().min(1).max(60_000),
		/** Slippage in basis points = this × (base + time of day) × √(quantity ÷ bar volume). */
		slippageBasisPoints: decimalText(100),
		slippageBase: z.number().min(0).max(10),
		slippageMaxBasisPoints: decimalText(500),
		/** Times of day in which slippage grows by the factor; 1 at all others. */
		busyWindows: z.array(
			z.strictObject({ from: minuteOfDay, to: minuteOfDay, factor: z.number().min(1).max(10) }),
		),
		/** Chance that a limit order that is only touched is far enough ahead in the queue. */
		queueProbability: z.number().min(0).max(1),
		/** Largest part of a bar's volume that an account takes. Hard bound: 25. */
		participationPercent: percent.min(0.1).max(25),
		barSeconds: z.number().int().min(1).max(86_400),
		/** Value of a bar, in the quote currency, where no source tells its volume. */
		assumedBarValue: decimalText(1e12),
		/** Furthest that a price given may lie from the market. */
		priceBandPercent: percent,
		workingOrdersMax: z.number().int().min(1).max(10_000),
		/** An answer that takes longer is none: the caller does not know the outcome. */
		answerSeconds: z.number().int().min(1).max(60),
		rejectPercents: rejectPercentsSchema,
	})
	.refine((model) => model.latencyP95Ms >= model.latencyMedianMs, {
		path: ['latencyP95Ms'],
		message: 'The 95th percentile must not lie below the median.',
	});

export type RealisticPaperPolicy = z.infer<typeof realisticPaperSchema>;
export type RejectPercents = z.infer<typeof rejectPercentsSchema>;

/** Slippage is larger around the change of the UTC day and the opening of the US markets. */
export const STANDARD_REALISTIC_PAPER: RealisticPaperPolicy = {
	latencyMedianMs: 150, latencyP95Ms: 500, latencyMaxMs: 2_000,
	slippageBasisPoints: '5', slippageBase: 0.5, slippageMaxBasisPoints: '50',
	busyWindows: [
		{ from: 0, to: 15, factor: 1.5 },
		{ from: 810, to: 840, factor: 1.5 },
	],
	queueProbability: 0.5, participationPercent: 10, barSeconds: 60, assumedBarValue: '250000',
	priceBandPercent: 20, workingOrdersMax: 200, answerSeconds: 2,
	rejectPercents: { rms: 1, circuit: 0.4, exchangeDown: 0.2, priceRange: 0.4 },
};
