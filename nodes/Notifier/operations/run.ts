import type { IDataObject } from 'n8n-workflow';
import type { Core, OutboxEntry, RoutedItem } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { OUTPUTS } from '../Notifier.description';
import type { NotifierCommand } from '../Notifier.params';

const SUPPRESSED = OUTPUTS.indexOf('Suppressed');
const OUTPUT_OF = {
	email: OUTPUTS.indexOf('Email'),
	push: OUTPUTS.indexOf('Push'),
	telegram: OUTPUTS.indexOf('Telegram'),
} as const;

function entryItem(entry: OutboxEntry): IDataObject {
	return {
		message_id: entry.id,
		event_id: entry.eventId,
		signal_id: entry.signalId,
		account_id: entry.accountId,
		member_id: entry.memberId,
		channel: entry.channel,
		// A push address is an id of ours; the others are where the member can be reached.
		address: entry.address,
		state: entry.state,
		reason: entry.reason,
		priority: entry.alert.priority,
		subject: entry.alert.title,
		text: entry.text,
		attempts: entry.attempts,
		error: entry.error,
		sent_at: timeOf(entry.sentAt),
		created_at: timeOf(entry.createdAt),
	};
}

function routedItem(item: RoutedItem): OutputItem {
	return {
		output: item.suppressed === null ? OUTPUT_OF[item.channel] : SUPPRESSED,
		json: {
			event_id: item.eventId,
			member_id: item.memberId,
			handle: item.handle,
			channel: item.channel,
			to: item.addresses.join(', '),
			addresses: [...item.addresses],
			suppressed: item.suppressed,
			reason: item.reason,
			type: item.type,
			priority: item.priority,
			silent: item.silent,
			subject: item.subject,
			text: item.text,
			html: item.html,
			markdown_v2: item.markdownV2,
		},
	};
}

/** One item of the node. */
export async function run(core: Core, command: NotifierCommand): Promise<OutputItem[]> {
	switch (command.operation) {
		case 'deliver': {
			const { eventId, channels, stopPages } = command;
			const entries = await core.notifications.deliver(eventId, { channels, stopPages });
			return entries.map((entry) => ({ json: entryItem(entry) }));
		}
		case 'route': {
			const { eventId, channels, stopPages } = command;
			return (await core.notifications.route(eventId, { channels, stopPages })).map(routedItem);
		}
		case 'list': {
			const { state, limit } = command;
			const filter = state === null ? { limit } : { limit, state };
			return (await core.notifications.list(filter)).map((entry) => ({ json: entryItem(entry) }));
		}
	}
}
