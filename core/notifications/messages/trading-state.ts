import type { EventOf } from '../../events';
import type { Alert } from '../notification';
import { duration } from './format';

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

/** Everything that a stop was to close is closed. */
export function renderFlat({ payload }: EventOf<'trading_state.flat'>): Alert {
	const { released = 0 } = payload;
	const except = released === 0 ? '' : ` Not so on accounts that an operator has released from it (${released}): what was left there is for people to close, and they are paused.`;
	const scope = payload.scope.replaceAll('_', ' and ');
	return {
		type: 'kill_switch', priority: 'high',
		title: `Flat: ${scope}`,
		happened: `Everything within the stop (${scope}) is closed, and the venues say so too. It took ${duration(payload.took_ms)}.${except}`,
		meaning: 'Trading is locked: nothing is opened until the stop ends.',
		action: null,
		facts: [
			{ label: 'Accounts', value: String(payload.accounts) },
			{ label: 'Trip', value: payload.trip_id },
		],
	};
}

/** Something that a stop was to close is still there. */
export function renderIncomplete({ payload }: EventOf<'trading_state.incomplete'>): Alert {
	const scope = payload.scope.replaceAll('_', ' and ');
	const more = payload.left_count - payload.left.length;
	return {
		type: 'kill_switch', priority: 'critical',
		title: `NOT FLAT: ${scope}`,
		happened: `The stop (${scope}) could not close everything yet: ${payload.left_count} left on ${payload.accounts} accounts. The engine keeps trying.`,
		meaning: `${payload.left.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`,
		action: 'Look at the venue; if it does not answer, close there by hand.',
		facts: [{ label: 'Trip', value: payload.trip_id }],
	};
}
