import { listVenues, supportedProfile } from '../../../../core/exchange/ccxt/venue-choice';
import { createClient, loadCcxt } from '../../../../core/exchange/ccxt/client';
import { CCXT_VENUES } from '../../../../core/exchange/ccxt/venue-list';
import { SUPPORTED_VENUES } from '../../../../core/exchange/venue-table';

const ccxt: any = loadCcxt();

const hasText = (value: unknown): boolean =>
	typeof value === 'string' || Object.values(value ?? {}).some(hasText);

test('the list is that of the installed ccxt', () => {
	expect(CCXT_VENUES.map(([id]) => id)).toEqual(ccxt.exchanges);
	expect(CCXT_VENUES.length).toBeGreaterThan(100);
	for (const [id, name, sandbox] of CCXT_VENUES) {
		const client = new (ccxt.pro[id] ?? ccxt[id])();
		const own = client.setSandboxMode !== ccxt.Exchange.prototype.setSandboxMode;
		expect([id, client.name, hasText(client.urls.test) || own]).toEqual([id, name, sandbox]);
	}
});

test('what can be traded comes first and is marked', () => {
	const venues = listVenues();
	const supported = venues.filter((venue) => venue.supportedLive).map(({ id }) => id);
	expect(supported.sort()).toEqual([...SUPPORTED_VENUES]);
	expect(venues.slice(0, SUPPORTED_VENUES.length).every((venue) => venue.supportedLive)).toBe(true);
	expect(venues.find(({ id }) => id === 'kraken')).toMatchObject({ sandbox: false });
	expect(venues.find(({ id }) => id === 'binance')).toMatchObject({ sandbox: true });
});

test.each(['mexc', 'gate', 'nosuchvenue', 'paper'])('%s fails closed', (id) => {
	expect(() => supportedProfile(id, 'live')).toThrow(
		expect.objectContaining({ code: 'VENUE_UNSUPPORTED' }),
	);
});

test.each(['kraken', 'coinbase'])('%s has no sandbox, and none is invented', (id) => {
	expect(() => supportedProfile(id, 'sandbox')).toThrow(
		expect.objectContaining({ code: 'VENUE_NO_SANDBOX' }),
	);
	expect(supportedProfile(id, 'live').ccxtId).toBe(id);
});

test.each(['binance', 'binanceusdm', 'bybit', 'okx'])('%s.sandbox asks another place', (id) => {
	const profile = supportedProfile(id, 'sandbox');
	const settings = { apiUrl: null, streamUrl: null, keys: null };
	const live: any = createClient(profile, { ...settings, mode: 'live' });
	const sandbox: any = createClient(profile, { ...settings, mode: 'sandbox' });
	if (id === 'okx') {
		expect(sandbox.headers).toMatchObject({ 'x-simulated-trading': '1' });
		return;
	}
	expect(hasText(sandbox.urls.api)).toBe(true);
	expect(JSON.stringify(sandbox.urls.api)).not.toBe(JSON.stringify(live.urls.api));
});

test('addresses are replaced everywhere, their paths stay', () => {
	for (const id of SUPPORTED_VENUES) {
		const client: any = createClient(supportedProfile(id, 'live'), {
			mode: 'live',
			apiUrl: 'http://127.0.0.1:4567/',
			streamUrl: 'ws://127.0.0.1:4568',
			keys: null,
		});
		const urls: string[] = [];
		const collect = (value: unknown): void => {
			if (typeof value === 'string') urls.push(value);
			else Object.values(value ?? {}).forEach(collect);
		};
		collect(client.urls.api);
		expect(urls.length).toBeGreaterThan(1);
		expect(urls.filter((url) => !/^(http:\/\/127\.0\.0\.1:4567|ws:\/\/127\.0\.0\.1:4568)/.test(url))).toEqual([]);
		if (id === 'binance') expect(urls).toContain('http://127.0.0.1:4567/api/v3');
	}
});
