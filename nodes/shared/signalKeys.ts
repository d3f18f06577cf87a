import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { z } from 'zod';
import { FirecontrolError, type SignalKey } from '../../core';

const SCOPES = ['submit', 'read', 'fire'] as const;

const list = z
	.union([z.string(), z.array(z.string())])
	.transform((value) => (typeof value === 'string' ? value.split(',') : value))
	.transform((parts) => parts.map((part) => part.trim()).filter((part) => part !== ''));

const secret = z
	.string()
	.nullish()
	.transform((value) => (value === undefined || value === null || value === '' ? null : value));

const keySchema = z.object({
	name: z.string().trim().min(1, 'needs a name').max(64),
	token: secret,
	hmacSecret: secret,
	scopes: z.array(z.enum(SCOPES)).min(1, 'choose at least one').default(['submit']),
	cidrs: list.default([]),
	trustedProxyHops: z.number().int().min(0).max(10).default(0),
});

const unusable = (what: string): FirecontrolError =>
	new FirecontrolError('CREDENTIAL_INCOMPLETE', `The Firecontrol Signal credential: ${what}`);

/** Reads one key; the error names the field, never the value. */
function readKey(value: unknown, place: string): SignalKey {
	const parsed = keySchema.safeParse(value);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw unusable(`${place} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}.`);
	}
	if (parsed.data.token === null && parsed.data.hmacSecret === null) {
		throw unusable(`${place} has neither a token nor an HMAC secret.`);
	}
	return parsed.data;
}

function parseMoreKeys(text: unknown): readonly unknown[] {
	if (Array.isArray(text)) return text;
	if (typeof text !== 'string' || text.trim() === '') return [];
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		// The parser's own message would quote the text, and the text holds secrets.
		throw unusable('"More Keys" is not JSON.');
	}
	if (!Array.isArray(parsed)) throw unusable('"More Keys" is not a JSON list.');
	return parsed;
}

/**
 * The keys of a Firecontrol Signal credential, each with its own scopes and networks. Proxy hops
 * are a fact of the installation, so further keys take them from the first.
 * @throws FirecontrolError `CREDENTIAL_INCOMPLETE`
 */
export function signalKeys(credentials: ICredentialDataDecryptedObject): SignalKey[] {
	const { trustedProxyHops } = credentials;
	const first = readKey({ ...credentials, name: credentials['keyName'] }, 'the key');
	const more = parseMoreKeys(credentials['moreKeys']).map((value, index) =>
		readKey(
			typeof value === 'object' && value !== null ? { trustedProxyHops, ...value } : value,
			`"More Keys" ${index + 1}`,
		),
	);
	const keys = [first, ...more];
	const names = new Set(keys.map((key) => key.name));
	if (names.size < keys.length) throw unusable('two keys have the same name.');
	return keys;
}
