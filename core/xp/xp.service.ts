import type { Kernel, Trx } from '../db';
import { appendEvent, createEvents, type DomainEvent, type EventOf } from '../events';
import { isDrillHandle, lockMember, utcDay } from '../members';
import type { AccountId, EventId, MemberId, SignalId } from '../model';
import { countTrade, dayTotals, EMPTY_TALLY, TRADE_RULES, type XpRule } from './adherence';
import { levelProgress, nextRank, rankIndex, rankName, type NextRank } from './levels';
import { entriesOfSignal, readBoard, type BoardEntry } from './xp.queries';
import * as repository from './xp.repository';
import type { LedgerEntry, Standing, XpDay } from './xp.table';

/** The most lines a page of the leaderboard has. */
const PAGE_MAX = 500;

/** A member's XP as people read it. */
export interface XpProfile {
	readonly memberId: MemberId;
	readonly lifetime: number;
	readonly level: number;
	/** XP inside the level, and what the level asks for (null at the last). */
	readonly levelXp: number;
	readonly levelNeeds: number | null;
	readonly rank: string;
	readonly nextRank: NextRank | null;
	/** The UTC day that runs now. */
	readonly today: { readonly day: string } & XpDay;
}

/** Awards, profiles and boards of XP. */
export interface Xp {
	/**
	 * The ledger rows of an event: written now, or, when the event was awarded before, the stored
	 * ones. Empty for events that bring none (other types, trades that are not counted).
	 */
	award(eventId: EventId): Promise<LedgerEntry[]>;
	profile(memberId: MemberId): Promise<XpProfile>;
	leaderboard(page: { readonly limit: number; readonly offset: number }): Promise<BoardEntry[]>;
	/** The rows that a signal's trade on an account brought (null: on none), oldest first. */
	forSignal(signalId: SignalId, accountId: AccountId | null): Promise<LedgerEntry[]>;
}

type TradeClosed = EventOf<'trade.closed'>;

const NO_DAY: XpDay = { ...EMPTY_TALLY, totals: { plan_kept: 0, stops_honoured: 0 }, total: 0 };

const START = {
	lifetime: 0,
	levelPeak: 1,
	rankPeak: 0,
	reachedSeq: 0,
	reachedAt: 0,
} as const;

/** Works out one trade's rows under the member's lock. */
class Award {
	#lifetime: number;
	#day: XpDay;

	constructor(
		private readonly trx: Trx,
		private readonly kernel: Kernel,
		private readonly event: TradeClosed,
		private readonly memberId: MemberId,
		private readonly dayName: string,
		before: XpDay,
		private readonly standing: Standing | null,
	) {
		this.#day = before;
		this.#lifetime = standing?.lifetime ?? 0;
	}

