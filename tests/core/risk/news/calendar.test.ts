import { DAY, HOUR, isoTime, MINUTE, SECOND, STANDARD_POLICY } from '../../../../core/model';
import { newsFor, type News, type RefreshCommand } from '../../../../core/risk/news';
import { createNews } from '../../../../core/risk/news/news.service';
import { describeDatabases, START, type TestDatabase } from '../../../support/databases';
import { startFeed, type FeedServer } from '../../../support/feed-server';

const rules = { ...STANDARD_POLICY.news, feedSeconds: 2 };
const policy = { ...STANDARD_POLICY, news: rules };
const row = (title: string, at: number, more: object = {}) => ({
	title, country: 'USD', date: isoTime(at), impact: 'High', ...more,
});

describeDatabases('the news calendar', (open) => {
	let database: TestDatabase;
	let feed: FeedServer;
	let news: News;
	/** Last rows of before the test: events and audit are kept for ever. */
	let before: Readonly<Record<string, number>>;
	const lastOf = async (table: string): Promise<number> => Number((await database.pool.conn(table).max('seq as last').first())?.last ?? 0);
	beforeAll(async () => {
		feed = await startFeed();
		database = await open();
	});
	afterAll(async () => feed.close());
	beforeEach(async () => {
		for (const table of ['news_windows', 'news_events', 'news_sources']) await database.pool.conn(table).delete();
		before = { events: await lastOf('events'), audit: await lastOf('audit') };
		database.clock.set(START);
		news = createNews(database.kernel({ policy }));
	});

	const weekly = (more: Partial<RefreshCommand> = {}): RefreshCommand =>
		({ kind: 'forex_factory', url: feed.url, name: 'week', zone: null, actor: 'node:test', ...more }) as RefreshCommand;
	const items = (rows: readonly unknown[], name: string | null = null): RefreshCommand => ({
		kind: 'items', rows, name, zone: null, actor: 'node:test',
	});
	const facts = async (base = 'BTC', quote = 'USDT') =>
		newsFor(database.pool.conn, { base, quote, now: database.clock.now(), rules });
	const refresh = async (rows: readonly unknown[]) => {
		feed.answer(rows);
		return news.refresh(weekly());
	};
	const titles = async () => (await news.list({ from: 0, until: START + 99 * DAY, limit: 100 })).map(({ title }) => title);
	const rowsOf = async (table: string): Promise<any[]> => {
		const since = before[table];
		return since === undefined ? database.pool.conn(table).select() : database.pool.conn(table).where('seq', '>', since).orderBy('seq');
	};
	const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
		work.then(() => null, (error: unknown) => Reflect.get(error as object, 'code'));

	test('never set up, fresh, stale to the millisecond', async () => {
		expect(await facts()).toEqual({ status: 'never_configured', refreshedAt: null, windows: [] });
		await refresh([row('CPI', START + 2 * DAY)]);
		expect(await facts()).toEqual({ status: 'fresh', refreshedAt: START, windows: [] });
		database.clock.set(START + 24 * HOUR);
		expect((await facts()).status).toBe('fresh');
		database.clock.advance(1);
		expect(await facts()).toMatchObject({ status: 'stale', refreshedAt: START });
	});

	test('the calendar is as old as its oldest source, until that is taken out', async () => {
		await refresh([row('CPI', START + HOUR)]);
		database.clock.advance(23 * HOUR);
		await news.refresh(items([row('Own', START + 2 * DAY)], 'own'));
		database.clock.advance(2 * HOUR);
		expect(await facts()).toMatchObject({ status: 'stale', refreshedAt: START });
		await news.removeSource('week', 'operator');
		expect(await facts()).toMatchObject({ status: 'fresh', refreshedAt: START + 23 * HOUR });
		expect(await titles()).toEqual(['Own']);
		expect(await codeOf(news.removeSource('week', 'operator'))).toBe('NEWS_SOURCE_UNKNOWN');
	});

	test('the window: its first millisecond is in, its end is out', async () => {
		const at = START + 2 * HOUR;
		await refresh([row('FOMC Statement', at)]);
		const seen: [number, boolean][] = [];
		for (const offset of [-30 * MINUTE - 1, -30 * MINUTE, 0, 30 * MINUTE - SECOND, 30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE + SECOND]) {
			database.clock.set(at + offset);
			seen.push([offset, (await facts()).windows.length === 1]);
		}
		expect(seen).toEqual([
			[-30 * MINUTE - 1, false], [-30 * MINUTE, true], [0, true], [30 * MINUTE - SECOND, true],
			[30 * MINUTE - 1, true], [30 * MINUTE, false], [30 * MINUTE + SECOND, false],
		]);
	});

	test('counts for the symbol’s currencies and for no others; LOW and holidays for none', async () => {
		await refresh([
			row('US', START), row('Zone', START, { country: 'EUR' }), row('World', START, { country: 'All', impact: 'Medium' }),
			row('Small', START, { impact: 'Low' }), row('Rest', START, { impact: 'Holiday' }),
		]);
		const heard = async (base: string, quote: string) => (await facts(base, quote)).windows.map(({ title }) => title);
		expect(await heard('BTC', 'USDT')).toEqual(['US', 'World']);
		expect(await heard('XAU', 'EUR')).toEqual(expect.arrayContaining(['US', 'Zone', 'World']));
		expect(await heard('EUR', 'GBP')).toEqual(['Zone', 'World']);
		expect(await heard('GBP', 'JPY')).toEqual(['World']);
		expect((await facts()).windows[0]).toMatchObject({
			eventId: expect.stringMatching(/^nws_/), impact: 'HIGH', currency: 'USD', from: START - 30 * MINUTE, until: START + 30 * MINUTE,
		});
	});

	test('a refresh takes over what the feed says: new, moved, heavier, gone; again, nothing', async () => {
		const first = await refresh([row('Stays', START + HOUR), row('Goes', START + 2 * HOUR), row('Grows', START + 3 * HOUR, { impact: 'Low' })]);
		expect(first).toMatchObject({ events: 3, high: 2, medium: 0, added: 3, changed: 0, removed: 0, kept: 0, freshUntil: START + 24 * HOUR });
		const ids = new Map((await news.list({ from: 0, until: START + DAY, limit: 9 })).map(({ title, id }) => [title, id]));
		database.clock.advance(MINUTE);
		const told = [row('Stays', START + HOUR), row('Grows', START + 3 * HOUR), row('Comes', START + 4 * HOUR)];
		expect(await refresh(told)).toMatchObject({ added: 1, changed: 1, removed: 1, kept: 1, refreshedAt: START + MINUTE });
		expect(await titles()).toEqual(['Stays', 'Grows', 'Comes']);
		const after = new Map((await news.list({ from: 0, until: START + DAY, limit: 9 })).map(({ title, id }) => [title, id]));
		expect(after.get('Grows')).toBe(ids.get('Grows'));
		database.clock.set(START + 3 * HOUR);
		expect((await facts()).windows.map(({ title }) => title)).toEqual(['Grows']);
		expect(await refresh(told)).toMatchObject({ added: 0, changed: 0, removed: 0, kept: 3 });
	});

	test('events that feeds drop once they began stay until their window is over', async () => {
		await refresh([row('CPI', START), row('Later', START + DAY)]);
		database.clock.advance(10 * MINUTE);
		await refresh([row('Later', START + DAY)]);
		expect((await facts()).windows.map(({ title }) => title)).toEqual(['CPI']);
		database.clock.set(START + 30 * MINUTE);
		expect((await facts()).windows).toEqual([]);
	});

	test('other weeks and other sources are left alone', async () => {
		await refresh([row('This week', START + HOUR)]);
		feed.answer([row('Next week', START + 7 * DAY)]);
		await news.refresh(weekly());
		feed.answer([row('This week too', START + 2 * HOUR)], '/other');
		await news.refresh(weekly({ url: `${feed.url}/other`, name: 'other' }));
		expect(await titles()).toEqual(['This week', 'This week too', 'Next week']);
	});

	test.each([
		['status 500', { status: 500 }, 'NEWS_FEED_STATUS'],
		['no answer', { fault: 'silent' }, 'NEWS_FEED_TIMEOUT'],
		['cut off', { body: '[{"title":"CPI"', type: 'application/json' }, 'NEWS_FEED_UNREADABLE'],
		['half', { body: JSON.stringify([row('CPI', START)]), fault: 'drops' }, 'NEWS_FEED_UNREACHABLE'],
		['a web page', { body: '<html>', type: 'text/html' }, 'NEWS_FEED_TYPE'],
		['a web page that says it is JSON', { body: '<html>' }, 'NEWS_FEED_UNREADABLE'],
		['too much', { fault: 'endless' }, 'NEWS_FEED_TOO_LARGE'],
		['nothing', { body: '[]' }, 'NEWS_FEED_EMPTY'],
		['last month', { body: JSON.stringify([row('CPI', START - 30 * DAY)]) }, 'NEWS_FEED_ENDED'],
	] as const)('an answer of the kind "%s" keeps all that was known, and is told once', async (_, reply, code) => {
		await refresh([row('CPI', START + HOUR)]);
		const known = [await rowsOf('news_events'), await rowsOf('news_windows')];
		database.clock.advance(MINUTE);
		feed.answer(reply);
		for (let attempt = 0; attempt < 2; attempt++) expect(await codeOf(news.refresh(weekly()))).toBe(code);
		expect([await rowsOf('news_events'), await rowsOf('news_windows')]).toEqual(known);
		expect(await facts()).toMatchObject({ status: 'fresh', refreshedAt: START });
		const [source] = await news.sources();
		expect(source).toMatchObject({ failedSince: START + MINUTE, errorCode: code, refreshedAt: START, events: 1 });
		const told = (await rowsOf('events')).filter(({ type }) => type === 'issue.raised');
		expect(told).toHaveLength(1);
		expect(JSON.parse(told[0].payload)).toMatchObject({ code, severity: 'high', message: expect.stringContaining(isoTime(START + 24 * HOUR)) });
		// It answers again, and the next failure is news again.
		await refresh([row('CPI', START + HOUR)]);
		expect((await news.sources())[0]).toMatchObject({ failedSince: null, errorCode: null, error: null });
		const back = (await rowsOf('events')).filter(({ type }) => type === 'news.feed_recovered');
		expect(back.map(({ payload }) => JSON.parse(payload))).toEqual([
			{ source: 'week', failed_since: START + MINUTE, refreshed_at: START + MINUTE },
		]);
		feed.answer(reply);
		expect(await codeOf(news.refresh(weekly()))).toBe(code);
		expect((await rowsOf('events')).filter(({ type }) => type === 'issue.raised')).toHaveLength(2);
	}, 30_000);

	test('a feed that never answered is told, and is no calendar', async () => {
		feed.answer({ status: 503 });
		expect(await codeOf(news.refresh(weekly()))).toBe('NEWS_FEED_STATUS');
		expect((await facts()).status).toBe('never_configured');
		expect((await rowsOf('events')).filter(({ type }) => type === 'issue.raised')).toHaveLength(1);
	});

	test.each([false, true])('a feed that never answers blocks 24 h after it was asked for first, beside another that answers: %s', async (beside) => {
		feed.answer({ status: 503 });
		await codeOf(news.refresh(weekly()));
		database.clock.advance(23 * HOUR);
		await codeOf(news.refresh(weekly()));
		const rows = [{ title: 'CPI', currency: 'USD', impact: 'High', date: isoTime(START + 3 * DAY) }];
		if (beside) await news.refresh({ kind: 'items', rows, name: null, zone: null, actor: 'operator' });
		database.clock.advance(HOUR);
		expect((await facts()).status).toBe(beside ? 'fresh' : 'never_configured');
		await news.watch();
		const told = async () => (await rowsOf('events')).filter(({ payload }) => String(payload).includes('NEWS_CALENDAR_STALE')).length;
		expect(await told()).toBe(0);
		database.clock.advance(1);
		expect(await facts()).toMatchObject({ status: 'stale', refreshedAt: null });
		expect(await news.standing('BTC/USDT')).toMatchObject({
			locked: true, code: 'NEWS_CALENDAR_STALE', message: expect.stringContaining('it never answered'),
		});
		for (let times = 0; times < 2; times++) await news.watch();
		expect(await told()).toBe(1);
		const [source] = (await news.sources()).filter(({ refreshedAt }) => refreshedAt === null);
		await news.removeSource(source?.name ?? '', 'operator');
		expect((await facts()).status).toBe(beside ? 'fresh' : 'never_configured');
	});

	test('that a calendar went stale is told once, until it is refreshed', async () => {
		await refresh([row('CPI', START + 3 * DAY)]);
		const told = async () => (await rowsOf('events')).filter(({ payload }) => String(payload).includes('NEWS_CALENDAR_STALE')).length;
		await news.watch();
		expect(await told()).toBe(0);
		database.clock.advance(24 * HOUR + 1);
		for (let times = 0; times < 3; times++) await news.watch();
		expect(await told()).toBe(1);
		await refresh([row('CPI', START + 3 * DAY)]);
		database.clock.advance(24 * HOUR + 1);
		await news.watch();
		expect(await told()).toBe(2);
	});

	test('each lock is told once, all that begin together in one; at another time it is news again', async () => {
		const locks = async () => (await rowsOf('events')).filter(({ type }) => type === 'news.locked').map(({ payload }) => JSON.parse(payload));
		const at = START + HOUR;
		await refresh([row('CPI', at), row('PPI', at, { country: 'EUR' }), row('Cars', at, { impact: 'Medium' }), row('Later', at + HOUR)]);
		await news.watch();
		expect(await locks()).toEqual([]);
		database.clock.set(at - 30 * MINUTE);
		for (let times = 0; times < 3; times++) await news.watch();
		expect(await locks()).toEqual([
			{ event_ids: [expect.any(String), expect.any(String)], titles: ['CPI', 'PPI'], currencies: ['EUR', 'USD'], until: at + 30 * MINUTE },
		]);
		await refresh([row('CPI', at), row('PPI', at, { country: 'EUR' }), row('Cars', at), row('Later', at + HOUR)]);
		await news.watch();
		expect((await locks()).map(({ titles: told }) => told)).toEqual([['CPI', 'PPI'], ['Cars']]);
		// Missed while nothing ran: nobody is told of what is over.
		database.clock.set(at + 3 * HOUR);
		await news.watch();
		expect(await locks()).toHaveLength(2);
	});

	test('what is long over is forgotten', async () => {
		await refresh([row('CPI', START), row('Later', START + DAY)]);
		await news.addWindow({ title: 'Own', currencies: [], impact: 'HIGH', from: START, until: START + HOUR, actor: 'operator' });
		database.clock.set(START + 7 * DAY);
		await news.watch();
		expect(await titles()).toEqual(['CPI', 'Own', 'Later']);
		database.clock.set(START + 7 * DAY + HOUR + 1);
		await news.watch();
		expect(await titles()).toEqual(['Later']);
		expect(await rowsOf('news_windows')).toHaveLength(1);
	});

	test('a list of items: wholly, or with every fault and not at all', async () => {
		await news.refresh(items([row('Own', START + HOUR)]));
		const bad = items([row('New', START + HOUR), { ...row('Bad', START), impact: 'huge', country: '' }]);
		await expect(news.refresh(bad)).rejects.toMatchObject({
			code: 'NEWS_ROWS_INVALID',
			message: expect.stringMatching(/^Nothing was stored: 2 .* Row 2, currency: is empty\. .* Row 2, impact: "huge"\. /),
		});
		expect(await codeOf(news.refresh(items([])))).toBe('NEWS_ROWS_INVALID');
		expect(await titles()).toEqual(['Own']);
		await news.refresh(items([row('Other', START + 9 * DAY)]));
		expect(await titles()).toEqual(['Other']);
	});

	test('names that cannot be, lists that are too long', async () => {
		const few = createNews(database.kernel({ policy: { ...policy, news: { ...rules, eventsMax: 10 } } }));
		const many = Array.from({ length: 11 }, (_, index) => row(`Event ${index}`, START + index * HOUR));
		expect(await codeOf(few.refresh(items(many)))).toBe('NEWS_ROWS_INVALID');
		feed.answer(many);
		expect(await codeOf(few.refresh(weekly()))).toBe('NEWS_FEED_TOO_LARGE');
		expect(await few.refresh(items(many.slice(1)))).toMatchObject({ added: 10 });
		for (const name of ['Manual', 'x'.repeat(81)]) expect(await codeOf(news.refresh(items(many, name)))).toBe('NEWS_SOURCE_NAME');
		expect(await codeOf(news.refresh({ ...items(many), zone: 'Mars' }))).toBe('NEWS_ZONE_UNKNOWN');
		expect(await codeOf(news.removeSource('other', 'operator'))).toBe('NEWS_SOURCE_UNKNOWN');
	});

	test('a calendar file without anything near today has ended', async () => {
		const event = (day: string): string => ['BEGIN:VEVENT', `UID:${day}`, 'SUMMARY:FOMC', `DTSTART:${day}T190000Z`, 'END:VEVENT'].join('\r\n');
		const file = (...days: string[]) => ({ type: 'text/calendar', body: ['BEGIN:VCALENDAR', ...days.map(event), 'END:VCALENDAR'].join('\r\n') });
		const command: RefreshCommand = { kind: 'ics', url: feed.url, name: 'fed', zone: null, impact: 'HIGH', currencies: ['USD'], actor: 'node:test' };
		for (const day of ['20250101', '20261115']) {
			feed.answer(file(day));
			expect(await codeOf(news.refresh(command))).toBe('NEWS_FEED_ENDED');
		}
		feed.answer(file('20261117'));
		expect(await news.refresh(command)).toMatchObject({ added: 1 });
	});

	test('a bad list that counted for nobody alarms nobody', async () => {
		expect(await codeOf(news.refresh(items([{}], 'mine')))).toBe('NEWS_ROWS_INVALID');
		expect(await rowsOf('news_sources')).toEqual([]);
		expect((await rowsOf('events')).filter(({ type }) => type === 'issue.raised')).toEqual([]);
	});

	test('a calendar file: series and titles', async () => {
		feed.answer({
			type: 'text/calendar',
			body: ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:f', 'SUMMARY:FOMC Meeting', 'DTSTART;TZID=America/New_York:20261028T140000',
				'DTEND;TZID=America/New_York:20261028T150000', 'RRULE:FREQ=DAILY;INTERVAL=42', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'),
		}, '/fed.ics');
		const command: RefreshCommand = {
			kind: 'ics', url: `${feed.url}/fed.ics`, name: null, zone: null, impact: 'MEDIUM', currencies: ['USD'], actor: 'node:test',
		};
		expect(await news.refresh(command)).toMatchObject({
			source: expect.stringMatching(/^127\.0\.0\.1:\d+ #[0-9a-f]{6}$/), events: 3, high: 3, added: 3,
		});
		database.clock.set(Date.UTC(2026, 11, 9, 20, 29, 59, 999));
		expect((await facts()).windows).toHaveLength(1);
		database.clock.advance(1);
		expect((await facts()).windows).toHaveLength(0);
	});

	test('two refreshes at once: each event once', async () => {
		feed.answer([row('CPI', START + HOUR), row('PPI', START + 2 * HOUR)]);
		const other = createNews(database.kernel({ policy }));
		await Promise.all([news.refresh(weekly()), other.refresh(weekly()), news.refresh(weekly())]);
		expect(await titles()).toEqual(['CPI', 'PPI']);
	});

	test('windows of people: exactly as said, once, and taken back', async () => {
		const input = { title: ' Listing\n', currencies: ['usd', 'EUR'], impact: 'HIGH', from: START + HOUR, until: START + 2 * HOUR, actor: 'operator' } as const;
		const added = await news.addWindow(input);
		expect(await news.addWindow(input)).toEqual(added);
		expect(added).toMatchObject({ title: 'Listing', currencies: ['EUR', 'USD'], exact: true, source: 'manual' });
		const open: boolean[] = [];
		for (const at of [START + HOUR - 1, START + HOUR, START + 2 * HOUR - 1, START + 2 * HOUR]) {
			database.clock.set(at);
			open.push((await facts()).windows.length === 1);
		}
		expect(open).toEqual([false, true, true, false]);
		await news.removeWindow(added.id, 'operator');
		expect(await rowsOf('news_windows')).toEqual([]);
		expect(await codeOf(news.removeWindow(added.id, 'operator'))).toBe('NEWS_WINDOW_UNKNOWN');
		const actions = (await rowsOf('audit')).map(({ action, actor }) => [action, actor]);
		expect(actions).toEqual([['news.window_added', 'operator'], ['news.window_removed', 'operator']]);
	});

	test.each([
		['ends before it begins', { from: START + HOUR, until: START }],
		['is over', { from: START - 2 * HOUR, until: START }],
		['is too long', { from: START, until: START + 169 * HOUR }],
		['has no currencies', { currencies: ['US$'] }],
	])('a window that %s is refused', async (_, more) => {
		const input = { title: 'x', currencies: [], impact: 'HIGH', from: START, until: START + HOUR, actor: 'operator', ...more } as const;
		expect(await codeOf(news.addWindow(input))).toBe('NEWS_WINDOW_INVALID');
		expect(await rowsOf('audit')).toEqual([]);
	});

	test('an event of a feed is not taken out by hand: it would come back', async () => {
		await refresh([row('CPI', START + HOUR)]);
		const [event] = await news.list({ from: 0, until: START + DAY, limit: 1 });
		expect(await codeOf(news.removeWindow(event!.id, 'operator'))).toBe('NEWS_WINDOW_OF_FEED');
		expect(await titles()).toEqual(['CPI']);
	});

	test('the list: by time, currency, impact, source, and no more than asked for', async () => {
		await refresh([row('A', START), row('B', START + HOUR, { country: 'EUR', impact: 'Low' }), row('C', START + 2 * HOUR, { country: 'All' })]);
		const list = async (more: object) => (await news.list({ from: START, until: START + DAY, limit: 9, ...more })).map(({ title }) => title);
		expect(await list({})).toEqual(['A', 'B', 'C']);
		expect(await list({ from: START + 1 })).toEqual(['B', 'C']);
		expect(await list({ until: START + 2 * HOUR })).toEqual(['A', 'B']);
		expect(await list({ currencies: ['EUR'] })).toEqual(['B', 'C']);
		expect(await list({ impacts: ['HIGH'] })).toEqual(['A', 'C']);
		expect(await list({ source: 'other' })).toEqual([]);
		expect(await list({ limit: 1 })).toEqual(['A']);
	});

	test('what a symbol stands at: until the last of a chain, and what comes next', async () => {
		await refresh([row('CPI', START), row('FOMC', START + 45 * MINUTE), row('NFP', START + 3 * HOUR), row('Cars', START, { impact: 'Medium' })]);
		expect(await news.standing('BTCUSDT')).toMatchObject({
			base: 'BTC', quote: 'USDT', locked: true, code: 'NEWS_WINDOW', until: START + 75 * MINUTE, titles: ['CPI'],
			confidenceExtra: 10, status: 'fresh', next: { title: 'FOMC' },
		});
		database.clock.set(START + 75 * MINUTE);
		expect(await news.standing('BTC/USDT')).toMatchObject({ locked: false, code: 'OK', until: null, titles: [], next: { title: 'NFP' } });
		database.clock.set(START + 2 * DAY);
		expect(await news.standing('BTC/USDT')).toMatchObject({ locked: true, code: 'NEWS_CALENDAR_STALE', until: null });
		expect(await codeOf(news.standing('BTC'))).toBe('NEWS_SYMBOL_UNCLEAR');
	});

	test('no secret of an address is kept or told', async () => {
		const secret = 'private-0123456789abcdef';
		const url = `${feed.url.replace('//', `//ana:${secret}@`)}/${secret}?token=${secret}`;
		feed.answer([row('CPI', START + HOUR)]);
		await news.refresh(weekly({ url, name: null }));
		feed.answer({ status: 500 });
		await news.refresh(weekly({ url, name: null })).catch(() => {});
		for (const table of ['news_sources', 'news_events', 'audit', 'events']) {
			expect(JSON.stringify(await rowsOf(table))).not.toContain(secret);
		}
	});

	test('the gate’s question is answered from the index', async () => {
		const { conn } = database.pool;
		if (database.dialect !== 'sqlite') return;
		await refresh([row('CPI', START)]);
		const plan: { detail: string }[] = await conn.raw(
			"explain query plan select * from news_windows where currency in ('USD','ALL') and ends_at > 1 and starts_at <= 2",
		);
		expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX news_windows_open');
	});
});
