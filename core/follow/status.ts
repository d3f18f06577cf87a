import type { DomainEvent } from '../events';
import type { Ticket } from '../firemodes';
import { div, isoTime, isZero, type Decimal } from '../model';
import type { OutboxEntry } from '../notifications';
import type { TradeRule } from '../orders';
import type { Verdict } from '../risk';
import type { Signal } from '../signals';
import type { LedgerEntry } from '../xp';
import type { ExitRow, FillRow, OrderRow, StepRow, TradeRow } from './follow.queries';

/** JSON as it goes to the integrator: times as ISO text, amounts as decimal text. */
export type Json = Readonly<Record<string, unknown>>;

const timeOf = (at: number | null): string | null => (at === null ? null : isoTime(at));
const flagOf = (value: number | null): boolean | null => (value === null ? null : value === 1);

/** The signal as it was understood; text of the sender comes back as it was sent. */
export function signalBody(signal: Signal): Json {
	return {
		id: signal.id,
		sender_id: signal.senderId,
		source: signal.source,
		symbol: signal.symbol,
		side: signal.side,
		action: signal.action,
		class: signal.class,
		confidence: signal.confidence,
		order_type: signal.orderType,
		entry: signal.entry,
		trigger: signal.trigger,
		stop_loss: signal.stopLoss,
		take_profit: signal.takeProfits.map(({ price, share }) => ({ price, share })),
		quantity: signal.quantity,
		timeframe: signal.timeframe,
		pattern: signal.pattern,
		note: signal.note,
		received_at: timeOf(signal.receivedAt),
		created_at: timeOf(signal.createdAt),
		expires_at: timeOf(signal.expiresAt),
	};
}

/** A verdict with all its checks, passed ones too. */
export function verdictBody(verdict: Verdict): Json {
	const { intent } = verdict;
	return {
		verdict: verdict.id,
		purpose: verdict.purpose,
		decision: verdict.decision,
		code: verdict.code,
		policy_version: verdict.policyVersion,
		quantity: intent?.quantity ?? null,
		reference_price: intent?.referencePrice ?? null,
		risk: intent?.risk ?? null,
		binding_cap: intent?.bindingCap ?? null,
		suggested_max_quantity: intent?.suggestedMaxQuantity ?? null,
		min_take_profit: intent?.minTakeProfit ?? null,
		checks: verdict.checks.map(({ check, code, result, limit, observed, message }) => ({
			check,
			code,
			result,
			limit,
			// Accounts are opaque to senders: which of the addressed members one belongs to is not said.
			observed: check === 'addressee' ? null : observed,
			message,
		})),
		created_at: timeOf(verdict.createdAt),
	};
}

/** `history` lists the states that the ticket came through, as its events tell. */
export function ticketBody(ticket: Ticket, events: readonly DomainEvent[]): Json {
	const history = events.flatMap((event) => {
		if (event.subjectId !== ticket.id || !event.type.startsWith('ticket.')) return [];
		const state = event.type.slice('ticket.'.length).toUpperCase();
		const code = 'code' in event.payload ? event.payload.code : null;
		return [{ state, at: timeOf(event.at), code }];
	});
	return {
		ticket: ticket.id,
		state: ticket.state,
		mode: ticket.mode,
		code: ticket.code,
		message: ticket.message,
		symbol: ticket.symbol,
		side: ticket.side,
		quantity: ticket.quantity,
		slot: ticket.slot?.number ?? null,
		/** The kind of actor only: `member`, `key`, `node` or `engine`. */
		fired_by: ticket.firedBy?.split(':')[0] ?? null,
		fired_at: timeOf(ticket.firedAt),
		expires_at: timeOf(ticket.expiresAt),
		history,
	};
}

/** What a sender may see of an order. */
export function orderBody(order: OrderRow): Json {
	return {
		client_order_id: order.client_order_id,
		algo_id: order.algo_id,
		leg: order.leg,
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		time_in_force: order.time_in_force,
		post_only: order.post_only === 1,
		expires_at: timeOf(order.expires_at),
		/** What the engine does in place of the venue: `good_till`, `stop`, `target`. */
		emulated: order.emulated === null ? [] : order.emulated.split(','),
		state: order.state,
		pending: order.pending,
		code: order.code,
		message: order.message,
		created_at: timeOf(order.created_at),
		closed_at: timeOf(order.closed_at),
	};
}

