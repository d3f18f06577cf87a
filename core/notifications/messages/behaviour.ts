import type { EventOf } from '../../events';
import type { Alert } from '../notification';
import { time, type Reader } from './format';

type TiltEvent = EventOf<
	| 'behaviour.warned' | 'behaviour.locked_out' | 'behaviour.tilt_tripped' | 'behaviour.eased'
	| 'behaviour.cleared'
>;

const sentence = (reasons: readonly string[]): string => `${reasons.join('; ')}.`;

function tiltFacts({ payload }: TiltEvent): Alert['facts'] {
	return [
		{ label: 'Tilt points', value: String(payload.points) },
		{ label: 'Losses in a row', value: String(payload.losses_in_a_row) },
	];
}

/** A change of how a member stands on tilt, with the reasons. */
function renderTilt(event: TiltEvent, reader: Reader): Alert {
	const { payload, type } = event;
	const until = payload.until === null ? 'further notice' : time(payload.until, reader);
	const why = sentence(payload.reasons);
	const base = { type: 'risk_warning', facts: tiltFacts(event) } as const;
	switch (type) {
		case 'behaviour.warned':
			return {
				...base, priority: 'high', title: 'Tilt warning',
				happened: `You may be off your plan: ${why}`,
				meaning: 'Orders risk half as much and nothing fires by itself until two wins clear it.',
				action: 'Slow down. Take only signals you would have taken this morning.',
			};
		case 'behaviour.locked_out':
			return {
				...base, priority: 'high', title: 'Tilt: locked out',
				happened: `No new entries until ${until}: ${why}`,
				meaning: 'Open positions keep their exits. After that, risk stays halved until two wins.',
				action: 'Step away from the screen until then.',
			};
		case 'behaviour.tilt_tripped':
			return {
				...base, priority: 'critical', title: 'Tilt: trading ended for today',
				happened: `Your positions are being closed and nothing new is opened until ${until}: ${why}`,
				meaning: 'The stop ends by itself at the next day. Risk stays halved until two wins.',
				action: 'Look at what was closed. Write down what happened before you trade again.',
			};
		case 'behaviour.eased':
			return {
				...base, priority: 'normal', title: 'Tilt: the break is over',
				happened: 'New entries are possible again, as far as tilt is concerned.',
				meaning: 'Orders risk half as much and nothing fires by itself until two wins clear it.',
				action: null,
			};
		case 'behaviour.cleared':
			return {
				...base, priority: 'normal', title: 'Tilt cleared',
				happened: `${payload.wins} wins in a row: you are back on your plan.`,
				meaning: 'Risk and fire modes are as usual again.', action: null, facts: [],
			};
	}
}

/** More confidence is asked for after a loss, with a break from the third one on. */
function renderConfidenceRaised(
	{ payload }: EventOf<'behaviour.confidence_raised'>,
	reader: Reader,
): Alert {
	const { consecutive_losses: losses, extra, cooldown_until: until } = payload;
	return {
		type: 'risk_warning', priority: until === null ? 'normal' : 'high',
		title: until === null ? `After a loss: +${extra} confidence` : 'After losses: a break',
		happened: `${losses} ${losses === 1 ? 'loss' : 'losses in a row'} today.`,
		meaning: `New entries ask for ${extra} points more confidence until a win or the next day${
			until === null ? '' : `, and none is made until ${time(until, reader)}`}.`,
		action: null, facts: [],
	};
}

/** Losses at high risk end in a break. */
function renderHighRisk(
	{ payload }: EventOf<'behaviour.high_risk_cooldown'>,
	reader: Reader,
): Alert {
	return {
		type: 'risk_warning', priority: 'high', title: 'High risk: a break',
		happened: `${payload.losses} trades at high risk were lost one after the other.`,
		meaning: `No new entries until ${time(payload.until, reader)}; then at default risk until the next win.`,
		action: null,
		facts: [{ label: 'Risk of the last one', value: `${payload.risk_percent} %` }],
	};
}

/** An account trades small for the rest of its risk day. */
function renderMedicOn({ payload }: EventOf<'behaviour.medic_on'>, reader: Reader): Alert {
	return {
		type: 'risk_warning', priority: 'high', title: 'Medic mode',
		happened: `The account has lost ${payload.loss_percent} % today.`,
		meaning: `Until ${time(payload.until, reader)} it trades at half the risk and one position at a time.`,
		action: null, facts: [],
	};
}

/** An account trades as usual again. */
function renderMedicOff(): Alert {
	return {
		type: 'risk_warning', priority: 'low', title: 'Medic mode is over',
		happened: 'A new risk day has begun: the account trades as usual again.',
		meaning: null, action: null, facts: [],
	};
}

/** A member locked themselves out. */
function renderSelfLocked({ payload }: EventOf<'member.self_locked'>, reader: Reader): Alert {
	return {
		type: 'risk_warning', priority: 'high', title: 'Locked out, as you asked',
		happened: `No new entries until ${time(payload.until, reader)}.`,
		meaning: 'Nobody can lift this earlier, the operator included. Open positions keep their exits.',
		action: null,
		facts: payload.reason === null ? [] : [{ label: 'Reason', value: payload.reason }],
	};
}

type BehaviourEvent =
	| TiltEvent
	| EventOf<
		| 'behaviour.confidence_raised' | 'behaviour.confidence_reset' | 'behaviour.high_risk_cooldown'
		| 'behaviour.medic_on' | 'behaviour.medic_off' | 'member.self_locked'
	>;

/** What losses and haste led to; null for what only rules need to know. */
export function renderBehaviour(event: BehaviourEvent, reader: Reader): Alert | null {
	switch (event.type) {
		case 'behaviour.confidence_raised':
			return renderConfidenceRaised(event, reader);
		case 'behaviour.confidence_reset':
			return null;
		case 'behaviour.high_risk_cooldown':
			return renderHighRisk(event, reader);
		case 'behaviour.medic_on':
			return renderMedicOn(event, reader);
		case 'behaviour.medic_off':
			return renderMedicOff();
		case 'member.self_locked':
			return renderSelfLocked(event, reader);
		default:
			return renderTilt(event, reader);
	}
}
