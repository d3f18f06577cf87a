export { parseSettings as parseChannelSettings } from './channel-settings';
export { standardTransports, type TransportOptions, type Transports } from './transports';
export type { Address, Channel, OutgoingMessage, SendFailure, SendReport } from './channel';
export {
	CHANNELS,
	OUTBOX_STATES,
	SUPPRESSIONS,
	type Alert,
	type AlertType,
	type ChannelName,
	type Fact,
	type OutboxChannel,
	type OutboxEntry,
	type OutboxState,
	type Priority,
	type Suppression,
} from './notification';
export { createNotifications, type DeliverOptions, type Notifications } from './notifications.service';
export type { OutboxFilter } from './outbox.queries';
export type { RoutedItem } from './routed';
export type { SendCounts } from './sending';
export { resealChannels } from './reseal';