	async write(): Promise<LedgerEntry[]> {
		const { rules } = this.kernel;
		const { plan_kept: planKept, stop_honoured: stopHonoured } = this.event.payload;
		const tally = countTrade(this.#day, { planKept, stopHonoured });
		if (tally === null) return [];
		const goals = dayTotals(tally, rules.policy.xp);
		this.#day = { ...this.#day, ...tally };
		const entries: LedgerEntry[] = [];
		for (const rule of TRADE_RULES) entries.push(await this.#append(rule, goals[rule]));
		await repository.writeDay(this.trx, this.memberId, this.dayName, this.#day);
		await this.#settleStanding(entries);
		await this.#announce(entries);
		return entries;
	}

	async #append(rule: XpRule, goal: number): Promise<LedgerEntry> {
		const { rules, clock } = this.kernel;
		const amount = goal - this.#day.totals[rule];
		const totals = { ...this.#day.totals, [rule]: goal };
		this.#day = { ...this.#day, totals, total: this.#day.total + amount };
		this.#lifetime += amount;
		const { closed, kept, losing, honoured } = this.#day;
		return repository.appendEntry(this.trx, {
			memberId: this.memberId,
			rule,
			sourceEvent: this.event.eventId,
			amount,
			day: this.dayName,
			signalId: this.event.signalId,
			accountId: this.event.accountId,
			details: {
				tradeId: this.event.payload.trade_id,
				ruleTotal: goal,
				dayTotal: this.#day.total,
				lifetime: this.#lifetime,
				level: levelProgress(this.#lifetime, rules.policy.xp).level,
				rank: rankName(rankIndex(this.#lifetime, rules.policy.xp), rules.policy.xp),
				tally: { closed, kept, losing, honoured },
			},
			at: clock.now(),
			policyVersion: rules.version,
		});
	}

	async #settleStanding(entries: readonly LedgerEntry[]): Promise<void> {
		const policy = this.kernel.rules.policy.xp;
		const { level } = levelProgress(this.#lifetime, policy);
		const rank = rankIndex(this.#lifetime, policy);
		const before = this.standing ?? START;
		const last = entries.findLast((entry) => entry.amount !== 0);
		const moved = last !== undefined && this.#lifetime !== before.lifetime;
		await repository.writeStanding(this.trx, this.memberId, {
			lifetime: this.#lifetime,
			level,
			rank: rankName(rank, policy),
			levelPeak: Math.max(level, before.levelPeak),
			rankPeak: Math.max(rank, before.rankPeak),
			reachedSeq: moved ? last.seq : before.reachedSeq,
			reachedAt: moved ? last.at : before.reachedAt,
		});
	}

	async #announce(entries: readonly LedgerEntry[]): Promise<void> {
		const policy = this.kernel.rules.policy.xp;
		const about = {
			memberId: this.memberId,
			accountId: this.event.accountId,
			signalId: this.event.signalId,
			subjectId: this.event.eventId,
			actor: 'system',
		};
		for (const { rule, amount, details } of entries) {
			if (amount === 0) continue;
			const { dayTotal, lifetime, level, rank } = details;
			const payload = { rule, amount, day_total: dayTotal, lifetime, level, rank };
			await appendEvent(this.trx, this.kernel, { ...about, type: 'xp.awarded', payload });
		}
		const { level } = levelProgress(this.#lifetime, policy);
		if (level > (this.standing?.levelPeak ?? START.levelPeak)) {
			const payload = { level };
			await appendEvent(this.trx, this.kernel, { ...about, type: 'xp.level_up', payload });
		}
		const rank = rankIndex(this.#lifetime, policy);
		if (rank > (this.standing?.rankPeak ?? START.rankPeak)) {
			const payload = { rank: rankName(rank, policy) };
			await appendEvent(this.trx, this.kernel, { ...about, type: 'xp.rank_up', payload });
		}
	}
}

function isTradeClosed(event: DomainEvent | null): event is TradeClosed {
	return event?.type === 'trade.closed';
}

async function award(kernel: Kernel, event: TradeClosed): Promise<LedgerEntry[]> {
	const { memberId } = event;
	if (memberId === null) return [];
	const day = utcDay(event.payload.closed_at);
	return kernel.transaction(async (trx) => {
		const member = await lockMember(trx, memberId);
		// A fire drill earns nothing.
		if (member !== null && isDrillHandle(member.handle)) return [];
		const known = await repository.entriesOfEvent(trx, memberId, event.eventId);
		if (known.length > 0) return known;
		const before = (await repository.readDay(trx, memberId, day)) ?? NO_DAY;
		const standing = await repository.readStanding(trx, memberId);
		return new Award(trx, kernel, event, memberId, day, before, standing).write();
	});
}

async function profile(kernel: Kernel, memberId: MemberId): Promise<XpProfile> {
	const policy = kernel.rules.policy.xp;
	const day = utcDay(kernel.clock.now());
	const lifetime = (await repository.readStanding(kernel.conn, memberId))?.lifetime ?? 0;
	const today = (await repository.readDay(kernel.conn, memberId, day)) ?? NO_DAY;
	const progress = levelProgress(lifetime, policy);
	return {
		memberId,
		lifetime,
		level: progress.level,
		levelXp: progress.into,
		levelNeeds: progress.needed,
		rank: rankName(rankIndex(lifetime, policy), policy),
		nextRank: nextRank(lifetime, policy),
		today: { day, ...today },
	};
}

/** XP over the kernel's database. */
export function createXp(kernel: Kernel): Xp {
	const events = createEvents(kernel);
	return {
		award: async (eventId) => {
			const event = await events.get(eventId);
			return isTradeClosed(event) ? award(kernel, event) : [];
		},
		profile: async (memberId) => profile(kernel, memberId),
		leaderboard: async ({ limit, offset }) => {
			const lines = Math.min(PAGE_MAX, Math.max(1, Math.trunc(limit)));
			return readBoard(kernel.conn, lines, Math.max(0, Math.trunc(offset)));
		},
		forSignal: async (signalId, accountId) => entriesOfSignal(kernel.conn, signalId, accountId),
	};
}
