import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND, sha256 } from '../model';
import { isAddressAllowed } from './addresses';
import { headerOf } from './headers';
import { asObject, type JsonBody } from './json';
import type { IntakeAnswer, IntakeRequest, KeyScope, SignalKey } from './signal';
import { forbidden, unauthenticated } from './signals.errors';

/** A signature that may be used once for a body. */
export interface Signature {
	readonly hash: string;
	/** From when on it is stale anyway and need not be remembered, ms UTC. */
	readonly staleAt: number;
}

/** Who sent a call, or the answer that refuses it. */
export type Authentication =
	| { readonly kind: 'authenticated'; readonly key: SignalKey; readonly signature: Signature | null }
	| {
			readonly kind: 'refused';
			readonly answer: IntakeAnswer;
			/** For the operator's log; the caller is not told. */
			readonly reason: string;
			readonly keyName: string | null;
	  };

/** Equal in a time that does not depend on where the texts differ. */
function isSame(given: string, expected: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The key with this secret. All are compared always, whichever fits. */
function keyByToken(keys: readonly SignalKey[], given: string): SignalKey | null {
	let found: SignalKey | null = null;
	for (const key of keys) {
		const fits = isSame(given, key.token ?? '');
		if (fits && key.token !== null && key.token !== '' && found === null) found = key;
	}
	return found;
}

/**
 * What a signature may cover. A POST signs its body. A GET signs its path and query, as asked for
 * or as written below n8n's webhook base (`firecontrol/signal?id=…`, with or without a slash before
 * it): what stands before that is the operator's to choose, and a proxy's to change.
 */
function signedTexts(request: IntakeRequest): Uint8Array[] {
	if (request.method.toUpperCase() !== 'GET') return [request.rawBody];
	const below = request.path.replace(/^[^?]*?\/(?=firecontrol\/)/, '');
	return [request.path, below, `/${below}`].map((path) => Buffer.from(`GET.${path}`));
}

const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/i;

function keyBySignature(
	keys: readonly SignalKey[], request: IntakeRequest, header: string, now: number, tolerance: number,
): { key: SignalKey | null; signature: Signature | null; reason: string } {
	const [, time = '', given = ''] = SIGNATURE.exec(header.replaceAll(' ', '')) ?? [];
	const at = Number(time) * SECOND;
	let found: SignalKey | null = null;
	for (const key of keys) {
		for (const text of signedTexts(request)) {
			const mac = createHmac('sha256', key.hmacSecret ?? '').update(`${time}.`).update(text);
			const fits = isSame(given.toLowerCase(), mac.digest('hex'));
			const enabled = key.hmacSecret !== null && key.hmacSecret !== '';
			if (fits && enabled && found === null) found = key;
		}
	}
	if (time === '' || found === null) return { key: null, signature: null, reason: 'wrong signature' };
	if (Math.abs(now - at) > tolerance) return { key: null, signature: null, reason: 'stale signature' };
	const hash = sha256(`${found.name}|${time}|${given.toLowerCase()}`);
	return { key: found, signature: { hash, staleAt: at + tolerance }, reason: '' };
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

/** The token of a call: bearer, else `?token=`, else the body's `secret`; '' where there is none. */
function tokenOf(request: IntakeRequest, body: JsonBody): string {
	const [bearer = ''] = headerOf(request, 'authorization').flatMap(
		(value) => /^Bearer +(\S+)\s*$/i.exec(value)?.[1] ?? [],
	);
	if (bearer !== '') return bearer;
	const secret = body.kind === 'json' ? asObject(body.value)?.['secret'] : undefined;
	return textOf(request.query['token']) ?? textOf(secret) ?? '';
}

/**
 * Who sent this call, and whether they may. The first credential found decides: a signature, a
 * bearer token, `?token=`, the body's `secret`. A wrong one is not made good by another.
 */
export function authenticateRequest(
	request: IntakeRequest,
	keys: readonly SignalKey[],
	scope: KeyScope,
	body: JsonBody,
	now: number,
	toleranceSeconds: number,
): Authentication {
	const headers = headerOf(request, 'x-firecontrol-signature');
	const { key, signature, reason } =
		headers.length > 0
			? keyBySignature(keys, request, headers.join(';'), now, toleranceSeconds * SECOND)
			: { key: keyByToken(keys, tokenOf(request, body)), signature: null, reason: 'wrong token' };
	if (key === null) {
		return { kind: 'refused', answer: unauthenticated(), reason, keyName: null };
	}
	if (!isAddressAllowed(request, key)) {
		return { kind: 'refused', answer: forbidden(), reason: 'address', keyName: key.name };
	}
	if (!key.scopes.includes(scope)) {
		return { kind: 'refused', answer: forbidden(), reason: `scope ${scope}`, keyName: key.name };
	}
	return { kind: 'authenticated', key, signature };
}
