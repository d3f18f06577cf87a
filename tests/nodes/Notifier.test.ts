import type { IDataObject } from 'n8n-workflow';
import type { OutgoingMessage } from '../../core/notifications';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { closedTrade } from './fixtures';

/** What left the house: the senders themselves have tests of their own against real servers. */
const sent: { channel: string; message: OutgoingMessage; settings: any }[] = [];
const sender = (channel: string): any => ({
	name: channel,
	send: async (message: OutgoingMessage, settings: unknown) => {
		sent.push({ channel, message, settings });
		return { kind: 'sent', providerId: `${channel}-1` };
	},
});

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation({
		transports: { email: sender('email'), push: sender('push'), telegram: sender('telegram') },
	});
});
afterAll(async () => home.close());
beforeEach(() => sent.splice(0));

const CHANNELS = {
	smtp: { host: 'mail.example.org', port: 587, secure: false, user: 'desk@example.org', password: 'mail-secret' },
	telegramApi: { accessToken: '123456:ABCdef', baseUrl: 'https://api.telegram.org' },
};
const OUTPUTS = ['Email', 'Push', 'Telegram', 'Suppressed'];

const run = async (
	parameters: IDataObject,
	item: IDataObject,
	credentials = home.credentials,
): Promise<TestRun> => runNode(node('notifier', parameters), { items: [item], credentials });
const items = (result: TestRun): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output('notifier').map(({ json }) => json);
};
const deliver = (...channels: string[]) => ({
	operation: 'deliver',
	eventId: '={{ $json.event_id }}',
	channels,
	fromEmail: 'Firecontrol <desk@example.org>',
});
const route = { operation: 'route', eventId: '={{ $json.event_id }}', channels: ['email', 'push', 'telegram'] };

describe('Notifier', () => {
	it('routes one item a channel to its own output, and says why not', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'note-route');
		await home.core.members.upsert({ handle: 'note-route', telegramChatId: '4711', actor: 'test' });
		const result = await run(route, { event_id: closed });
		const byOutput = OUTPUTS.map((_, index) => result.output('notifier', index));
		expect(byOutput.map((found) => found.length)).toEqual([0, 0, 1, 2]);
		expect(byOutput[2]?.[0]).toMatchObject({
			json: { channel: 'telegram', to: '4711', event_id: closed, handle: 'note-route' },
			pairedItem: { item: 0 },
		});
		expect(byOutput[3]?.map(({ json }) => json['channel'])).toEqual(['email', 'push']);
		expect(sent).toEqual([]);
	});

	it('keeps an alert in the local outbox when no channel is set up', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'note-local');
		const entries = items(await run(deliver('email', 'push', 'telegram'), { event_id: closed }));
		expect(entries).toContainEqual(expect.objectContaining({ channel: 'local', state: 'LOCAL' }));
		const listed = items(await run({ operation: 'list', state: 'LOCAL', limit: 50 }, {}));
		expect(listed.map(({ event_id }) => event_id)).toContain(closed);
		expect(sent).toEqual([]);
	});

	it('delivers once by the channels that have a credential, also when it runs again', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'note-send');
		await home.core.members.upsert({ handle: 'note-send', telegramChatId: '4712', actor: 'test' });
		const credentials = { ...home.credentials, ...CHANNELS };
		const first = items(await run(deliver('telegram'), { event_id: closed }, credentials));
		expect(first).toContainEqual(expect.objectContaining({ channel: 'telegram', state: 'SENT' }));
		await run(deliver('telegram'), { event_id: closed }, credentials);
		expect(sent.map(({ channel, message }) => [channel, message.address])).toEqual([
			['telegram', { kind: 'telegram', chatId: '4712' }],
		]);
		expect(sent[0]?.settings).toMatchObject({ botToken: '123456:ABCdef' });
	});

	it('hands the core the SMTP credential in its own words and shows no secret of it', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'note-mail');
		await home.core.members.upsert({ handle: 'note-mail', email: 'm@example.org', actor: 'test' });
		const credentials = { ...home.credentials, ...CHANNELS };
		const entries = items(await run(deliver('email'), { event_id: closed }, credentials));
		expect(await home.core.notifications.configured()).toContain('email');
		expect(JSON.stringify(entries)).not.toContain('mail-secret');
		const rows = await home.core.kernel.conn('channel_settings').select();
		expect(JSON.stringify(rows)).not.toContain('mail-secret');
	});

	it('names the channel whose credential cannot be used', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'note-bad');
		const credentials = { ...home.credentials, telegramApi: { accessToken: 'nonsense' } };
		const { error } = await run(deliver('telegram'), { event_id: closed }, credentials);
		expect(error).toContain('The telegram channel cannot be used');
		expect(error).not.toContain('nonsense');
	});
});
