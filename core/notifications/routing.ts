import {
	CHANNELS,
	PRIORITIES,
	type ChannelName,
	type Priority,
	type Suppression,
} from './notification';

/** What the member and the installation offer on one channel. */
export interface ChannelState {
	/** The member's own switch; on unless the member said otherwise. */
	readonly on: boolean;
	/** The alert tells that this channel fails. */
	readonly failing: boolean;
	/** Whether the installation has settings for it. */
	readonly configured: boolean;
	/** Where it would go: one address, or one per device; none when empty. */
	readonly addresses: readonly string[];
}

/** Decision for one channel. */
export type Route =
	| { readonly channel: ChannelName; readonly addresses: readonly string[]; readonly suppressed: null }
	| { readonly channel: ChannelName; readonly addresses: readonly []; readonly suppressed: Suppression };

/** Priority from which a channel is used: Telegram everything, push normal, e-mail high. */
export const CHANNEL_FLOOR = {
	telegram: 'low',
	push: 'normal',
	email: 'high',
} as const satisfies Record<ChannelName, Priority>;

/** Whether `priority` is at least `floor`. */
export function atLeast(priority: Priority, floor: Priority): boolean {
	return PRIORITIES.indexOf(priority) >= PRIORITIES.indexOf(floor);
}

function routeOne(channel: ChannelName, priority: Priority, state: ChannelState): Route {
	const suppress = (suppressed: Suppression): Route => ({ channel, addresses: [], suppressed });
	if (state.failing) return suppress('FAILED_CHANNEL');
	if (!state.on) return suppress('CHANNEL_OFF');
	if (!atLeast(priority, CHANNEL_FLOOR[channel])) return suppress('PRIORITY');
	if (!state.configured) return suppress('NOT_CONFIGURED');
	if (state.addresses.length === 0) return suppress('NO_ADDRESS');
	return { channel, addresses: state.addresses, suppressed: null };
}

/** Where an alert of this priority goes; every channel is answered, in fixed order. */
export function routeAlert(
	priority: Priority,
	states: Readonly<Record<ChannelName, ChannelState>>,
): Route[] {
	return CHANNELS.map((channel) => routeOne(channel, priority, states[channel]));
}

/**
 * Whether the alert would reach nobody for want of settings or addresses alone, so that the local
 * outbox keeps it. What the member switched off or the priority holds back is no such want.
 */
export function staysLocal(routes: readonly Route[]): boolean {
	const wanting = ['NOT_CONFIGURED', 'NO_ADDRESS', 'FAILED_CHANNEL'];
	return (
		routes.every((route) => route.suppressed !== null) &&
		routes.some((route) => route.suppressed !== null && wanting.includes(route.suppressed))
	);
}
