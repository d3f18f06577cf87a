import fc from 'fast-check';
import { readVenueCredential } from '../../../../core/exchange';

const base = { venue: 'Binance ', mode: 'live', apiKey: ' key ', secret: 'secret', passphrase: '' };
const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg\nLlhyc2Zl+/8=\n-----END EC PRIVATE KEY-----';

describe('a venue credential', () => {
	it('is read without the spaces around what was pasted', () => {
		expect(readVenueCredential(base)).toEqual({
			venue: 'binance', mode: 'live', apiKey: 'key', secret: 'secret', passphrase: null,
			apiUrl: null, streamUrl: null,
		});
	});

	it.each([
		['as it is', `${PEM}\n`],
		['with line ends in letters, as in a JSON file', PEM.replaceAll('\n', '\\n')],
		['with spaces in their place, as a one-line field makes them', PEM.replaceAll('\n', ' ')],
		['with the line ends of Windows', PEM.replaceAll('\n', '\r\n')],
	])('keeps the lines of a private key %s', (_, secret) => {
		expect(readVenueCredential({ ...base, venue: 'coinbase', secret }).secret).toBe(PEM);
	});

	it('leaves every other secret as it is', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''), (secret) => {
				expect(readVenueCredential({ ...base, secret }).secret).toBe(secret.trim());
			}),
		);
	});

	it.each([
		['no passphrase where keys have one', { venue: 'okx' }, 'passphrase: Enter the passphrase of this key'],
		['a passphrase that is there', { venue: 'okx', passphrase: 'words' }, null],
		['no mode', { mode: undefined }, 'mode: Choose one of paper, sandbox, live'],
		['no venue', { venue: '' }, 'venue: Choose a venue'],
		['a password in an address', { apiUrl: 'https://user:word@example.org' }, 'must not hold a password'],
		['a stream address for the API', { apiUrl: 'wss://example.org' }, 'must begin with https://'],
		['a plain address far away', { streamUrl: 'ws://93.184.216.34' }, 'Without encryption'],
		['a plain address that only begins like a near one', { apiUrl: 'http://10.example.org' }, 'Without encryption'],
		['a plain address of this machine', { apiUrl: 'http://localhost:8080', streamUrl: 'ws://[::1]:9' }, null],
		['a plain address of one’s own network', { apiUrl: 'http://192.168.1.5', streamUrl: 'ws://172.20.0.3' }, null],
		['a plain address of a container', { apiUrl: 'http://proxy:8080' }, null],
	])('says of %s what to do', (_, changes, text) => {
		const read = (): unknown => readVenueCredential({ ...base, ...changes });
		if (text === null) expect(read).not.toThrow();
		else expect(read).toThrow(expect.objectContaining({ code: 'CREDENTIAL_INCOMPLETE', message: expect.stringContaining(text) }));
	});

	it('never shows a value that it refuses', () => {
		const secret = 'do-not-show-me';
		for (const changes of [{ apiUrl: `http://${secret}.example.org` }, { venue: secret }, { mode: secret }]) {
			try {
				readVenueCredential({ ...base, secret, ...changes });
			} catch (error) {
				expect(String(error)).not.toContain(secret);
			}
		}
		expect.assertions(3);
	});
});