/** What a reader sees of an order besides. */
export function orderDetails(
	order: OrderRow,
	steps: readonly StepRow[],
	fills: readonly FillRow[],
): Json {
	return {
		reason: order.reason,
		price: order.price,
		trigger_price: order.trigger_price,
		filled_quantity: order.filled_quantity,
		average_price: order.average_price,
		fees: order.fees,
		history: steps
			.filter((step) => step.order_id === order.id)
			.map(({ at, from_state: from, event, to_state: to, detail }) => ({
				at: timeOf(at),
				from,
				event,
				to,
				detail,
			})),
		fills: fills
			.filter((fill) => fill.order_id === order.id)
			.map((fill) => ({
				venue_trade_id: fill.venue_trade_id,
				side: fill.side,
				quantity: fill.quantity,
				price: fill.price,
				fee: fill.fee,
				fee_currency: fill.fee_currency,
				at: timeOf(fill.at),
			})),
	};
}

const average = (value: Decimal, quantity: Decimal): Decimal | null =>
	isZero(quantity) ? null : div(value, quantity);

/** The trade's result so far; `net` is null until something was closed. */
export function outcomeBody(trade: TradeRow): Json {
	const closing = !isZero(trade.exited_quantity);
	return {
		trade: trade.id,
		state: trade.state,
		symbol: trade.symbol,
		side: trade.side,
		quantity: trade.entered_quantity,
		entry_price: average(trade.entry_value, trade.entered_quantity),
		exit_price: average(trade.exit_value, trade.exited_quantity),
		stop_loss: trade.stop_loss,
		gross: closing ? trade.realised_gross : null,
		fees: trade.fees,
		net: closing ? trade.realised_net : null,
		currency: trade.currency,
		exit_reason: trade.exit_reason,
		plan_kept: flagOf(trade.plan_kept),
		stop_honoured: flagOf(trade.stop_honoured),
		opened_at: timeOf(trade.opened_at),
		closed_at: timeOf(trade.closed_at),
	};
}

/** By what a trade ends: where its stop began and is now, its targets, the rules that move it. */
export function exitPlanBody(
	tradeId: TradeRow['id'],
	exits: readonly ExitRow[],
	rules: readonly TradeRule[],
): Json {
	const own = exits.filter((exit) => exit.trade_id === tradeId);
	const stop = own.find((exit) => exit.kind === 'stop');
	return {
		stop: stop?.price ?? null,
		initial_stop: stop?.initial_price ?? stop?.price ?? null,
		moved_by: stop?.moved_by ?? null,
		moved_at: timeOf(stop?.moved_at ?? null),
		emulated: stop === undefined ? null : stop.emulated === 1,
		targets: own
			.filter((exit) => exit.kind === 'target')
			.map(({ price, share, state }) => ({ price, share, state })),
		rules: rules
			.filter((each) => each.tradeId === tradeId)
			.map(({ rule, activatedAt }) => ({ ...rule, activated_at: timeOf(activatedAt) })),
	};
}

/** A ledger row; `day_total` is the whole day's XP right after it. */
export function xpBody(entry: LedgerEntry): Json {
	return {
		rule: entry.rule,
		amount: entry.amount,
		day: entry.day,
		day_total: entry.details.dayTotal,
		lifetime: entry.details.lifetime,
		level: entry.details.level,
		rank: entry.details.rank,
		at: timeOf(entry.at),
	};
}

/** Addresses are left out: the sender of a signal is not the reader of its alerts. */
export function alertBody(entry: OutboxEntry): Json {
	return {
		type: entry.alert.type,
		priority: entry.alert.priority,
		channel: entry.channel,
		state: entry.state,
		reason: entry.reason,
		title: entry.alert.title,
		text: entry.text,
		attempts: entry.attempts,
		error: entry.error,
		created_at: timeOf(entry.createdAt),
		sent_at: timeOf(entry.sentAt),
	};
}
