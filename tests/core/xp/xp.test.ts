import fc from 'fast-check';
import type { Kernel } from '../../../core/db';
import { createEvents } from '../../../core/events';
import { createMembers } from '../../../core/members';
import { DAY, HOUR, type MemberId } from '../../../core/model';
import { createXp, type LedgerEntry, type Xp } from '../../../core/xp';
import { closeTrade } from '../../support/closed-trades';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';

const BY_HAND = { plan_kept: false, stop_honoured: null } as const;
const STOPPED = { plan_kept: true, stop_honoured: true, exit_reason: 'stop' } as const;
const STOP_IGNORED = { plan_kept: false, stop_honoured: false, exit_reason: 'manual' } as const;
const BY_ENGINE = { plan_kept: null, stop_honoured: null, exit_reason: 'engine' } as const;

const amounts = (entries: readonly LedgerEntry[]) => entries.map((entry) => entry.amount);

describeDatabases('xp', (open) => {
	let database: TestDatabase;
	let kernel: Kernel;
	let xp: Xp;
	let handles = 0;

	beforeAll(async () => {
		database = await open();
		kernel = database.kernel();
		xp = createXp(kernel);
	});

	beforeEach(() => database.clock.set(START));

	async function member(): Promise<MemberId> {
		return (await createMembers(kernel).upsert({ handle: `trader-${++handles}`, actor: 'operator' })).id;
	}

	async function award(memberId: MemberId, facts = {}): Promise<LedgerEntry[]> {
		return xp.award(await closeTrade(kernel, { memberId }, facts));
	}

	it('brings the day to its worth after every closed trade, down as well as up', async () => {
		const memberId = await member();
		expect(amounts(await award(memberId))).toEqual([100, 50]);
		expect(amounts(await award(memberId, BY_HAND))).toEqual([-50, 0]);
		expect(amounts(await award(memberId, STOPPED))).toEqual([16, 0]);
		const [plan, stops] = await award(memberId, STOP_IGNORED);
		expect(plan).toMatchObject({
			rule: 'plan_kept', amount: -16, day: '2026-11-20',
			details: { ruleTotal: 50, tally: { closed: 4, kept: 2, losing: 2, honoured: 1 } },
		});
		expect(stops).toMatchObject({
			rule: 'stops_honoured', amount: -25, details: { ruleTotal: 25, dayTotal: 75, lifetime: 75 },
		});
		expect(await xp.profile(memberId)).toMatchObject({
			lifetime: 75, level: 1, levelXp: 75, levelNeeds: 500, rank: 'RECRUIT',
			nextRank: { name: 'PRIVATE', lifetime: 100 },
			today: {
				day: '2026-11-20', total: 75, closed: 4, kept: 2, losing: 2, honoured: 1,
				totals: { plan_kept: 50, stops_honoured: 25 },
			},
		});
	});

	it('gives a repeated event its stored rows and nothing more', async () => {
		const memberId = await member();
		const eventId = await closeTrade(kernel, { memberId });
		const first = await xp.award(eventId);
		await award(memberId, BY_HAND);
		expect(await xp.award(eventId)).toEqual(first);
		expect((await xp.profile(memberId)).lifetime).toBe(100);
	});

	it('counts an event once, however many processes award it at the same moment', async () => {
		const memberId = await member();
		const eventIds = await Promise.all(
			[{}, BY_HAND, STOPPED].map(async (facts) => closeTrade(kernel, { memberId }, facts)),
		);
		const processes = [database.kernel(), database.kernel(), database.kernel()].map(createXp);
		await Promise.all(
			processes.flatMap((process) => eventIds.map(async (eventId) => process.award(eventId))),
		);
		const rows = await kernel.conn('xp_ledger').where({ member_id: memberId });
		expect(rows).toHaveLength(6);
		const { lifetime, today } = await xp.profile(memberId);
		expect(rows.reduce((sum, row) => sum + row.amount, 0)).toBe(lifetime);
		expect(today).toMatchObject({ closed: 3, kept: 2, total: lifetime });
		expect(lifetime).toBe(66 + 50);
	});

	it('keeps ledger, day and lifetime in step over any sequence', async () => {
		const conduct = fc.record({
			plan_kept: fc.option(fc.boolean(), { nil: null }),
			stop_honoured: fc.option(fc.boolean(), { nil: null }),
			days: fc.nat(1),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(conduct, { minLength: 1, maxLength: 8 }), async (trades) => {
				const memberId = await member();
				for (const { days, ...facts } of trades) {
					database.clock.advance(days * DAY);
					await award(memberId, facts);
				}
				const rows: { day: string; amount: number }[] = await kernel
					.conn('xp_ledger')
					.where({ member_id: memberId });
				const days: { day: string; total: number }[] = await kernel
					.conn('xp_days')
					.where({ member_id: memberId });
				const sum = (day?: string) =>
					rows.filter((row) => day === undefined || row.day === day).reduce((all, row) => all + row.amount, 0);
				for (const { day, total } of days) {
					expect(total).toBeGreaterThanOrEqual(0);
					expect(sum(day)).toBe(total);
				}
				expect((await xp.profile(memberId)).lifetime).toBe(sum());
			}),
			{ numRuns: 12 },
		);
	});

	it('adds nothing when every trade of a day is made twice', async () => {
		const [once, twice] = [await member(), await member()];
		for (const facts of [{}, STOPPED, BY_HAND, STOP_IGNORED, BY_ENGINE]) {
			await award(once, facts);
			await award(twice, facts);
		}
		for (const facts of [STOP_IGNORED, {}, BY_ENGINE, BY_HAND, STOPPED]) await award(twice, facts);
		expect((await xp.profile(twice)).lifetime).toBe((await xp.profile(once)).lifetime);
		expect((await xp.profile(once)).lifetime).toBe(75);
	});

	it('leaves out trades that are not counted, and events that are no trades', async () => {
		const memberId = await member();
		expect(await award(memberId, BY_ENGINE)).toEqual([]);
		await award(memberId);
		const [told] = await createEvents(kernel).list({ types: ['xp.awarded'], limit: 1 });
		expect(await xp.award(told?.eventId ?? 'evt_none')).toEqual([]);
		expect(await xp.award('evt_unknown')).toEqual([]);
		expect((await xp.profile(memberId)).today).toMatchObject({ closed: 1, total: 150 });
	});

	it('counts by the UTC day of the close, however late the award comes', async () => {
		const memberId = await member();
		const midnight = Date.UTC(2026, 10, 21);
		const before = await closeTrade(kernel, { memberId }, { closed_at: midnight - 1 });
		const after = await closeTrade(kernel, { memberId }, { closed_at: midnight, ...BY_HAND });
		database.clock.set(midnight + HOUR);
		expect((await xp.award(after)).map((entry) => entry.day)).toEqual(['2026-11-21', '2026-11-21']);
		expect((await xp.award(before)).map((entry) => entry.day)).toEqual(['2026-11-20', '2026-11-20']);
		expect((await xp.profile(memberId)).today).toMatchObject({ day: '2026-11-21', total: 50 });
		expect((await xp.profile(memberId)).lifetime).toBe(200);
	});

	it('tells of awards that change something, and of a rank that is reached', async () => {
		const memberId = await member();
		const told = async () =>
			(await kernel.conn('events').where({ member_id: memberId }).orderBy('seq'))
				.filter((row) => row.type.startsWith('xp.'))
				.map((row) => [row.type, JSON.parse(row.payload)]);
		await award(memberId);
		expect(await told()).toEqual([
			['xp.awarded', { rule: 'plan_kept', amount: 100, day_total: 100, lifetime: 100, level: 1, rank: 'PRIVATE' }],
			['xp.awarded', { rule: 'stops_honoured', amount: 50, day_total: 150, lifetime: 150, level: 1, rank: 'PRIVATE' }],
			['xp.rank_up', { rank: 'PRIVATE' }],
		]);
		const before = (await told()).length;
		expect(amounts(await award(memberId))).toEqual([0, 0]);
		expect(await told()).toHaveLength(before);
	});

	it('announces a level or rank once, though a bad afternoon takes it away for a while', async () => {
		const memberId = await member();
		const standing = async () => {
			const { level, rank } = await xp.profile(memberId);
			return `${level} ${rank}`;
		};
		for (let day = 0; day < 3; day++) {
			await award(memberId);
			database.clock.advance(DAY);
		}
		await award(memberId);
		expect(await standing()).toBe('2 CORPORAL');
		for (let trade = 0; trade < 3; trade++) await award(memberId, STOP_IGNORED);
		expect(await standing()).toBe('1 PRIVATE');
		for (let trade = 0; trade < 8; trade++) await award(memberId, STOPPED);
		expect(await standing()).toBe('2 CORPORAL');
		const rows = await kernel.conn('events').where({ member_id: memberId }).orderBy('seq');
		const steps = rows.filter((row) => /_up$/.test(row.type)).map((row) => [row.type, JSON.parse(row.payload)]);
		expect(steps).toEqual([
			['xp.rank_up', { rank: 'PRIVATE' }],
			['xp.level_up', { level: 2 }],
			['xp.rank_up', { rank: 'CORPORAL' }],
		]);
	});

	it('gives the rows of a signal on an account', async () => {
		const memberId = await member();
		const owner = { memberId, accountId: 'acc_1', signalId: 'sig_1' } as const;
		const entries = await xp.award(await closeTrade(kernel, owner));
		await award(memberId);
		expect(await xp.forSignal('sig_1', 'acc_1')).toEqual(entries);
		expect(await xp.forSignal('sig_1', 'acc_2')).toEqual([]);
		expect(await xp.forSignal('sig_1', null)).toEqual([]);
	});

	it('refuses to change what the ledger says: the same rule and event twice', async () => {
		const memberId = await member();
		const [entry] = await award(memberId);
		const row = await kernel.conn('xp_ledger').where({ seq: entry?.seq }).first();
		const { seq: _, ...copy } = row;
		await expect(kernel.conn('xp_ledger').insert(copy)).rejects.toThrow();
	});

	it('writes nothing when the transaction fails half way', async () => {
		const memberId = await member();
		const eventId = await closeTrade(kernel, { memberId });
		await kernel.conn.schema.renameTable('xp_totals', 'xp_totals_away');
		await expect(xp.award(eventId)).rejects.toThrow();
		await kernel.conn.schema.renameTable('xp_totals_away', 'xp_totals');
		expect(await kernel.conn('xp_ledger').where({ member_id: memberId })).toEqual([]);
		expect(amounts(await xp.award(eventId))).toEqual([100, 50]);
	});
});

