import fc from 'fast-check';
import { decimal, gt, HOUR, lt, MINUTE, SECOND, STANDARD_POLICY, type AccountId, type Decimal } from '../../../../core/model';
import { CurvePen, sampleStart, thinningOf, widened, type EquitySample } from '../../../../core/risk/watch/curve';
import { addSamples, samplesSince, thin } from '../../../../core/risk/watch/curve.repository';
import { describeDatabases, START } from '../../../support/databases';
import { openDesk } from './desk';

const WIDTH = 5 * SECOND;
const DAY = 24 * HOUR;
const d = decimal;

const sample = (at: number, ...figures: readonly number[]): EquitySample => ({
	accountId: 'acc_1', width: WIDTH, at, first: d(figures[0] ?? 0), lowest: d(Math.min(...figures)),
	highest: d(Math.max(...figures)), last: d(figures.at(-1) ?? 0),
});

describe('the pen', () => {
	const draw = (figures: readonly (readonly [second: number, equity: number])[]): EquitySample[] => {
		const pen = new CurvePen(WIDTH);
		const samples: EquitySample[] = [];
		for (const [second, equity] of figures) {
			samples.push(...pen.take(START + second * SECOND));
			pen.note('acc_1', START + second * SECOND, d(equity));
		}
		return [...samples, ...pen.take(START + 100 * HOUR)];
	};

	it('gathers what five seconds saw, with the extremes', () => {
		expect(draw([[0, 10], [1, 8], [4, 9], [5, 12]])).toEqual([sample(START, 10, 8, 9), sample(START + WIDTH, 12)]);
	});

	it('writes an equity that does not change once an hour', () => {
		const flat = Array.from({ length: 1500 }, (_, index) => [index * 5, 10] as const);
		expect(draw(flat).map(({ at }) => (at - START) / MINUTE)).toEqual([0, 60, 120]);
		expect(draw([[0, 10], [5, 10], [10, 11], [15, 10]])).toHaveLength(3);
	});
});

describe('thinning', () => {
	const figures = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 200 });

	it('hides no fall: the extremes, the first and the last figure stay, whatever the width', () => {
		fc.assert(
			fc.property(figures, fc.constantFrom(MINUTE, HOUR, DAY), (steps, width) => {
				let at = sampleStart(START, WIDTH);
				const fine: EquitySample[] = steps.map(([wait, equity]) => sample((at += wait * WIDTH), equity));
				const wide = widened(fine, width);
				const lowest = (all: readonly EquitySample[]): number => Math.min(...all.map((each) => Number(each.lowest)));
				const highest = (all: readonly EquitySample[]): number => Math.max(...all.map((each) => Number(each.highest)));
				expect([lowest(wide), highest(wide)]).toEqual([lowest(fine), highest(fine)]);
				expect([wide[0]?.first, wide.at(-1)?.last]).toEqual([fine[0]?.first, fine.at(-1)?.last]);
				expect(new Set(wide.map((each) => each.at)).size).toBe(wide.length);
				expect(wide.every((each) => each.width === width && each.at % width === 0)).toBe(true);
			}),
		);
	});
});

describeDatabases('the curve of an account', (open) => {
	test('is drawn by the watch, with the peak', async () => {
		const policy = { ...STANDARD_POLICY, watch: { ...STANDARD_POLICY.watch, volatilityPercent: 90 } };
		const desk = await openDesk(await open(), { policy });
		const { trading } = desk;
		await trading.enter({ quantity: '0.1', stop: 40_000, targets: [[200_000, 1]] });
		await desk.seconds(6);
		trading.quotes.set('BTC/USDT', 61_000);
		await desk.seconds(1);
		trading.quotes.set('BTC/USDT', 60_500);
		await desk.seconds(12);
		const samples = await samplesSince(trading.kernel.conn, trading.accountId, 0, 100);
		const top = samples.reduce<Decimal>((best, each) => (gt(each.highest, best) ? each.highest : best), d(0));
		expect(top).toBe((await desk.account()).peakEquity);
		expect(gt(top, 10_080)).toBe(true);
		expect(samples.every((each) => each.width === WIDTH && !lt(each.highest, each.lowest))).toBe(true);
	});

	test('is thinned as it ages, in any number of steps, and read in order', async () => {
		const desk = await openDesk(await open());
		const { trading: { kernel, accountId, addMember } } = desk;
		const other = (await addMember('other')).accountId;
		const now = START + 400 * DAY;
		const all: EquitySample[] = [];
		const put = (id: AccountId, age: number, equity: number): void => {
			const at = sampleStart(now - age, WIDTH);
			all.push({ ...sample(at, equity), accountId: id });
		};
		for (let index = 0; index < 200; index++) {
			for (const id of [accountId, other]) {
				put(id, 300 * DAY - index * HOUR, 100 + (index % 17));
				put(id, 60 * DAY - index * 10 * MINUTE, 200 + (index % 19));
				put(id, 20 * HOUR - index * 20 * SECOND, 300 + (index % 23));
				put(id, 10 * MINUTE - index * SECOND * 2, 400 + (index % 29));
			}
		}
		all.sort((a, b) => a.at - b.at);
		const fine = [...new Map(all.map((each) => [`${each.accountId}|${each.at}`, each])).values()];
		await kernel.transaction(async (trx) => addSamples(trx, fine));
		for (const thinning of thinningOf(STANDARD_POLICY.watch)) {
			while ((await kernel.transaction(async (trx) => thin(trx, thinning, now))) > 0);
		}
		for (const id of [accountId, other]) {
			const kept = await samplesSince(kernel.conn, id, 0, 5000);
			const own = fine.filter((each) => each.accountId === id);
			expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).sort((a, b) => a - b));
			const width = (from: number, to: number): number[] => [...new Set(kept.filter(({ at }) => at >= now - from && at < now - to).map((each) => each.width))];
			expect(width(HOUR, 0)).toEqual([WIDTH]);
			expect(width(23 * HOUR, 2 * HOUR)).toEqual([MINUTE]);
			expect(width(80 * DAY, 2 * DAY)).toEqual([HOUR]);
			expect(width(400 * DAY, 92 * DAY)).toEqual([DAY]);
			for (const [from, to] of [[400, 92], [80, 2], [1, 0]] as const) {
				const range = (samples: readonly EquitySample[]): number[] => {
					const some = samples.filter(({ at }) => at >= now - from * DAY - DAY && at < now - to * DAY).flatMap((each) => [Number(each.lowest), Number(each.highest)]);
					return [Math.min(...some), Math.max(...some)];
				};
				expect([from, ...range(kept)]).toEqual([from, ...range(own)]);
			}
		}
		const rows = await kernel.conn('equity_samples').where({ account_id: accountId });
		expect(rows.length).toBeLessThan(fine.length / 4);
	});

	test('a sample of the same time is added to, never replaced: a restart loses no extreme', async () => {
		const desk = await openDesk(await open());
		const { kernel, accountId } = desk.trading;
		const write = async (...figures: number[]) =>
			kernel.transaction(async (trx) => addSamples(trx, [{ ...sample(START, ...figures), accountId }]));
		await write(100, 70, 120);
		await write(110, 90, 105);
		expect(await samplesSince(kernel.conn, accountId, 0, 9)).toMatchObject([{ first: '100', lowest: '70', highest: '120', last: '105' }]);
	});
});
