export type { Authentication } from './authenticate';
export type { Addressee, FanOut } from './fan-out';
export type { Received } from './intake';
export type { Overdue, PumpOutcome, SignalProgress } from './pump';
export {
	KEY_SCOPES,
	type IntakeAnswer,
	type IntakeRequest,
	type KeyScope,
	type Signal,
	type SignalContent,
	type SignalFormat,
	type SignalKey,
	type TakeProfit,
} from './signal';
export { callFault, rejected, unauthenticated, type Fault, type FaultCode } from './signals.errors';
export { findSignal } from './signals.repository';
export { createSignals, type ArrivalListener, type Signals } from './signals.service';
