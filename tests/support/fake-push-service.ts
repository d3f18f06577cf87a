import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import ece from 'http_ece';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './loopback-tls';

/** A browser's side of a subscription. */
export class FakeBrowser {
	readonly #keys = createECDH('prime256v1');
	readonly #auth = randomBytes(16);
	readonly keys: { readonly p256dh: string; readonly auth: string };

	constructor(readonly endpoint: string) {
		const p256dh = this.#keys.generateKeys().toString('base64url');
		this.keys = { p256dh, auth: this.#auth.toString('base64url') };
	}

	/** What a push says, by RFC 8291; throws when it was encrypted for another browser. */
	read(body: Buffer): Record<string, unknown> {
		const clear = ece.decrypt(body, {
			version: 'aes128gcm',
			privateKey: this.#keys,
			authSecret: this.#auth.toString('base64url'),
		});
		return JSON.parse(clear.toString('utf8'));
	}
}

/** A push as the service received it. */
export interface ReceivedPush {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export interface PushFault {
	/** Status to answer with; 0: never answers. */
	readonly status: number;
	readonly headers?: Record<string, string>;
}

/** Claims of the VAPID token of a push, once its signature has been checked (RFC 8292). */
export function readVapid(push: ReceivedPush): { aud: string; sub: string; exp: number; publicKey: string } {
	const [, token = '', publicKey = ''] =
		/^vapid t=([^,]+), ?k=(.+)$/.exec(push.headers.authorization ?? '') ?? [];
	const [head = '', claims = '', signature = ''] = token.split('.');
	const point = Buffer.from(publicKey, 'base64url');
	const key = createPublicKey({
		format: 'jwk',
		key: {
			kty: 'EC', crv: 'P-256',
			x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33, 65).toString('base64url'),
		},
	});
	const genuine = verify(
		'sha256',
		Buffer.from(`${head}.${claims}`),
		{ key, dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url'),
	);
	if (!genuine) throw new Error('The VAPID token is not signed by the key it names.');
	return { ...JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')), publicKey };
}

/** A push service on loopback, with TLS as the real ones. */
export class FakePushService {
	readonly received: ReceivedPush[] = [];
	readonly #faults: PushFault[] = [];
	readonly #server: Server;
	#browsers = 0;

	private constructor(server: Server) {
		this.#server = server;
	}

	static async start(): Promise<FakePushService> {
		const server = createServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY });
		const fake = new FakePushService(server);
		server.on('request', (request, response) => void fake.#handle(request, response));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return fake;
	}

	get origin(): string {
		const { port } = this.#server.address() as AddressInfo;
		return `https://127.0.0.1:${port}`;
	}

	subscribe(): FakeBrowser {
		return new FakeBrowser(`${this.origin}/push/${++this.#browsers}`);
	}

	failNext(...faults: PushFault[]): void {
		this.#faults.push(...faults);
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const { url = '', headers } = request;
		this.received.push({ path: url, headers, body: Buffer.concat(chunks) });
		const fault = this.#faults.shift();
		if (fault?.status === 0) return;
		response.writeHead(fault?.status ?? 201, {
			...(fault === undefined ? { location: `${this.origin}/message/${this.received.length}` } : {}),
			...fault?.headers,
		});
		response.end();
	}
}
