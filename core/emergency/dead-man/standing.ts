import { capabilitiesOf, parseVenue } from '../../exchange';
import type { Account } from '../../members';
import { isoTime } from '../../model';
import type { DeadManStanding, DeadManState, Timer } from './dead-man';

const WORST: readonly DeadManState[] = ['failing', 'armed'];

/** Whether the venue of that name has a timer that is kept here. */
function hasTimer(venue: string): boolean {
	const name = parseVenue(venue);
	return name !== null && (capabilitiesOf(name.ccxtId)?.cancelAllAfter ?? false) !== false;
}

function detailOf(state: DeadManState, timers: readonly Timer[], account: Account): string {
	const names = timers.filter((timer) => timer.state === state).map(({ symbol }) => symbol ?? 'the whole account');
	switch (state) {
		case 'unsupported':
			return account.kind === 'paper'
				? 'Paper orders live here, not at a venue: there is nothing to cancel from afar.'
				: `${account.venue} has no timer that can be kept: what rests there stays when the engine is gone.`;
		case 'failing':
			return `The timer cannot be set for ${names.join(', ')}: ${timers.find(({ error }) => error !== null)?.error ?? ''}`;
		case 'armed':
			return `When the engine is gone, the venue cancels what rests in ${names.join(', ')}.`;
		case 'off': {
			const fired = Math.max(0, ...timers.map(({ firedAt }) => firedAt ?? 0));
			const last = fired === 0 ? '' : ` It last ran out about ${isoTime(fired)}.`;
			return `Nothing rests that a timer should cancel.${last}`;
		}
	}
}

/** The standing of one account from its timers. */
export function standingOf(account: Account, timers: readonly Timer[]): DeadManStanding {
	const state: DeadManState = hasTimer(account.venue)
		? (WORST.find((each) => timers.some((timer) => timer.state === each)) ?? 'off')
		: 'unsupported';
	return { accountId: account.id, state, timers, detail: detailOf(state, timers, account) };
}
