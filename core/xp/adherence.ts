import type { Policy } from '../model';

/** Rules that a closed trade is measured by. */
export const TRADE_RULES = ['plan_kept', 'stops_honoured'] as const;
/** A rule as the ledger names it; part of the key that keeps an event from counting twice. */
export type XpRule = (typeof TRADE_RULES)[number];

/** What a member's counted trades of one UTC day come to. */
export interface DayTally {
	readonly closed: number;
	readonly kept: number;
	readonly losing: number;
	readonly honoured: number;
}

/** A day on which nothing has been counted yet. */
export const EMPTY_TALLY: DayTally = { closed: 0, kept: 0, losing: 0, honoured: 0 };

/** How one trade ended, as far as discipline goes. */
export interface TradeConduct {
	/** null: closed by the engine, a kill switch or reconciliation; the trade counts nowhere. */
	readonly planKept: boolean | null;
	/** null: not a losing trade. */
	readonly stopHonoured: boolean | null;
}

/** The tally with one more trade; null when the trade is not counted at all. */
export function countTrade(tally: DayTally, conduct: TradeConduct): DayTally | null {
	if (conduct.planKept === null) return null;
	return {
		closed: tally.closed + 1,
		kept: tally.kept + Number(conduct.planKept),
		losing: tally.losing + Number(conduct.stopHonoured !== null),
		honoured: tally.honoured + Number(conduct.stopHonoured === true),
	};
}

/**
 * What each rule is worth for the day, whole XP: a share of adherence, so that the number of
 * trades never matters. Without losing trades every stop counts as honoured.
 */
export function dayTotals(tally: DayTally, policy: Policy['xp']): Record<XpRule, number> {
	const { closed, kept, losing, honoured } = tally;
	if (closed === 0) return { plan_kept: 0, stops_honoured: 0 };
	return {
		plan_kept: Math.floor((policy.planKept * kept) / closed),
		stops_honoured:
			losing === 0 ? policy.stopsHonoured : Math.floor((policy.stopsHonoured * honoured) / losing),
	};
}
