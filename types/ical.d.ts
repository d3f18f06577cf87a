/** ical.js brings types for ES modules only; declared here is what the news calendar uses of it. */
declare module 'ical.js' {
	namespace ICAL {
		interface TimeParts {
			year: number;
			month: number;
			day: number;
			hour?: number;
			minute?: number;
			second?: number;
			isDate?: boolean;
		}
		class Time {
			constructor(parts: TimeParts, zone?: Timezone);
			readonly year: number;
			readonly month: number;
			readonly day: number;
			readonly hour: number;
			readonly minute: number;
			readonly second: number;
			readonly isDate: boolean;
			readonly zone: Timezone;
			/** Whole seconds since 1970. */
			toUnixTime(): number;
			convertToZone(zone: Timezone): Time;
		}
		class Timezone {
			static readonly utcTimezone: Timezone;
			constructor(data: { component: Component; tzid: string });
		}
		class Period {
			readonly start: Time;
		}
		class Duration {
			toSeconds(): number;
		}
		class RecurIterator {
			next(): Time | null;
			/** Asked at every step, also at those that find nothing: where a search can be ended. */
			check_contracting_rules(): boolean;
		}
		class Recur {
			until: Time | null;
			readonly parts: Readonly<Record<string, readonly (number | string)[] | undefined>>;
			clone(): Recur;
			iterator(start: Time): RecurIterator;
		}
		class Property {
			readonly type: string;
			getParameter(name: string): string | string[] | undefined;
			getFirstValue(): unknown;
			getValues(): unknown[];
		}
		class Component {
			constructor(jcal: unknown);
			readonly name: string;
			getAllSubcomponents(name: string): Component[];
			getFirstProperty(name: string): Property | null;
			getAllProperties(name: string): Property[];
			getFirstPropertyValue(name: string): unknown;
		}
		function parse(text: string): unknown;
	}
	export = ICAL;
}
