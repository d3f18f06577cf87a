import { createHash } from 'node:crypto';

/** Whose chance is drawn, and for which of its orders. */
export interface Drawing {
	readonly seed: number;
	readonly accountId: string;
	readonly clientOrderId: string;
}

const BYTES = 6;
const SPAN = 2 ** (8 * BYTES);
/** Φ⁻¹(0.95). */
const P95 = 1.644_853_626_951_472_2;

/**
 * Uniform in (0, 1), by hash of who draws and what for: the same in every process and every replay,
 * whatever else is drawn before it.
 */
export function draw({ seed, accountId, clientOrderId }: Drawing, what: string): number {
	const digest = createHash('sha256')
		.update(`${seed}|${accountId}|${clientOrderId}|${what}`)
		.digest();
	return (digest.readUIntBE(0, BYTES) + 0.5) / SPAN;
}

/**
 * Φ⁻¹, the quantile of the standard normal distribution, by the rational approximation of
 * Hastings as in Abramowitz and Stegun 26.2.23: off by less than 0.00045.
 */
export function normalQuantile(share: number): number {
	const tail = Math.min(share, 1 - share);
	const t = Math.sqrt(-2 * Math.log(tail));
	const above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
	const below = 1 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
	const distance = t - above / below;
	return share < 0.5 ? -distance : distance;
}

/** A lognormal time by its median and 95th percentile. Whole milliseconds, 1 to `maxMs`. */
export interface LatencyTerms {
	readonly medianMs: number;
	readonly p95Ms: number;
	readonly maxMs: number;
}

/** The latency that `share` (0 to 1) of the requests stay below, ms. */
export function latencyQuantile(share: number, { medianMs, p95Ms, maxMs }: LatencyTerms): number {
	const sigma = Math.log(p95Ms / medianMs) / P95;
	const latency = Math.round(medianMs * Math.exp(sigma * normalQuantile(share)));
	return Math.min(Math.max(1, latency), maxMs);
}
