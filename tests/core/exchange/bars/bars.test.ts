import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
	aggregateBars, barsFileName, createDemoBars, createFileBars, createVenueBars, DEMO_SEED, demoPriceMid,
	keepBars, TIMEFRAME_MS, TIMEFRAMES, type Bar, type Bars, type FetchCandles,
} from '../../../../core/exchange';
import { closedBefore } from '../../../../core/exchange/bars/bars';
import { parseBars } from '../../../../core/exchange/bars/csv';
import { add, decimal, gte, HOUR, lte, max, min, MINUTE, SECOND, ZERO } from '../../../../core/model';
import { START } from '../../../support/databases';

const bar = (at: number, open: number, high: number, low: number, close: number, volume = 1): Bar => ({
	at, open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close), volume: decimal(volume),
});

describe('bars of the demo market', () => {
	const demo = createDemoBars();

	test('are closed, without a gap, oldest first, and the same in every process', async () => {
		const bars = await demo.bars('paper', 'BTC/USDT', '5m', 20, START + 90 * SECOND);
		expect(bars.map(({ at }) => at)).toEqual(
			Array.from({ length: 20 }, (_, index) => START - (20 - index) * 5 * MINUTE),
		);
		expect(await createDemoBars(DEMO_SEED).bars('binance', 'BTC/USDT', '5m', 20, START)).toEqual(bars);
		expect(await createDemoBars(7).bars('paper', 'BTC/USDT', '5m', 20, START)).not.toEqual(bars);
	});

	test('a bar opens and closes at the demo’s prices, and those between lie within it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 50_000 }), fc.constantFrom(...TIMEFRAMES.slice(0, 4)), async (minutes, timeframe) => {
				const at = START + minutes * MINUTE - ((START + minutes * MINUTE) % TIMEFRAME_MS[timeframe]);
				const [only] = await demo.bars('paper', 'ETH/USDT', timeframe, 1, at + TIMEFRAME_MS[timeframe]);
				expect(only?.open).toBe(demoPriceMid(DEMO_SEED, 'ETH/USDT', at));
				expect(gte(only?.high ?? 0, max(only?.open ?? 0, only?.close ?? 0))).toBe(true);
				expect(lte(only?.low ?? 0, min(only?.open ?? 0, only?.close ?? 0))).toBe(true);
				expect(gte(only?.volume ?? 0, 1)).toBe(true);
			}),
			{ numRuns: 30 },
		);
	});

	test('nothing is made up for symbols that it does not list', async () => {
		expect(await demo.bars('paper', 'NOPE/USDT', '1m', 5, START)).toEqual([]);
		expect(await demo.bars('paper', 'BTC/USDT', '1m', 0, START)).toEqual([]);
	});
});

describe('longer bars from shorter ones', () => {
	test('take the first open, the last close, the ends and the sum', () => {
		const minutes = [
			bar(START, 10, 12, 9, 11, 1), bar(START + MINUTE, 11, 15, 11, 14, 2), bar(START + 4 * MINUTE, 14, 14, 8, 9, 3),
			bar(START + 5 * MINUTE, 9, 10, 9, 10, 4),
		];
		expect(aggregateBars(minutes, '5m')).toEqual([bar(START, 10, 15, 8, 9, 6), bar(START + 5 * MINUTE, 9, 10, 9, 10, 4)]);
	});

	test('lose no volume and no price, whatever they are', () => {
		const bars = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 60 });
		fc.assert(
			fc.property(bars, (list) => {
				const minutes = list.map(([a, b, volume], index) => bar(START + index * MINUTE, a, Math.max(a, b), Math.min(a, b), b, volume));
				const made = aggregateBars(minutes, '15m');
				expect(add(...made.map(({ volume }) => volume))).toBe(add(...minutes.map(({ volume }) => volume)));
				expect(max(ZERO, ...made.map(({ high }) => high))).toBe(max(ZERO, ...minutes.map(({ high }) => high)));
				expect(made.at(-1)?.close).toBe(minutes.at(-1)?.close);
				expect(made.every(({ at }) => at % TIMEFRAME_MS['15m'] === 0)).toBe(true);
			}),
		);
	});

	test('a bar that is still being made is none', () => {
		const bars = [bar(START, 1, 1, 1, 1), bar(START + MINUTE, 1, 1, 1, 1)];
		expect(closedBefore(bars, '1m', 9, START + 2 * MINUTE - 1)).toEqual([bars[0]]);
		expect(closedBefore(bars, '1m', 9, START + 2 * MINUTE)).toEqual(bars);
		expect(closedBefore(bars, '1m', 1, START + 2 * MINUTE)).toEqual([bars[1]]);
		expect(closedBefore(bars, '1m', 0, START + 2 * MINUTE)).toEqual([]);
	});
});

