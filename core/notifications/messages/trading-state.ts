import type { EventOf } from '../../events';
import type { Alert } from '../notification';

const MEANINGS: Readonly<Record<string, string>> = {
	PAUSED: 'No new entries are made; open positions keep their exits.',
	REDUCING: 'No new entries are made and resting ones are cancelled; exits stay.',
	FLATTENING: 'Open positions are being closed now.',
	LOCKED: 'Nothing is opened until a person re-arms it; exits still work.',
};

/** A stop of trading. */
export function renderTripped({ payload }: EventOf<'trading_state.tripped'>): Alert {
	const scope = payload.scope.replaceAll('_', ' and ');
	const grave = payload.state === 'FLATTENING' || payload.state === 'LOCKED';
	return {
		type: 'kill_switch',
		priority: grave ? 'critical' : 'high',
		title: `Trading ${payload.state}: ${scope}`,
		happened: `Trading was set to ${payload.state} (${scope}): ${payload.reason}`,
		meaning: MEANINGS[payload.state] ?? null,
		action: 'Look at open positions; re-arm when the cause is gone.',
		facts: [
			{ label: 'Cause', value: payload.cause },
			{ label: 'Trip', value: payload.trip_id },
		],
	};
}

/** The end of a stop. */
export function renderRearmed({ payload }: EventOf<'trading_state.rearmed'>): Alert {
	const scope = payload.scope.replaceAll('_', ' and ');
	return {
		type: 'kill_switch', priority: 'high', action: null,
		title: `Trading re-armed: ${scope}`,
		happened: `A stop of trading (${scope}) was lifted.`,
		meaning: 'Entries are possible again unless another stop is still set.',
		facts: [{ label: 'Trip', value: payload.trip_id }],
	};
}
