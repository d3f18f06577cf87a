import { SECOND } from '../../model';

/** What is remembered of a venue's prices. Times in ms UTC. */
export interface Feed {
	readonly venue: string;
	readonly lookedAt: number;
	/** Null: at the last look a price was fresh. */
	readonly lostSince: number | null;
	/** What was asked for last. */
	readonly symbol: string;
}

/** A pause in the looking itself proves nothing: what was lost before counts anew after it. */
const GAP = 15 * SECOND;

/** The feed after a look that found at least one fresh price, or none. Pure. */
export function feedAfter(
	before: Feed | null,
	look: { readonly venue: string; readonly symbol: string; readonly fresh: boolean; readonly now: number },
): Feed {
	const { venue, symbol, fresh, now } = look;
	const seen = before !== null && now - before.lookedAt <= GAP;
	const lostSince = fresh ? null : seen && before.lostSince !== null ? before.lostSince : now;
	return { venue, lookedAt: now, lostSince, symbol };
}

/** Whether the venue has given no price for too long. */
export function isLost({ lostSince }: Feed, now: number, lostSeconds: number): boolean {
	return lostSince !== null && now - lostSince > lostSeconds * SECOND;
}
