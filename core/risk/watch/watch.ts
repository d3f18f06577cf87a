import type { AccountId, Decimal, TradeId } from '../../model';
import type { RiskWarning } from '../../events';
import type { RiskLevel } from '../risk';

/** A warning that was given: when, and whether what it warned of still lasts. */
export interface Warned {
	readonly at: number;
	readonly on: boolean;
}

/** What the watch remembers of an account between two looks. Times in ms UTC. */
export interface AccountMemory {
	readonly accountId: AccountId;
	readonly riskDay: string;
	readonly level: RiskLevel | null;
	/** When each level was last told. */
	readonly told: Readonly<Partial<Record<RiskLevel, number>>>;
	/** Warnings by key: one a day, trade or fall. */
	readonly warned: Readonly<Record<string, Warned>>;
	/** Since when the equity is below the limit; null: it is not. */
	readonly drawdownSince: number | null;
	readonly dropSince: number | null;
	/** Since when the equity cannot be told though something is open; null: it can. */
	readonly unknownSince: number | null;
	/** End of the last stop by drawdown: the peak counts from there. */
	readonly peakFrom: number | null;
}

/** An account that was never looked at. */
export const unseen = (accountId: AccountId): AccountMemory => ({
	accountId, riskDay: '', level: null, told: {}, warned: {},
	drawdownSince: null, dropSince: null, unknownSince: null, peakFrom: null,
});

/** A reason for which the watch stops an account by its money. */
export type MoneyCause = 'daily_loss' | 'equity_drop' | 'drawdown';

/** A warning to give. */
export interface NewWarning {
	readonly warning: RiskWarning;
	readonly key: string;
	readonly symbol: string | null;
	readonly tradeId: TradeId | null;
	readonly observed: Decimal | null;
	readonly limit: Decimal | null;
	readonly usedPercent: Decimal | null;
}

/** What a look leads to. */
export type WatchDecision =
	| { readonly kind: 'level'; readonly level: RiskLevel; readonly previous: RiskLevel | null }
	| ({ readonly kind: 'warn' } & NewWarning)
	| { readonly kind: 'trip'; readonly cause: MoneyCause; readonly reason: string }
	/** The account starts anew: its peak is what it has now. */
	| { readonly kind: 'new_peak'; readonly peak: Decimal };
