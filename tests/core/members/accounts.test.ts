import fc from 'fast-check';
import type { Kernel } from '../../../core/db';
import {
	bookCash,
	createMembers,
	findAccount,
	insertAccount,
	lockAccount,
	newAccount,
	nextRiskDayAt,
	rollRiskDay,
	saveVenue,
	takeEntrySlot,
	updateEquity,
	type Account,
} from '../../../core/members';
import { booked, rolledTo, transferred, valued } from '../../../core/members/account';
import { add, decimal, HOUR, MINUTE, SECOND, ZERO } from '../../../core/model';
import { describeDatabases, type TestDatabase } from '../../support/databases';

async function openAccount(
	database: TestDatabase,
	zone = 'Europe/Berlin',
): Promise<{ kernel: Kernel; account: Account }> {
	const kernel = database.kernel();
	const member = await createMembers(kernel).upsert({
		handle: 'ann', tier: 'OPERATOR', paperAccount: { zone }, actor: 'operator',
	});
	return { kernel, account: member.accounts[0]! };
}

describeDatabases('accounts', (open) => {
	it('books cash and result to the last digit', async () => {
		const { kernel, account } = await openAccount(await open());
		const book = async (cashDelta: string, realisedNet: string): Promise<Account> =>
			kernel.transaction(async (trx) =>
				bookCash(trx, kernel, account.id, {
					cashDelta: decimal(cashDelta),
					realisedNet: decimal(realisedNet),
				}),
			);
		await book('-1234.567890123456789012', '0');
		const after = await book('1234.567890123456789013', '0.000000000000000001');
		expect(after).toMatchObject({
			cash: '10000.000000000000000001',
			realisedNet: '0.000000000000000001',
			realisedToday: '0.000000000000000001',
			dayStartEquity: '10000',
		});
		expect(await findAccount(kernel.conn, account.id)).toEqual(after);
	});

	it('loses no booking when many come at once from two processes', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database);
		const kernels = [kernel, database.kernel()];
		await Promise.all(
			Array.from({ length: 30 }, async (_, index) => {
				const from = kernels[index % 2] ?? kernel;
				await from.transaction(async (trx) =>
					bookCash(trx, from, account.id, { cashDelta: decimal('0.1'), realisedNet: decimal('0.1') }),
				);
			}),
		);
		expect(await findAccount(kernel.conn, account.id)).toMatchObject({ cash: '10003', realisedToday: '3' });
	});

	it('starts a new risk day at its midnight with the equity known last', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database);
		const { clock } = database;
		await kernel.transaction(async (trx) => {
			await bookCash(trx, kernel, account.id, { cashDelta: decimal(-250), realisedNet: decimal(-250) });
			await updateEquity(trx, account.id, decimal(9_750), clock.now());
		});
		const midnight = nextRiskDayAt(account, clock.now());
		expect(new Date(midnight).toISOString()).toBe('2026-11-20T23:00:00.000Z');
		clock.set(midnight - 1);
		const roll = async (): Promise<Account> =>
			kernel.transaction(async (trx) => rollRiskDay(trx, account.id, clock.now()));
		expect(await roll()).toMatchObject({ riskDay: '2026-11-20', realisedToday: '-250', dayStartEquity: '10000' });
		clock.set(midnight);
		expect(await roll()).toMatchObject({ riskDay: '2026-11-21', realisedToday: '0', dayStartEquity: '9750' });
		const after = await kernel.transaction(async (trx) =>
			bookCash(trx, kernel, account.id, { cashDelta: decimal(5), realisedNet: decimal(5) }),
		);
		expect(after).toMatchObject({ realisedToday: '5', realisedNet: '-245', dayStartEquity: '9750' });
	});

	it('a member who moves to another zone keeps the risk day of the account: its zone never changes', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database, 'UTC');
		const members = createMembers(kernel);
		const ahead = 'Pacific/Kiritimati';
		await members.upsert({ handle: 'ann', zone: ahead, actor: 'operator' });
		const asked = members.upsert({ handle: 'ann', paperAccount: { zone: ahead }, actor: 'operator' });
		await expect(asked).rejects.toMatchObject({ code: 'MEMBER_INVALID' });
		const rolled = await kernel.transaction(async (trx) => rollRiskDay(trx, account.id, Date.UTC(2026, 10, 20, 23)));
		expect(rolled).toMatchObject({ zone: 'UTC', riskDay: '2026-11-20' });
	});

	it('the first equity of a new day does not become its start', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database);
		const midnight = nextRiskDayAt(account, database.clock.now());
		const after = await kernel.transaction(async (trx) => {
			await updateEquity(trx, account.id, decimal(9_900), midnight - 1);
			return updateEquity(trx, account.id, decimal(9_000), midnight + 5);
		});
		expect(after).toMatchObject({ dayStartEquity: '9900', equity: '9000', equityAt: midnight + 5, peakEquity: '10000' });
	});

	it('gives entries one place a second, and none when the wait would be too long', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database);
		const now = database.clock.now();
		const take = async (at: number): Promise<number> =>
			kernel.transaction(async (trx) => takeEntrySlot(trx, account, at));
		for (let place = 0; place <= 5; place++) expect(await take(now)).toBe(now + place * SECOND);
		// Refused ones take no place, so that later ones do not wait for them.
		for (let tries = 0; tries < 3; tries++) expect(await take(now)).toBe(now + 6 * SECOND);
		expect(await take(now + SECOND)).toBe(now + 6 * SECOND);
		expect(await take(now + MINUTE)).toBe(now + MINUTE);
		const pace = { entryRatePerSecond: 4, venueEntryRatePerSecond: 10, entryWaitSeconds: 1 };
		const quick = await kernel.transaction(async (trx) => {
			await takeEntrySlot(trx, account, now + HOUR, pace);
			return takeEntrySlot(trx, account, now + HOUR, pace);
		});
		expect(quick).toBe(now + HOUR + 250);
	});

	it('lets ten entries a second to a venue, over all its accounts; paper has no such limit', async () => {
		const { kernel, account } = await openAccount(await open());
		const now = kernel.clock.now();
		const at = async (venue: string, kind: 'paper' | 'sandbox', index: number): Promise<number> => {
			const own = newAccount(kernel, account.memberId, { ...account, venue, kind, label: `${venue}-${index}` });
			return kernel.transaction(async (trx) => {
				await insertAccount(trx, own);
				return (await takeEntrySlot(trx, own, now)) - now;
			});
		};
		const record = { ccxtId: 'binance', mode: 'sandbox', apiUrl: null, streamUrl: null } as const;
		await kernel.transaction(async (trx) => saveVenue(trx, { name: 'binance.sandbox', ...record }, now));
		const places: number[] = [];
		for (let index = 0; index < 12; index++) places.push(await at('binance.sandbox', 'sandbox', index));
		expect(places).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100]);
		for (let index = 0; index < 3; index++) expect(await at('paper', 'paper', index)).toBe(0);
	});

	it('gives two processes different places', async () => {
		const database = await open();
		const { kernel, account } = await openAccount(database);
		const now = database.clock.now();
		const take = async (from: Kernel): Promise<number> =>
			from.transaction(async (trx) => {
				const place = await takeEntrySlot(trx, account, now);
				await new Promise((resolve) => setTimeout(resolve, 30));
				return place;
			});
		const places = await Promise.all([kernel, database.kernel(), kernel, database.kernel()].map(take));
		expect(places.sort()).toEqual([0, 1, 2, 3].map((place) => now + place * SECOND));
	});

	it('that does not exist is an error under lock and null when looked up', async () => {
		const kernel = (await open()).kernel();
		expect(await findAccount(kernel.conn, 'acc_none')).toBeNull();
		const locking = kernel.transaction(async (trx) => lockAccount(trx, 'acc_none'));
		await expect(locking).rejects.toMatchObject({ code: 'ACCOUNT_MISSING' });
	});
});

