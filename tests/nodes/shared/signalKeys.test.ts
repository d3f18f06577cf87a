import { signalKeys } from '../../../nodes/shared/signalKeys';

const first = {
	keyName: 'tradingview',
	token: 'token-1',
	hmacSecret: '',
	scopes: ['submit'],
	cidrs: ' 10.0.0.0/8, 192.168.1.5 ,',
	trustedProxyHops: 1,
	moreKeys: '[]',
};
const more = (keys: unknown) => ({ ...first, moreKeys: typeof keys === 'string' ? keys : JSON.stringify(keys) });

describe('the keys of a Firecontrol Signal credential', () => {
	it('reads the first key, an empty secret being none', () => {
		expect(signalKeys(first)).toEqual([
			{
				name: 'tradingview',
				token: 'token-1',
				hmacSecret: null,
				scopes: ['submit'],
				cidrs: ['10.0.0.0/8', '192.168.1.5'],
				trustedProxyHops: 1,
			},
		]);
	});

	it('reads further keys: least scope, all networks and the same proxies unless they say otherwise', () => {
		const [, desk, bot] = signalKeys(
			more([
				{ name: 'desk', token: 't-2' },
				{ name: 'bot', hmacSecret: 'h-3', scopes: ['read', 'fire'], cidrs: ['10.1.0.0/16'] },
			]),
		);
		expect(desk).toMatchObject({ scopes: ['submit'], cidrs: [], trustedProxyHops: 1, hmacSecret: null });
		expect(bot).toMatchObject({ scopes: ['read', 'fire'], cidrs: ['10.1.0.0/16'], token: null });
	});

	it.each([
		['neither token nor HMAC secret', { ...first, token: '' }, 'neither a token nor an HMAC secret'],
		['no name', { ...first, keyName: ' ' }, 'the key name'],
		['no scope', { ...first, scopes: [] }, 'scopes'],
		['an unknown scope', more([{ name: 'x', token: 'secret-9', scopes: ['admin'] }]), '"More Keys" 1 scopes'],
		['no list', more({ name: 'x', token: 'secret-9' }), 'not a JSON list'],
		['no JSON', more('[{"token":"secret-9"'), 'not JSON'],
		['no object', more(['secret-9']), '"More Keys" 1'],
		['the same name twice', more([{ name: 'tradingview', token: 'secret-9' }]), 'the same name'],
	])('refuses %s, and quotes no secret', (_, credentials, text) => {
		expect(() => signalKeys(credentials)).toThrow(text);
		expect(() => signalKeys(credentials)).not.toThrow(/secret-9|token-1/);
	});
});
