import type { OutgoingMessage } from '../../../../core/notifications';
import { createPushChannel, newVapidKeys } from '../../../../core/notifications/channels/push';
import { alertWith } from '../../../support/alerts';
import { FakePushService, readVapid, type FakeBrowser } from '../../../support/fake-push-service';
import { loopbackAgent } from '../../../support/loopback-tls';

let service: FakePushService;
const agent = loopbackAgent();
const channel = createPushChannel({ agent, timeoutMs: 1_000 });
const settings = { subject: 'mailto:ops@firecontrol.test', ...newVapidKeys() };

beforeAll(async () => {
	service = await FakePushService.start();
});
beforeEach(() => {
	service.received.length = 0;
});
afterAll(async () => {
	agent.destroy();
	await service.stop();
});

function message(browser: FakeBrowser, facts: Partial<OutgoingMessage> = {}): OutgoingMessage {
	return {
		id: 'msg_1',
		address: { kind: 'push', endpoint: browser.endpoint, keys: browser.keys },
		alert: alertWith(),
		repeat: false,
		subject: { eventId: 'evt_1', signalId: 'sig_1' },
		...facts,
	};
}

it('sends what only that browser can read, signed by this installation', async () => {
	const browser = service.subscribe();
	const report = await channel.send(message(browser), settings);
	expect(report).toEqual({ kind: 'sent', providerId: `${service.origin}/message/1` });
	const [push] = service.received;
	if (push === undefined) throw new Error('nothing arrived');
	expect(browser.read(push.body)).toMatchObject({
		id: 'msg_1', tag: 'msg_1', type: 'stop_hit', priority: 'high', silent: false,
		title: 'Stop hit: BTC/USDT -10.12 USDT',
		body: expect.stringContaining('Net: -10.12 USDT'),
		data: { event_id: 'evt_1', signal_id: 'sig_1' },
	});
	expect(() => service.subscribe().read(push.body)).toThrow();
	expect(push.body.toString('latin1')).not.toContain('USDT');
	const claims = readVapid(push);
	expect(claims).toMatchObject({ aud: service.origin, sub: settings.subject, publicKey: settings.publicKey });
	expect(claims.exp * 1_000 - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
	expect(push.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '86400' });
});

it('replaces an earlier try of the same message instead of standing beside it', async () => {
	const browser = service.subscribe();
	await channel.send(message(browser), settings);
	await channel.send(message(browser, { repeat: true }), settings);
	await channel.send(message(browser, { id: 'msg_2' }), settings);
	const topics = service.received.map((push) => push.headers['topic']);
	expect(topics[0]).toMatch(/^[\w-]{32}$/);
	expect(topics[1]).toBe(topics[0]);
	expect(topics[2]).not.toBe(topics[0]);
	expect(browser.read(service.received[1]?.body ?? Buffer.alloc(0))).toMatchObject({ tag: 'msg_1' });
});

it('fits any alert into what push services take', async () => {
	const browser = service.subscribe();
	const alert = alertWith({ happened: '"\\\u20ac😀'.repeat(2_000) });
	expect(await channel.send(message(browser, { alert }), settings)).toMatchObject({ kind: 'sent' });
	expect(service.received[0]?.body.length).toBeLessThanOrEqual(4_096);
	expect(browser.read(service.received[0]?.body ?? Buffer.alloc(0))['body']).toMatch(/…$/);
});

it.each([
	[404, {}, { verdict: 'gone' }],
	[410, {}, { verdict: 'gone' }],
	[413, {}, { verdict: 'never' }],
	[400, {}, { verdict: 'never' }],
	[403, {}, { verdict: 'again', uncertain: false }],
	[429, { 'retry-after': '12' }, { verdict: 'again', retryAfterMs: 12_000 }],
	[500, {}, { verdict: 'again', uncertain: true }],
	[503, { 'retry-after': '3' }, { verdict: 'again', retryAfterMs: 3_000 }],
] as const)('understands %i', async (status, headers, expected) => {
	service.failNext({ status, headers });
	expect(await channel.send(message(service.subscribe()), settings)).toMatchObject({
		kind: 'failed', ...expected,
	});
});

it('does not know after silence', async () => {
	service.failNext({ status: 0 });
	expect(await channel.send(message(service.subscribe()), settings)).toMatchObject({
		kind: 'failed', verdict: 'again', uncertain: true,
	});
});

it('talks only to https, and only to a service whose certificate it trusts', async () => {
	const browser = service.subscribe();
	const plain = { ...message(browser), address: { kind: 'push', endpoint: 'http://127.0.0.1:9/x', keys: browser.keys } } as const;
	expect(await channel.send(plain, settings)).toMatchObject({ kind: 'failed', verdict: 'gone' });
	const strict = await createPushChannel().send(message(browser), settings);
	expect(strict).toMatchObject({ kind: 'failed', verdict: 'again' });
	expect(service.received).toEqual([]);
	expect(JSON.stringify(strict)).not.toContain(settings.privateKey);
});
