import fc from 'fast-check';
import { parseVenue, venueName, VENUE_MODES } from '../../../core/exchange/venue-name';

test.each([
	['binance', { ccxtId: 'binance', mode: 'live', tag: null }],
	['binance.sandbox', { ccxtId: 'binance', mode: 'sandbox', tag: null }],
	['binance@127.0.0.1:4567', { ccxtId: 'binance', mode: 'live', tag: '127.0.0.1:4567' }],
	['okx.sandbox@0a1b2c3d', { ccxtId: 'okx', mode: 'sandbox', tag: '0a1b2c3d' }],
])('%s is read', (name, parts) => {
	expect(parseVenue(name)).toEqual(parts);
});

test.each(['paper', '', 'Binance', 'binance.live', 'binance@', 'bin ance', 'binance.sandbox.sandbox', '@x'])(
	'"%s" is no live venue',
	(name) => {
		expect(parseVenue(name)).toBeNull();
	},
);

test('the tag is the host, or a hash where that would not tell enough', () => {
	const at = (apiUrl: string | null, streamUrl: string | null): string =>
		venueName({ ccxtId: 'binance', mode: 'live', apiUrl, streamUrl });
	expect(at(null, null)).toBe('binance');
	expect(at('http://127.0.0.1:4567', 'ws://127.0.0.1:4568')).toBe('binance@127.0.0.1:4567');
	expect(at('http://127.0.0.1:4567/', null)).toBe('binance@127.0.0.1:4567');
	expect(at('https://proxy.example/binance', null)).toMatch(/^binance@[0-9a-f]{8}$/);
	expect(at(null, 'wss://proxy.example')).toMatch(/^binance@[0-9a-f]{8}$/);
	expect(at('https://a.example', 'wss://b.example')).not.toBe(at('https://a.example', 'wss://c.example'));
});

test('what is named can be read back', () => {
	const url = fc.option(fc.webUrl({ validSchemes: ['http', 'https'] }), { nil: null });
	fc.assert(
		fc.property(fc.constantFrom(...VENUE_MODES), url, url, (mode, apiUrl, streamUrl) => {
			const parsed = parseVenue(venueName({ ccxtId: 'kraken', mode, apiUrl, streamUrl }));
			expect(parsed).toMatchObject({ ccxtId: 'kraken', mode });
			expect(parsed?.tag === null).toBe(apiUrl === null && streamUrl === null);
		}),
	);
});
