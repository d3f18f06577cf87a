import type { IntakeRequest, SignalKey } from '../../../core/signals';
import { authenticateRequest } from '../../../core/signals/authenticate';
import { readJson } from '../../../core/signals/json';
import { START } from '../../support/databases';
import { GOOD, HMAC_SECRET, KEY, post, signatureOf, signed, TOKEN } from './support';

const who = (request: IntakeRequest, keys: readonly SignalKey[] = [KEY], scope: 'submit' | 'read' | 'fire' = 'submit') => {
	const result = authenticateRequest(request, keys, scope, readJson(request.rawBody), START, 300);
	return result.kind === 'authenticated' ? result.key.name : result.answer.status;
};

const bearer = (token: string) => post(GOOD, { headers: { Authorization: `Bearer ${token}` } });
const none = (overrides: Partial<IntakeRequest> = {}) => post(GOOD, { headers: {}, ...overrides });

describe('authentication', () => {
	it('takes a bearer token, ?token= or the body field secret', () => {
		expect(who(bearer(TOKEN))).toBe('desk');
		expect(who(none({ query: { token: TOKEN } }))).toBe('desk');
		expect(who(post({ ...GOOD, secret: TOKEN }, { headers: {} }))).toBe('desk');
		expect(who(post({ signals: [GOOD], secret: TOKEN }, { headers: {} }))).toBe('desk');
	});

	it('refuses missing, wrong, near and oddly shaped ones alike', () => {
		const wrong = [
			none(), bearer('x'), bearer(TOKEN.slice(0, -1)), bearer(`${TOKEN}x`), bearer(TOKEN.toUpperCase()),
			bearer(HMAC_SECRET), none({ query: { token: [TOKEN] } }), none({ query: { token: '' } }),
			post({ ...GOOD, secret: [TOKEN] }, { headers: {} }), post({ ...GOOD, secret: 12 }, { headers: {} }),
			post('not json', { headers: {} }), post({ signals: [{ ...GOOD, secret: TOKEN }] }, { headers: {} }),
			post(GOOD, { headers: { authorization: `Basic ${TOKEN}` } }),
		];
		for (const request of wrong) expect(who(request)).toBe(401);
		expect(who(bearer(TOKEN), [])).toBe(401);
	});

	it('never matches a way that is not enabled', () => {
		for (const token of [null, '']) {
			expect(who(none({ query: { token: '' } }), [{ ...KEY, token }])).toBe(401);
			expect(who(bearer(''), [{ ...KEY, token }])).toBe(401);
		}
		for (const hmacSecret of [null, '']) {
			expect(who(signed(GOOD, START, ''), [{ ...KEY, hmacSecret }])).toBe(401);
		}
	});

	it('finds the right key among several and knows its scopes', () => {
		const keys = [KEY, { ...KEY, name: 'reader', token: 'tok_reader', hmacSecret: 'hm_reader', scopes: ['read' as const] }];
		expect(who(bearer('tok_reader'), keys, 'read')).toBe('reader');
		expect(who(bearer('tok_reader'), keys)).toBe(403);
		expect(who(bearer(TOKEN), keys)).toBe('desk');
		expect(who(signed(GOOD, START, 'hm_reader'), keys, 'read')).toBe('reader');
	});

	it('lets the first credential decide: a right one does not heal a wrong one', () => {
		const request = signed(GOOD, START, 'wrong');
		expect(who({ ...request, query: { token: TOKEN } })).toBe(401);
		expect(who(post(GOOD, { headers: { authorization: 'Bearer wrong' }, query: { token: TOKEN } }))).toBe(401);
	});

	it('takes a signature of the exact bytes within 300 s', () => {
		expect(who(signed(GOOD, START))).toBe('desk');
		expect(who(signed('{ "symbol" : "ü", "n": 1.10 }', START - 300_000))).toBe('desk');
		expect(who(signed(GOOD, START + 300_000))).toBe('desk');
		expect(who(signed(GOOD, START - 301_000))).toBe(401);
		expect(who(signed(GOOD, START + 301_000))).toBe(401);
		expect(who(signed(GOOD, START, 'wrong'))).toBe(401);
		const request = signed(GOOD, START);
		expect(who({ ...request, rawBody: Buffer.from(`${JSON.stringify(GOOD)} `) })).toBe(401);
	});

	it('refuses signatures of any other shape', () => {
		const good = signatureOf(JSON.stringify(GOOD), START);
		const [time = '', mac = ''] = good.split(',');
		const wrong = ['', time, mac, `${mac},${time}`, `t=x,${mac}`, `${good},${mac}`, `t=,${mac}`, `${good}00`, good.replace('v1', 'v0')];
		for (const signature of wrong) {
			expect(who(post(GOOD, { headers: { 'x-firecontrol-signature': signature } }))).toBe(401);
		}
		expect(who(post(GOOD, { headers: { 'X-Firecontrol-Signature': [good, good] } }))).toBe(401);
		expect(who(post(GOOD, { headers: { 'X-Firecontrol-Signature': good } }))).toBe('desk');
	});

	it('takes a signed GET of its path and query, with or without the webhook base', () => {
		const path = '/webhook/firecontrol/signal?id=sig_1';
		const get = (signedPath: string, method = 'GET', at = path) => ({
			...post('', { headers: { 'x-firecontrol-signature': signatureOf(`GET.${signedPath}`, START) } }),
			method,
			path: at,
		});
		expect(who(get(path), [KEY], 'read')).toBe('desk');
		for (const at of [path, '/firecontrol/signal?id=sig_1', '/n8n/webhook/firecontrol/signal?id=sig_1']) {
			expect(who(get('firecontrol/signal?id=sig_1', 'GET', at), [KEY], 'read')).toBe('desk');
			expect(who(get('/firecontrol/signal?id=sig_1', 'GET', at), [KEY], 'read')).toBe('desk');
		}
		expect(who(get('/webhook/firecontrol/signal?id=sig_2'), [KEY], 'read')).toBe(401);
		expect(who(get(path, 'POST'), [KEY], 'read')).toBe(401);
	});

	it('tells nothing but 401 or 403', () => {
		const answers = [none(), bearer('x'), signed(GOOD, START - 999_000)].map((request) => {
			const result = authenticateRequest(request, [KEY], 'submit', readJson(request.rawBody), START, 300);
			return result.kind === 'refused' ? JSON.stringify(result.answer) : null;
		});
		expect(new Set(answers).size).toBe(1);
		expect(answers[0]).toContain('UNAUTHENTICATED');
	});
});

