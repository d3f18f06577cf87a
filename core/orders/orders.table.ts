import type {
	AccountId, Decimal, MemberId, OrderId, OrderType, Side, SignalId, TicketId, TimeInForce,
	TradeId,
} from '../model';
import { EMULATIONS, type Leg, type Order, type OrderOrigin, type OrderReason, type OrderStep } from './order';
import type { OrderState, PendingRequest } from './order-state';

export interface OrderRow {
	id: OrderId;
	client_order_id: string;
	venue_order_id: string | null;
	account_id: AccountId;
	member_id: MemberId;
	signal_id: SignalId | null;
	ticket_id: TicketId | null;
	trade_id: TradeId | null;
	origin: OrderOrigin;
	algo_id: string | null;
	leg: Leg;
	source: string | null;
	venue: string;
	symbol: string;
	side: Side;
	type: OrderType;
	quantity: Decimal;
	given_quantity: Decimal | null;
	price: Decimal | null;
	trigger_price: Decimal | null;
	reduce_only: number;
	time_in_force: TimeInForce;
	post_only: number;
	expires_at: number | null;
	emulated: string | null;
	replaces: OrderId | null;
	replaced_by: OrderId | null;
	waits_for: OrderId | null;
	oco_group: string | null;
	reference_price: Decimal | null;
	state: OrderState;
	pending: PendingRequest;
	filled_quantity: Decimal;
	filled_value: Decimal;
	average_price: Decimal | null;
	fees: Decimal;
	code: string | null;
	message: string | null;
	reason: OrderReason;
	actor: string;
	member_day: string;
	send_after: number;
	lookups: number;
	created_at: number;
	submitting_at: number | null;
	submitted_at: number | null;
	closed_at: number | null;
	updated_at: number;
	policy_version: string;
}

export interface OrderHistoryRow {
	seq: number;
	order_id: OrderId;
	at: number;
	from_state: OrderState;
	event: string;
	to_state: OrderState;
	detail: string | null;
}

export function toOrder(row: OrderRow): Order {
	return {
		id: row.id,
		clientOrderId: row.client_order_id,
		venueOrderId: row.venue_order_id,
		accountId: row.account_id,
		memberId: row.member_id,
		signalId: row.signal_id,
		ticketId: row.ticket_id,
		tradeId: row.trade_id,
		origin: row.origin,
		algoId: row.algo_id,
		leg: row.leg,
		source: row.source,
		venue: row.venue,
		symbol: row.symbol,
		side: row.side,
		type: row.type,
		quantity: row.quantity,
		givenQuantity: row.given_quantity,
		price: row.price,
		triggerPrice: row.trigger_price,
		reduceOnly: row.reduce_only === 1,
		timeInForce: row.time_in_force,
		postOnly: row.post_only === 1,
		expiresAt: row.expires_at,
		emulated: EMULATIONS.filter((each) => row.emulated?.split(',').includes(each) === true),
		replaces: row.replaces,
		replacedBy: row.replaced_by,
		waitsFor: row.waits_for,
		ocoGroup: row.oco_group,
		referencePrice: row.reference_price,
		state: row.state,
		pending: row.pending,
		filledQuantity: row.filled_quantity,
		filledValue: row.filled_value,
		averagePrice: row.average_price,
		fees: row.fees,
		code: row.code,
		message: row.message,
		reason: row.reason,
		actor: row.actor,
		memberDay: row.member_day,
		sendAfter: row.send_after,
		lookups: row.lookups,
		createdAt: row.created_at,
		submittingAt: row.submitting_at,
		submittedAt: row.submitted_at,
		closedAt: row.closed_at,
		updatedAt: row.updated_at,
		policyVersion: row.policy_version,
	};
}

export function toOrderRow(order: Order): OrderRow {
	return {
		id: order.id,
		client_order_id: order.clientOrderId,
		venue_order_id: order.venueOrderId,
		account_id: order.accountId,
		member_id: order.memberId,
		signal_id: order.signalId,
		ticket_id: order.ticketId,
		trade_id: order.tradeId,
		origin: order.origin,
		algo_id: order.algoId,
		leg: order.leg,
		source: order.source,
		venue: order.venue,
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		given_quantity: order.givenQuantity,
		price: order.price,
		trigger_price: order.triggerPrice,
		reduce_only: order.reduceOnly ? 1 : 0,
		time_in_force: order.timeInForce,
		post_only: order.postOnly ? 1 : 0,
		expires_at: order.expiresAt,
		emulated: order.emulated.length === 0 ? null : order.emulated.join(','),
		replaces: order.replaces,
		replaced_by: order.replacedBy,
		waits_for: order.waitsFor,
		oco_group: order.ocoGroup,
		reference_price: order.referencePrice,
		state: order.state,
		pending: order.pending,
		filled_quantity: order.filledQuantity,
		filled_value: order.filledValue,
		average_price: order.averagePrice,
		fees: order.fees,
		code: order.code,
		message: order.message,
		reason: order.reason,
		actor: order.actor,
		member_day: order.memberDay,
		send_after: order.sendAfter,
		lookups: order.lookups,
		created_at: order.createdAt,
		submitting_at: order.submittingAt,
		submitted_at: order.submittedAt,
		closed_at: order.closedAt,
		updated_at: order.updatedAt,
		policy_version: order.policyVersion,
	};
}

export function toOrderStep(row: OrderHistoryRow): OrderStep {
	return {
		at: row.at,
		from: row.from_state,
		event: row.event,
		to: row.to_state,
		detail: row.detail,
	};
}
