import { SECOND, type RejectPercents } from '../../model';
import { draw, latencyQuantile } from './chance';
import type { VenueRejection } from '../exchange';
import type { PaperFault, PaperTerms } from './profile';

/** What becomes of one request on its way to the venue and back. */
export interface PaperVoyage {
	/** The venue cannot be reached at all. */
	readonly down: boolean;
	/** Lost on the way there, on the way back, or not. */
	readonly lost: 'request' | 'answer' | null;
	/** From sending to arrival, ms. */
	readonly latencyMs: number;
}

function isActive(fault: PaperFault, at: number): boolean {
	const { from = 0, until = Number.MAX_SAFE_INTEGER } = fault;
	return at >= from && at < until;
}

function isDown(fault: PaperFault, at: number): boolean {
	const { everySeconds, seconds = 0, from = 0 } = fault;
	if (everySeconds === undefined) return true;
	return (at - from) % (everySeconds * SECOND) < seconds * SECOND;
}

/** Whether the account's venue is down at this time, by its rehearsal. */
export function isVenueDown(terms: PaperTerms, at: number): boolean {
	return terms.faults.some(
		(fault) => fault.kind === 'outage' && isActive(fault, at) && isDown(fault, at),
	);
}

/** The faults of a kind that strike this request. */
function striking(
	terms: PaperTerms,
	kind: PaperFault['kind'],
	clientOrderId: string,
	call: string,
	at: number,
): PaperFault[] {
	return terms.faults.filter((fault, index) => {
		if (fault.kind !== kind || !isActive(fault, at)) return false;
		const { percent = 100 } = fault;
		const drawn = draw({ ...terms, clientOrderId }, `${call}|${kind}|${index}`);
		return drawn * 100 < percent;
	});
}

/**
 * The way of one request, decided by seed and name of the request. `call` tells the requests of one
 * order apart, so that a repeated cancel has another fate than the first.
 */
export function voyage(
	terms: PaperTerms,
	clientOrderId: string,
	call: string,
	at: number,
): PaperVoyage {
	const drawing = { ...terms, clientOrderId };
	const { latencyMedianMs: medianMs, latencyP95Ms: p95Ms, policy } = terms;
	const usual =
		terms.model === 'simple'
			? 0
			: latencyQuantile(draw(drawing, `${call}|latency`), {
					medianMs, p95Ms, maxMs: policy.latencyMaxMs,
				});
	const delays = striking(terms, 'delay', clientOrderId, call, at);
	const delay = delays.reduce((sum, { seconds = 0 }) => sum + seconds * SECOND, 0);
	const dropped = striking(terms, 'drop', clientOrderId, call, at).length > 0;
	const onTheWayThere = draw(drawing, `${call}|side`) < 0.5;
	return {
		down: isVenueDown(terms, at),
		lost: dropped ? (onTheWayThere ? 'request' : 'answer') : null,
		latencyMs: Math.round(usual + delay),
	};
}

/** Whether reports of this order tell its fills twice. */
export function tellsTwice(terms: PaperTerms, clientOrderId: string, at: number): boolean {
	return striking(terms, 'duplicate', clientOrderId, 'report', at).length > 0;
}

/** Whether the answer to an order tells nothing of what was executed: it has to be asked for. */
export function tellsNothing(terms: PaperTerms, clientOrderId: string, at: number): boolean {
	return striking(terms, 'silent', clientOrderId, 'submit', at).length > 0;
}

const BY_CHANCE: readonly (readonly [keyof RejectPercents, VenueRejection])[] = [
	['rms', {
		kind: 'rejected',
		code: 'RMS_REJECTION',
		message: 'The risk system of the venue refuses the order.',
	}],
	['circuit', {
		kind: 'rejected',
		code: 'CIRCUIT_LIMIT',
		message: 'The symbol has reached its circuit limit at the venue.',
	}],
	['exchangeDown', {
		kind: 'rejected',
		code: 'EXCHANGE_DOWN',
		message: 'The venue takes no orders at the moment.',
	}],
	['priceRange', {
		kind: 'rejected',
		code: 'PRICE_RANGE',
		message: 'The venue finds the price out of its range.',
	}],
];

/** What the venue refuses for no reason of ours: the configured rates, then the rehearsal's. */
export function refusedByChance(
	terms: PaperTerms,
	clientOrderId: string,
	at: number,
): VenueRejection | null {
	let left = draw({ ...terms, clientOrderId }, 'reject') * 100;
	for (const [name, rejection] of BY_CHANCE) {
		left -= terms.rejectPercents[name];
		if (left < 0) return rejection;
	}
	if (striking(terms, 'reject', clientOrderId, 'submit', at).length === 0) return null;
	return {
		kind: 'rejected',
		code: 'REHEARSED_REJECTION',
		message: 'The venue refuses the order, as the fault profile of the account says.',
	};
}
