import fc from 'fast-check';
import { DAY, HOUR, isRefused, MINUTE } from '../../../../core/model';
import type { SelfLocked } from '../../../../core/risk';
import { describeDatabases, START } from '../../../support/databases';
import { codes, scene, shared, type Scene } from '../scene';

const phrase = 'LOCK ME OUT';

describeDatabases('a lockout of one\'s own', (open) => {
	const database = shared(open);

	const lock = async ({ test, member }: Scene, until: number, actor = 'member:self') =>
		test.core.behaviour.lockOut(member.handle, { until, phrase, actor });
	const standing = async ({ test, member }: Scene): Promise<number | null> =>
		(await test.core.behaviour.view(member.handle)).member.selfLockedUntil;

	test('blocks every entry until its end, to the millisecond', async () => {
		const world = await scene(database());
		const until = START + 2 * HOUR;
		expect(await lock(world, until)).toEqual({
			kind: 'locked', memberId: world.member.memberId, until, previous: null,
		});
		expect(codes(await world.alert())).toEqual(['SELF_LOCKED']);
		await world.test.core.kernel.conn('heartbeats').update({ at: until });
		await world.test.core.orders.refreshEquity();
		database().clock.set(until - 1);
		await world.test.core.orders.refreshEquity();
		expect(codes(await world.alert())).toEqual(['SELF_LOCKED']);
		database().clock.set(until);
		expect(codes(await world.alert())).toEqual([]);
		expect(await standing(world)).toBeNull();
	});

	test('lets every exit pass', async () => {
		const world = await scene(database());
		const { core } = world.test;
		await world.open();
		await lock(world, START + DAY);
		const [closing] = await world.test.run(
			await world.test.submit({ action: 'close', symbol: 'BTC/USDT', members: [world.member.handle] }),
		);
		expect(closing?.verdict.decision).toBe('PASS');
		expect(await core.orders.positions(world.member.accountId)).toEqual([]);
	});

	test.each(['operator', 'system', 'engine', 'member:self', 'key:admin'])('%s cannot make it shorter', async (actor) => {
		const world = await scene(database());
		const until = START + DAY;
		await lock(world, until);
		for (const earlier of [until - 1, START + 1]) {
			const refused = await lock(world, earlier, actor);
			expect(isRefused(refused) && refused.code).toBe('SELF_LOCKOUT_STANDS');
		}
		expect(await lock(world, START, actor)).toMatchObject({ code: 'SELF_LOCKOUT_PAST' });
		expect(await lock(world, Number.NaN, actor)).toMatchObject({ code: 'SELF_LOCKOUT_PAST' });
		expect(await standing(world)).toBe(until);
		expect(codes(await world.alert())).toEqual(['SELF_LOCKED']);
	});

	test('nor can the database: rows are neither changed nor taken away', async () => {
		const world = await scene(database());
		const until = START + DAY;
		await lock(world, until);
		const { conn } = world.test.core.kernel;
		const mine = () => conn('behaviour_lockouts').where({ member_id: world.member.memberId });
		await expect(mine().update({ until_at: START })).rejects.toThrow('never changed or taken back');
		await expect(mine().update({ until_at: until + 1 })).rejects.toThrow('never changed or taken back');
		await expect(mine().delete()).rejects.toThrow('never changed or taken back');
		if (database().dialect === 'postgres') {
			await expect(conn.raw('truncate behaviour_lockouts')).rejects.toThrow('never changed or taken back');
		}
		expect(await mine()).toHaveLength(1);
		// An earlier row beside it changes nothing, and neither does a state without it.
		await conn('behaviour_lockouts').insert({
			member_id: world.member.memberId, until_at: START + 1, actor: 'operator', created_at: START,
		});
		await conn('behaviour_states').where({ member_id: world.member.memberId }).delete();
		expect(await lock(world, START + 2 * HOUR)).toMatchObject({ code: 'SELF_LOCKOUT_STANDS' });
		expect(codes(await world.alert())).toEqual(['SELF_LOCKED']);
		expect(await standing(world)).toBe(until);
	});

	test('stays when the member changes zone, tier or mode, or is made anew', async () => {
		const world = await scene(database());
		const { core } = world.test;
		await lock(world, START + DAY);
		await core.members.upsert({
			handle: world.member.handle, zone: 'Pacific/Kiritimati', tier: 'COMMANDER', fireMode: 'FULL_AUTO',
			actor: 'operator',
		});
		expect(codes(await world.alert())).toEqual(['SELF_LOCKED']);
	});

	test('asks for the word, and for an end that can be meant', async () => {
		const world = await scene(database());
		const { behaviour } = world.test.core;
		const ask = async (wish: { until: number; phrase: string }) =>
			behaviour.lockOut(world.member.handle, { ...wish, actor: 'member:self' });
		expect(await ask({ until: START + HOUR, phrase: 'yes' })).toMatchObject({ code: 'SELF_LOCKOUT_PHRASE' });
		expect(await ask({ until: START + 366 * DAY + 1, phrase })).toMatchObject({ code: 'SELF_LOCKOUT_FAR' });
		expect(await standing(world)).toBeNull();
		expect(await ask({ until: START + 366 * DAY, phrase: ` ${phrase} ` })).toMatchObject({ kind: 'locked' });
		await expect(behaviour.lockOut('nobody', { until: START + HOUR, phrase, actor: 'x' })).rejects.toMatchObject({
			code: 'MEMBER_UNKNOWN',
		});
	});

	test('is told and audited once for each end', async () => {
		const world = await scene(database());
		await lock(world, START + HOUR);
		await lock(world, START + HOUR);
		await lock(world, START + 2 * HOUR);
		const events = await world.test.core.kernel.conn('events')
			.where({ member_id: world.member.memberId, type: 'member.self_locked' }).orderBy('seq');
		expect(events.map(({ payload }: { payload: string }) => JSON.parse(payload))).toEqual([
			{ until: START + HOUR, previous: null, reason: null },
			{ until: START + 2 * HOUR, previous: START + HOUR, reason: null },
		]);
		const trail = await world.test.core.kernel.conn('audit')
			.where({ subject_id: world.member.memberId, action: 'member.self_locked' });
		expect(trail).toHaveLength(2);
	});

	test('concerns its member alone', async () => {
		const world = await scene(database());
		const other = await scene(database());
		await lock(world, START + HOUR);
		expect(codes(await other.alert())).toEqual([]);
	});

	test('what was approved and holds capacity is judged again, and refused', async () => {
		const world = await scene(database(), { fireMode: 'FULL_AUTO', autoSlots: 1 });
		const { core } = world.test;
		const verdict = await world.alert();
		expect(verdict.reservationId).not.toBeNull();
		const routed = await core.firemodes.route(verdict.id, 'node:test');
		expect(routed.outcome).toBe('fire');
		await lock(world, START + HOUR);
		const placed = await core.firemodes.place(routed.ticket.id, 'node:test');
		expect(placed).toMatchObject({ code: 'SELF_LOCKED' });
		expect(await world.rows('orders', { leg: 'entry' })).toEqual([]);
	});

	test('a held ticket is refused at the press', async () => {
		const world = await scene(database());
		const { core } = world.test;
		const verdict = await world.alert();
		const { ticket } = await core.firemodes.route(verdict.id, 'node:test');
		await lock(world, START + HOUR);
		expect(await core.firemodes.fire(ticket.id, { actor: 'member:self' })).toMatchObject({ code: 'SELF_LOCKED' });
		expect(await world.rows('orders', { leg: 'entry' })).toEqual([]);
	});

	test('any sequence of wishes only ever moves the end later', async () => {
		const step = fc.record({ wait: fc.integer({ min: 0, max: 90 }), hours: fc.integer({ min: -2, max: 9 }) });
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
				database().clock.set(START);
				const world = await scene(database());
				let end = 0;
				for (const { wait, hours } of steps) {
					database().clock.advance(wait * MINUTE);
					const now = database().clock.now();
					const until = now + hours * HOUR;
					const answer = await lock(world, until, 'operator');
					const valid = until > now && until >= end;
					expect(isRefused(answer)).toBe(!valid);
					if (!isRefused(answer)) expect((answer satisfies SelfLocked).until).toBe(until);
					end = Math.max(end, valid ? until : 0);
					expect(await standing(world)).toBe(end > now ? end : null);
				}
			}),
			{ numRuns: 15 },
		);
	});
});
