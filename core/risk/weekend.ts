import { MINUTE, type WeekendPolicy } from '../model';
import type { RiskSnapshot } from './snapshot';

const WEEK_MINUTES = 7 * 24 * 60;
/** 1970-01-01 was a Thursday; day 0 is Sunday. */
const EPOCH_MINUTE = 4 * 24 * 60;

type WeekTime = WeekendPolicy['from'];

const minuteOf = ({ day, minute }: WeekTime): number => day * 24 * 60 + minute;

/** Milliseconds from `now` to the next such moment of the week, in UTC; a whole week at it. */
function untilNext(now: number, time: WeekTime): number {
	const week = WEEK_MINUTES * MINUTE;
	const sinceSunday = (now + EPOCH_MINUTE * MINUTE) % week;
	return week - ((sinceSunday - minuteOf(time) * MINUTE + week) % week);
}

/** End of the weekend that `now` lies in, ms UTC; null outside of one. */
export function weekendEnd(now: number, weekend: Pick<WeekendPolicy, 'from' | 'until'>): number | null {
	const toEnd = untilNext(now, weekend.until);
	return toEnd <= untilNext(now, weekend.from) ? now + toEnd : null;
}

/** What the weekend does to an opening order; venues that trade at all hours know none. */
export type WeekendState =
	| { readonly kind: 'none' }
	| { readonly kind: 'reduced' | 'blocked'; readonly until: number };

export function weekendOf({ now, policy, venue }: Pick<RiskSnapshot, 'now' | 'policy' | 'venue'>): WeekendState {
	if (venue.sessions === '24/7') return { kind: 'none' };
	const until = weekendEnd(now, policy.weekend);
	if (until === null) return { kind: 'none' };
	return { kind: policy.weekend.rule === 'block' ? 'blocked' : 'reduced', until };
}