const start: Account = {
	id: 'acc_1', memberId: 'mbr_1', label: 'paper', venue: 'paper', kind: 'paper', status: 'active',
	currency: 'USDT', zone: 'Europe/Berlin', startBalance: decimal(10_000), cash: decimal(10_000),
	realisedNet: ZERO, riskDay: '2026-03-27', dayStartEquity: decimal(10_000), realisedToday: ZERO,
	peakEquity: decimal(10_000), equity: decimal(10_000), equityAt: Date.UTC(2026, 2, 27, 12),
	nextEntryAt: 0, liveEnabledAt: null, liveEnabledBy: null, createdAt: 0, updatedAt: 0,
};

const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => decimal(`${cents}e-8`));
const step = fc.record({
	kind: fc.constantFrom('book' as const, 'value' as const),
	wait: fc.integer({ min: 0, max: 20 * HOUR }),
	amount,
});

describe('running totals', () => {
	it('over any days, clock changes included: cash and results are the sums of what was booked', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
				let now = Date.UTC(2026, 2, 27, 12);
				let account = start;
				const sums = { cash: start.cash, all: ZERO, today: ZERO, day: start.riskDay };
				for (const { kind, wait, amount: value } of steps) {
					now += wait;
					if (kind === 'value') {
						account = valued(account, value, now);
					} else {
						account = booked(account, { cashDelta: value, realisedNet: value }, now);
						sums.cash = add(sums.cash, value);
						sums.all = add(sums.all, value);
					}
					if (account.riskDay !== sums.day) Object.assign(sums, { day: account.riskDay, today: ZERO });
					if (kind === 'book') sums.today = add(sums.today, value);
					expect(account).toMatchObject({
						cash: sums.cash, realisedNet: sums.all, realisedToday: sums.today,
					});
				}
			}),
		);
	});

	it('a clock that steps back brings no day back', () => {
		const next = rolledTo(start, Date.UTC(2026, 2, 28, 12));
		expect(next.riskDay).toBe('2026-03-28');
		expect(rolledTo(next, Date.UTC(2026, 2, 27, 12))).toBe(next);
	});

	it('an older equity changes nothing, a higher one is the peak', () => {
		const at = start.equityAt ?? 0;
		expect(valued(start, decimal(1), at - 1)).toBe(start);
		expect(valued(start, decimal(11_000), at + 1).peakEquity).toBe('11000');
		expect(valued(start, decimal(9_000), at + 1).peakEquity).toBe('10000');
	});

	it('where no equity was ever known the cash stands in, until the first one', () => {
		const unknown = { ...start, equity: null, equityAt: null, cash: decimal(9_000) };
		const next = rolledTo(unknown, Date.UTC(2026, 2, 28, 12));
		expect(next.dayStartEquity).toBe('9000');
		const known = valued(next, decimal(9_400), Date.UTC(2026, 2, 28, 13));
		expect(known).toMatchObject({ dayStartEquity: '9400', equity: '9400' });
		expect(valued(known, decimal(9_300), Date.UTC(2026, 2, 28, 14)).dayStartEquity).toBe('9400');
	});

	it('deposits and withdrawals move what the day began with, and the peak; a loss does not', () => {
		const at = Date.UTC(2026, 2, 27, 13);
		const lost = booked(start, { cashDelta: decimal(-100), realisedNet: decimal(-100) }, at);
		expect(lost).toMatchObject({ dayStartEquity: '10000', peakEquity: '10000', realisedToday: '-100' });
		const more = transferred(lost, decimal(5_000), at);
		expect(more).toMatchObject({
			dayStartEquity: '15000', peakEquity: '15000', realisedToday: '-100', cash: '14900', equity: '15000',
		});
		const less = transferred(more, decimal(-20_000), at);
		expect(less).toMatchObject({ dayStartEquity: '0', peakEquity: '0', cash: '-5100', equity: '-5000' });
		expect(transferred({ ...start, equity: null }, decimal(1), at).equity).toBeNull();
	});

	it('a transfer on a new day begins that day first', () => {
		const at = Date.UTC(2026, 2, 28, 13);
		expect(transferred({ ...start, realisedToday: decimal(-7) }, decimal(500), at)).toMatchObject({
			riskDay: '2026-03-28', dayStartEquity: '10500', realisedToday: '0',
		});
	});

	// Clocks go forward at 02:00 on 29 March (a day of 23 h), back at 03:00 on 25 October (25 h).
	it.each([
		['23 h', '2026-03-29', Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)],
		['25 h', '2026-10-25', Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)],
		['24 h', '2026-07-01', Date.UTC(2026, 5, 30, 22), Date.UTC(2026, 6, 1, 22)],
	])('a day of %s begins and ends at its own midnights', (hours, day, begins, ends) => {
		expect((ends - begins) / HOUR).toBe(Number.parseInt(hours, 10));
		const before = rolledTo({ ...start, riskDay: '2026-01-01' }, begins - 1);
		const lose = (account: Account, at: number): Account =>
			booked(account, { cashDelta: decimal(-10), realisedNet: decimal(-10) }, at);
		let account = lose(before, begins - 1);
		expect(account.riskDay < day).toBe(true);
		account = valued(account, decimal(8_000), begins - 1);
		account = lose(account, begins);
		expect(account).toMatchObject({ riskDay: day, realisedToday: '-10', dayStartEquity: '8000' });
		for (let at = begins; at < ends; at += HOUR) account = lose(account, at);
		account = valued(lose(account, ends - 1), decimal(7_000), ends - 1);
		expect(account).toMatchObject({
			riskDay: day, dayStartEquity: '8000', realisedToday: String(-20 - 10 * Number.parseInt(hours, 10)),
		});
		expect(lose(account, ends)).toMatchObject({ realisedToday: '-10', dayStartEquity: '7000' });
		expect(nextRiskDayAt(account, begins)).toBe(ends);
	});

	it('a result counts on the risk day of its fill, however late that is told', () => {
		const midnight = Date.UTC(2026, 2, 27, 23);
		const fills = [
			{ net: decimal(-40), at: midnight - 1 },
			{ net: decimal(-2), at: midnight },
			// A venue whose clock is ahead of ours.
			{ net: decimal(-1), at: midnight + 48 * HOUR },
		];
		const booking = { cashDelta: decimal(-43), realisedNet: decimal(-43), results: fills };
		expect(booked(start, booking, midnight + MINUTE)).toMatchObject({
			riskDay: '2026-03-28', realisedToday: '-3', realisedNet: '-43', cash: '9957',
		});
		const early = { ...booking, results: [{ net: decimal(-43), at: midnight - HOUR }] };
		expect(booked(start, early, midnight - MINUTE).realisedToday).toBe('-43');
		expect(booked(start, early, midnight + MINUTE)).toMatchObject({ realisedToday: '0', realisedNet: '-43' });
	});
});
