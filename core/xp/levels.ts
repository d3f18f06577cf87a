import { FirecontrolError, type Policy } from '../model';

type XpPolicy = Policy['xp'];

/** Where a lifetime of XP stands among the levels. */
export interface LevelProgress {
	/** 1 to the highest level of the policy; everyone starts at 1. */
	readonly level: number;
	/** XP gathered inside this level. */
	readonly into: number;
	/** XP that this level asks for in all; null at the highest level. */
	readonly needed: number | null;
}

/** The next rank and the lifetime XP that reaches it. */
export interface NextRank {
	readonly name: string;
	readonly lifetime: number;
}

/**
 * Level of a lifetime. Completing level n costs the `each` of the first band whose `upTo` is at
 * least n: by the standard policy 115,000 XP reach level 50.
 */
export function levelProgress(lifetime: number, policy: XpPolicy): LevelProgress {
	const highest = policy.levels.at(-1)?.upTo ?? 1;
	let level = 1;
	let rest = Math.max(0, lifetime);
	for (const band of policy.levels) {
		while (level <= band.upTo && level < highest) {
			if (rest < band.each) return { level, into: rest, needed: band.each };
			rest -= band.each;
			level++;
		}
	}
	return { level, into: rest, needed: null };
}

/** Position of the highest rank reached, from 0. */
export function rankIndex(lifetime: number, policy: XpPolicy): number {
	return Math.max(0, policy.ranks.findLastIndex((rank) => lifetime >= rank.lifetime));
}

/** Name of the rank at a position. @throws FirecontrolError `RANK_UNKNOWN` */
export function rankName(index: number, policy: XpPolicy): string {
	const rank = policy.ranks[index];
	if (rank === undefined) throw new FirecontrolError('RANK_UNKNOWN', `There is no rank ${index}.`);
	return rank.name;
}

/** The rank after the one that a lifetime has reached; null at the last. */
export function nextRank(lifetime: number, policy: XpPolicy): NextRank | null {
	return policy.ranks.find((rank) => lifetime < rank.lifetime) ?? null;
}
