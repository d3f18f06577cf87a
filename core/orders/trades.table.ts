import type {
	AccountId, Decimal, FillId, MemberId, OrderId, ReservationId, Side, SignalId, TicketId, TradeId,
	VerdictId,
} from '../model';
import type {
	Exit, ExitMove, ExitReason, ExitState, Fill, Position, Reservation, ReservationState, Trade, TradeState,
} from './trade';

export interface TradeRow {
	id: TradeId;
	account_id: AccountId;
	member_id: MemberId;
	signal_id: SignalId | null;
	ticket_id: TicketId | null;
	source: string | null;
	venue: string;
	symbol: string;
	side: Side;
	state: TradeState;
	planned_quantity: Decimal;
	entered_quantity: Decimal;
	exited_quantity: Decimal;
	entry_value: Decimal;
	exit_value: Decimal;
	fees: Decimal;
	fees_booked: Decimal;
	realised_gross: Decimal;
	realised_net: Decimal;
	stop_loss: Decimal | null;
	initial_risk: Decimal;
	close_reason: ExitReason | null;
	close_actor: string | null;
	exit_reason: ExitReason | null;
	plan_kept: number | null;
	stop_honoured: number | null;
	opened_at: number | null;
	closed_at: number | null;
	created_at: number;
	policy_version: string;
}

export interface PositionRow {
	account_id: AccountId;
	symbol: string;
	quantity: Decimal;
	cost: Decimal;
	trade_id: TradeId | null;
	updated_at: number;
}

export interface FillRow {
	id: FillId;
	account_id: AccountId;
	order_id: OrderId;
	trade_id: TradeId | null;
	venue_trade_id: string;
	symbol: string;
	side: Side;
	quantity: Decimal;
	price: Decimal;
	fee: Decimal;
	fee_currency: string;
	at: number;
}

export interface ExitRow {
	id: string;
	trade_id: TradeId;
	kind: 'stop' | 'target';
	number: number;
	price: Decimal;
	/** Null in rows older than this column: they never moved. */
	initial_price: Decimal | null;
	moved_by: ExitMove | null;
	moved_at: number | null;
	share: Decimal;
	state: ExitState;
	order_id: OrderId | null;
	attempts: number;
	next_at: number;
	emulated: number;
	arm_failures: number;
	arm_at: number;
	breached_at: number | null;
	updated_at: number;
}

export interface ReservationRow {
	id: ReservationId;
	account_id: AccountId;
	member_id: MemberId;
	signal_id: SignalId;
	verdict_id: VerdictId;
	trade_id: TradeId | null;
	symbol: string;
	side: Side;
	risk: Decimal;
	cash: Decimal;
	state: ReservationState;
	expires_at: number;
	created_at: number;
	updated_at: number;
}

const flag = (value: boolean | null): number | null => (value === null ? null : value ? 1 : 0);
const unflag = (value: number | null): boolean | null => (value === null ? null : value === 1);

export function toTrade(row: TradeRow): Trade {
	return {
		id: row.id,
		accountId: row.account_id,
		memberId: row.member_id,
		signalId: row.signal_id,
		ticketId: row.ticket_id,
		source: row.source,
		venue: row.venue,
		symbol: row.symbol,
		side: row.side,
		state: row.state,
		plannedQuantity: row.planned_quantity,
		enteredQuantity: row.entered_quantity,
		exitedQuantity: row.exited_quantity,
		entryValue: row.entry_value,
		exitValue: row.exit_value,
		fees: row.fees,
		feesBooked: row.fees_booked,
		realisedGross: row.realised_gross,
		realisedNet: row.realised_net,
		stopLoss: row.stop_loss,
		initialRisk: row.initial_risk,
		closeReason: row.close_reason,
		closeActor: row.close_actor,
		exitReason: row.exit_reason,
		planKept: unflag(row.plan_kept),
		stopHonoured: unflag(row.stop_honoured),
		openedAt: row.opened_at,
		closedAt: row.closed_at,
		createdAt: row.created_at,
		policyVersion: row.policy_version,
	};
}

export function toTradeRow(trade: Trade): TradeRow {
	return {
		id: trade.id,
		account_id: trade.accountId,
		member_id: trade.memberId,
		signal_id: trade.signalId,
		ticket_id: trade.ticketId,
		source: trade.source,
		venue: trade.venue,
		symbol: trade.symbol,
		side: trade.side,
		state: trade.state,
		planned_quantity: trade.plannedQuantity,
		entered_quantity: trade.enteredQuantity,
		exited_quantity: trade.exitedQuantity,
		entry_value: trade.entryValue,
		exit_value: trade.exitValue,
		fees: trade.fees,
		fees_booked: trade.feesBooked,
		realised_gross: trade.realisedGross,
		realised_net: trade.realisedNet,
		stop_loss: trade.stopLoss,
		initial_risk: trade.initialRisk,
		close_reason: trade.closeReason,
		close_actor: trade.closeActor,
		exit_reason: trade.exitReason,
		plan_kept: flag(trade.planKept),
		stop_honoured: flag(trade.stopHonoured),
		opened_at: trade.openedAt,
		closed_at: trade.closedAt,
		created_at: trade.createdAt,
		policy_version: trade.policyVersion,
	};
}

export function toPosition(row: PositionRow): Position {
	return {
		accountId: row.account_id,
		symbol: row.symbol,
		quantity: row.quantity,
		cost: row.cost,
		tradeId: row.trade_id,
		updatedAt: row.updated_at,
	};
}

export function toFill(row: FillRow): Fill {
	return {
		id: row.id,
		accountId: row.account_id,
		orderId: row.order_id,
		tradeId: row.trade_id,
		venueTradeId: row.venue_trade_id,
		symbol: row.symbol,
		side: row.side,
		quantity: row.quantity,
		price: row.price,
		fee: row.fee,
		feeCurrency: row.fee_currency,
		at: row.at,
	};
}

export function toExit(row: ExitRow): Exit {
	return {
		id: row.id,
		tradeId: row.trade_id,
		kind: row.kind,
		number: row.number,
		price: row.price,
		initialPrice: row.initial_price ?? row.price,
		movedBy: row.moved_by,
		movedAt: row.moved_at,
		share: row.share,
		state: row.state,
		orderId: row.order_id,
		attempts: row.attempts,
		nextAt: row.next_at,
		emulated: row.emulated === 1,
		armFailures: row.arm_failures,
		armAt: row.arm_at,
		breachedAt: row.breached_at,
		updatedAt: row.updated_at,
	};
}

export function toExitRow(exit: Exit): ExitRow {
	return {
		id: exit.id,
		trade_id: exit.tradeId,
		kind: exit.kind,
		number: exit.number,
		price: exit.price,
		initial_price: exit.initialPrice,
		moved_by: exit.movedBy,
		moved_at: exit.movedAt,
		share: exit.share,
		state: exit.state,
		order_id: exit.orderId,
		attempts: exit.attempts,
		next_at: exit.nextAt,
		emulated: exit.emulated ? 1 : 0,
		arm_failures: exit.armFailures,
		arm_at: exit.armAt,
		breached_at: exit.breachedAt,
		updated_at: exit.updatedAt,
	};
}

export function toReservation(row: ReservationRow): Reservation {
	return {
		id: row.id,
		accountId: row.account_id,
		memberId: row.member_id,
		signalId: row.signal_id,
		verdictId: row.verdict_id,
		tradeId: row.trade_id,
		symbol: row.symbol,
		side: row.side,
		risk: row.risk,
		cash: row.cash,
		state: row.state,
		expiresAt: row.expires_at,
		createdAt: row.created_at,
	};
}
