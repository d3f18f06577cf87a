import { join } from 'node:path';
import { beat } from '../../../core/db';
import { seededRng, systemClock, type SignalId, type TicketId } from '../../../core/model';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { startProcess } from '../../support/processes';
import { runs } from '../../support/runs';
import { ANCHORS, SYMBOLS, testCore, type TestMember } from '../../support/core';
import type { RaceAnswer, RaceOrder, RaceStep } from './race.process';

/** Rounds of each race, and of the random schedules: few by default, many in the deep test. */
/** Rounds of two processes, each a few commits: a fifth of the deep run's is a quarter of an hour. */
const ROUNDS = runs(6, 0.2);

jest.setTimeout(60_000 + 3_000 * ROUNDS);

async function setUp(database: TestDatabase) {
	const on = testCore(database, {}, { clock: systemClock });
	const conn = database.pool.conn;
	const workers = [0, 1].map(() =>
		startProcess<RaceOrder, RaceAnswer>(join(__dirname, 'race.process.ts')),
	);
	on.market.at = () => systemClock.now();

	/** All steps at once, shared out between the two processes, each in its own order. */
	async function race(lanes: readonly (readonly RaceStep[])[]): Promise<RaceAnswer[][]> {
		await beat(conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
		const at = Date.now() + 15;
		return Promise.all(
			lanes.map(async (steps, lane) => {
				const answers: RaceAnswer[] = [];
				for (const step of steps) {
					const worker = workers[lane];
					if (worker === undefined) throw new Error('no such process');
					answers.push(await worker.ask({ ...step, config: database.config, at }));
				}
				return answers;
			}),
		);
	}

	/** Nobody has two orders, no slot has two holders, nothing is held for nobody. */
	async function expectSound(member: TestMember, slots: number): Promise<void> {
		const tickets: { id: string; state: string; order_id: string | null; slot_number: number | null }[] =
			await conn('tickets').where({ member_id: member.memberId });
		const entries: { id: string; ticket_id: string }[] =
			await conn('orders').where({ member_id: member.memberId, leg: 'entry' });
		expect(new Set(entries.map((entry) => entry.ticket_id)).size).toBe(entries.length);
		for (const entry of entries) {
			expect(tickets.find((ticket) => ticket.id === entry.ticket_id)).toMatchObject({
				state: 'FIRED', order_id: entry.id,
			});
		}
		const venue = await conn('paper_orders').where({ account_id: member.accountId, side: 'buy' });
		expect(venue.length).toBeLessThanOrEqual(entries.length);
		const held: { number: number; ticket_id: string }[] = await conn('slots')
			.where({ member_id: member.memberId })
			.whereNotNull('ticket_id');
		expect(held.length).toBeLessThanOrEqual(slots);
		expect(new Set(held.map((slot) => slot.ticket_id)).size).toBe(held.length);
		const open = await conn('trades')
			.where({ account_id: member.accountId })
			.whereIn('state', ['OPENING', 'OPEN', 'CLOSING']);
		expect(open.length).toBeLessThanOrEqual(slots);
		const waiting = tickets.filter((ticket) => ticket.state === 'QUEUED').map((ticket) => ticket.id);
		const kept = await conn('reservations')
			.join('tickets', 'tickets.verdict_id', 'reservations.verdict_id')
			.where('reservations.state', 'LIVE')
			.whereIn('tickets.id', waiting);
		expect(kept).toEqual([]);
		// What still waits would be tried in every later round.
		await conn('tickets').where({ member_id: member.memberId, state: 'QUEUED' }).update({ state: 'CANCELLED' });
	}

	return { ...on, conn, workers, race, expectSound };
}

describeDatabases('fire modes in two processes', (open) => {
	let world: Awaited<ReturnType<typeof setUp>>;
	beforeAll(async () => {
		world = await setUp(await open());
	});
	afterAll(async () => {
		for (const worker of world.workers) await worker.kill();
	});

	async function alert(member: TestMember, symbol: string, confidence = 95): Promise<SignalId> {
		for (;;) {
			try {
				return await world.submit({ symbol, members: [member.handle], confidence });
			} catch (error) {
				if (!String(error).includes('RATE_LIMITED')) throw error;
				await new Promise((done) => setTimeout(done, 200));
			}
		}
	}
	const answers = (lanes: readonly (readonly RaceAnswer[])[]): string[] =>
		lanes.map((lane) => lane.map((answer) => answer.word).join(' ')).sort();

	it('makes one ticket and one order of a signal that both run at the same time', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const member = await world.member();
			const signalId = await alert(member, 'BTC/USDT');
			const step = { do: 'run', signalId, accountId: member.accountId } as const;
			const lanes = await world.race([[step], [step]]);
			expect(answers(lanes)).toEqual(['fire', 'fire']);
			expect(lanes[0]?.[0]?.orderId).toBe(lanes[1]?.[0]?.orderId);
			await world.expectSound(member, 3);
			expect(await world.conn('paper_orders').where({ account_id: member.accountId })).toHaveLength(1);
		}
	});

	it('lets one of two good alerts have the last slot; the other waits', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const member = await world.member({ autoSlots: 1 });
			const { accountId } = member;
			const lanes = await world.race([
				[{ do: 'run', accountId, signalId: await alert(member, 'BTC/USDT') }],
				[{ do: 'run', accountId, signalId: await alert(member, 'ETH/USDT') }],
			]);
			expect(answers(lanes)).toEqual(['fire', 'queued']);
			await world.expectSound(member, 1);
		}
	});

	it('fires a held ticket once, however many press', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const member = await world.member({ fireMode: 'MANUAL' });
			await beat(world.conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
			const [step] = await world.run(await alert(member, 'BTC/USDT'));
			const ticketId = step?.routed?.ticket.id;
			if (ticketId === undefined) throw new Error('not held');
			const press = { do: 'fire', ticketId } as const;
			const lanes = await world.race([[press, press], [press]]);
			expect(answers(lanes).join(' ').split(' ').sort()).toEqual(['already', 'already', 'fired']);
			expect(new Set(lanes.flat().map((answer) => answer.orderId)).size).toBe(1);
			await world.expectSound(member, 3);
		}
	});

	it('closes a trade once when both carry out the same close', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const member = await world.member();
			await beat(world.conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
			await world.run(await alert(member, 'BTC/USDT'));
			const signalId = await world.submit({ symbol: 'BTC/USDT', action: 'close', members: [member.handle] });
			const step = { do: 'run', signalId, accountId: member.accountId } as const;
			const lanes = await world.race([[step], [step, step]]);
			expect(answers(lanes).join(' ')).toBe('fire fire fire');
			expect(new Set(lanes.flat().map((answer) => answer.orderId)).size).toBe(1);
			const sold = await world.conn('paper_orders').where({ account_id: member.accountId, side: 'sell' });
			expect(sold).toHaveLength(1);
			expect(await world.core.orders.positions(member.accountId)).toEqual([]);
		}
	});

	it('fires one of the queue into the one slot that is free, whoever refills', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const member = await world.member({ autoSlots: 1 });
			await beat(world.conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
			for (const symbol of ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']) await world.run(await alert(member, symbol));
			// A trade that was lost would keep the queue waiting.
			world.market.lift('BTC/USDT');
			await world.core.orders.closePosition({
				accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
			});
			world.market.set('BTC/USDT', ANCHORS['BTC/USDT'] ?? '');
			const lanes = await world.race([[{ do: 'refill' }], [{ do: 'refill' }]]);
			expect(answers(lanes)).toEqual(['0', '1']);
			await world.expectSound(member, 1);
			const fired = await world.conn('orders').where({ account_id: member.accountId, leg: 'entry' });
			expect(fired).toHaveLength(2);
		}
	});

	it('stays sound under random schedules of route, place, refill, close and ticks', async () => {
		const rng = seededRng(20_261_120);
		const pick = <T>(from: readonly T[]): T => from[Math.floor(rng.next() * from.length)] as T;
		for (let round = 0; round < ROUNDS; round++) {
			const slots = 1 + Math.floor(rng.next() * 3);
			const member = await world.member({ autoSlots: slots });
			const { accountId } = member;
			const symbols = SYMBOLS.slice(0, 5);
			const signals: SignalId[] = [];
			for (const symbol of symbols) signals.push(await alert(member, symbol, 92 + Math.floor(rng.next() * 8)));
			await beat(world.conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
			await world.run(signals[0] as SignalId);
			const tickets: TicketId[] = (await world.core.firemodes.list({ memberId: member.memberId })).map(({ id }) => id);
			const step = (): RaceStep =>
				pick<RaceStep>([
					{ do: 'run', accountId, signalId: pick(signals) },
					{ do: 'run', accountId, signalId: pick(signals) },
					{ do: 'run', accountId, signalId: pick(signals) },
					{ do: 'place', ticketId: pick(tickets) },
					{ do: 'refill' },
					{ do: 'close', accountId, symbol: pick(symbols) },
					{ do: 'tick' },
				]);
			const lane = (): RaceStep[] => Array.from({ length: 6 }, step);
			const lanes = await world.race([lane(), lane()]);
			expect(lanes.flat().filter(({ word }) => word.includes('-'))).toEqual([]);
			await world.expectSound(member, slots);
		}
	});
});
