import type { Decimal, TradeId } from '../model';

/** What a warning of the watch is about. */
export const RISK_WARNINGS = [
	'daily_loss', 'equity_drop', 'drawdown', 'position_loss', 'missing_stop', 'equity_unknown',
] as const;
export type RiskWarning = (typeof RISK_WARNINGS)[number];

/** What the watch over open risk tells. Amounts in the account's currency. */
export interface RiskEventPayloads {
	'risk.level_changed': {
		/** How much of the day's loss limit is in use: LOW, MEDIUM, HIGH, CRITICAL. */
		readonly level: string;
		/** Null: it was not known before. */
		readonly previous: string | null;
		readonly used: Decimal;
		readonly limit: Decimal;
		readonly used_percent: Decimal;
		readonly currency: string;
	};
	'risk.warning': {
		readonly warning: RiskWarning;
		/** Only of warnings about one position. */
		readonly symbol: string | null;
		readonly trade_id: TradeId | null;
		readonly observed: Decimal | null;
		readonly limit: Decimal | null;
		/** Of the limit. */
		readonly used_percent: Decimal | null;
		readonly currency: string;
	};
	/** A position has lost so much of the account that the engine closes it. */
	'risk.position_loss': {
		readonly trade_id: TradeId;
		readonly symbol: string;
		readonly loss: Decimal;
		readonly limit: Decimal;
		readonly equity: Decimal;
		readonly currency: string;
	};
}
