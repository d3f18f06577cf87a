import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Kernel } from '../db';
import { FirecontrolError, parseStored, sha256 } from '../model';

/** Format mark of sealed text: `fc1.<key mark>.<nonce>.<tag>.<cipher text>`. */
const FORMAT = 'fc1';
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

type Keyring = Pick<Kernel, 'sealingKey'>;

function keyOf(kernel: Keyring): Uint8Array {
	if (kernel.sealingKey?.length === KEY_BYTES) return kernel.sealingKey;
	throw new FirecontrolError(
		'SEALING_KEY_MISSING',
		`Secrets cannot be kept without an encryption key of ${KEY_BYTES} bytes. Set it in the Firecontrol Database credential.`,
	);
}

/** Tells keys apart without giving anything away about them. */
function markOf(key: Uint8Array): string {
	return sha256(Buffer.concat([Buffer.from('firecontrol key mark'), key])).slice(0, 8);
}

function damaged(cause?: unknown): FirecontrolError {
	return new FirecontrolError(
		'SEALED_DAMAGED',
		'The stored secret is damaged and cannot be opened. Enter it again.',
		{ cause },
	);
}

/**
 * Seals a value (AES-256-GCM) so that the database alone does not give it away.
 * @throws FirecontrolError `SEALING_KEY_MISSING`
 */
export function sealJson(kernel: Keyring, value: unknown): string {
	const key = keyOf(kernel);
	const head = `${FORMAT}.${markOf(key)}`;
	// Never the kernel's Rng: a nonce that a seeded run repeats would break the cipher.
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(head));
	const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
	const parts = [nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'));
	return [head, ...parts].join('.');
}

/**
 * Opens what `sealJson` sealed.
 * @throws FirecontrolError `SEALING_KEY_MISSING`, `SEALING_KEY_WRONG`, `SEALED_DAMAGED`
 */
export function openSealed<T>(kernel: Keyring, sealed: string): T {
	const key = keyOf(kernel);
	const [format, mark, nonce, tag, text, ...rest] = sealed.split('.');
	if (format !== FORMAT || nonce === undefined || tag === undefined || text === undefined) {
		throw damaged();
	}
	if (mark !== markOf(key)) {
		throw new FirecontrolError(
			'SEALING_KEY_WRONG',
			'The secret was sealed with another encryption key. Put the former key back into the Firecontrol Database credential, or enter the secret again.',
		);
	}
	if (rest.length > 0) throw damaged();
	try {
		const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64url'), {
			authTagLength: 16,
		});
		decipher.setAAD(Buffer.from(`${format}.${mark}`)).setAuthTag(Buffer.from(tag, 'base64url'));
		const bytes = [decipher.update(Buffer.from(text, 'base64url')), decipher.final()];
		return parseStored<T>(Buffer.concat(bytes).toString('utf8'));
	} catch (cause) {
		throw damaged(cause);
	}
}
