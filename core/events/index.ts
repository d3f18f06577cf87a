export type { OrderPayload, TicketPayload } from './order-payloads';
export type { TiltPayload } from './behaviour-payloads';
export { DELIVERY_ATTEMPTS_MAX, type Delivery } from './delivery';
export {
	EVENT_TYPES,
	isEventType,
	type DomainEvent,
	type EventOf,
	type EventPayloads,
	type EventType,
	type NewEvent,
} from './event';
export type { EventFilter } from './events.queries';
export { RISK_WARNINGS, type RiskEventPayloads, type RiskWarning } from './risk-event';
export { appendEvent, findEvent } from './events.repository';
export { createEvents, type Events } from './events.service';
