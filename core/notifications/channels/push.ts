import type { Agent } from 'node:https';
import webPush from 'web-push';
import { z } from 'zod';
import { asRecord, messageOf, sha256, shorten } from '../../model';
import {
	failed,
	redact,
	SEND_TIMEOUT_MS,
	type Channel,
	type OutgoingMessage,
	type SendReport,
} from '../channel';
import type { Priority } from '../notification';
import { oneLine, REPEAT_NOTE, TITLE_MAX, toText, wellFormed } from '../text';

/** Settings of the push channel: the installation's VAPID identity. The private key is a secret. */
export const pushSettings = z.strictObject({
	/** Whom push services may write to: `mailto:` or `https:`. */
	subject: z.string().regex(/^(mailto:\S+@\S+|https:\/\/\S+)$/, 'must be mailto: or https:'),
	publicKey: z.string().min(80),
	privateKey: z.string().min(40),
});
export type PushSettings = z.infer<typeof pushSettings>;

/** Seconds that a push service keeps an alert for a device that is away. */
const TTL_S = { low: 3_600, normal: 14_400, high: 86_400, critical: 86_400 } as const;
const URGENCY = { low: 'low', normal: 'normal', high: 'high', critical: 'high' } as const satisfies Record<
	Priority,
	string
>;
/** Room for text, UTF-8 bytes: push services take 4096 encrypted, of which some are frame and keys. */
const TEXT_BYTES_MAX = 2_400;

/** A new VAPID key pair, base64url. */
export function newVapidKeys(): Pick<PushSettings, 'publicKey' | 'privateKey'> {
	return webPush.generateVAPIDKeys();
}

function cutToBytes(text: string, bytes: number): string {
	let cut = text;
	while (Buffer.byteLength(cut) > bytes) cut = shorten(cut, Math.floor(cut.length * 0.9));
	return wellFormed(cut);
}

/** What the service worker is given. */
function payloadOf({ id, alert, repeat, subject }: OutgoingMessage): string {
	return JSON.stringify({
		id,
		tag: id,
		type: alert.type,
		priority: alert.priority,
		title: oneLine(alert.title, TITLE_MAX),
		body: cutToBytes(toText(alert, repeat ? REPEAT_NOTE : null), TEXT_BYTES_MAX),
		silent: alert.priority === 'low',
		data: { event_id: subject.eventId, signal_id: subject.signalId },
	});
}

function retryAfterOf(headers: unknown): number | null {
	const value = Number(asRecord(headers)?.['retry-after']);
	return Number.isFinite(value) && value > 0 ? value * 1_000 : null;
}

function failureOf(error: unknown, settings: PushSettings): SendReport {
	const fields = asRecord(error);
	const status = Number(fields?.['statusCode'] ?? Number.NaN);
	if (Number.isNaN(status)) {
		const text = redact(messageOf(error), [settings.privateKey]);
		const refused = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(fields?.['code']));
		return failed(`The push service gave no answer: ${text}`, { uncertain: !refused });
	}
	const text = `The push service answered ${status}: ${oneLine(String(fields?.['body'] ?? ''), 200)}`;
	if (status === 404 || status === 410) return failed(text, { verdict: 'gone' });
	if (status === 400 || status === 413) return failed(text, { verdict: 'never' });
	return failed(text, {
		retryAfterMs: status === 429 || status === 503 ? retryAfterOf(fields?.['headers']) : null,
		uncertain: status >= 500,
	});
}

/**
 * Web Push (RFC 8030, 8291, 8292). The message id is topic and tag, so that a second try replaces
 * the first instead of standing beside it. `agent` is for tests, whose certificates nobody signed.
 */
export function createPushChannel(
	options: { readonly agent?: Agent | undefined; readonly timeoutMs?: number | undefined } = {},
): Channel<PushSettings> {
	const { agent, timeoutMs = SEND_TIMEOUT_MS } = options;
	return {
		name: 'push',
		send: async (message, settings) => {
			const { address } = message;
			if (address.kind !== 'push' || !address.endpoint.startsWith('https://')) {
				return failed('The push endpoint is not an https address.', { verdict: 'gone' });
			}
			try {
				const result = await webPush.sendNotification(
					{ endpoint: address.endpoint, keys: { ...address.keys } },
					payloadOf(message),
					{
						vapidDetails: settings,
						TTL: TTL_S[message.alert.priority],
						urgency: URGENCY[message.alert.priority],
						topic: sha256(message.id).slice(0, 32),
						timeout: timeoutMs,
						...(agent === undefined ? {} : { agent }),
					},
				);
				const location: unknown = asRecord(result.headers)?.['location'];
				return { kind: 'sent', providerId: typeof location === 'string' ? location : null };
			} catch (error) {
				return failureOf(error, settings);
			}
		},
	};
}
