import { STANDARD_POLICY } from '../../../../core/model';
import { feedAddress, fetchFeed } from '../../../../core/risk/news/feeds/fetch';
import { startFeed, type FeedServer } from '../../../support/feed-server';

const LIMITS = { ...STANDARD_POLICY.news, feedSeconds: 1, feedBytesMax: 100_000 };
const SECRET = 'private-0123456789abcdef';

let feed: FeedServer;
let other: FeedServer;
beforeAll(async () => {
	feed = await startFeed();
	other = await startFeed();
});
afterAll(async () => {
	await feed.close();
	await other.close();
});

const ask = async (path = '/', limits = LIMITS) => fetchFeed(feedAddress(feed.url + path), limits);

async function failure(path = '/', limits = LIMITS): Promise<Error & { code?: string; retryable?: boolean }> {
	try {
		await ask(path, limits);
	} catch (error) {
		return error as Error;
	}
	throw new Error('It answered.');
}

describe('the address', () => {
	test.each(['', 'calendar', 'ftp://host/x', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/plain,x'])(
		'%j is none',
		(text) => {
			expect(() => feedAddress(text)).toThrow(expect.objectContaining({ code: 'NEWS_FEED_URL' }));
		},
	);

	test('a wrong one is not repeated in the error', () => {
		expect(() => feedAddress(`htps://${SECRET}`)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(SECRET) }));
	});

	test.each(['http://localhost:1/x', ' https://host/calendar.ics?key=1 '])('%j is one', (text) => {
		expect(feedAddress(text).protocol).toMatch(/^https?:$/);
	});
});

describe('answers', () => {
	test.each(['application/json', 'text/calendar; charset=utf-8', 'text/plain', 'application/octet-stream', null, 'application/feed+json'])(
		'of the type %s are read',
		async (type) => {
			feed.answer({ type, body: '[1]' });
			await expect(ask()).resolves.toEqual({ text: '[1]', host: new URL(feed.url).host });
		},
	);

	test.each([
		['status 500', { status: 500 }, 'NEWS_FEED_STATUS', 'try again later', true],
		['status 429', { status: 429 }, 'NEWS_FEED_STATUS', 'refresh less often', true],
		['status 404', { status: 404 }, 'NEWS_FEED_STATUS', 'nothing at this address', false],
		['status 401', { status: 401 }, 'NEWS_FEED_STATUS', 'login', false],
		['status 204', { status: 204 }, 'NEWS_FEED_STATUS', '204', false],
		['status 304', { status: 304 }, 'NEWS_FEED_STATUS', '304', false],
		['a web page', { type: 'text/html', body: '<html>' }, 'NEWS_FEED_TYPE', 'a web page', false],
		['a picture', { type: 'image/png', body: 'x' }, 'NEWS_FEED_TYPE', '"image/png"', false],
		['nothing at all', { fault: 'silent' }, 'NEWS_FEED_TIMEOUT', 'within 1 s', true],
		['half and then silence', { body: '[1,2,3]', fault: 'stalls' }, 'NEWS_FEED_TIMEOUT', 'within 1 s', true],
		['half and then a cut line', { body: '[1,2,3]', fault: 'drops' }, 'NEWS_FEED_UNREACHABLE', 'could not be read', true],
		['no end', { fault: 'endless' }, 'NEWS_FEED_TOO_LARGE', '100000 bytes', false],
		['too much', { body: ' '.repeat(100_001) }, 'NEWS_FEED_TOO_LARGE', '100000 bytes', false],
	] as const)('%s', async (_, reply, code, words, retryable) => {
		feed.answer(reply);
		const error = await failure();
		expect(error).toMatchObject({ code, retryable });
		expect(error.message).toContain(words);
		expect(error.message).toContain('What was known stays.');
	});

	test('exactly as much as allowed', async () => {
		feed.answer({ body: ' '.repeat(100_000) });
		expect((await ask()).text).toHaveLength(100_000);
	});

	test('no host there', async () => {
		const gone = await startFeed();
		await gone.close();
		await expect(fetchFeed(feedAddress(gone.url), LIMITS)).rejects.toMatchObject({
			code: 'NEWS_FEED_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED'),
		});
	});
});

describe('redirects', () => {
	const to = (location: string) => ({ status: 302, headers: { location } });

	test('are followed, so many and no more', async () => {
		feed.answer(to('/b'), '/a');
		feed.answer(to('/c'), '/b');
		feed.answer(to('/d'), '/c');
		feed.answer([1], '/d');
		expect((await ask('/a')).text).toBe('[1]');
		feed.answer(to('/a'), '/0');
		expect(await failure('/0')).toMatchObject({ code: 'NEWS_FEED_REDIRECT', message: expect.stringContaining('more than 3 times') });
		feed.answer(to('/loop'), '/loop');
		expect(await failure('/loop')).toMatchObject({ code: 'NEWS_FEED_REDIRECT' });
	});

	test('to other kinds of addresses are not', async () => {
		feed.answer(to('file:///etc/passwd'), '/file');
		expect(await failure('/file')).toMatchObject({ code: 'NEWS_FEED_REDIRECT', message: expect.stringContaining('"file:"') });
		feed.answer({ status: 302 }, '/nowhere');
		expect(await failure('/nowhere')).toMatchObject({ code: 'NEWS_FEED_REDIRECT' });
	});

	test('name and password go to their own host only', async () => {
		other.answer([2]);
		feed.answer(to(`${other.url}/calendar`), '/away');
		feed.answer(to('/here'), '/near');
		feed.answer([1], '/here');
		const address = (path: string) => feedAddress(`${feed.url.replace('//', `//ana:${SECRET}@`)}${path}`);
		await fetchFeed(address('/near'), LIMITS);
		const basic = `Basic ${Buffer.from(`ana:${SECRET}`).toString('base64')}`;
		expect(feed.calls.at(-1)).toMatchObject({ path: '/here', headers: { authorization: basic } });
		await fetchFeed(address('/away'), LIMITS);
		expect(other.calls.at(-1)?.headers.authorization).toBeUndefined();
	});
});

test('no error shows the secret in an address', async () => {
	const path = `/${SECRET}/basic.ics?token=${SECRET}`;
	const replies = [{ status: 500 }, { type: 'text/html' }, { fault: 'silent' }, { status: 302 }, { fault: 'drops', body: 'xxxx' }] as const;
	for (const reply of replies) {
		feed.answer(reply);
		const error = await failure(path);
		expect(JSON.stringify([error.message, error.stack, Reflect.get(error, 'details'), String(error.cause)])).not.toContain(SECRET);
	}
});
