import type { AccountId, AdjustmentId, Decimal, OrderId, TradeId } from '../../model';

/**
 * What a correction moves: a trade's position, the account's cash by money that came or left outside
 * of trading, its cash and result by what a venue pays or takes for holding, or what is not ours.
 */
export type AdjustmentKind = 'position' | 'cash' | 'funding' | 'holding';

/** A correction of our books by the venue's, as it was booked. */
export interface Adjustment {
	/** Made of what it corrects: the same correction has the same id. */
	readonly id: AdjustmentId;
	readonly accountId: AccountId;
	readonly kind: AdjustmentKind;
	/** Symbol, currency or asset. */
	readonly asset: string;
	/** Signed; `after` − `before`. */
	readonly amount: Decimal;
	readonly before: Decimal;
	readonly after: Decimal;
	readonly reason: string;
	/** The adjusting order of a position. */
	readonly orderId: OrderId | null;
	readonly tradeId: TradeId | null;
	readonly actor: string;
	readonly at: number;
	readonly policyVersion: string;
}

export interface AdjustmentRow {
	id: AdjustmentId;
	account_id: AccountId;
	kind: AdjustmentKind;
	asset: string;
	amount: Decimal;
	was: Decimal;
	became: Decimal;
	reason: string;
	order_id: OrderId | null;
	trade_id: TradeId | null;
	actor: string;
	at: number;
	policy_version: string;
}

export function toAdjustment(row: AdjustmentRow): Adjustment {
	return {
		id: row.id,
		accountId: row.account_id,
		kind: row.kind,
		asset: row.asset,
		amount: row.amount,
		before: row.was,
		after: row.became,
		reason: row.reason,
		orderId: row.order_id,
		tradeId: row.trade_id,
		actor: row.actor,
		at: row.at,
		policyVersion: row.policy_version,
	};
}

export function toAdjustmentRow(adjustment: Adjustment): AdjustmentRow {
	return {
		id: adjustment.id,
		account_id: adjustment.accountId,
		kind: adjustment.kind,
		asset: adjustment.asset,
		amount: adjustment.amount,
		was: adjustment.before,
		became: adjustment.after,
		reason: adjustment.reason,
		order_id: adjustment.orderId,
		trade_id: adjustment.tradeId,
		actor: adjustment.actor,
		at: adjustment.at,
		policy_version: adjustment.policyVersion,
	};
}
