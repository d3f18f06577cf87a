/** A loopback server of news calendars that answers as the test says, with faults. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the feed. */
export interface FeedReply {
	readonly status?: number;
	readonly type?: string | null;
	readonly body?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** `silent`: no answer at all. `stalls`: half of the body and no more. `drops`: half, then the line is cut. `endless`: bytes without end. */
	readonly fault?: 'silent' | 'stalls' | 'drops' | 'endless';
}

export interface FeedServer {
	readonly url: string;
	/** What the next calls are answered with, by path; `*` for all others. */
	answer(reply: FeedReply | readonly unknown[], path?: string): void;
	/** Calls that came in, oldest first. */
	readonly calls: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
	close(): Promise<void>;
}

function send(response: ServerResponse, reply: FeedReply): void {
	const { status = 200, type = 'application/json', body = '', headers = {}, fault } = reply;
	if (fault === 'silent') return;
	const length = fault === 'endless' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
	response.writeHead(status, { ...(type === null ? {} : { 'content-type': type }), ...length, ...headers });
	if (fault === 'endless') {
		const pour = (): void => {
			while (!response.destroyed && response.write(' '.repeat(65_536)));
		};
		response.on('drain', pour);
		pour();
		return;
	}
	if (fault === undefined) {
		response.end(body);
		return;
	}
	response.write(body.slice(0, Math.floor(body.length / 2)), () => {
		if (fault === 'drops') response.destroy();
	});
}

export async function startFeed(): Promise<FeedServer> {
	const replies = new Map<string, FeedReply>();
	const calls: FeedServer['calls'] = [];
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		calls.push({ path, headers: request.headers });
		send(response, replies.get(path.split('?')[0] ?? '') ?? replies.get('*') ?? { status: 404, type: 'text/plain' });
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		answer: (reply, path = '*') => {
			const rows = Array.isArray(reply);
			replies.set(path, rows ? { body: JSON.stringify(reply) } : (reply as FeedReply));
		},
		calls,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
