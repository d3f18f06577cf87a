import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Kernel } from '../db';
import { FirecontrolError, isId, type IdPrefix } from '../model';

/** What the key of links is made for: sealed secrets have another one. */
const KEY_PURPOSE = 'firecontrol signed links';
const KEY_BYTES = 32;
const RADIX = 36;

/** What a link stands for. */
export interface SignedLink<P extends IdPrefix> {
	readonly id: `${P}_${string}`;
	/** ms UTC. */
	readonly expiresAt: number;
}

function signature(kernel: Pick<Kernel, 'sealingKey'>, purpose: string, text: string): Buffer {
	const { sealingKey } = kernel;
	if (sealingKey === null) {
		throw new FirecontrolError(
			'SEALING_KEY_MISSING',
			'Links cannot be signed without an encryption key. Set it in the Firecontrol Database credential.',
		);
	}
	const key = hkdfSync('sha256', sealingKey, '', KEY_PURPOSE, KEY_BYTES);
	return createHmac('sha256', Buffer.from(key)).update(`${purpose}|${text}`).digest();
}

/**
 * The text of a link that nobody else can make: id, expiry and their HMAC-SHA256, for one purpose.
 * Whether it was used is kept by the row of the id.
 * @throws FirecontrolError `SEALING_KEY_MISSING`
 */
export function signLink<P extends IdPrefix>(
	kernel: Pick<Kernel, 'sealingKey'>,
	purpose: string,
	{ id, expiresAt }: SignedLink<P>,
): string {
	const text = `${id}.${expiresAt.toString(RADIX)}`;
	return `${text}.${signature(kernel, purpose, text).toString('base64url')}`;
}

/**
 * What a link stands for, or null where we never made it for this purpose. It may have expired: look
 * at `expiresAt`. Compared in constant time.
 * @throws FirecontrolError `SEALING_KEY_MISSING`
 */
export function readSignedLink<P extends IdPrefix>(
	kernel: Pick<Kernel, 'sealingKey'>,
	purpose: string,
	prefix: P,
	link: string,
): SignedLink<P> | null {
	const [id, expiry = '', given = '', ...rest] = link.split('.');
	const expected = signature(kernel, purpose, `${String(id)}.${expiry}`);
	const bytes = Buffer.from(given, 'base64url');
	const genuine = bytes.length === expected.length && timingSafeEqual(bytes, expected);
	// One text a link: base64url has others that decode to the same bytes.
	if (!genuine || rest.length > 0 || given !== expected.toString('base64url')) return null;
	const expiresAt = Number.parseInt(expiry, RADIX);
	return isId(prefix, id) ? { id, expiresAt } : null;
}
