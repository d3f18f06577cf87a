import { parseStored, stableJson, type Decimal, type TradeId } from '../../model';
import type { ExitMethod, ExitRule } from './rules';

/** Columns of `exit_rules`. */
export interface ExitRuleRow {
	id: string;
	trade_id: TradeId;
	method: ExitMethod;
	/** The whole rule, as canonical JSON: the same rule is one row a trade. */
	params: string;
	best_price: Decimal | null;
	activated_at: number | null;
	added_by: string;
	created_at: number;
	updated_at: number;
}

/** A rule that works for a trade. */
export interface TradeRule {
	readonly id: string;
	readonly tradeId: TradeId;
	readonly rule: ExitRule;
	/** Best closing price since the rule began, as far as written; null before the first look. */
	readonly bestPrice: Decimal | null;
	/** When it first moved the stop or ended the trade, ms UTC. */
	readonly activatedAt: number | null;
	readonly addedBy: string;
	readonly createdAt: number;
}

export function toTradeRule(row: ExitRuleRow): TradeRule {
	return {
		id: row.id,
		tradeId: row.trade_id,
		rule: parseStored<ExitRule>(row.params),
		bestPrice: row.best_price,
		activatedAt: row.activated_at,
		addedBy: row.added_by,
		createdAt: row.created_at,
	};
}

/** The canonical text of a rule. */
export function ruleText(rule: ExitRule): string {
	return stableJson(rule);
}
