import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTelegramChannel, telegramSettings } from '../../../../core/notifications/channels/telegram';
import type { OutgoingMessage } from '../../../../core/notifications';
import { alertWith } from '../../../support/alerts';
import { FakeTelegram } from '../../../support/fake-telegram';

let telegram: FakeTelegram;
const channel = createTelegramChannel(1_000);

beforeAll(async () => {
	telegram = await FakeTelegram.start();
});
beforeEach(() => telegram.reset());
afterAll(async () => telegram.stop());

function message(facts: Partial<OutgoingMessage> = {}): OutgoingMessage {
	return {
		id: 'msg_1',
		address: { kind: 'telegram', chatId: '42' },
		alert: alertWith(),
		repeat: false,
		subject: { eventId: 'evt_1', signalId: 'sig_1' },
		...facts,
	};
}

const send = async (facts: Partial<OutgoingMessage> = {}) => channel.send(message(facts), telegram.settings);

it('sends bold title and text, and keeps the id', async () => {
	expect(await send()).toEqual({ kind: 'sent', providerId: '1' });
	expect(telegram.delivered).toMatchObject([
		{ chatId: '42', bold: ['Stop hit: BTC/USDT -10.12 USDT'], silent: false },
	]);
	expect(telegram.delivered[0]?.text).toContain('closed by its stop at 59,800 USDT.');
});

it.each([['low', true], ['normal', true], ['high', false], ['critical', false]] as const)(
	'%s arrives silently: %s',
	async (priority, silent) => {
		await send({ alert: alertWith({ priority }) });
		expect(telegram.delivered[0]?.silent).toBe(silent);
	},
);

it('shows user text as it is and never as markup', async () => {
	const nasty = '*b* _i_ [l](https://evil.test) `c` ~s~ ||p|| > # + - = | { } . ! \\ <b>';
	await send({ alert: alertWith({ title: nasty, happened: nasty }) });
	expect(telegram.calls).toHaveLength(1);
	expect(telegram.delivered[0]?.text.startsWith(`${nasty}\n${nasty}\n`)).toBe(true);
	expect(telegram.delivered[0]?.bold).toEqual([nasty]);
});

it('falls back to plain text when Telegram cannot read the marks', async () => {
	telegram.failNext({ kind: 'status', status: 400, description: "Bad Request: can't parse entities: oops" });
	expect(await send()).toMatchObject({ kind: 'sent' });
	expect(telegram.calls.map((call) => call['parse_mode'])).toEqual(['MarkdownV2', undefined]);
	expect(telegram.delivered).toHaveLength(1);
});

it('says so when it sends again after an unanswered try', async () => {
	await send({ repeat: true });
	expect(telegram.delivered[0]?.text).toContain('Sent again');
});

it.each([
	['429 with its wait', { status: 429, description: 'Too Many Requests: retry after 7', retryAfter: 7 }, { verdict: 'again', retryAfterMs: 7_000, uncertain: false }],
	['403', { status: 403, description: 'Forbidden: bot was blocked by the user' }, { verdict: 'gone' }],
	['chat not found', { status: 400, description: 'Bad Request: chat not found' }, { verdict: 'gone' }],
	['another 400', { status: 400, description: 'Bad Request: message is too long' }, { verdict: 'never' }],
	['500', { status: 500, description: 'Internal Server Error' }, { verdict: 'again', uncertain: true }],
	['a wrong token', { status: 401, description: 'Unauthorized' }, { verdict: 'again', uncertain: false }],
] as const)('understands %s', async (_, fault, expected) => {
	telegram.failNext({ kind: 'status', ...fault });
	expect(await send()).toMatchObject({ kind: 'failed', ...expected });
	expect(telegram.delivered).toEqual([]);
});

it.each(['silence', 'dropped_answer', 'garbled_answer'] as const)('does not know after %s', async (kind) => {
	telegram.failNext({ kind });
	expect(await send()).toMatchObject({ kind: 'failed', verdict: 'again', uncertain: true });
	expect(telegram.delivered).toHaveLength(kind === 'silence' ? 0 : 1);
});

it('knows that nothing went when there was no connection, and never tells the token', async () => {
	const gone = await FakeTelegram.start();
	const { settings } = gone;
	await gone.stop();
	const report = await channel.send(message(), settings);
	expect(report).toMatchObject({ kind: 'failed', verdict: 'again', uncertain: false });
	expect(JSON.stringify(report)).not.toContain(settings.botToken);
	const broken = await channel.send(message(), { ...settings, baseUrl: 'http://127.0.0.1:1:2' });
	expect(broken).toMatchObject({ kind: 'failed', error: expect.not.stringContaining(settings.botToken) });
});

it('never follows a redirect, which would carry the token elsewhere', async () => {
	const moved = createServer((_, response) => {
		const location = `${telegram.baseUrl}/bot${telegram.token}/sendMessage`;
		response.writeHead(307, { location }).end();
	});
	await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
	const { port } = moved.address() as AddressInfo;
	try {
		const settings = { ...telegram.settings, baseUrl: `http://127.0.0.1:${port}` };
		expect(await channel.send(message(), settings)).toMatchObject({ kind: 'failed' });
		expect(telegram.calls).toEqual([]);
	} finally {
		moved.closeAllConnections();
		await new Promise((resolve) => moved.close(resolve));
	}
});

it('takes plain http only on this machine, and only what looks like a token', () => {
	const read = (settings: object) => telegramSettings.safeParse(settings).success;
	const botToken = '1:abc';
	expect(read({ botToken })).toBe(true);
	expect(read({ botToken, baseUrl: 'http://127.0.0.1:8081' })).toBe(true);
	expect(read({ botToken, baseUrl: 'http://localhost:8081/' })).toBe(true);
	expect(read({ botToken, baseUrl: 'http://api.telegram.org' })).toBe(false);
	expect(read({ botToken, baseUrl: 'http://127.0.0.1.evil.test' })).toBe(false);
	expect(read({ botToken, baseUrl: 'ftp://x.test' })).toBe(false);
	expect(read({ botToken: 'abc/../x' })).toBe(false);
});
