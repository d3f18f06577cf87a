import type { Conn } from '../db';
import type { DomainEvent } from '../events';
import { isDrillHandle, findMember, findMemberByHandle, livingSubscriptions, type Member } from '../members';
import { CHANNELS, type ChannelName } from './notification';
import { recordOf } from '../model';
import type { ChannelState } from './routing';

/** Who hears of what concerns no single member. */
const OPERATOR = 'operator';

/** A reader with the ways to reach them. */
export interface Addressee {
	readonly member: Member;
	readonly states: Readonly<Record<ChannelName, ChannelState>>;
}

async function addressesOf(conn: Conn, member: Member, channel: ChannelName): Promise<string[]> {
	switch (channel) {
		case 'email':
			return member.email === null ? [] : [member.email];
		case 'telegram':
			return member.telegramChatId === null ? [] : [member.telegramChatId];
		case 'push':
			return (await livingSubscriptions(conn, member.id)).map(({ id }) => id);
	}
}

/** The channel that an event says is failing; news of it must go another way. */
function failingChannel(event: DomainEvent): string | null {
	return event.type === 'alert.dead_letter' ? event.payload.channel : null;
}

/** Who reads of the event: its member, else the operator; null when there is neither. */
export async function findAddressee(
	conn: Conn,
	event: DomainEvent,
	configured: (channel: ChannelName) => boolean,
): Promise<Addressee | null> {
	const member =
		event.memberId === null
			? await findMemberByHandle(conn, OPERATOR)
			: await findMember(conn, event.memberId);
	// Nobody is told of what happens in a fire drill; its report is the operator's.
	if (member === null || isDrillHandle(member.handle)) return null;
	const failing = failingChannel(event);
	const states: [ChannelName, ChannelState][] = [];
	for (const channel of CHANNELS) {
		const addresses = await addressesOf(conn, member, channel);
		const on = member.channels[channel];
		const state = { on, failing: channel === failing, configured: configured(channel), addresses };
		states.push([channel, state]);
	}
	return { member, states: recordOf(states) };
}
