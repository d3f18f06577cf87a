import type { IncomingHttpHeaders } from 'node:http';
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { messageOf, type IntakeAnswer, type IntakeRequest, type Page } from '../../core';
import { nodeKey } from '../shared/actor';
import { openCore } from '../shared/openCore';
import { signalKeys } from '../shared/signalKeys';
import { fireCall, statusCall, stopCall } from './calls';
import { sampleItem } from './sample';
import { FIRE_PATH, STOP_PATH } from './SignalIntakeTrigger.description';

/** What is used of n8n's request and response; n8n types them by a library that we do not need. */
interface CallRequest {
	readonly method: string;
	readonly originalUrl: string;
	readonly query: Readonly<Record<string, unknown>>;
	readonly headers: IncomingHttpHeaders;
	readonly socket: { readonly remoteAddress?: string };
	readonly rawBody?: Uint8Array;
	readRawBody(): Promise<void>;
}

interface CallResponse {
	status(code: number): CallResponse;
	set(headers: Readonly<Record<string, string>>): CallResponse;
	end(body: string): void;
}

/**
 * Answers are data for machines: a browser that shows one anyway runs nothing of it, in no origin.
 */
const SAFE_HEADERS = {
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
	'x-content-type-options': 'nosniff',
	'cache-control': 'no-store',
	'content-type': 'application/json; charset=utf-8',
} as const;

const NOT_AVAILABLE: IntakeAnswer = {
	status: 503,
	headers: { 'retry-after': '1' },
	body: {
		status: 'retry',
		errors: [
			{
				code: 'STORE_UNAVAILABLE',
				path: '',
				message: 'The store is not available. Nothing was accepted; send the same again.',
			},
		],
	},
};

const TOO_LARGE: IntakeAnswer = {
	status: 413,
	headers: {},
	body: {
		status: 'rejected',
		errors: [{ code: 'BODY_TOO_LARGE', path: '', message: 'The body is larger than 65536 bytes.' }],
	},
};

const UNREADABLE: IntakeAnswer = {
	status: 400,
	headers: {},
	body: {
		status: 'rejected',
		errors: [
			{
				code: 'BODY_UNPARSEABLE',
				path: '',
				message: 'The body could not be read as its Content-Encoding says. Send plain JSON, or whole gzip.',
			},
		],
	},
};

const MANUAL_ANSWER: IntakeAnswer = {
	status: 200,
	headers: {},
	body: {
		status: 'test',
		message: 'The editor shows the latest signal. Nothing was stored; send signals to the production URL.',
	},
};

function send(ctx: IWebhookFunctions, { status, headers, body }: IntakeAnswer | Page): void {
	const response: CallResponse = ctx.getResponseObject();
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	response.status(status).set({ ...SAFE_HEADERS, ...headers }).end(text);
}

/** n8n stops reading at its own limit of some megabytes; the contract's is far below. */
function isTooLarge(error: unknown): boolean {
	return error instanceof Error && Reflect.get(error, 'type') === 'entity.too.large';
}

/** The untouched call, or the answer to one whose body cannot be read. */
async function readCall(request: CallRequest): Promise<IntakeRequest | IntakeAnswer> {
	try {
		await request.readRawBody();
	} catch (error) {
		return isTooLarge(error) ? TOO_LARGE : UNREADABLE;
	}
	return {
		method: request.method,
		path: request.originalUrl,
		query: request.query,
		headers: request.headers,
		rawBody: request.rawBody ?? new Uint8Array(),
		remoteAddress: request.socket.remoteAddress ?? '',
	};
}

async function answer(
	ctx: IWebhookFunctions,
	request: CallRequest,
): Promise<IntakeAnswer | Page> {
	const call = await readCall(request);
	if ('status' in call) return call;
	const core = await openCore(ctx);
	const [path = ''] = request.originalUrl.split('?');
	const isAt = (wanted: string): boolean => path.replace(/\/+$/, '').endsWith(wanted);
	if (isAt(STOP_PATH)) return stopCall(core, call);
	const keys = signalKeys(await ctx.getCredentials('firecontrolSignalApi'));
	if (isAt(FIRE_PATH)) return fireCall(core, call, keys);
	if (request.method === 'GET') return statusCall(core, call, keys);
	return core.signals.receive(call, keys, nodeKey(ctx));
}

/** Writes the answer itself and starts no execution: that is the pump's part. */
export async function answerCall(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request: CallRequest = ctx.getRequestObject();
	if (ctx.getMode() === 'manual') {
		send(ctx, MANUAL_ANSWER);
		const json = await sampleItem(await openCore(ctx));
		return { noWebhookResponse: true, workflowData: [[{ json }]] };
	}
	try {
		send(ctx, await answer(ctx, request));
	} catch (error) {
		ctx.logger.error(`Firecontrol: a call could not be answered: ${messageOf(error)}`);
		send(ctx, NOT_AVAILABLE);
	}
	return { noWebhookResponse: true };
}
