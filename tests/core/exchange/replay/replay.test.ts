import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
	createExchanges, openPaperAccount, parsePaperSource, paperSourceOf,
} from '../../../../core/exchange';
import { parseQuotes } from '../../../../core/exchange/replay/csv';
import { offeredByBars, priceWithin } from '../../../../core/exchange/replay/path';
import { DAY, decimal, eq, gte, HOUR, lte, max, min, MINUTE } from '../../../../core/model';
import { describeDatabases, START, type TestDatabase } from '../../../support/databases';
import { runs } from '../../../support/runs';
import { ScriptedQuotes } from '../../../support/scripted-quotes';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Recorded a year before the tests' clock, at the same time of day. */
const RECORDED = START - 365 * DAY;
const iso = (at: number) => new Date(at).toISOString();

function recordings(files: Readonly<Record<string, string>>): string {
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-replay-'));
	folders.push(folder);
	mkdirSync(join(folder, 'may'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'may', name), text);
	return folder;
}

const QUOTES = [
	'time,bid,ask', `${iso(RECORDED)},60000,60010`, `${RECORDED + 10_000},61000,61010`,
	`${iso(RECORDED + 10 * MINUTE)},50000,50010`, '',
].join('\r\n');
const BARS = [
	'time,open,high,low,close,volume', `${iso(RECORDED - HOUR)},3000,3000,3000,3000,7`,
	`${iso(RECORDED)},3000,3100,2900,3050,12`, `${iso(RECORDED + MINUTE)},3050,3060,3000,3010,20`,
].join('\n');

function exchangesOn(database: TestDatabase, replayFolder: string | null) {
	const kernel = database.kernel();
	return createExchanges(kernel, { quotes: new ScriptedQuotes(database.clock), replayFolder, sleep: async () => {} });
}

describe('sources of paper prices', () => {
	it.each([
		['demo', 'paper'],
		['ccxt:binance', 'paper@ccxt:binance'],
		['ccxt:binance@127.0.0.1:4567', 'paper@ccxt:binance@127.0.0.1:4567'],
		['file:may-2026', 'paper@file:may-2026'],
	])('%s is what the venue %s says', (source, venue) => {
		expect(paperSourceOf(venue)).toEqual(parsePaperSource(source));
		expect(parsePaperSource(source)).not.toBeNull();
	});

	it.each(['', 'ccxt:', 'ccxt:Binance', 'ccxt:paper', 'file:', 'file:../etc', 'file:a/b', 'file:A', 'web:x', 'demo:1'])(
		'"%s" is none',
		(source) => {
			expect(parsePaperSource(source)).toBeNull();
			expect(paperSourceOf(`paper@${source}`)).toBeNull();
		},
	);

	it.each(['binance', 'paperx', 'paper@demo2', ''])('%s is no paper venue', (venue) => {
		expect(paperSourceOf(venue)).toBeNull();
	});
});

describe('recorded quotes', () => {
	it.each([
		['another header', 'a,b,c\n', 1],
		['no time', 'time,bid,ask\nyesterday,1,2\n', 2],
		['no number', `time,bid,ask\n${RECORDED},x,2\n`, 2],
		['a bid above the ask', `time,bid,ask\n${RECORDED},3,2\n`, 2],
		['a price of nothing', `time,bid,ask\n${RECORDED},0,2\n`, 2],
		['a time that goes back', `time,bid,ask\n${RECORDED},1,2\n${RECORDED},1,2\n`, 3],
	])('refuse %s, naming the line', (_, text, line) => {
		expect(() => parseQuotes('x.csv', text)).toThrow(expect.objectContaining({ code: 'QUOTES_FILE_INVALID', details: { file: 'x.csv', line } }));
	});

	it('meet every price of a bar, and none outside', () => {
		const price = fc.integer({ min: 1, max: 10_000 });
		fc.assert(
			fc.property(price, price, price, price, (a, b, c, d) => {
				const [open, close] = [decimal(a), decimal(b)];
				const bar = { at: 0, open, close, high: max(a, b, c), low: min(a, b, d), volume: decimal(1) };
				const path = Array.from({ length: 61 }, (_, index) => priceWithin(bar, index / 60));
				expect(path.every((each) => lte(each, bar.high) && gte(each, bar.low))).toBe(true);
				expect([path[0], path[60]]).toEqual([bar.open, bar.close]);
				expect(path.some((each) => eq(each, bar.high)) && path.some((each) => eq(each, bar.low))).toBe(true);
			}),
			{ numRuns: runs(200) },
		);
	});

	it('grow old behind the last bar before a gap', () => {
		const bar = { at: 0, open: decimal(1), high: decimal(1), low: decimal(1), close: decimal(1), volume: decimal(1) };
		expect(offeredByBars([bar], MINUTE, 30_000, decimal(2))).toEqual({ bid: '0.9998', ask: '1.0002', at: 30_000 });
		expect(offeredByBars([bar], MINUTE, 500_000, decimal(2))?.at).toBe(MINUTE);
		expect(offeredByBars([bar], MINUTE, -1, decimal(2))).toBeNull();
	});
});

