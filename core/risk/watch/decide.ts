import {
	gte, HUNDRED, isRefused, isZero, lt, max, MINUTE, mul, roundDown, SECOND, sub, ZERO,
	type Decimal, type Policy,
} from '../../model';
import type { TripCause } from '../../safety';
import { HUNDREDTH } from '../exposure';
import type { RiskLevel } from '../risk';
import { percentOf, type Standing } from './standing';
import type { AccountMemory, NewWarning, Warned, WatchDecision } from './watch';

/** What else stands when an account is judged. */
export interface Surroundings {
	/** Causes of the open trips of this very account. */
	readonly openCauses: ReadonlySet<TripCause>;
	/** End of its last stop by drawdown, ms UTC; null: there was none. */
	readonly rearmedAt: number | null;
}

/** What follows from a look, and what is remembered for the next. */
export interface Decided {
	readonly memory: AccountMemory;
	readonly decisions: readonly WatchDecision[];
}

const LEVELS: readonly RiskLevel[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const SHOWN = 2;
/** Warnings are forgotten after this, ms. */
const FORGET_AFTER = 2 * 24 * 60 * MINUTE;

const shown = (value: Decimal): Decimal => roundDown(value, SHOWN);

/** The share of the limit, percent, from which a level begins. */
function beginOf(level: RiskLevel, { risk }: Policy): number {
	const { medium, high, critical } = risk.riskLevelPercents;
	return { LOW: 0, MEDIUM: medium, HIGH: high, CRITICAL: critical }[level];
}

/** Up at once, down only once it is clearly below where the level began; a new day begins anew. */
export function steadyLevel(
	before: RiskLevel | null,
	seen: RiskLevel,
	usedPercent: Decimal,
	policy: Policy,
): RiskLevel {
	if (before === null || LEVELS.indexOf(seen) >= LEVELS.indexOf(before)) return seen;
	const staysFrom = beginOf(before, policy) - policy.watch.hysteresisPercent;
	return gte(usedPercent, staysFrom) ? before : seen;
}

function levelOf(standing: Standing, memory: AccountMemory, policy: Policy): Decided {
	const { level: seen, usedPercent, now, riskDay } = standing;
	if (seen === null || usedPercent === null) return { memory, decisions: [] };
	const before = memory.riskDay === riskDay ? memory.level : null;
	const level = steadyLevel(before, seen, usedPercent, policy);
	if (level === memory.level) return { memory, decisions: [] };
	const toldAt = memory.told[level];
	const quiet = toldAt !== undefined && now - toldAt < policy.watch.levelAgainMinutes * MINUTE;
	// An account that is seen for the first time, or at the start of its day, is LOW without a word.
	const expected = level === 'LOW' && before === null;
	if (quiet || expected) return { memory: { ...memory, level }, decisions: [] };
	const told = { ...memory.told, [level]: now };
	const decision = { kind: 'level', level, previous: memory.level } as const;
	return { memory: { ...memory, level, told }, decisions: [decision] };
}

type Candidate = NewWarning & {
	/** Begins and lasts; null: nothing can be said, so it stays as it is. */
	readonly share: Decimal | null;
};

const bare = { symbol: null, tradeId: null, observed: null, limit: null, usedPercent: null } as const;

function shareWarning(
	warning: NewWarning['warning'],
	key: string,
	observed: Decimal | null,
	limit: Decimal,
): Candidate {
	const share = observed === null ? null : percentOf(max(ZERO, observed), limit);
	return {
		...bare, warning, key, observed, limit, share,
		usedPercent: share === null ? null : shown(share),
	};
}

/** After a start, or while a venue is slow, it is not known for a while: that is no news yet. */
function unknownShare({ now }: Standing, { unknownSince }: AccountMemory, { risk }: Policy): Decimal {
	const long = unknownSince !== null && now - unknownSince >= risk.equityFreshSeconds * SECOND;
	return long ? HUNDRED : ZERO;
}

/** Everything that could be warned of, with how far it has come, percent. */
function candidates(standing: Standing, memory: AccountMemory, policy: Policy): Candidate[] {
	const { riskDay, used, limit, drop, drawdown, peak, positions } = standing;
	const deepest = mul(peak, policy.watch.drawdownPercent, HUNDREDTH);
	const all = [
		shareWarning('daily_loss', `daily_loss:${riskDay}`, isRefused(used) ? null : used, limit),
		shareWarning('equity_drop', `equity_drop:${riskDay}`, drop, limit),
		shareWarning('drawdown', 'drawdown', drawdown, deepest),
	];
	for (const { tradeId, symbol, loss, lossLimit, stopLoss, closing } of positions) {
		const its = { symbol, tradeId };
		if (lossLimit !== null && !closing) {
			const key = `position_loss:${tradeId}`;
			all.push({ ...shareWarning('position_loss', key, loss, lossLimit), ...its });
		}
		const share = stopLoss === null ? HUNDRED : ZERO;
		all.push({ ...bare, ...its, warning: 'missing_stop', key: `missing_stop:${tradeId}`, share });
	}
	const share = unknownShare(standing, memory, policy);
	all.push({ ...bare, warning: 'equity_unknown', key: 'equity_unknown', share });
	return all;
}

function warningsOf(
	standing: Standing,
	memory: AccountMemory,
	policy: Policy,
	silent: ReadonlySet<string>,
): Decided {
	const { now } = standing;
	const { hysteresisPercent, warnAgainMinutes } = policy.watch;
	const from = policy.risk.dailyLossWarnShare * 100;
	const warned: Record<string, Warned> = {};
	for (const [key, each] of Object.entries(memory.warned)) {
		if (now - each.at < FORGET_AFTER) warned[key] = each;
	}
	const decisions: WatchDecision[] = [];
	let changed = Object.keys(warned).length !== Object.keys(memory.warned).length;
	for (const { share, ...warning } of candidates(standing, memory, policy)) {
		const before = warned[warning.key];
		if (share === null) continue;
		if (before?.on === true && lt(share, from - hysteresisPercent)) {
			warned[warning.key] = { ...before, on: false };
			changed = true;
		} else if (before?.on !== true && gte(share, from)) {
			const again = before === undefined || now - before.at >= warnAgainMinutes * MINUTE;
			warned[warning.key] = { at: again ? now : before.at, on: true };
			changed = true;
			// What stops the account says so itself.
			if (again && !silent.has(warning.warning)) decisions.push({ kind: 'warn', ...warning });
		}
	}
	return { memory: changed ? { ...memory, warned } : memory, decisions };
}

/** A fall that lasts: seen for the confirming time, and by this look too. */
function confirmed(since: number | null, { now, equityAt }: Standing, policy: Policy): boolean {
	return since !== null && equityAt === now && now - since >= policy.watch.confirmSeconds * SECOND;
}

function fallsOf(standing: Standing, memory: AccountMemory, policy: Policy): AccountMemory {
	const { now, drop, limit, drawdownPercent, equityAt } = standing;
	// What an earlier look computed confirms nothing.
	if (equityAt !== now || drop === null) return memory;
	const drops = !isZero(limit) && gte(drop, limit);
	const falls = drawdownPercent !== null && gte(drawdownPercent, policy.watch.drawdownPercent);
	const dropSince = drops ? (memory.dropSince ?? now) : null;
	const drawdownSince = falls ? (memory.drawdownSince ?? now) : null;
	const same = dropSince === memory.dropSince && drawdownSince === memory.drawdownSince;
	return same ? memory : { ...memory, dropSince, drawdownSince };
}

function unknownFor(standing: Standing, memory: AccountMemory): AccountMemory {
	const blind = isRefused(standing.equity) && standing.positions.length > 0;
	const unknownSince = blind ? (memory.unknownSince ?? standing.now) : null;
	return unknownSince === memory.unknownSince ? memory : { ...memory, unknownSince };
}

function tripsOf(
	standing: Standing,
	memory: AccountMemory,
	policy: Policy,
	{ openCauses }: Surroundings,
): WatchDecision[] {
	const { limit, realisedLoss, drop, drawdown, drawdownPercent, peak, currency } = standing;
	const facts = `the limit is ${shown(limit)} ${currency}`;
	const trips: Extract<WatchDecision, { kind: 'trip' }>[] = [];
	if (!isZero(limit) && gte(realisedLoss, limit)) {
		const reason = `Losses of ${shown(realisedLoss)} ${currency} were realised today; ${facts}.`;
		trips.push({ kind: 'trip', cause: 'daily_loss', reason });
	}
	if (drop !== null && confirmed(memory.dropSince, standing, policy)) {
		const reason = `The equity is ${shown(drop)} ${currency} below the day's start; ${facts}.`;
		trips.push({ kind: 'trip', cause: 'equity_drop', reason });
	}
	if (drawdown !== null && drawdownPercent !== null && confirmed(memory.drawdownSince, standing, policy)) {
		const reason = `The equity is ${shown(drawdownPercent)} % below its peak of ${shown(peak)} ${currency}; the limit is ${policy.watch.drawdownPercent} %. Everything is closed.`;
		trips.push({ kind: 'trip', cause: 'drawdown', reason });
	}
	return trips.filter(({ cause }) => !openCauses.has(cause));
}

/** After a stop by drawdown has ended the peak is what the account has then. */
function startAnew(
	standing: Standing,
	memory: AccountMemory,
	{ rearmedAt, openCauses }: Surroundings,
): Decided & { readonly standing: Standing } {
	const due = rearmedAt !== null && rearmedAt > (memory.peakFrom ?? 0) && !openCauses.has('drawdown');
	if (!due || isRefused(standing.equity)) return { standing, memory, decisions: [] };
	const peak = standing.equity;
	return {
		standing: { ...standing, peak, drawdown: sub(peak, peak), drawdownPercent: ZERO },
		memory: { ...memory, peakFrom: rearmedAt, drawdownSince: null },
		decisions: [{ kind: 'new_peak', peak }],
	};
}

/**
 * What a look at an account leads to. Pure: the same standing with the memory that it returns, and
 * the trips that it asked for open, leads to nothing more.
 */
export function decide(
	seen: Standing,
	previous: AccountMemory,
	policy: Policy,
	around: Surroundings,
): Decided {
	const anew = startAnew(seen, previous, around);
	const { standing } = anew;
	const fallen = fallsOf(standing, unknownFor(standing, anew.memory), policy);
	const trips = tripsOf(standing, fallen, policy, around);
	const leveled = levelOf(standing, fallen, policy);
	const silent = new Set<string>(trips.flatMap((each) => (each.kind === 'trip' ? [each.cause] : [])));
	for (const cause of around.openCauses) silent.add(cause);
	const warned = warningsOf(standing, leveled.memory, policy, silent);
	const { riskDay } = standing;
	const memory = warned.memory.riskDay === riskDay ? warned.memory : { ...warned.memory, riskDay };
	const decisions = [...anew.decisions, ...trips, ...leveled.decisions, ...warned.decisions];
	return { memory, decisions };
}
