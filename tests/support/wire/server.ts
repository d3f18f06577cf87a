import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface WireRequest {
	readonly method: string;
	/** Without the question part. */
	readonly path: string;
	/** Question part and form body together, or the JSON body with the question part beside it. */
	readonly fields: Readonly<Record<string, unknown>>;
	readonly text: string;
	/** Whether it bears a key, a signature or a token. */
	readonly signed: boolean;
}

const SIGNS = /^(authorization|x-mbx-apikey|x-bapi-(api-key|sign)|ok-access-(key|sign)|api-(key|sign)|cb-access-(key|sign))$/i;

/** What a route answers: a body with status 200, or more exactly. */
export type WireAnswer = object | { readonly status: number; readonly text: string };

/** One call of a venue: `POST /api/v3/order` and its answer. */
export type WireRoutes = Readonly<Record<string, (request: WireRequest) => WireAnswer>>;

/** A loopback server that keeps every request and answers by a table. */
export interface Wire {
	readonly url: string;
	readonly requests: WireRequest[];
	/** Requests since the last call of this, as `METHOD path`, with fields. */
	take(): WireRequest[];
	routes: WireRoutes;
	close(): Promise<void>;
}

function fieldsOf(search: string, body: string): Record<string, unknown> {
	const fields: Record<string, unknown> = Object.fromEntries(new URLSearchParams(search));
	if (body.startsWith('{')) return { ...fields, ...JSON.parse(body) };
	if (body.startsWith('[')) return { ...fields, ...JSON.parse(body)[0] };
	return { ...fields, ...Object.fromEntries(new URLSearchParams(body)) };
}

export async function startWire(routes: WireRoutes): Promise<Wire> {
	const requests: WireRequest[] = [];
	let taken = 0;
	const server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const text = Buffer.concat(chunks).toString('utf8');
			const url = new URL(request.url ?? '/', 'http://wire');
			const seen: WireRequest = {
				method: request.method ?? 'GET',
				path: url.pathname,
				fields: fieldsOf(url.search, text),
				text: `${request.url ?? ''}\n${text}`,
				signed: Object.keys(request.headers).some((name) => SIGNS.test(name)),
			};
			requests.push(seen);
			const route = Object.entries(wire.routes).find(([pattern]) => {
				const [method, path = ''] = pattern.split(' ');
				return method === seen.method && new RegExp(`^${path}$`).test(seen.path);
			});
			const answer = route?.[1](seen) ?? { status: 404, text: `no route ${seen.method} ${seen.path}` };
			if ('status' in answer && 'text' in answer && typeof answer.status === 'number') {
				response.statusCode = answer.status;
				response.end(String(answer.text));
				return;
			}
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(answer));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const wire: Wire = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		routes,
		take: () => {
			const fresh = requests.slice(taken);
			taken = requests.length;
			return fresh;
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return wire;
}
