import type { EventId, MemberId } from '../model';
import type { AlertType, ChannelName, Priority, Suppression } from './notification';

/** An alert for one channel, rendered, for whatever node sends it. */
export interface RoutedItem {
	readonly eventId: EventId;
	readonly memberId: MemberId;
	readonly handle: string;
	readonly channel: ChannelName;
	/** E-mail address, Telegram chat id, or ids of push subscriptions; empty when suppressed. */
	readonly addresses: readonly string[];
	/** Why this channel gets nothing; null when it does. */
	readonly suppressed: Suppression | null;
	/** The same in words. */
	readonly reason: string | null;
	readonly type: AlertType;
	readonly priority: Priority;
	/** Whether it should arrive without a sound. */
	readonly silent: boolean;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	/** For Telegram's parse mode MarkdownV2. */
	readonly markdownV2: string;
}
