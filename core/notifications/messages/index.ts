import type { DomainEvent } from '../../events';
import { shorten } from '../../model';
import type { Alert } from '../notification';
import { oneLine, TITLE_MAX } from '../text';
import { renderBehaviour } from './behaviour';
import { renderCheckpoint, renderComplianceDay } from './compliance';
import type { Reader } from './format';
import { renderFeedRecovered, renderNewsLocked } from './news';
import { renderOrder } from './order';
import { renderLevelChanged, renderPositionLoss, renderRiskWarning } from './risk';
import { renderVerdict } from './signal';
import {
	renderAdjusted, renderDeadLetter, renderIssue, renderIssueResolved, renderModeChanged,
} from './system';
import { renderTicket } from './ticket';
import { renderStopMoved, renderTradeClosed, renderTradeOpened } from './trade';
import { renderFlat, renderIncomplete, renderRearmed, renderTripped } from './trading-state';
import { renderLevelUp, renderRankUp, renderXpAwarded } from './xp';

export type { Reader } from './format';

/** Longest sentence of an alert: what people and venues write may be long. */
const SENTENCE_MAX = 600;
const FACT_MAX = 200;

function compose(event: DomainEvent, reader: Reader, reasons: readonly string[]): Alert | null {
	switch (event.type) {
		case 'signal.received':
			return null;
		case 'verdict.issued':
			return renderVerdict(event, reasons);
		case 'ticket.held':
		case 'ticket.fired':
		case 'ticket.queued':
		case 'ticket.refused':
		case 'ticket.expired':
			return renderTicket(event, reader);
		case 'order.submitted':
		case 'order.filled':
		case 'order.cancelled':
		case 'order.rejected':
		case 'order.failed':
		case 'order.unknown':
			return renderOrder(event);
		case 'trade.opened':
			return renderTradeOpened(event);
		case 'trade.closed':
			return renderTradeClosed(event, reader);
		case 'stop.moved':
			return renderStopMoved(event);
		case 'stop.loosening':
			return null;
		case 'behaviour.warned':
		case 'behaviour.locked_out':
		case 'behaviour.tilt_tripped':
		case 'behaviour.eased':
		case 'behaviour.cleared':
		case 'behaviour.confidence_raised':
		case 'behaviour.confidence_reset':
		case 'behaviour.high_risk_cooldown':
		case 'behaviour.medic_on':
		case 'behaviour.medic_off':
		case 'member.self_locked':
			return renderBehaviour(event, reader);
		case 'risk.level_changed':
			return renderLevelChanged(event);
		case 'risk.warning':
			return renderRiskWarning(event);
		case 'risk.position_loss':
			return renderPositionLoss(event);
		case 'news.locked':
			return renderNewsLocked(event, reader);
		case 'news.feed_recovered':
			return renderFeedRecovered(event);
		case 'xp.awarded':
			return renderXpAwarded(event);
		case 'xp.level_up':
			return renderLevelUp(event);
		case 'xp.rank_up':
			return renderRankUp(event);
		case 'trading_state.tripped':
			return renderTripped(event);
		case 'trading_state.rearmed':
			return renderRearmed(event);
		case 'trading_state.flat':
			return renderFlat(event);
		case 'trading_state.incomplete':
			return renderIncomplete(event);
		case 'member.mode_changed':
			return renderModeChanged(event);
		case 'alert.dead_letter':
			return renderDeadLetter(event);
		case 'issue.raised':
			return renderIssue(event);
		case 'issue.resolved':
			return renderIssueResolved(event);
		case 'audit.checkpoint':
			return renderCheckpoint(event);
		case 'compliance.daily_summary':
			return renderComplianceDay(event);
		case 'account.adjusted':
			return renderAdjusted(event);
	}
}

/** One line, without characters that break a header or turn text around, of bounded length. */
function tidy(alert: Alert): Alert {
	const sentence = (text: string | null) => (text === null ? null : oneLine(text, SENTENCE_MAX));
	return {
		...alert,
		title: oneLine(alert.title, TITLE_MAX),
		happened: oneLine(alert.happened, SENTENCE_MAX),
		meaning: sentence(alert.meaning),
		action: sentence(alert.action),
		facts: alert.facts.map(({ label, value }) => ({
			label: shorten(label, FACT_MAX),
			value: oneLine(value, FACT_MAX),
		})),
	};
}

/**
 * The alert that an event means to its reader; null for events that nobody is told of.
 * `reasons`: for verdicts, the messages of the checks that warned or blocked.
 */
export function renderAlert(
	event: DomainEvent,
	reader: Reader,
	reasons: readonly string[],
): Alert | null {
	const alert = compose(event, reader, reasons);
	return alert === null ? null : tidy(alert);
}
