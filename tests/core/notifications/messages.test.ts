import fc from 'fast-check';
import { EVENT_TYPES, type DomainEvent, type EventPayloads, type EventType } from '../../../core/events';
import { decimal } from '../../../core/model';
import type { Alert } from '../../../core/notifications';
import { renderAlert } from '../../../core/notifications/messages';
import {
	duration,
	grouped,
	money,
	price,
	quantity,
	signedMoney,
	signedXp,
	time,
} from '../../../core/notifications/messages/format';
import { EXIT_REASONS } from '../../../core/orders/trade';
import { toText } from '../../../core/notifications/text';
import { START } from '../../support/databases';

const BERLIN = { zone: 'Europe/Berlin' };

const TICKET = {
	ticket_id: 'tkt_1', mode: 'MANUAL', symbol: 'BTC/USDT', side: 'buy', code: null, message: null,
	quantity: decimal('0.005'), expires_at: START + 600_000, order_id: null,
} as const;
const ORDER = {
	order_id: 'ord_1', client_order_id: 'fc123', leg: 'entry', symbol: 'BTC/USDT', side: 'buy',
	quantity: decimal('0.005'), filled_quantity: decimal('0'), average_price: null, code: null, message: null,
} as const;
const CLOSED = {
	trade_id: 'trd_1', symbol: 'BTC/USDT', side: 'buy', quantity: decimal('0.005'),
	entry_price: decimal('60250.5'), exit_price: decimal('59800'), gross: decimal('-2.2525'),
	fees: decimal('0.60025'), net: decimal('-2.85275'), exit_reason: 'stop', plan_kept: true,
	stop_honoured: true, opened_at: START - 3_900_000, closed_at: START, currency: 'USDT',
} as const;

const TILT = {
	points: 4, signs: ['size_up'], reasons: ['3 losses in a row', 'a larger order after a loss'],
	losses_in_a_row: 3, until: START + 3_600_000,
} as const;