describe('bars from files', () => {
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bars-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
	const HEAD = 'time,open,high,low,close,volume';
	const line = (at: number, rest = '10,12,9,11,1.5') => `${at},${rest}`;
	const save = (symbol: string, timeframe: '1m' | '5m', ...lines: string[]) =>
		writeFileSync(join(folder, barsFileName(symbol, timeframe)), [HEAD, ...lines].join('\n'));

	test('read times in every usual form, to the last digit', () => {
		const text = ['\uFEFFTime, Open,High,Low,Close,Volume', line(START), line((START + MINUTE) / 1000, '10.10,12,9,11,0'), '2026-11-20T10:02:00Z,1,1.000000000000000001,1,1,2', '', ''].join('\r\n');
		expect(parseBars('x.csv', text)).toEqual([
			{ at: START, open: '10', high: '12', low: '9', close: '11', volume: '1.5' },
			{ at: START + MINUTE, open: '10.1', high: '12', low: '9', close: '11', volume: '0' },
			{ at: START + 2 * MINUTE, open: '1', high: '1.000000000000000001', low: '1', close: '1', volume: '2' },
		]);
	});

	test.each<[string, string[], number]>([
		['no header', [line(START)], 1],
		['columns in another order', ['time,open,close,high,low,volume'], 1],
		['a time that is none', [HEAD, 'yesterday,1,1,1,1,1'], 2],
		['a price that is none', [HEAD, line(START, '10,1e999,9,11,1')], 2],
		['a missing column', [HEAD, line(START, '10,12,9,11')], 2],
		['a negative volume', [HEAD, line(START, '10,12,9,11,-1')], 2],
		['a close above the high', [HEAD, line(START, '10,12,9,13,1')], 2],
		['a price of nothing', [HEAD, line(START, '0,12,0,11,1')], 2],
		['a bar twice', [HEAD, line(START), '', line(START)], 4],
		['bars backwards', [HEAD, line(START + MINUTE), line(START)], 3],
	])('say where they are wrong: %s', (_what, lines, number) => {
		expect(() => parseBars('x.csv', lines.join('\n'))).toThrow(`x.csv, line ${number}:`);
	});

	test('serve their own timeframe, and longer ones that can be made of it', async () => {
		save('BTC/USDT', '1m', ...Array.from({ length: 10 }, (_, index) => line(START + index * MINUTE)));
		const bars = createFileBars(folder);
		expect(await bars.bars('any', 'BTC/USDT', '1m', 3, START + 10 * MINUTE)).toHaveLength(3);
		expect(await bars.bars('any', 'BTC/USDT', '5m', 9, START + 10 * MINUTE)).toMatchObject([
			{ at: START, volume: '7.5' }, { at: START + 5 * MINUTE, volume: '7.5' },
		]);
		expect(await bars.bars('any', 'BTC/USDT', '5m', 9, START + 10 * MINUTE - 1)).toHaveLength(1);
		expect(await bars.bars('any', 'ETH/USDT', '5m', 9, START + HOUR)).toEqual([]);
	});

	test('a file that was put right is read again', async () => {
		const bars = createFileBars(folder);
		save('SOL/USDT', '5m', 'nonsense');
		await expect(bars.bars('any', 'SOL/USDT', '5m', 1, START + HOUR)).rejects.toMatchObject({ code: 'BARS_FILE_INVALID' });
		save('SOL/USDT', '5m', line(START));
		expect(await bars.bars('any', 'SOL/USDT', '5m', 1, START + HOUR)).toHaveLength(1);
	});
});

