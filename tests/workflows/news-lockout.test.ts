import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { openInstallation, runWorkflow, type TestInstallation, type TestRun } from '../support/harness';
import { startFeed, type FeedServer } from '../support/feed-server';

const FILE = join(__dirname, '..', '..', 'workflows', '08-news-lockout.json');
const MINUTE = 60_000;
const row = (title: string, minutes: number, impact = 'High'): IDataObject => ({
	title, country: 'USD', impact, date: new Date(Date.now() + minutes * MINUTE).toISOString(),
});

let home: TestInstallation;
let feed: FeedServer;
beforeAll(async () => {
	home = await openInstallation();
	feed = await startFeed();
});
afterAll(async () => {
	await home.close();
	await feed.close();
});

/** The template as it is, with the address of its feed put in place. */
const run = async (start: string, items: readonly IDataObject[] = [{}]): Promise<TestRun> => {
	const template = JSON.parse(readFileSync(FILE, 'utf8'));
	const refresh = template.nodes.find(({ name }: { name: string }) => name === 'Refresh');
	expect(refresh.parameters.url).toMatch(/^https:/);
	refresh.parameters.url = feed.url;
	return runWorkflow(template, { start, items, credentials: home.credentials });
};
const json = (result: TestRun, name: string, output = 0): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output(name, output).map((item) => item.json);
};

describe('08 News Lockout, through the engine of n8n', () => {
	it('reads the week, shows what lies ahead and says what is locked', async () => {
		feed.answer([row('FOMC Statement', 20), row('Cars', 30, 'Low'), row('CPI', 600)]);
		const result = await run('Every Hour');
		expect(json(result, 'Refresh')).toMatchObject([{ source: 'week', events: 3, high: 2 }]);
		expect(json(result, 'High Events Ahead').map(({ title }) => title)).toEqual(['FOMC Statement', 'CPI']);
		expect(json(result, 'Say It')).toMatchObject([{ symbol: 'BTC/USDT', locked: true, titles: ['FOMC Statement'] }]);
		expect(result.ran('Nothing Near')).toBe(false);
	});

	it('goes on with what is known when the feed fails', async () => {
		feed.answer({ status: 503 });
		const result = await run('Execute by Hand');
		expect(json(result, 'Refresh')).toMatchObject([{ error: expect.stringContaining('status 503') }]);
		expect(json(result, 'High Events Ahead')).toHaveLength(2);
		expect(json(result, 'Say It')).toMatchObject([{ locked: true }]);
		feed.answer([row('CPI', 600)]);
		const after = await run('Execute by Hand');
		expect(json(after, 'Nothing Near')).toMatchObject([{ locked: false, code: 'OK', next: { title: 'CPI' } }]);
	});

	it('tells people of a lock, once', async () => {
		const { core } = home;
		feed.answer([row('Rate Decision', 5)]);
		await run('Every Hour');
		for (let times = 0; times < 2; times++) await core.news.watch();
		const locks = await core.events.list({ types: ['news.locked'], limit: 9 });
		expect(locks.map(({ payload }) => payload)).toMatchObject([{ titles: ['Rate Decision'], currencies: ['USD'] }]);
		await core.members.upsert({ handle: 'operator', telegramChatId: '77', actor: 'test' });
		const result = await run('News', locks.map(({ eventId }) => ({ event_id: eventId })));
		expect(json(result, 'Route Alerts', 2)).toMatchObject([{ type: 'risk_warning', subject: expect.stringContaining('Rate Decision') }]);
		// No channel is set up on this installation: what was meant for Telegram says so.
		expect(json(result, 'Telegram')).toContainEqual(expect.objectContaining({ channel: 'telegram', reason: 'NOT_CONFIGURED' }));
	});
});
