import ICAL from 'ical.js';
import { DAY } from '../../../model';
import { calendarTooLarge } from '../news.errors';
import type { EventSpan } from './ics-span';
import { unzoned } from './ics-zones';

/** Steps over all rules of a calendar: one by the second, or one that never fits, must not stop n8n. */
const STEPS_MAX = 50_000;

/** How far the rules of one calendar may be searched. */
export class StepBudget {
	#steps = 0;
	readonly #host: string;

	constructor(host: string) {
		this.#host = host;
	}

	/** @throws FirecontrolError `NEWS_FEED_TOO_LARGE` when it is used up */
	take(): void {
		if (++this.#steps > STEPS_MAX) throw calendarTooLarge(this.#host, 'rules that repeat too often, or never');
	}
}

/** The rule with an end as the event's own clocks show it; never later than what is looked at. */
function localRule(rule: ICAL.Recur, span: EventSpan, until: number): ICAL.Recur {
	const local = rule.clone();
	const given = rule.until;
	const latest = span.clock.show(until + DAY);
	if (given === null) local.until = latest;
	else if (given.isDate) {
		const { year, month, day } = given;
		local.until = new ICAL.Time({ year, month, day, hour: 23, minute: 59, second: 59, isDate: false });
	} else if (given.zone === ICAL.Timezone.utcTimezone) {
		local.until = span.clock.show(given.toUnixTime() * 1_000);
	} else {
		local.until = unzoned(given);
	}
	if (local.until.toUnixTime() > latest.toUnixTime()) local.until = latest;
	return local;
}

/** Days of the month that exist: of 30 February the library makes a day in March. */
function fits({ parts }: ICAL.Recur, { year, month, day }: ICAL.Time): boolean {
	const { BYMONTH: months, BYMONTHDAY: days } = parts;
	const fromEnd = day - new Date(Date.UTC(year, month, 0)).getUTCDate() - 1;
	return (
		(months === undefined || months.includes(month)) &&
		(days === undefined || days.includes(day) || days.includes(fromEnd))
	);
}

/** When the occurrences of the component's rules begin, ms UTC, up to `until`. */
export function ruleStarts(
	component: ICAL.Component,
	span: EventSpan,
	until: number,
	budget: StepBudget,
): number[] {
	const starts: number[] = [];
	for (const property of component.getAllProperties('rrule')) {
		const given = property.getFirstValue();
		if (!(given instanceof ICAL.Recur)) continue;
		const rule = localRule(given, span, until);
		const steps = rule.iterator(unzoned(span.shown));
		const matches = steps.check_contracting_rules.bind(steps);
		steps.check_contracting_rules = () => {
			budget.take();
			return matches();
		};
		for (let next = steps.next(); next !== null; next = steps.next()) {
			budget.take();
			const at = span.clock.at(next);
			if (at > until) break;
			if (fits(rule, next)) starts.push(at);
		}
	}
	return starts;
}