describeDatabases('leaderboard', (open) => {
	it('orders by lifetime, then by who was first, and pages without gaps', async () => {
		const database = await open();
		const kernel = database.kernel();
		const xp = createXp(kernel);
		const members = createMembers(kernel);
		const ids: MemberId[] = [];
		for (const handle of ['anna', 'ben', 'cleo', 'dan']) ids.push((await members.upsert({ handle, actor: 'operator' })).id);
		const [anna, ben, cleo] = ids as [MemberId, MemberId, MemberId];
		for (const memberId of [cleo, anna, ben]) {
			await xp.award(await closeTrade(kernel, { memberId }));
		}
		database.clock.advance(DAY);
		await xp.award(await closeTrade(kernel, { memberId: ben }));
		const board = await xp.leaderboard({ limit: 10, offset: 0 });
		expect(board.map(({ place, handle, lifetime }) => [place, handle, lifetime])).toEqual([
			[1, 'ben', 300], [2, 'cleo', 150], [3, 'anna', 150],
		]);
		expect(board[0]).toMatchObject({ level: 1, rank: 'PRIVATE', reachedAt: START + DAY });
		const pages = [0, 1, 2, 3].map(async (offset) => xp.leaderboard({ limit: 1, offset }));
		expect((await Promise.all(pages)).flat()).toEqual(board);
		await xp.award(await closeTrade(kernel, { memberId: cleo }));
		await xp.award(await closeTrade(kernel, { memberId: anna }, { closed_at: START }));
		expect((await xp.leaderboard({ limit: 3, offset: 0 })).map(({ handle }) => handle)).toEqual([
			'ben', 'cleo', 'anna',
		]);
	});

	it('keeps the place of a member whose rows cancel each other out', async () => {
		const database = await open();
		const kernel = database.kernel();
		const xp = createXp(kernel);
		const members = createMembers(kernel);
		const cleo = (await members.upsert({ handle: 'cleo', actor: 'operator' })).id;
		const anna = (await members.upsert({ handle: 'anna', actor: 'operator' })).id;
		const award = async (memberId: MemberId, facts = {}) => xp.award(await closeTrade(kernel, { memberId }, facts));
		const keptWithoutStop = { plan_kept: true, stop_honoured: false };
		await award(cleo, keptWithoutStop);
		await award(cleo);
		await award(cleo);
		await award(anna, keptWithoutStop);
		database.clock.advance(HOUR);
		expect(amounts(await award(cleo, { plan_kept: false, stop_honoured: true }))).toEqual([-25, 25]);
		const board = await xp.leaderboard({ limit: 2, offset: 0 });
		expect(board.map(({ handle, lifetime, reachedAt }) => [handle, lifetime, reachedAt])).toEqual([
			['cleo', 100, START], ['anna', 100, START],
		]);
	});
});