describeDatabases('a recording', (open) => {
	const venue = 'paper@file:may';

	test('is replayed at the same time of day, in every process and after every start', async () => {
		const database = await open();
		const folder = recordings({ 'BTC-USDT.quotes.csv': QUOTES, 'ETH-USDT.1m.csv': BARS, 'BTC-USDT.1m.csv': BARS, 'notes.txt': 'x' });
		const { quotes, bars, for: exchange } = exchangesOn(database, folder);
		expect(await quotes.quote(venue, 'BTC/USDT')).toEqual({ symbol: 'BTC/USDT', bid: '60000', ask: '60010', at: START });
		// A bar of one hour before is the first of all: replayed by whole days.
		expect(await quotes.quote(venue, 'ETH/USDT')).toMatchObject({ bid: '2999.4', ask: '3000.6', at: START });
		database.clock.advance(10_000);
		expect(await quotes.quote(venue, 'BTC/USDT')).toMatchObject({ bid: '61000', at: START + 10_000 });
		database.clock.advance(100_000);
		// Nobody was there to offer anything for ten minutes.
		expect(await quotes.quote(venue, 'BTC/USDT')).toMatchObject({ bid: '61000', at: START + 70_000 });
		expect(await exchangesOn(database, folder).quotes.quote(venue, 'BTC/USDT')).toEqual(await quotes.quote(venue, 'BTC/USDT'));
		expect(await quotes.quote(venue, 'XRP/USDT')).toBeNull();
		expect((await exchange(venue).markets()).map(({ symbol }) => symbol).sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
		const minute = await bars.bars(venue, 'ETH/USDT', '1m', 5, database.clock.now());
		expect(minute.map(({ at, volume }) => [at, volume])).toEqual([[START - HOUR, '7'], [START, '12']]);
	});

	test('is what a paper account trades on, by its volumes', async () => {
		const database = await open();
		const { for: exchange } = exchangesOn(database, recordings({ 'ETH-USDT.1m.csv': BARS }));
		const kernel = database.kernel();
		const paper = { model: 'realistic', profile: { rejectPercents: { rms: 0, circuit: 0, exchangeDown: 0, priceRange: 0 } } };
		const account = { accountId: 'acc_replay', currency: 'USDT', balance: decimal(100_000), paper } as const;
		await kernel.transaction(async (trx) => openPaperAccount(trx, kernel, account));
		database.clock.advance(MINUTE + 15_000);
		const report = await exchange(venue).submit('acc_replay', {
			clientOrderId: 'fcreplay', symbol: 'ETH/USDT', side: 'buy', type: 'market', quantity: decimal(5),
			price: null, triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		// A tenth of the 12 of the minute before.
		expect(report).toMatchObject({ order: { state: 'PARTIALLY_FILLED', filledQuantity: '1.2' } });
		database.clock.advance(10 * MINUTE);
		const late = await exchange(venue).submit('acc_replay', {
			clientOrderId: 'fclate', symbol: 'ETH/USDT', side: 'buy', type: 'market', quantity: decimal(1),
			price: null, triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		expect(late).toMatchObject({ kind: 'rejected', code: 'NO_LIQUIDITY' });
	});

	test('that is missing or empty says so, and is read once it is there', async () => {
		const database = await open();
		const folder = recordings({});
		const { quotes } = exchangesOn(database, folder);
		await expect(quotes.quote('paper@file:june', 'BTC/USDT')).rejects.toMatchObject({ code: 'REPLAY_MISSING' });
		await expect(quotes.quote(venue, 'BTC/USDT')).rejects.toMatchObject({ code: 'REPLAY_EMPTY' });
		writeFileSync(join(folder, 'may', 'BTC-USDT.quotes.csv'), QUOTES);
		expect(await quotes.quote(venue, 'BTC/USDT')).toMatchObject({ bid: '60000' });
		expect(() => exchangesOn(database, null).for(venue)).toThrow(expect.objectContaining({ code: 'REPLAY_FOLDER_MISSING' }));
		expect(() => exchangesOn(database, null).for('paper@ccxt:binance')).toThrow(expect.objectContaining({ code: 'VENUE_UNKNOWN' }));
	});
});