describe('source addresses', () => {
	const from = (remoteAddress: string, cidrs: string[], trustedProxyHops = 0, forwarded?: string | string[]) =>
		who(
			post(GOOD, {
				remoteAddress,
				headers: {
					authorization: `Bearer ${TOKEN}`,
					...(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }),
				},
			}),
			[{ ...KEY, cidrs, trustedProxyHops }],
		);

	it('lets listed networks and addresses in, of both families', () => {
		expect(from('10.1.2.3', [])).toBe('desk');
		expect(from('10.1.2.3', ['10.0.0.0/8'])).toBe('desk');
		expect(from('::ffff:10.1.2.3', ['192.0.2.0/24', '10.1.2.3'])).toBe('desk');
		expect(from('2001:db8::7', ['2001:db8::/32'])).toBe('desk');
		expect(from('11.1.2.3', ['10.0.0.0/8'])).toBe(403);
		expect(from('2001:db9::7', ['2001:db8::/32', '0.0.0.0/0'])).toBe(403);
		expect(from('10.1.2.4', ['10.1.2.3'])).toBe(403);
	});

	it('denies what nobody can read', () => {
		expect(from('', ['0.0.0.0/0'])).toBe(403);
		for (const cidr of ['nonsense', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '']) {
			expect(from('10.1.2.3', [cidr])).toBe(403);
		}
	});

	it('believes only the entry that the configured proxy wrote', () => {
		const list = ['52.89.214.238'];
		expect(from('127.0.0.1', list, 0, '52.89.214.238')).toBe(403);
		expect(from('127.0.0.1', list, 1, '52.89.214.238')).toBe('desk');
		expect(from('127.0.0.1', list, 1, '52.89.214.238, 6.6.6.6')).toBe(403);
		expect(from('127.0.0.1', list, 1, '6.6.6.6, 52.89.214.238:4711')).toBe('desk');
		expect(from('127.0.0.1', list, 2, '6.6.6.6, 52.89.214.238, 10.0.0.2')).toBe('desk');
		expect(from('127.0.0.1', list, 2, ['52.89.214.238', '10.0.0.2'])).toBe('desk');
		expect(from('127.0.0.1', list, 2, '52.89.214.238')).toBe(403);
		expect(from('52.89.214.238', list, 1)).toBe(403);
		expect(from('127.0.0.1', ['2001:db8::/32'], 1, '[2001:db8::1]:443')).toBe('desk');
	});
});
