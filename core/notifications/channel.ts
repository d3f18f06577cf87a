import type { MessageId } from '../model';
import type { Alert, ChannelName } from './notification';

/** What a channel is given to send. */
export interface OutgoingMessage {
	/** The same for every try of one message. */
	readonly id: MessageId;
	readonly address: Address;
	readonly alert: Alert;
	/** An earlier try may have arrived although no answer came. */
	readonly repeat: boolean;
	/** Identifies what it is about to the receiving device. */
	readonly subject: { readonly eventId: string; readonly signalId: string | null };
}

/** Where a message goes. */
export type Address =
	| { readonly kind: 'email'; readonly email: string }
	| { readonly kind: 'telegram'; readonly chatId: string }
	| {
			readonly kind: 'push';
			readonly endpoint: string;
			readonly keys: { readonly p256dh: string; readonly auth: string };
	  };

/** Why a try failed and what that says about the next. */
export interface SendFailure {
	readonly kind: 'failed';
	/**
	 * `again`: may work later. `never`: this message will not go. `gone`: nothing will go to this
	 * address again.
	 */
	readonly verdict: 'again' | 'never' | 'gone';
	/** The wait that the provider asked for, ms; it then holds for the whole channel and address. */
	readonly retryAfterMs: number | null;
	/** Whether the message may have arrived all the same. */
	readonly uncertain: boolean;
	/** For the operator; holds no secret. */
	readonly error: string;
}

/** What came of a try. */
export type SendReport =
	| { readonly kind: 'sent'; readonly providerId: string | null }
	| SendFailure;

/** A way out: sends one message with the installation's settings; expected failures are values. */
export interface Channel<Settings> {
	readonly name: ChannelName;
	send(message: OutgoingMessage, settings: Settings): Promise<SendReport>;
}

/** Longest a try may take before it counts as unanswered, ms; well below the outbox lease. */
export const SEND_TIMEOUT_MS = 15_000;

/** A failed try, with defaults for what is usual: to be tried again, certainly not arrived. */
export function failed(error: string, facts: Partial<Omit<SendFailure, 'kind' | 'error'>> = {}): SendFailure {
	return { kind: 'failed', verdict: 'again', retryAfterMs: null, uncertain: false, ...facts, error };
}

/** `text` without any of the secrets, for logs and rows. */
export function redact(text: string, secrets: readonly (string | null | undefined)[]): string {
	let clean = text;
	for (const secret of secrets) {
		if (typeof secret === 'string' && secret.length > 0) clean = clean.replaceAll(secret, '[secret]');
	}
	return clean;
}