const SAMPLES: EventPayloads = {
	'signal.received': { signal_id: 'sig_1', source: 's', symbol: 'BTC/USDT', side: 'buy', action: 'open' },
	'verdict.issued': {
		verdict_id: 'vrd_1', decision: 'BLOCK', code: 'STOP_LOSS_MISSING', codes: ['STOP_LOSS_MISSING'],
		symbol: 'BTC/USDT', side: 'buy', action: 'open', confidence: decimal('93'),
	},
	'ticket.held': TICKET,
	'ticket.fired': TICKET,
	'ticket.queued': { ...TICKET, mode: 'FULL_AUTO' },
	'ticket.refused': { ...TICKET, code: 'POSITION_EXISTS', message: 'A trade in BTC/USDT is open.' },
	'ticket.expired': TICKET,
	'order.submitted': ORDER,
	'order.filled': { ...ORDER, filled_quantity: decimal('0.005'), average_price: decimal('60268.6') },
	'order.cancelled': ORDER,
	'order.rejected': { ...ORDER, code: 'VENUE_REJECTED', message: 'The venue rejected the order: no funds' },
	'order.failed': { ...ORDER, leg: 'stop', side: 'sell' },
	'order.unknown': ORDER,
	'trade.opened': {
		trade_id: 'trd_1', symbol: 'BTC/USDT', side: 'buy', quantity: decimal('0.005'),
		entry_price: decimal('60268.6'), stop_loss: decimal('59800'),
		targets: [{ price: decimal('61500'), share: decimal('0.5') }, { price: decimal('62000'), share: decimal('0.5') }],
		fees: decimal('0.301343'),
	},
	'trade.closed': CLOSED,
	'stop.moved': {
		trade_id: 'trd_1', symbol: 'BTC/USDT', side: 'buy', from: decimal('59800'), to: decimal('60100'), by: 'hand',
	},
	'stop.loosening': {
		trade_id: 'trd_1', symbol: 'BTC/USDT', side: 'buy', from: decimal('59800'), to: decimal('59000'),
	},
	'behaviour.warned': { ...TILT, points: 3, until: null },
	'behaviour.locked_out': TILT,
	'behaviour.tilt_tripped': { ...TILT, points: 5 },
	'behaviour.eased': { ...TILT, until: null },
	'behaviour.cleared': { ...TILT, points: 0, reasons: [], until: null, wins: 2 },
	'behaviour.confidence_raised': { consecutive_losses: 3, extra: 16, cooldown_until: START + 3_600_000 },
	'behaviour.confidence_reset': { consecutive_losses: 3, by: 'win' },
	'behaviour.high_risk_cooldown': { losses: 2, risk_percent: decimal('1.5'), until: START + 14_400_000 },
	'behaviour.medic_on': { loss_percent: decimal('5.2'), risk_day: '2026-11-20', until: START + 50_400_000 },
	'behaviour.medic_off': { risk_day: '2026-11-20' },
	'member.self_locked': { until: START + 86_400_000, previous: null, reason: 'a bad week' },
	'news.locked': { event_ids: ['nws_1'], titles: ['FOMC Statement'], currencies: ['USD'], until: START + 1_800_000 },
	'news.feed_recovered': { source: 'week', failed_since: START - 3_600_000, refreshed_at: START },
	'xp.awarded': { rule: 'plan_kept', amount: -34, day_total: 116, lifetime: 1266, level: 3, rank: 'SERGEANT' },
	'xp.level_up': { level: 3 },
	'xp.rank_up': { rank: 'SERGEANT' },
	'trading_state.tripped': { trip_id: 'trp_1', scope: 'account_symbol', state: 'LOCKED', cause: 'drawdown', reason: 'The drawdown reached 15 %.' },
	'trading_state.rearmed': { trip_id: 'trp_1', scope: 'account' },
	'trading_state.flat': { trip_id: 'trp_1', scope: 'account_symbol', accounts: 3, took_ms: 4_200 },
	'trading_state.incomplete': {
		trip_id: 'trp_1', scope: 'global', accounts: 2, left_count: 3,
		left: ['A position of 0.1 in BTC/USDT is open.', 'The entry fc1 in ETH/USDT is OPEN.'],
	},
	'member.mode_changed': { mode: 'FULL_AUTO', slots: 3, previous: 'MANUAL' },
	'alert.dead_letter': { message_id: 'msg_1', channel: 'telegram', error: 'Telegram answered 502: Bad Gateway' },
	'issue.raised': { code: 'DISK', message: 'The disk is full.', severity: 'critical' },
	'issue.resolved': { issue_id: 'iss_1', code: 'MISSING_STOP', resolution: 'gone' },
	'audit.checkpoint': { number: 812, hash: 'ab12'.repeat(16) },
	'drill.completed': { drill_id: 'drl_1', score: 83, passed: ['kill', 'duplicate_alert'], failed: ['engine_killed'] },
	'compliance.daily_summary': {
		day: '2026-11-20', orders: 12, messages: 20, fills: 9, order_to_trade: '2.22', peak_messages_per_second: 3,
		rejects: 1, limit_breaches: 2, overrides: 0, kill_switch_uses: 1, unsealed_audit_rows: 0,
	},
	'risk.level_changed': { level: 'CRITICAL', previous: 'HIGH', used: decimal('541.2'), limit: decimal('600'), used_percent: decimal('90.2'), currency: 'USDT' },
	'risk.warning': {
		warning: 'drawdown', symbol: null, trade_id: null, observed: decimal('1260'), limit: decimal('1500'), used_percent: decimal('84'), currency: 'USDT',
	},
	'risk.position_loss': { trade_id: 'trd_1', symbol: 'BTC/USDT', loss: decimal('512'), limit: decimal('500'), equity: decimal('10000'), currency: 'USDT' },
	'account.adjusted': {
		adjustment_id: 'adj_1', kind: 'position', asset: 'BTC/USDT', amount: decimal('-0.004'),
		before: decimal('0.01'), after: decimal('0.006'), reason: 'The venue holds less than our trade.',
	},
};

