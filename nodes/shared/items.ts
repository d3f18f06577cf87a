import type { IDataObject } from 'n8n-workflow';
import {
	decidingChecks,
	isoTime,
	type DomainEvent,
	type ExitPlanView,
	type ExternalHolding,
	type Issue,
	type Order,
	type PositionView,
	type Signal,
	type Ticket,
	type Verdict,
} from '../../core';

/** Times of items are ISO texts, for people and for n8n's date functions. */
export const timeOf = (milliseconds: number | null): string | null =>
	milliseconds === null ? null : isoTime(milliseconds);

/** What nodes hand on about a signal. Nodes read only the ids; the rest is for display. */
export function signalItem(signal: Signal): IDataObject {
	return {
		signal_id: signal.id,
		source: signal.source,
		symbol: signal.symbol,
		side: signal.side,
		action: signal.action,
		class: signal.class,
		confidence: signal.confidence,
		order_type: signal.orderType,
		entry: signal.entry,
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

const codesOf = (checks: Verdict['checks']): string[] => [...new Set(checks.map(({ code }) => code))];

/** Of the checks only what warned or blocked: the status call has them all, and executions stay small. */
export function verdictItem(verdict: Verdict): IDataObject {
	const { intent, checks } = verdict;
	const found = checks.filter(({ result }) => result !== 'pass');
	const deciding = decidingChecks(verdict);
	const warned = found.filter(({ result }) => result === 'warn');
	return {
		signal_id: verdict.signalId,
		account_id: verdict.accountId,
		member_id: verdict.memberId,
		verdict_id: verdict.id,
		decision: verdict.decision,
		code: verdict.code,
		codes: codesOf(deciding),
		reasons: deciding.map(({ message }) => message),
		warnings: codesOf(warned),
		symbol: verdict.symbol,
		side: verdict.side,
		action: verdict.action,
		confidence: verdict.confidence,
		quantity: intent?.quantity ?? null,
		reference_price: intent?.referencePrice ?? null,
		stop_loss: intent?.stopLoss ?? null,
		risk: intent?.risk ?? null,
		binding_cap: intent?.bindingCap ?? null,
		suggested_max_quantity: intent?.suggestedMaxQuantity ?? null,
		min_take_profit: intent?.minTakeProfit ?? null,
		waits_for_capacity: verdict.waitsForCapacity,
		checks_passed: checks.length - found.length,
		checks: found.map(({ check, code, result, limit, observed, message }) => ({
			check,
			code,
			result,
			limit,
			observed,
			message,
		})),
		policy_version: verdict.policyVersion,
		expires_at: timeOf(verdict.expiresAt),
	};
}

export function ticketItem(ticket: Ticket): IDataObject {
	return {
		signal_id: ticket.signalId,
		account_id: ticket.accountId,
		member_id: ticket.memberId,
		verdict_id: ticket.verdictId,
		ticket_id: ticket.id,
		order_id: ticket.orderId,
		state: ticket.state,
		mode: ticket.mode,
		code: ticket.code,
		message: ticket.message,
		symbol: ticket.symbol,
		side: ticket.side,
		action: ticket.action,
		quantity: ticket.quantity,
		confidence: ticket.confidence,
		expires_at: timeOf(ticket.expiresAt),
	};
}

export function orderItem(order: Order): IDataObject {
	return {
		signal_id: order.signalId,
		account_id: order.accountId,
		member_id: order.memberId,
		ticket_id: order.ticketId,
		order_id: order.id,
		trade_id: order.tradeId,
		client_order_id: order.clientOrderId,
		venue_order_id: order.venueOrderId,
		origin: order.origin,
		algo_id: order.algoId,
		actor: order.actor,
		state: order.state,
		pending: order.pending,
		leg: order.leg,
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		filled_quantity: order.filledQuantity,
		average_price: order.averagePrice,
		fees: order.fees,
		price: order.price,
		trigger_price: order.triggerPrice,
		reduce_only: order.reduceOnly,
		time_in_force: order.timeInForce,
		post_only: order.postOnly,
		expires_at: timeOf(order.expiresAt),
		emulated: [...order.emulated],
		replaces: order.replaces,
		replaced_by: order.replacedBy,
		reason: order.reason,
		code: order.code,
		message: order.message,
		created_at: timeOf(order.createdAt),
		closed_at: timeOf(order.closedAt),
	};
}

/** How an open trade will end: its stop, its targets and the rules that move or end it. */
export function exitPlanItem({ trade, exits, rules }: ExitPlanView): IDataObject {
	const stop = exits.find(({ kind }) => kind === 'stop');
	return {
		account_id: trade.accountId,
		symbol: trade.symbol,
		trade_id: trade.id,
		state: trade.state,
		side: trade.side,
		stop: stop?.price ?? null,
		initial_stop: stop?.initialPrice ?? null,
		moved_by: stop?.movedBy ?? null,
		moved_at: timeOf(stop?.movedAt ?? null),
		targets: exits
			.filter(({ kind }) => kind === 'target')
			.map(({ price, share, state }) => ({ price, share, state })),
		rules: rules.map(({ rule, bestPrice, activatedAt, addedBy, createdAt }) => ({
			rule: { ...rule },
			best_price: bestPrice,
			activated_at: timeOf(activatedAt),
			added_by: addedBy,
			added_at: timeOf(createdAt),
		})),
	};
}

export function positionItem(position: PositionView): IDataObject {
	return {
		account_id: position.accountId,
		symbol: position.symbol,
		trade_id: position.tradeId,
		origin: 'SYSTEM',
		quantity: position.quantity,
		cost: position.cost,
		average_price: position.averagePrice,
		mark: position.mark,
		value: position.value,
		unrealised: position.unrealised,
		realised: position.realised,
		updated_at: timeOf(position.updatedAt),
	};
}

/** What an account holds beyond our trades: shown, never sold by us. */
export function holdingItem(holding: ExternalHolding): IDataObject {
	return {
		account_id: holding.accountId,
		symbol: holding.name,
		trade_id: null,
		origin: 'EXTERNAL',
		quantity: holding.quantity,
		cost: null,
		average_price: holding.averagePrice,
		mark: null,
		value: null,
		unrealised: null,
		realised: null,
		updated_at: timeOf(holding.updatedAt),
	};
}

export function issueItem(issue: Issue): IDataObject {
	return {
		issue_id: issue.id,
		account_id: issue.accountId,
		member_id: issue.memberId,
		order_id: issue.orderId,
		symbol: issue.symbol,
		kind: issue.kind,
		severity: issue.severity,
		ours: issue.ours,
		venue: issue.venue,
		detail: issue.detail,
		cycles: issue.cycles,
		first_seen: timeOf(issue.firstSeen),
		last_seen: timeOf(issue.lastSeen),
		announced_at: timeOf(issue.announcedAt),
		resolution: issue.resolution,
		note: issue.note,
		resolved_by: issue.resolvedBy,
		resolved_at: timeOf(issue.resolvedAt),
	};
}

export function eventItem(event: DomainEvent): IDataObject {
	return {
		event_id: event.eventId,
		type: event.type,
		at: timeOf(event.at),
		member_id: event.memberId,
		account_id: event.accountId,
		signal_id: event.signalId,
		subject_id: event.subjectId,
		actor: event.actor,
		payload: event.payload,
	};
}
