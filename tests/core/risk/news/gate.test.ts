import fc from 'fast-check';
import { beat } from '../../../../core/db';
import { DAY, HOUR, isoTime, MINUTE, SECOND, STANDARD_POLICY } from '../../../../core/model';
import { currenciesOf, newsFor } from '../../../../core/risk/news';
import { createNews } from '../../../../core/risk/news/news.service';
import { describeDatabases, START } from '../../../support/databases';
import { codes, scene, shared, type Scene } from '../scene';

const rules = STANDARD_POLICY.news;

describeDatabases('news in the gate', (open) => {
	const database = shared(open);
	let stage: Scene;
	beforeEach(async () => {
		stage = await scene(database());
		for (const { name } of await stage.test.core.news.sources()) await stage.test.core.news.removeSource(name, 'operator');
	});

	const calendar = async (...rows: (readonly [title: string, at: number, impact?: string, currency?: string])[]): Promise<void> => {
		const told = rows.map(([title, at, impact = 'High', currency = 'USD']) => ({ title, impact, currency, date: isoTime(at) }));
		await stage.test.core.news.refresh({ kind: 'items', rows: told, name: null, zone: null, actor: 'operator' });
	};
	/** Judges an alert at this moment, with an engine that lives and equity that is fresh. */
	const judgedAt = async (at: number, body: Readonly<Record<string, unknown>> = {}) => {
		database().clock.set(at);
		await beat(stage.test.core.kernel.conn, { name: 'engine', at, state: 'ok', detail: null });
		await stage.test.core.orders.refreshEquity();
		return stage.alert(body);
	};

	test('blocks from the second in which the window opens until the second in which it ends', async () => {
		const at = START + 45 * MINUTE;
		await calendar(['FOMC Statement', at]);
		const seen: string[][] = [];
		for (const offset of [-30 * MINUTE - SECOND, -30 * MINUTE, 30 * MINUTE - SECOND, 30 * MINUTE]) {
			const verdict = await judgedAt(at + offset);
			seen.push([verdict.decision, ...codes(verdict)]);
		}
		expect(seen).toEqual([['PASS'], ['BLOCK', 'NEWS_WINDOW'], ['BLOCK', 'NEWS_WINDOW'], ['PASS']]);
	});

	test('never set up warns; a day without a refresh blocks', async () => {
		expect(await judgedAt(START)).toMatchObject({ decision: 'WARN', code: 'NEWS_NOT_CONFIGURED' });
		await calendar(['CPI', START + 5 * DAY]);
		expect((await judgedAt(START + 24 * HOUR)).decision).toBe('PASS');
		const stale = await judgedAt(START + 24 * HOUR + 1);
		expect(codes(stale)).toEqual(['NEWS_CALENDAR_STALE']);
		await calendar(['CPI', START + 5 * DAY]);
		expect((await judgedAt(START + 24 * HOUR + 2)).decision).toBe('PASS');
	});

	test('MEDIUM events ask for ten more', async () => {
		await calendar(['Cars', START, 'Medium']);
		const low = await judgedAt(START, { class: 'RAPID_ASSAULT', confidence: 79 });
		expect(codes(low)).toEqual(['CONFIDENCE_LOW']);
		expect(low.checks.find(({ check }) => check === 'confidence')).toMatchObject({ limit: '85', observed: '79' });
		expect((await judgedAt(START, { class: 'RAPID_ASSAULT', confidence: 85 })).decision).toBe('PASS');
		expect((await judgedAt(START + 30 * MINUTE, { class: 'RAPID_ASSAULT', confidence: 79 })).decision).toBe('PASS');
	});

	test('exits and cancels pass inside of a window and with a stale calendar', async () => {
		await stage.open();
		await calendar(['FOMC Statement', START]);
		const exit = { action: 'close', symbol: 'BTC/USDT', side: 'sell' };
		expect((await judgedAt(START + SECOND, exit)).decision).toBe('PASS');
		expect((await judgedAt(START + 3 * DAY, exit)).decision).toBe('PASS');
		expect(codes(await judgedAt(START + 3 * DAY))).toContain('NEWS_CALENDAR_STALE');
	});

	test('a held ticket that is pressed inside of a window is refused, and says why', async () => {
		await calendar(['FOMC Statement', START + 30 * MINUTE + SECOND]);
		const [step] = await stage.test.run(await stage.test.submit({ id: `held-${stage.member.handle}`, members: [stage.member.handle] }));
		expect(step?.routed?.ticket.state).toBe('HELD');
		database().clock.advance(SECOND);
		const ticket = step?.routed?.ticket.id ?? 'tkt_';
		const pressed = await stage.test.core.firemodes.fire(ticket, { actor: 'member:test' });
		expect(pressed).toMatchObject({ kind: 'refused', code: 'NEWS_WINDOW', message: expect.stringContaining('FOMC Statement') });
	});

	test('for any calendar, symbol and moment: open exactly where the rule says', async () => {
		const codesOf = ['USD', 'EUR', 'JPY', 'All'] as const;
		const event = fc.record({
			offset: fc.integer({ min: -120, max: 120 }), lasts: fc.constantFrom(0, 0, 0, 45),
			impact: fc.constantFrom('High', 'Medium', 'Low', 'Holiday'), currency: fc.constantFrom(...codesOf),
		});
		const events = fc.sample(event, { numRuns: 60, seed: 7 });
		const rows = events.map(({ offset, lasts, impact, currency }, index) => ({
			title: `Event ${index}`, currency, impact, date: isoTime(START + offset * MINUTE), end: isoTime(START + (offset + lasts) * MINUTE),
		}));
		await createNews(stage.test.core.kernel).refresh({ kind: 'items', rows, name: null, zone: null, actor: 'operator' });
		const pair = fc.constantFrom(['BTC', 'USDT'], ['EUR', 'USD'], ['EUR', 'JPY'], ['XAU', 'JPY'], ['GBP', 'CHF']);
		const moment = fc.oneof(
			fc.integer({ min: -160 * 60_000, max: 200 * 60_000 }),
			fc.constantFrom(...events).chain(({ offset, lasts }) =>
				fc.constantFrom(-30 * MINUTE - 1, -30 * MINUTE, lasts * MINUTE + 30 * MINUTE - 1, lasts * MINUTE + 30 * MINUTE).map((edge) => offset * MINUTE + edge)),
		);
		await fc.assert(
			fc.asyncProperty(pair, moment, async ([base = '', quote = ''], after) => {
				const now = START + after;
				const heard = currenciesOf({ base, quote }, rules);
				const expected = events
					.map(({ offset, lasts, impact, currency }, index) => ({ title: `Event ${index}`, impact, currency: currency.toUpperCase(), from: START + (offset - 30) * MINUTE, until: START + (offset + lasts + 30) * MINUTE }))
					.filter(({ impact, currency, from, until }) => ['High', 'Medium'].includes(impact) && heard.includes(currency) && from <= now && now < until);
				const { windows } = await newsFor(stage.test.core.kernel.conn, { base, quote, now, rules });
				expect(windows.map(({ title }) => title).sort()).toEqual(expected.map(({ title }) => title).sort());
				expect(windows.map(({ impact }) => impact)).toEqual([...windows.map(({ impact }) => impact)].sort());
			}),
			{ numRuns: 150 },
		);
	});
});