function event<T extends EventType>(type: T, payload: EventPayloads[T] = SAMPLES[type]): DomainEvent {
	return {
		type, payload, eventId: 'evt_1', at: START, memberId: 'mbr_1', accountId: null, signalId: null,
		subjectId: null, actor: 'system', policyVersion: 'pol_1',
	} as DomainEvent;
}

function render<T extends EventType>(type: T, changes: Partial<EventPayloads[T]> = {}, reasons: string[] = []): Alert {
	const alert = renderAlert(event(type, { ...SAMPLES[type], ...changes }), BERLIN, reasons);
	if (alert === null) throw new Error(`${type} gives no alert`);
	return alert;
}

const told = (alert: Alert) => `${alert.type}/${alert.priority} ${alert.title}\n${toText(alert)}`;

describe('numbers', () => {
	it('have thousands apart, a unit, and a sign where it matters', () => {
		expect(grouped(decimal('-1234567.5'))).toBe('-1,234,567.5');
		expect(money('1234.5', 'USDT')).toBe('1,234.50 USDT');
		expect(money('0.000012345', 'USDT')).toBe('0.00001234 USDT');
		expect(money('0.60875', 'USDT')).toBe('0.61 USDT');
		expect(money('0', 'USDT')).toBe('0.00 USDT');
		expect(signedMoney('12', 'USDT')).toBe('+12.00 USDT');
		expect(signedMoney('-0.6', 'USDT')).toBe('-0.60 USDT');
		expect(signedMoney('0', 'USDT')).toBe('0.00 USDT');
		expect(price('60250.5', 'BTC/USDT')).toBe('60,250.5 USDT');
		expect(price('60250.5', 'BTC/USDT:USDT')).toBe('60,250.5 USDT');
		expect(price('60250.5', 'ODD')).toBe('60,250.5');
		expect(quantity('0.005', 'BTC/USDT')).toBe('0.005 BTC');
		expect([signedXp(100), signedXp(-50), signedXp(0)]).toEqual(['+100 XP', '-50 XP', '0 XP']);
	});

	it('times are told in the zone of the reader', () => {
		expect(time(START, BERLIN)).toBe('20 Nov 11:00:00 (Europe/Berlin)');
		expect(time(START, { zone: 'America/New_York' })).toBe('20 Nov 05:00:00 (America/New_York)');
		expect(time(START, { zone: 'Nowhere/Else' })).toBe('20 Nov 10:00:00 (UTC)');
		expect([duration(-5), duration(45_400), duration(720_000), duration(3_900_000)]).toEqual([
			'0 s', '45 s', '12 min', '1 h 05 min',
		]);
	});
});

/** Told to rules and workflows, not to people. */
const UNTOLD: readonly EventType[] = ['signal.received', 'stop.loosening', 'behaviour.confidence_reset'];

