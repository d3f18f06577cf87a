export { TRADE_RULES, type DayTally, type XpRule } from './adherence';
export { levelProgress, nextRank, rankIndex, rankName, type LevelProgress, type NextRank } from './levels';
export type { BoardEntry } from './xp.queries';
export { createXp, type Xp, type XpProfile } from './xp.service';
export type { LedgerDetails, LedgerEntry, XpDay } from './xp.table';
