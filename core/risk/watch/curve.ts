import { max, min, MINUTE, SECOND, type AccountId, type Decimal, type WatchPolicy } from '../../model';

const HOUR_MS = 60 * MINUTE;
const DAY_MS = 24 * HOUR_MS;

/** Equity of an account over `width` ms from `at` on, with its extremes: thinning hides no fall. */
export interface EquitySample {
	readonly accountId: AccountId;
	readonly width: number;
	readonly at: number;
	readonly first: Decimal;
	readonly lowest: Decimal;
	readonly highest: Decimal;
	readonly last: Decimal;
}

/** Start of the sample of this width that covers the moment. */
export const sampleStart = (at: number, width: number): number => Math.floor(at / width) * width;

/** Two samples of one account as one of `width`; the later one's last figure is the last. */
export function joined(earlier: EquitySample, later: EquitySample, width: number): EquitySample {
	return {
		accountId: earlier.accountId,
		width,
		at: sampleStart(earlier.at, width),
		first: earlier.first,
		lowest: min(earlier.lowest, later.lowest),
		highest: max(earlier.highest, later.highest),
		last: later.last,
	};
}

/** Samples (oldest first) as fewer, wider ones. */
export function widened(samples: readonly EquitySample[], width: number): EquitySample[] {
	const wide = new Map<string, EquitySample>();
	for (const each of samples) {
		const at = sampleStart(each.at, width);
		const key = `${each.accountId}|${at}`;
		const before = wide.get(key);
		wide.set(key, before === undefined ? { ...each, width, at } : joined(before, each, width));
	}
	return [...wide.values()];
}

/** From which width to which, and when. */
export interface Thinning {
	readonly from: number;
	readonly to: number;
	/** Samples older than this become wider, ms. */
	readonly after: number;
}

/** How a curve is thinned as it ages. */
export function thinningOf({ curve }: Pick<WatchPolicy, 'curve'>): readonly Thinning[] {
	return [
		{ from: curve.fineSeconds * SECOND, to: MINUTE, after: curve.fineHours * HOUR_MS },
		{ from: MINUTE, to: HOUR_MS, after: curve.minuteHours * HOUR_MS },
		{ from: HOUR_MS, to: DAY_MS, after: curve.hourDays * DAY_MS },
	];
}

/** An equity that does not change is written again after this time, ms. */
const FLAT_AFTER = HOUR_MS;

/** Gathers figures into samples in one process, until they are written. */
export class CurvePen {
	readonly #open = new Map<AccountId, EquitySample>();
	readonly #written = new Map<AccountId, { readonly at: number; readonly last: Decimal }>();
	#done: EquitySample[] = [];

	constructor(private readonly width: number) {}

	note(accountId: AccountId, at: number, equity: Decimal): void {
		const start = sampleStart(at, this.width);
		const one: EquitySample = {
			accountId, width: this.width, at: start,
			first: equity, lowest: equity, highest: equity, last: equity,
		};
		const open = this.#open.get(accountId);
		if (open !== undefined && open.at === start) {
			this.#open.set(accountId, joined(open, one, this.width));
			return;
		}
		if (open !== undefined) this.#done.push(open);
		this.#open.set(accountId, one);
	}

	/** Samples that are over at `now` and tell something new. */
	take(now: number): EquitySample[] {
		for (const [id, open] of this.#open) {
			if (open.at + this.width > now) continue;
			this.#done.push(open);
			this.#open.delete(id);
		}
		const news = this.#done.filter((each) => this.#tells(each));
		this.#done = [];
		return news;
	}

	#tells({ accountId, at, lowest, highest, last }: EquitySample): boolean {
		const before = this.#written.get(accountId);
		const flat = before !== undefined && lowest === before.last && highest === before.last;
		if (flat && at - before.at < FLAT_AFTER) return false;
		this.#written.set(accountId, { at, last });
		return true;
	}
}
