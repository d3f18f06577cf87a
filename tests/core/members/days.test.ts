import fc from 'fast-check';
import { memberDay, nextRiskDayAt, riskDay, utcDay, isZone } from '../../../core/members';
import { DAY, HOUR } from '../../../core/model';

/** The same dates from another source: the formatter of the engine. */
function dateBy(zone: string, at: number): string {
	return new Intl.DateTimeFormat('en-CA', {
		timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit',
	}).format(at);
}

const ZONES = [
	'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe',
	'Pacific/Apia', 'Pacific/Kiritimati', 'America/St_Johns', 'Africa/Cairo', 'Asia/Beirut',
	'America/Havana', 'America/Sao_Paulo', 'Atlantic/Azores', 'America/Asuncion',
];
const zone = fc.constantFrom(...ZONES);
const time = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2035, 0, 1) });

describe('risk day', () => {
	it('is the date that clocks in the zone show', () => {
		fc.assert(
			fc.property(zone, time, (name, at) => {
				expect(riskDay({ zone: name }, at)).toBe(dateBy(name, at));
			}),
			{ numRuns: 300 },
		);
	});

	it.each([
		// Clocks go forward at 02:00: a day of 23 h; back at 03:00: a day of 25 h.
		['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z', 23],
		['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', 25],
		['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z', 23],
		['America/New_York', '2026-11-01', '2026-11-01T04:00:00Z', 25],
		['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00Z', 24.5],
		['UTC', '2026-03-29', '2026-03-29T00:00:00Z', 24],
		// No midnight on this day: it begins at 01:00.
		['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z', 23],
		['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 23],
	])('%s, %s begins at %s and has %d h', (name, day, start, hours) => {
		const begin = Date.parse(start);
		const account = { zone: name };
		expect(riskDay(account, begin)).toBe(day);
		expect(riskDay(account, begin - 1) < day).toBe(true);
		expect(nextRiskDayAt(account, begin)).toBe(begin + hours * HOUR);
		expect(nextRiskDayAt(account, begin - 1)).toBe(begin);
	});

	it('goes on over a date that a zone left out', () => {
		// Samoa had no 30 December 2011.
		const account = { zone: 'Pacific/Apia' };
		const before = Date.parse('2011-12-30T09:59:59.999Z');
		expect(riskDay(account, before)).toBe('2011-12-29');
		expect(nextRiskDayAt(account, before)).toBe(before + 1);
		expect(riskDay(account, before + 1)).toBe('2011-12-31');
	});

	it('ends at one instant, which the next one begins at', () => {
		fc.assert(
			fc.property(zone, time, (name, now) => {
				const account = { zone: name };
				const next = nextRiskDayAt(account, now);
				expect(next).toBeGreaterThan(now);
				expect(next - now).toBeLessThanOrEqual(26 * HOUR);
				expect(riskDay(account, next) > riskDay(account, now)).toBe(true);
				expect(riskDay(account, next - 1) <= riskDay(account, now)).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	it('never goes back as time goes on, and every day comes once', () => {
		fc.assert(
			fc.property(zone, time, fc.integer({ min: 1, max: 3 * DAY }), (name, at, later) => {
				expect(riskDay({ zone: name }, at + later) >= riskDay({ zone: name }, at)).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	it('of a zone that is none is an error', () => {
		expect(() => memberDay('Mars/Olympus', 0)).toThrow(expect.objectContaining({ code: 'ZONE_UNKNOWN' }));
		expect(isZone('Mars/Olympus')).toBe(false);
		expect(isZone('Europe/Berlin')).toBe(true);
	});
});

describe('UTC day', () => {
	it('changes at midnight UTC', () => {
		expect(utcDay(Date.UTC(2026, 10, 20) - 1)).toBe('2026-11-19');
		expect(utcDay(Date.UTC(2026, 10, 20))).toBe('2026-11-20');
	});
});
