import { emailSettings, createEmailChannel, type EmailSettings } from '../../../../core/notifications/channels/email';
import type { OutgoingMessage } from '../../../../core/notifications';
import { alertWith } from '../../../support/alerts';
import { FakeMailServer } from '../../../support/fake-mail-server';

let server: FakeMailServer;
let settings: EmailSettings;
const channel = createEmailChannel(1_500);

beforeAll(async () => {
	server = await FakeMailServer.start();
	settings = emailSettings.parse(server.settings);
});
beforeEach(() => {
	server.taken.length = 0;
});
afterAll(async () => server.stop());

function message(facts: Partial<OutgoingMessage> = {}): OutgoingMessage {
	return {
		id: 'msg_1',
		address: { kind: 'email', email: 'anna@members.test' },
		alert: alertWith(),
		repeat: false,
		subject: { eventId: 'evt_1', signalId: null },
		...facts,
	};
}

const sendTo = async (email: string) => channel.send(message({ address: { kind: 'email', email } }), settings);

it('sends HTML and text under one id', async () => {
	expect(await channel.send(message(), settings)).toEqual({
		kind: 'sent', providerId: '<msg_1@firecontrol.test>',
	});
	const [taken] = server.taken;
	expect(taken).toMatchObject({ from: 'alerts@firecontrol.test', to: ['anna@members.test'] });
	expect(taken?.mail).toMatchObject({
		subject: 'Stop hit: BTC/USDT -10.12 USDT',
		from: { name: 'Firecontrol', address: 'alerts@firecontrol.test' },
		to: [{ address: 'anna@members.test' }],
		messageId: '<msg_1@firecontrol.test>',
	});
	expect(taken?.mail.text).toContain('Your buy of 0.005 BTC was closed by its stop at 59,800 USDT.');
	expect(taken?.mail.html).toContain('<td style="padding:2px 0">-10.12 USDT</td>');
	expect(taken?.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
});

it('lets nothing that people wrote become a header, a recipient or markup', async () => {
	const evil = 'x\r\nBcc: thief@evil.test\r\n\r\n<script>alert(1)</script>\u0000';
	const alert = alertWith({ title: evil, happened: evil, facts: [{ label: evil, value: evil }] });
	await channel.send(message({ alert, subject: { eventId: `evt_1`, signalId: null } }), settings);
	const [taken] = server.taken;
	expect(taken?.to).toEqual(['anna@members.test']);
	expect(taken?.mail.bcc ?? []).toEqual([]);
	expect(taken?.mail.headers.map(({ key }) => key)).not.toContain('bcc');
	expect(taken?.mail.subject).toBe('x Bcc: thief@evil.test <script>alert(1)</script>');
	expect(taken?.mail.html).not.toContain('<script>');
	expect(taken?.mail.html).toContain('&lt;script&gt;');
});

it.each([
	'anna@members.test, thief@evil.test', 'anna@members.test\r\nRCPT TO:<thief@evil.test>', 'a b@x.test',
	'<anna@members.test>', 'Anna <anna@members.test>', 'anna', 'group:a@x.test;', '"a@b"@x.test', '',
])('does not send to %j', async (email) => {
	expect(await sendTo(email)).toMatchObject({ kind: 'failed', verdict: 'never' });
	expect(server.taken).toEqual([]);
});

it('sends to addresses beyond ASCII', async () => {
	expect(await sendTo('jörg@members.test')).toMatchObject({ kind: 'sent' });
});

it.each([
	[{ kind: 'refuse_recipient', code: 550 }, { verdict: 'never', uncertain: false }],
	[{ kind: 'refuse_recipient', code: 450 }, { verdict: 'again', uncertain: false }],
	[{ kind: 'refuse_content', code: 554 }, { verdict: 'never', uncertain: false }],
	[{ kind: 'refuse_content', code: 451 }, { verdict: 'again', uncertain: false }],
	[{ kind: 'silence' }, { verdict: 'again', uncertain: false }],
	[{ kind: 'dropped_answer' }, { verdict: 'again', uncertain: true }],
] as const)('understands %j', async (fault, expected) => {
	server.failNext(fault);
	expect(await channel.send(message(), settings)).toMatchObject({ kind: 'failed', ...expected });
});

it('keeps trying after a refused log-in, and never tells the password', async () => {
	const password = 'wrong-but-secret';
	const report = await channel.send(message(), { ...settings, password });
	expect(report).toMatchObject({ kind: 'failed', verdict: 'again', uncertain: false });
	expect(JSON.stringify(report)).not.toContain(password);
	expect(server.taken).toEqual([]);
});

it('knows that nothing went when nobody listens', async () => {
	const report = await channel.send(message(), { ...settings, port: 1 });
	expect(report).toMatchObject({ kind: 'failed', verdict: 'again', uncertain: false });
});

it('says so when it sends again after an unanswered try', async () => {
	await channel.send(message({ repeat: true }), settings);
	expect(server.taken[0]?.mail.text).toContain('Sent again');
	expect(server.taken[0]?.mail.html).toContain('Sent again');
});

it('takes one sender, bare or with a name', () => {
	const read = (from: string) => emailSettings.safeParse({ ...server.settings, from }).success;
	expect(read('alerts@firecontrol.test')).toBe(true);
	expect(read('Desk 7 <alerts@firecontrol.test>')).toBe(true);
	expect(read('a@x.test, b@x.test')).toBe(false);
	expect(read('Desk <a@x.test> <b@x.test>')).toBe(false);
	expect(read('nobody')).toBe(false);
});