describe('alerts', () => {
	it.each(EXIT_REASONS)('have a word for a trade closed by %s', (exit_reason) => {
		expect(render('trade.closed', { exit_reason }).happened).not.toContain('_');
	});

	it.each(EVENT_TYPES.filter((type) => !UNTOLD.includes(type)))('%s says what happened', (type) => {
		const alert = render(type);
		expect(alert.title.length).toBeGreaterThan(3);
		expect(alert.happened).toMatch(/[.:]/);
		expect(told(alert)).not.toMatch(/undefined|null|NaN|\[object|\?\?/);
		expect(told(alert).length).toBeLessThan(600);
	});

	it.each(UNTOLD)('%s is for rules, not for people', (type) => {
		expect(renderAlert(event(type), BERLIN, [])).toBeNull();
	});

	it('tilt says why, until when, and what it does', () => {
		expect(told(render('behaviour.locked_out'))).toBe(
			'risk_warning/high Tilt: locked out\n' +
				'No new entries until 20 Nov 12:00:00 (Europe/Berlin): 3 losses in a row; a larger order after a loss.\n' +
				'Open positions keep their exits. After that, risk stays halved until two wins.\n' +
				'Step away from the screen until then.\n\nTilt points: 4\nLosses in a row: 3',
		);
		expect(render('behaviour.tilt_tripped')).toMatchObject({ priority: 'critical' });
		expect(render('behaviour.cleared').happened).toBe('2 wins in a row: you are back on your plan.');
	});

	it('a loss tells the confidence it costs, and a break only where there is one', () => {
		const one = render('behaviour.confidence_raised', { consecutive_losses: 1, extra: 11, cooldown_until: null });
		expect([one.priority, one.happened, one.meaning]).toEqual([
			'normal', '1 loss today.', 'New entries ask for 11 points more confidence until a win or the next day.',
		]);
		const three = render('behaviour.confidence_raised');
		expect(three.happened).toBe('3 losses in a row today.');
		expect(three.meaning).toContain('none is made until 20 Nov 12:00:00 (Europe/Berlin)');
	});

	it('a lockout of your own names your reason, if you gave one', () => {
		expect(render('member.self_locked').facts).toEqual([{ label: 'Reason', value: 'a bad week' }]);
		expect(render('member.self_locked', { reason: null }).facts).toEqual([]);
	});

	it('a refusal gives the reasons of the checks, else the codes', () => {
		expect(told(render('verdict.issued', {}, ['A stop-loss is mandatory. Send "stop_loss".']))).toBe(
			'rejection/normal Refused: buy BTC/USDT\n' +
				'The risk gate refused the signal to buy BTC/USDT. Nothing was ordered.\n' +
				'A stop-loss is mandatory. Send "stop_loss".\n\nCode: STOP_LOSS_MISSING\nConfidence: 93 %',
		);
		expect(render('verdict.issued').meaning).toBe('STOP_LOSS_MISSING');
		expect(render('verdict.issued', {}, ['Not listed.', 'Not listed.', 'No price.']).meaning).toBe('Not listed. No price.');
		const close = { action: 'close', side: null, code: 'NOTHING_TO_CLOSE', codes: ['NOTHING_TO_CLOSE'] } as const;
		expect(render('verdict.issued', close).title).toBe('Refused: close BTC/USDT');
	});

	it('an approval is quiet unless it warns', () => {
		const passed = { decision: 'PASS', code: 'OK', codes: [] } as const;
		expect(render('verdict.issued', passed)).toMatchObject({ type: 'signal', priority: 'low', meaning: null });
		const warned = { decision: 'WARN', code: 'REWARD_RISK_LOW', codes: ['REWARD_RISK_LOW'] } as const;
		expect(render('verdict.issued', warned, ['Reward to risk is 2.1; 2.5 or more is preferred.'])).toMatchObject({
			priority: 'normal', meaning: 'Reward to risk is 2.1; 2.5 or more is preferred.',
		});
	});

	it('a held ticket asks, and says until when', () => {
		expect(told(render('ticket.held'))).toBe(
			'approval_asked/high Your decision: buy BTC/USDT\n' +
				'A signal to buy BTC/USDT passed the risk gate and waits for you.\n' +
				'Fire the ticket before 20 Nov 11:10:00 (Europe/Berlin); after that it expires and nothing is ordered.\n\n' +
				'Ticket: tkt_1\nFire mode: MANUAL\nQuantity: 0.005 BTC',
		);
	});

	it.each([
		['stop', 'stop_hit', 'high', 'Stop hit: BTC/USDT -2.85 USDT', 'by its stop'],
		['target', 'target_hit', 'high', 'Target hit: BTC/USDT -2.85 USDT', 'by its target'],
		['source_close', 'position_closed', 'normal', 'Closed: BTC/USDT -2.85 USDT', 'by a signal of its source'],
		['other_close', 'position_closed', 'normal', 'Closed: BTC/USDT -2.85 USDT', 'by a signal of another source'],
		['manual', 'position_closed', 'normal', 'Closed: BTC/USDT -2.85 USDT', 'by hand'],
		['kill_switch', 'position_closed', 'normal', 'Closed: BTC/USDT -2.85 USDT', 'by the kill switch'],
		['time_exit', 'position_closed', 'normal', 'Closed: BTC/USDT -2.85 USDT', 'by time exit'],
	])('a trade closed by %s is %s', (exit_reason, type, priority, title, by) => {
		const alert = render('trade.closed', { exit_reason });
		expect(alert).toMatchObject({ type, priority, title });
		expect(alert.happened).toBe(`Your buy of 0.005 BTC was closed ${by} at 59,800 USDT.`);
	});

	it('a loss is told with sign, fees and what it means', () => {
		expect(told(render('trade.closed'))).toBe(
			'stop_hit/high Stop hit: BTC/USDT -2.85 USDT\n' +
				'Your buy of 0.005 BTC was closed by its stop at 59,800 USDT.\n' +
				'Loss: -2.85 USDT after 0.60 USDT fees. The plan was kept and the stop was honoured.\n\n' +
				'Entry: 60,250.5 USDT\nExit: 59,800 USDT\nBefore fees: -2.25 USDT\nNet: -2.85 USDT\n' +
				'Held: 1 h 05 min\nClosed: 20 Nov 11:00:00 (Europe/Berlin)\nTrade: trd_1',
		);
		const conduct = (plan_kept: boolean | null, stop_honoured: boolean | null) =>
			render('trade.closed', { plan_kept, stop_honoured, net: decimal('4'), gross: decimal('5') }).meaning;
		expect(conduct(true, null)).toBe('Result: +4.00 USDT after 0.60 USDT fees. The plan was kept.');
		expect(conduct(false, false)).toMatch(/The plan was not kept and the stop was not honoured\.$/);
		expect(conduct(null, null)).toMatch(/It does not count for XP\.$/);
	});

	it('an open position tells its exits', () => {
		expect(told(render('trade.opened'))).toBe(
			'fill/normal Open: buy 0.005 BTC\nYou bought 0.005 BTC at 60,268.6 USDT.\n' +
				'It closes by itself at the stop 59,800 USDT or at its target.\n\n' +
				'Target: 61,500 USDT (50 %), 62,000 USDT (50 %)\nFees: 0.30 USDT\nTrade: trd_1',
		);
		expect(render('trade.opened', { stop_loss: null, targets: [] })).toMatchObject({
			meaning: 'This position has no stop-loss.', action: 'Watch it, or close it.',
		});
	});

	it('a failing closing order is critical, a failing entry is not', () => {
		expect(render('order.failed')).toMatchObject({ priority: 'critical', happened: expect.stringContaining('still open') });
		expect(render('order.rejected')).toMatchObject({ priority: 'high', action: null });
		expect(render('order.unknown')).toMatchObject({ priority: 'critical', type: 'reconciliation_issue' });
	});

	it.each([['PAUSED', 'high'], ['REDUCING', 'high'], ['FLATTENING', 'critical'], ['LOCKED', 'critical']] as const)(
		'trading %s is %s',
		(state, priority) => {
			expect(render('trading_state.tripped', { state })).toMatchObject({ type: 'kill_switch', priority });
		},
	);

	it('shares that are no round numbers stay readable', () => {
		const third = { price: decimal('61500'), share: decimal('0.333333333333333333') };
		expect(render('trade.opened', { targets: [third] }).facts[0]?.value).toBe('61,500 USDT (33.33 %)');
	});

	it('whatever people write stays on its line, short and unbroken', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
				const alert = render('trading_state.tripped', { reason: text, cause: text, scope: text });
				for (const line of [alert.title, alert.happened, ...alert.facts.map(({ value }) => value)]) {
					expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]|\p{Surrogate}/u);
					expect(line.length).toBeLessThanOrEqual(600);
				}
			}),
		);
	});
});
