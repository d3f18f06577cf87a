import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Params } from './params';
import { refusals } from './refusal';

/** A key of an account. */
export interface ApiKey {
	readonly apiKey: string;
	readonly secret: string;
	/** Several keys may open one account. */
	readonly account: string;
	readonly canWithdraw: boolean;
	readonly canTrade: boolean;
}

const signatureOf = (secret: string, payload: string): string =>
	createHmac('sha256', secret).update(payload).digest('hex');

function same(a: string, b: string): boolean {
	const [left, right] = [Buffer.from(a), Buffer.from(b)];
	return left.length === right.length && timingSafeEqual(left, right);
}

/** The key a request names, signed or not. */
export function keyOf(keys: ReadonlyMap<string, ApiKey>, header: string | undefined): ApiKey {
	if (header === undefined || header === '') throw refusals.keyFormat();
	const key = keys.get(header);
	if (key === undefined) throw refusals.badKey();
	return key;
}

/** Checks signature, then time, as the exchange does. `payload` is what was signed, as it was sent. */
export function checkSigned(key: ApiKey, payload: string, params: Params, now: number): void {
	const signature = params.required('signature');
	const signed = payload.replace(/&?signature=[^&]*/, '');
	if (!same(signatureOf(key.secret, signed), signature)) throw refusals.signature();
	const timestamp = params.integer('timestamp');
	if (timestamp === null) throw refusals.missing('timestamp');
	const recvWindow = params.integer('recvWindow') ?? 5_000;
	if (recvWindow > 60_000) throw refusals.recvWindow();
	if (timestamp >= now + 1_000) throw refusals.timestampAhead();
	if (now - timestamp > recvWindow) throw refusals.timestampOld();
}

/** The same for the WebSocket API: parameters sorted by name. */
export function checkSignedMessage(key: ApiKey, message: Record<string, unknown>, params: Params, now: number): void {
	const payload = Object.keys(message)
		.filter((name) => name !== 'signature')
		.sort()
		.map((name) => `${name}=${String(message[name])}`)
		.join('&');
	checkSigned(key, payload, params, now);
}
