import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { nodeTypes, ourNodes } from '../support/node-types';
import { startFeed, type FeedServer } from '../support/feed-server';
import { searchSources, searchWindows } from '../../nodes/NewsCalendar/listSearch';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

const MINUTE = 60_000;
const at = (minutes: number): string => new Date(Date.now() + minutes * MINUTE).toISOString();
const row = (title: string, minutes: number, more: IDataObject = {}): IDataObject => ({
	title, country: 'USD', impact: 'High', date: at(minutes), ...more,
});

let home: TestInstallation;
let feed: FeedServer;
beforeEach(async () => {
	home = await openInstallation();
	feed = await startFeed();
});
afterEach(async () => {
	await home.close();
	await feed.close();
});

const run = async (parameters: IDataObject, items: readonly IDataObject[] = [{}], more: IDataObject = {}): Promise<TestRun> =>
	runNode(node('newsCalendar', parameters, more), { items, credentials: home.credentials });
const itemsOf = (result: TestRun): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output('newsCalendar').map(({ json }) => json);
};
const REFRESH = { operation: 'refresh', source: 'forexFactory', options: {} };
const locator = (mode: string, value: string) => ({ __rl: true, mode, value });

describe('News Calendar', () => {
	it('refreshes from a weekly JSON, lists it and says what is locked', async () => {
		feed.answer([row('FOMC Statement', 10), row('Cars', 12, { country: 'EUR', impact: 'Medium' }), row('Rest', 500, { impact: 'Holiday' })]);
		const [report] = itemsOf(await run({ ...REFRESH, url: `${feed.url}/week.json` }));
		expect(report).toMatchObject({ kind: 'forex_factory', events: 3, high: 1, medium: 1, added: 3, changed: 0, removed: 0 });
		const listed = itemsOf(await run({ operation: 'list', limit: 10, filters: {} }));
		expect(listed.map(({ title, open }) => [title, open])).toEqual([['FOMC Statement', true], ['Cars', true], ['Rest', false]]);
		const [locked] = itemsOf(await run({ operation: 'isLocked', symbol: '' }, [{ symbol: 'BTC/USDT' }]));
		expect(locked).toMatchObject({
			symbol: 'BTC/USDT', locked: true, code: 'NEWS_WINDOW', titles: ['FOMC Statement'], status: 'fresh', until: listed[0]?.['window_until'],
		});
		const [open] = itemsOf(await run({ operation: 'isLocked', symbol: 'EURGBP' }));
		expect(open).toMatchObject({ locked: false, code: 'OK', confidence_extra: 10, windows: [{ title: 'Cars', currency: 'EUR' }] });
	});

	it('what it says is what the gate does', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'reader');
		const gate = async (output: 'Rejected' | 'Approved') =>
			judge(credentials, { signal_id: await storeSignal(core, await goodAlert(core, 'reader')), account_id: member.accounts[0]?.id ?? '' }, output);
		expect((await gate('Approved'))['codes']).toContain('NEWS_NOT_CONFIGURED');
		feed.answer([row('CPI m/m', 5)]);
		itemsOf(await run({ ...REFRESH, url: feed.url }));
		const blocked = await gate('Rejected');
		expect(blocked).toMatchObject({ code: 'NEWS_WINDOW', decision: 'BLOCK' });
		expect(blocked['reasons']).toEqual([expect.stringContaining('CPI m/m (USD)')]);
		feed.answer([row('CPI m/m', 90)]);
		itemsOf(await run({ ...REFRESH, url: feed.url }));
		expect((await gate('Approved'))['codes']).not.toContain('NEWS_NOT_CONFIGURED');
	});

	it('refreshes from a calendar file with the options of the operator', async () => {
		const day = at(24 * 60).slice(0, 10).replaceAll('-', '');
		feed.answer({
			type: 'text/calendar',
			body: ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Hearing', `DTSTART:${day}T080000`, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'),
		});
		const ics = { operation: 'refresh', source: 'ics', url: feed.url };
		expect((await run({ ...ics, options: {} })).error).toContain('Set "Time Zone".');
		const options = { name: 'senate', timeZone: 'Asia/Tokyo', impact: 'MEDIUM', currencies: 'usd, eur' };
		expect(itemsOf(await run({ ...ics, options }))).toMatchObject([{ source: 'senate', events: 1, medium: 1 }]);
		const [event] = itemsOf(await run({ operation: 'list', limit: 5, filters: {} }));
		expect(event).toMatchObject({ currencies: ['EUR', 'USD'], impact: 'MEDIUM', starts_at: new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T08:00:00+09:00`).toISOString() });
	});

	it('takes all items as one list, and nothing of a bad one', async () => {
		const items = { operation: 'refresh', source: 'items', options: {} };
		const good = [row('One', 10), row('Two', 20), row('Three', 30)];
		const result = await run(items, good);
		expect(itemsOf(result)).toMatchObject([{ source: 'items', host: null, events: 3, added: 3 }]);
		expect(result.output('newsCalendar')[0]?.pairedItem).toEqual({ item: 0 });
		const bad = await run(items, [row('Four', 10), { ...row('', 20), impact: 'huge' }]);
		expect(bad.error).toMatch(/Nothing was stored: 2 .*Row 2, title: is empty.*Row 2, impact: "huge"/);
		expect(itemsOf(await run({ operation: 'list', limit: 9, filters: {} })).map(({ title }) => title)).toEqual(['One', 'Two', 'Three']);
	});

	it('items without an offset are meant in the zone of the workflow', async () => {
		const day = at(24 * 60).slice(0, 10);
		const rows = [{ ...row('Own', 0), date: `${day}T08:30:00` }];
		itemsOf(await run({ operation: 'refresh', source: 'items', options: { timeZone: 'America/New_York' } }, rows));
		const [event] = itemsOf(await run({ operation: 'list', limit: 9, filters: {} }));
		const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
		expect(hour.format(new Date(String(event?.['starts_at'])))).toBe('08:30');
	});

	it('adds a window and takes it back, by the item or by the list', async () => {
		const window = { operation: 'addWindow', title: 'Listing', from: at(-5), until: at(60), impact: 'HIGH', currencies: '' };
		const [added] = itemsOf(await run(window));
		expect(added).toMatchObject({ title: 'Listing', currencies: ['ALL'], open: true, source: 'manual', added_by: 'node:Test/newsCalendar' });
		expect(itemsOf(await run({ operation: 'isLocked', symbol: 'EUR/JPY' }))).toMatchObject([{ locked: true, status: 'never_configured' }]);
		expect(itemsOf(await run({ operation: 'removeWindow', window: locator('list', '') }, [added ?? {}]))).toMatchObject([{ removed: true }]);
		expect(itemsOf(await run({ operation: 'isLocked', symbol: 'EUR/JPY' }))).toMatchObject([{ locked: false, code: 'NEWS_NOT_CONFIGURED' }]);
		const [again] = itemsOf(await run({ ...window, title: 'Again' }));
		itemsOf(await run({ operation: 'removeWindow', window: locator('id', String(again?.['event_id'])) }));
	});

	it('lists sources, and takes one out', async () => {
		feed.answer([row('CPI', 90)]);
		itemsOf(await run({ ...REFRESH, url: feed.url, options: { name: 'week' } }));
		feed.answer({ status: 500 });
		expect((await run({ ...REFRESH, url: feed.url, options: { name: 'week' } })).error).toContain('answered with status 500');
		const [source] = itemsOf(await run({ operation: 'listSources' }));
		expect(source).toMatchObject({ source: 'week', kind: 'forex_factory', events: 1, error_code: 'NEWS_FEED_STATUS', failed_since: expect.any(String), state: 'failing' });
		await run({ ...REFRESH, url: feed.url, options: { name: 'typo' } });
		const never = itemsOf(await run({ operation: 'listSources' })).find((each) => each['source'] === 'typo');
		expect(never).toMatchObject({ state: 'never_answered', refreshed_at: null, hint: expect.stringContaining('Remove Source') });
		itemsOf(await run({ operation: 'removeSource', calendar: locator('name', 'typo') }));
		expect(itemsOf(await run({ operation: 'removeSource', calendar: locator('name', 'week') }))).toMatchObject([{ source: 'week', events: 1, removed: true }]);
		expect((await run({ operation: 'removeSource', calendar: locator('name', 'week') })).error).toContain('There is no calendar "week"');
	});

	it('gives failures as items where the operator chose to continue', async () => {
		feed.answer({ type: 'text/html', body: '<html>' });
		const result = await run({ ...REFRESH, url: feed.url }, [{}], { onError: 'continueRegularOutput' });
		expect(result.error).toBeNull();
		expect(result.output('newsCalendar')[0]).toMatchObject({
			json: { error: expect.stringContaining('a web page') }, pairedItem: { item: 0 },
		});
	});

	it.each([
		['a URL of another kind', { ...REFRESH, url: 'ftp://calendar' }, 'https://'],
		['no URL', { ...REFRESH, url: ' ' }, '"URL" is empty.'],
		['no zone', { ...REFRESH, url: 'http://x', options: { timeZone: 'Mars' } }, '"Mars" is not a time zone.'],
		['a symbol that says nothing', { operation: 'isLocked', symbol: 'GOLD' }, 'Write it with a slash'],
		['no symbol', { operation: 'isLocked', symbol: '' }, 'the item brings no symbol'],
		['no window', { operation: 'removeWindow', window: locator('list', '') }, 'the item brings no event_id'],
		['another id', { operation: 'removeWindow', window: locator('id', 'sig_1') }, 'is not a window id'],
		['no times', { operation: 'addWindow', title: 'x', from: '={{ $json.none }}', until: '={{ $json.none }}', impact: 'HIGH', currencies: '' }, '"From" is empty.'],
		['a time that is none', { operation: 'addWindow', title: 'x', from: 'noon', until: at(5), impact: 'HIGH', currencies: '' }, '"From" is no time: "noon".'],
		['codes that are none', { operation: 'list', limit: 5, filters: { currencies: 'U$' } }, '"U$" are no currency codes.'],
		['no calendar', { operation: 'removeSource', calendar: locator('list', '') }, 'No calendar is chosen.'],
	])('says what is wrong: %s', async (_, parameters, words) => {
		expect((await run(parameters)).error).toContain(words);
	});

	it('has lists of windows and sources for the editor', async () => {
		feed.answer([row('CPI', 90)]);
		itemsOf(await run({ ...REFRESH, url: feed.url, options: { name: 'week' } }));
		const [added] = itemsOf(await run({ operation: 'addWindow', title: 'Listing', from: at(0), until: at(60), impact: 'HIGH', currencies: 'USD' }));
		const context = {
			logger: console, getNode: () => node('newsCalendar'), getCredentials: async () => home.credentials['firecontrolDatabaseApi'],
		} as any;
		expect(await searchWindows.call(context)).toMatchObject({ results: [{ value: added?.['event_id'], name: expect.stringContaining('Listing (USD') }] });
		expect(await searchWindows.call(context, 'nothing')).toEqual({ results: [] });
		expect(await searchSources.call(context, 'WEEK')).toMatchObject({ results: [{ value: 'week' }] });
	});

	it('shows a subtitle for every operation, and an agent may use it', () => {
		const description = [...ourNodes().values()].find((each) => each.description.name === 'newsCalendar')?.description;
		expect(description?.usableAsTool).toBe(true);
		const operation = description?.properties.find(({ name }) => name === 'operation');
		for (const option of operation?.options ?? []) {
			expect(description?.subtitle).toContain(`${(option as { value: string }).value}:`);
		}
		expect(nodeTypes().getByNameAndVersion('n8n-nodes-firecontrol.newsCalendar')).toBeDefined();
	});
});
