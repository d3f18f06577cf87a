import { VENUE_TIMES_IN_FORCE, type VenueCapabilities, type VenueTimeInForce } from '../../exchange';
import { nextRiskDayAt } from '../../members';
import { isoTime, isRefused, refuse, type OrderType, type Refused, type TimeInForce } from '../../model';
import { parseExitRules, type ExitRuleInput } from '../exits/exit-plan';
import { squareOffAt, type ExitRule } from '../exits/rules';

/**
 * How an entry is ordered and its trade left, as its operator chose. Nothing here can make the
 * order larger, its price worse or its stop wider.
 */
export interface EntryTerms {
	readonly timeInForce: TimeInForce;
	/** When a GTD order is taken back, ms UTC; null for all others. */
	readonly goodTill: number | null;
	/** Only to rest: never to take liquidity. */
	readonly postOnly: boolean;
	readonly exitRules: readonly ExitRule[];
}

/** Good till cancelled, with the fixed stop and targets of the signal alone. */
export const PLAIN_TERMS: EntryTerms = {
	timeInForce: 'GTC',
	goodTill: null,
	postOnly: false,
	exitRules: [],
};

/** Terms as people write them; what is left out is plain. */
export interface TermsInput {
	readonly timeInForce?: TimeInForce;
	/** ms UTC. */
	readonly goodTill?: number | null;
	readonly postOnly?: boolean;
	readonly exitRules?: readonly ExitRuleInput[];
}

/** Reads terms; the refusal says which part of them is wrong. */
export function parseTerms(input: TermsInput): EntryTerms | Refused {
	const { timeInForce = 'GTC', goodTill = null, postOnly = false, exitRules = [] } = input;
	const rules = parseExitRules(exitRules);
	if (isRefused(rules)) return rules;
	if (timeInForce === 'GTD' && goodTill === null) return refuse('GOOD_TILL_MISSING');
	const plain = timeInForce === 'GTC' && !postOnly && rules.length === 0;
	if (plain) return PLAIN_TERMS;
	return { timeInForce, goodTill: timeInForce === 'GTD' ? goodTill : null, postOnly, exitRules: rules };
}

/** Whether the venue itself keeps this time in force. */
export function isVenueTime(timeInForce: TimeInForce): timeInForce is VenueTimeInForce {
	return VENUE_TIMES_IN_FORCE.some((known) => known === timeInForce);
}

/** What the venue is told: DAY and GTD rest there until the engine takes them back. */
export function venueTimeInForce({ timeInForce }: { readonly timeInForce: TimeInForce }): VenueTimeInForce {
	return isVenueTime(timeInForce) ? timeInForce : 'GTC';
}

type Abilities = Pick<VenueCapabilities, 'postOnly' | 'timeInForce'>;

function refuseTime(terms: EntryTerms, type: OrderType, venue: Abilities): Refused | null {
	const { timeInForce } = terms;
	if (!isVenueTime(timeInForce) || timeInForce === 'GTC') return null;
	if (type !== 'limit' && type !== 'stop_limit') {
		return refuse('TIME_IN_FORCE_TYPE', { observed: timeInForce, type });
	}
	if (venue.timeInForce.includes(timeInForce)) return null;
	const limit = venue.timeInForce.join(', ');
	return refuse('TIME_IN_FORCE_UNSUPPORTED', { observed: timeInForce, limit });
}

function refusePostOnly(terms: EntryTerms, type: OrderType, venue: Abilities): Refused | null {
	if (!terms.postOnly) return null;
	const { timeInForce } = terms;
	const rests = timeInForce !== 'IOC' && timeInForce !== 'FOK';
	if (type !== 'limit' || !rests) {
		return refuse('POST_ONLY_TYPE', { observed: rests ? type : timeInForce });
	}
	return venue.postOnly ? null : refuse('POST_ONLY_UNSUPPORTED');
}

/** Why an order of this type cannot be sent to this venue on these terms, or null. */
export function refuseTerms(
	terms: EntryTerms,
	type: OrderType,
	venue: Abilities,
	now: number,
): Refused | null {
	const { timeInForce, goodTill } = terms;
	if (timeInForce === 'GTD' && goodTill === null) return refuse('GOOD_TILL_MISSING');
	if (timeInForce === 'GTD' && goodTill !== null && goodTill <= now) {
		return refuse('GOOD_TILL_PAST', { observed: isoTime(goodTill) });
	}
	return refuseTime(terms, type, venue) ?? refusePostOnly(terms, type, venue);
}

/**
 * When the engine takes back what has not filled: the end of the account's day, the time given, or
 * the square-off of the exit plan, whichever is first; null: never.
 */
export function expiryOf(
	terms: EntryTerms,
	account: { readonly zone: string },
	now: number,
): number | null {
	const times = terms.exitRules.flatMap((rule) =>
		rule.method === 'session' ? [squareOffAt(rule, now)] : [],
	);
	if (terms.timeInForce === 'DAY') times.push(nextRiskDayAt(account, now));
	if (terms.timeInForce === 'GTD' && terms.goodTill !== null) times.push(terms.goodTill);
	return times.length === 0 ? null : Math.min(...times);
}
