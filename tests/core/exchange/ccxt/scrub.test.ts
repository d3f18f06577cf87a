import fc from 'fast-check';
import { neverTell, scrub } from '../../../../core/exchange/ccxt/scrub';

test.each([
	['a signed address', 'binance GET https://api.binance.com/api/v3/account?timestamp=1&signature=abcdef0123 503', 'abcdef0123'],
	['a stream with its key', 'connect wss://stream.binance.com/ws/x?listenKey=pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61 failed', 'pqia91ma19a5'],
	['a header', '{"X-MBX-APIKEY":"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"}', 'vmPUZE6mv9SD'],
	['a bearer token', 'Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.sig', 'eyJhbGci'],
	['a body', 'nonce=1&apiKey=topsecretkey&sign=0f0f0f', 'topsecretkey'],
	['a signature alone', 'mismatch 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '9f86d081'],
])('%s is taken out', (_what, text, secret) => {
	expect(scrub(text)).not.toContain(secret);
	expect(scrub(text)).toContain('…');
});

test('words and numbers of a refusal stay', () => {
	const words = 'binance {"code":-1013,"msg":"Filter failure: NOTIONAL"} for BTC/USDT 0.00012345 at 60000.01';
	expect(scrub(words)).toBe(words);
	expect(scrub('EOrder:Insufficient funds')).toBe('EOrder:Insufficient funds');
});

test('one line, of bounded length', () => {
	expect(scrub('a\nb\u0000c\td')).toBe('a b c d');
	expect(scrub('word '.repeat(1000)).length).toBeLessThanOrEqual(501);
});

test('a key in use never comes through, whatever is around it', () => {
	neverTell('Ab3-in-use-key');
	fc.assert(
		fc.property(fc.string(), fc.string(), (before, after) => {
			expect(scrub(`${before}Ab3-in-use-key${after}`)).not.toContain('Ab3-in-use-key');
		}),
	);
});
