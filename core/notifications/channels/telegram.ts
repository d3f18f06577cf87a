import { z } from 'zod';
import { asRecord, messageOf } from '../../model';
import { failed, redact, SEND_TIMEOUT_MS, type Channel, type SendReport } from '../channel';
import { atLeast } from '../routing';
import { REPEAT_NOTE, toMarkdownV2, toText } from '../text';

/** Settings of the Telegram channel. The token is a secret. */
export const telegramSettings = z.strictObject({
	/** As BotFather gave it. */
	botToken: z.string().regex(/^\d+:[\w-]+$/, 'must look like 123456:ABC…, as BotFather gave it'),
	/** Address of the Bot API; plain http is taken only on this machine. */
	baseUrl: z
		.url()
		.refine((url) => /^(https:|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(`${url}/`), {
			message: 'must be https',
		})
		.default('https://api.telegram.org'),
});
export type TelegramSettings = z.infer<typeof telegramSettings>;

const answerSchema = z.object({
	ok: z.boolean(),
	description: z.string().default(''),
	result: z.object({ message_id: z.number() }).optional(),
	parameters: z.object({ retry_after: z.number().optional() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

const SECOND_MS = 1_000;
/** Descriptions by which Telegram says that nothing will ever reach this chat. */
const GONE = /chat not found|user is deactivated|bot was (blocked|kicked)|group chat was (deleted|upgraded)|PEER_ID_INVALID/i;

interface Reply {
	readonly status: number;
	readonly answer: Answer | null;
}

async function call(settings: TelegramSettings, body: object, timeoutMs: number): Promise<Reply> {
	const base = settings.baseUrl.replace(/\/+$/, '');
	const response = await fetch(`${base}/bot${settings.botToken}/sendMessage`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
		redirect: 'error',
		signal: AbortSignal.timeout(timeoutMs),
	});
	const text = await response.text();
	const parsed = answerSchema.safeParse(readJson(text));
	return { status: response.status, answer: parsed.success ? parsed.data : null };
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function report({ status, answer }: Reply): SendReport {
	if (answer?.ok === true) {
		const id = answer.result?.message_id;
		return { kind: 'sent', providerId: id === undefined ? null : String(id) };
	}
	const description = answer?.description ?? '';
	const error = `Telegram answered ${status}: ${description === '' ? 'no reason given' : description}`;
	if (status === 429) {
		return failed(error, { retryAfterMs: (answer?.parameters?.retry_after ?? 1) * SECOND_MS });
	}
	if (status === 403 || (status === 400 && GONE.test(description))) {
		return failed(error, { verdict: 'gone' });
	}
	if (status === 400 || status === 413) return failed(error, { verdict: 'never' });
	// 401 and 404 mean a wrong token: the operator can mend that while the message waits.
	return failed(error, { uncertain: status >= 500 || answer === null });
}

/** Whether no connection came about, so that nothing can have been sent. */
function isConnectFailure(error: unknown): boolean {
	const code = asRecord(asRecord(error)?.['cause'])?.['code'];
	return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(String(code));
}

/** Sends by the Bot API over fetch; silent below high priority. */
export function createTelegramChannel(timeoutMs = SEND_TIMEOUT_MS): Channel<TelegramSettings> {
	return {
		name: 'telegram',
		send: async ({ address, alert, repeat }, settings) => {
			if (address.kind !== 'telegram') return failed('Not a Telegram chat.', { verdict: 'never' });
			const note = repeat ? REPEAT_NOTE : null;
			const common = {
				chat_id: address.chatId,
				disable_notification: !atLeast(alert.priority, 'high'),
				link_preview_options: { is_disabled: true },
			};
			try {
				const marked = { ...common, text: toMarkdownV2(alert, note), parse_mode: 'MarkdownV2' };
				const first = await call(settings, marked, timeoutMs);
				if (first.status !== 400 || !/parse entities/i.test(first.answer?.description ?? '')) {
					return report(first);
				}
				// An alert without bold print is better than none.
				const plain = { ...common, text: `${alert.title}\n${toText(alert, note)}` };
				return report(await call(settings, plain, timeoutMs));
			} catch (error) {
				const reason = redact(messageOf(error), [settings.botToken]);
				return failed(`Telegram gave no answer: ${reason}`, { uncertain: !isConnectFailure(error) });
			}
		},
	};
}
