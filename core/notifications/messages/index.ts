import type { DomainEvent, EventPayloads, EventType } from '../../events';
import { shorten } from '../../model';
import type { Alert } from '../notification';
import { oneLine, TITLE_MAX } from '../text';
import { renderBehaviour } from './behaviour';
import { renderCheckpoint, renderComplianceDay } from './compliance';
import { renderDrill } from './drill';
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

/** An event of one type. */
type StoredEvent<T extends EventType> = Omit<DomainEvent, 'payload' | 'type'> & {
	readonly type: T;
	readonly payload: EventPayloads[T];
};

type Render<T extends EventType> = (
	event: StoredEvent<T>,
	reader: Reader,
	reasons: readonly string[],
) => Alert | null;

/** For events that nobody is told of. */
const nobody = (): null => null;

/** How each type of event reads; the record makes the compiler find a missing one. */
const RENDERERS: { readonly [T in EventType]: Render<T> } = {
	'signal.received': nobody,
	'verdict.issued': (event, _, reasons) => renderVerdict(event, reasons),
	'ticket.held': renderTicket,
	'ticket.fired': renderTicket,
	'ticket.queued': renderTicket,
	'ticket.refused': renderTicket,
	'ticket.expired': renderTicket,
	'order.submitted': renderOrder,
	'order.filled': renderOrder,
	'order.cancelled': renderOrder,
	'order.rejected': renderOrder,
	'order.failed': renderOrder,
	'order.unknown': renderOrder,
	'trade.opened': renderTradeOpened,
	'trade.closed': renderTradeClosed,
	'stop.moved': renderStopMoved,
	'stop.loosening': nobody,
	'behaviour.warned': renderBehaviour,
	'behaviour.locked_out': renderBehaviour,
	'behaviour.tilt_tripped': renderBehaviour,
	'behaviour.eased': renderBehaviour,
	'behaviour.cleared': renderBehaviour,
	'behaviour.confidence_raised': renderBehaviour,
	'behaviour.confidence_reset': renderBehaviour,
	'behaviour.high_risk_cooldown': renderBehaviour,
	'behaviour.medic_on': renderBehaviour,
	'behaviour.medic_off': renderBehaviour,
	'member.self_locked': renderBehaviour,
	'risk.level_changed': renderLevelChanged,
	'risk.warning': renderRiskWarning,
	'risk.position_loss': renderPositionLoss,
	'news.locked': renderNewsLocked,
	'news.feed_recovered': renderFeedRecovered,
	'xp.awarded': renderXpAwarded,
	'xp.level_up': renderLevelUp,
	'xp.rank_up': renderRankUp,
	'trading_state.tripped': renderTripped,
	'trading_state.rearmed': renderRearmed,
	'trading_state.flat': renderFlat,
	'trading_state.incomplete': renderIncomplete,
	'member.mode_changed': renderModeChanged,
	'alert.dead_letter': renderDeadLetter,
	'issue.raised': renderIssue,
	'issue.resolved': renderIssueResolved,
	'audit.checkpoint': renderCheckpoint,
	'drill.completed': renderDrill,
	'compliance.daily_summary': renderComplianceDay,
	'account.adjusted': renderAdjusted,
};

function compose<T extends EventType>(
	event: StoredEvent<T>,
	reader: Reader,
	reasons: readonly string[],
): Alert | null {
	return RENDERERS[event.type](event, reader, reasons);
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
