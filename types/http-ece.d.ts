/** http_ece ships no types; tests use it to read what was pushed, as a browser would. */
declare module 'http_ece' {
	import type { ECDH } from 'node:crypto';
	interface DecryptOptions {
		version: 'aes128gcm';
		privateKey: ECDH;
		authSecret: string;
	}
	const ece: { decrypt(body: Buffer, options: DecryptOptions): Buffer };
	export = ece;
}