describe('bars of venues', () => {
	test('come sorted and whole, without the one in the making', async () => {
		const asked: unknown[] = [];
		const fetch: FetchCandles = async (...args) => {
			asked.push(args);
			return [
				[START + 10 * MINUTE, 3, 3, 3, 3, 1], [START, 1, 2, 0.5, 1.5, 10], [START + 5 * MINUTE, 2, 2, 2, 2, undefined],
				[START - 5 * MINUTE, 1, undefined, 1, 1, 1], [START - 10 * MINUTE, 1, Number.NaN, 1, 1, 1],
			];
		};
		const bars = await createVenueBars(fetch).bars('binance', 'BTC/USDT', '5m', 4, START + 12 * MINUTE);
		expect(bars).toEqual([
			{ at: START, open: '1', high: '2', low: '0.5', close: '1.5', volume: '10' },
			{ at: START + 5 * MINUTE, open: '2', high: '2', low: '2', close: '2', volume: '0' },
		]);
		expect(asked).toEqual([['binance', 'BTC/USDT', '5m', START - 10 * MINUTE, 5]]);
	});
});

describe('bars that are kept', () => {
	const WISH = { venue: 'v', symbol: 'BTC/USDT', timeframe: '5m', limit: 3 } as const;
	const demo = createDemoBars();

	test('are asked for once a bar, and more of them when more are wanted', async () => {
		const asked: number[] = [];
		const source: Bars = { bars: async (...args) => (asked.push(args[3]), demo.bars(...args)) };
		const kept = keepBars(source, () => {});
		expect(kept.known(WISH)).toEqual([]);
		await kept.refresh([WISH, WISH], START);
		await kept.refresh([WISH], START + MINUTE);
		expect(asked).toEqual([3]);
		await kept.refresh([{ ...WISH, limit: 8 }], START + MINUTE);
		await kept.refresh([WISH], START + 5 * MINUTE);
		expect(asked).toEqual([3, 8, 8]);
		expect(kept.known(WISH)).toHaveLength(8);
	});

	test('a bar that comes late is asked for again after some seconds, not at once', async () => {
		let asked = 0;
		const source: Bars = {
			bars: async (venue, symbol, timeframe, limit, before) => (asked++, demo.bars(venue, symbol, timeframe, limit, before - 5 * MINUTE)),
		};
		const kept = keepBars(source, () => {});
		for (const seconds of [0, 1, 4]) await kept.refresh([WISH], START + seconds * SECOND);
		expect(asked).toBe(1);
		await kept.refresh([WISH], START + 5 * SECOND);
		expect(asked).toBe(2);
	});

	test('nobody waits for a slow source; its answer is there later', async () => {
		let answer = (): void => {};
		const source: Bars = {
			bars: async (...args) => {
				await new Promise<void>((resolve) => (answer = resolve));
				return demo.bars(...args);
			},
		};
		const kept = keepBars(source, () => {});
		const begun = performance.now();
		await kept.refresh([WISH], START);
		expect(performance.now() - begun).toBeLessThan(2000);
		expect(kept.known(WISH)).toEqual([]);
		const waiting = kept.refresh([WISH], START);
		answer();
		await waiting;
		expect(kept.known(WISH)).toHaveLength(3);
	});

	test('a source that fails is told of once and left alone for a while; what is known stays', async () => {
		const errors: string[] = [];
		let fails = false;
		const source: Bars = { bars: async (...args) => (fails ? Promise.reject(new Error('down')) : demo.bars(...args)) };
		const kept = keepBars(source, (wish, error) => errors.push(`${wish.symbol} ${error}`));
		await kept.refresh([WISH], START);
		fails = true;
		for (let second = 0; second < 30; second += 5) await kept.refresh([WISH], START + 5 * MINUTE + second * SECOND);
		expect(errors).toEqual(['BTC/USDT down']);
		expect(kept.known(WISH)).toHaveLength(3);
		fails = false;
		await kept.refresh([WISH], START + 5 * MINUTE + 30 * SECOND);
		expect(kept.known(WISH).at(-1)?.at).toBe(START);
	});
});
