import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake does to a call instead of answering it well. */
export type TelegramFault =
	/** Answers with a status and a description, and delivers nothing. */
	| { readonly kind: 'status'; readonly status: number; readonly description: string; readonly retryAfter?: number }
	/** Never answers and delivers nothing. */
	| { readonly kind: 'silence' }
	/** Delivers, but never answers. */
	| { readonly kind: 'held_answer' }
	/** Delivers, then breaks the connection instead of answering. */
	| { readonly kind: 'dropped_answer' }
	/** Delivers, but answers with what is no answer of Telegram (a proxy's error page). */
	| { readonly kind: 'garbled_answer' };

/** A message as a person sees it in the chat. */
export interface DeliveredMessage {
	readonly chatId: string;
	readonly text: string;
	readonly bold: readonly string[];
	readonly silent: boolean;
	/** Wall clock, ms. */
	readonly at: number;
}

const RESERVED = new Set('_*[]()~`>#+-=|{}.!');

/** Reads MarkdownV2 as far as bold text goes; throws where Telegram says "can't parse entities". */
export function readMarkdownV2(source: string): { text: string; bold: string[] } {
	let text = '';
	const bold: string[] = [];
	let boldFrom: number | null = null;
	for (let index = 0; index < source.length; index++) {
		const character = source.charAt(index);
		const code = source.charCodeAt(index + 1);
		if (character === '\\' && code >= 1 && code <= 126) {
			text += source.charAt(++index);
		} else if (character === '*') {
			if (boldFrom === null) boldFrom = text.length;
			else {
				bold.push(text.slice(boldFrom));
				boldFrom = null;
			}
		} else if (RESERVED.has(character)) {
			throw new Error(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
		} else text += character;
	}
	if (boldFrom !== null) throw new Error(`Can't find end of Bold entity at byte offset ${boldFrom}`);
	return { text, bold };
}

interface Answer {
	readonly status: number;
	readonly body: object;
}

const refusal = (status: number, description: string, retryAfter?: number): Answer => ({
	status,
	body: {
		ok: false,
		error_code: status,
		description,
		...(retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }),
	},
});

/** A Telegram Bot API on loopback: `sendMessage` with faults that are told beforehand. */
export class FakeTelegram {
	readonly token = '123456:AAfake-token_of-this-test';
	/** Everything that people got, in order. */
	readonly delivered: DeliveredMessage[] = [];
	/** Bodies of all calls, also of those that failed. */
	readonly calls: Record<string, unknown>[] = [];
	/** Chats that blocked the bot. */
	readonly blocked = new Set<string>();
	readonly #faults: TelegramFault[] = [];
	readonly #server: Server;
	#down: TelegramFault | null = null;

	private constructor(server: Server) {
		this.#server = server;
	}

	static async start(): Promise<FakeTelegram> {
		const server = createServer();
		const fake = new FakeTelegram(server);
		server.on('request', (request, response) => void fake.#handle(request, response));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return fake;
	}

	get baseUrl(): string {
		const { port } = this.#server.address() as AddressInfo;
		return `http://127.0.0.1:${port}`;
	}

	get settings(): { botToken: string; baseUrl: string } {
		return { botToken: this.token, baseUrl: this.baseUrl };
	}

	/** The next calls meet these faults, one each. */
	failNext(...faults: TelegramFault[]): void {
		this.#faults.push(...faults);
	}

	/** Every call meets this fault until `null` is given. */
	failAlways(fault: TelegramFault | null): void {
		this.#down = fault;
	}

	/** Messages that came more than once to the same chat, by their first lines. */
	duplicates(): string[] {
		const seen = new Map<string, number>();
		for (const { chatId, text } of this.delivered) {
			const key = `${chatId}: ${text.split('\n')[0] ?? ''}`;
			seen.set(key, (seen.get(key) ?? 0) + 1);
		}
		return [...seen].filter(([, times]) => times > 1).map(([key]) => key);
	}

	reset(): void {
		this.delivered.length = 0;
		this.calls.length = 0;
		this.#faults.length = 0;
		this.#down = null;
		this.blocked.clear();
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const { status, body } = this.#answer(request, Buffer.concat(chunks).toString('utf8'), response);
		if (status === 0) return;
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(body));
	}

	#answer(request: IncomingMessage, text: string, response: ServerResponse): Answer {
		if (request.url !== `/bot${this.token}/sendMessage`) return refusal(401, 'Unauthorized');
		const call: Record<string, unknown> = JSON.parse(text);
		this.calls.push(call);
		const fault = this.#faults.shift() ?? this.#down;
		if (fault?.kind === 'status') return refusal(fault.status, fault.description, fault.retryAfter);
		if (fault?.kind === 'silence') return { status: 0, body: {} };
		if (this.blocked.has(String(call['chat_id']))) {
			return refusal(403, 'Forbidden: bot was blocked by the user');
		}
		const answer = this.#deliver(call);
		if (fault?.kind === 'dropped_answer') {
			response.destroy();
			return { status: 0, body: {} };
		}
		if (fault?.kind === 'held_answer') return { status: 0, body: {} };
		if (fault?.kind === 'garbled_answer') return { status: 502, body: [] };
		return answer;
	}

	#deliver(call: Record<string, unknown>): Answer {
		const source = String(call['text']);
		let read = { text: source, bold: [] as string[] };
		if (call['parse_mode'] === 'MarkdownV2') {
			try {
				read = readMarkdownV2(source);
			} catch (error) {
				return refusal(400, `Bad Request: can't parse entities: ${(error as Error).message}`);
			}
		}
		if (read.text.trim() === '') return refusal(400, 'Bad Request: message text is empty');
		if (read.text.length > 4096) return refusal(400, 'Bad Request: message is too long');
		this.delivered.push({
			chatId: String(call['chat_id']),
			text: read.text,
			bold: read.bold,
			silent: call['disable_notification'] === true,
			at: Date.now(),
		});
		const result = { message_id: this.delivered.length, chat: { id: call['chat_id'] }, text: read.text };
		return { status: 200, body: { ok: true, result } };
	}
}
