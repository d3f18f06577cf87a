import { createKernel, type Kernel } from '../../../core/db';
import { appendEvent, createEvents, EVENT_TYPES, isEventType, type Events } from '../../../core/events';
import { HOUR, MINUTE, SECOND, type EventId } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { openSecondPool } from '../../support/second-pool';

const consumer = 'workflow:1';

async function levelUp(kernel: Kernel, ...levels: number[]): Promise<EventId[]> {
	return kernel.transaction(async (trx) => {
		const ids: EventId[] = [];
		for (const level of levels) {
			ids.push(
				await appendEvent(trx, kernel, {
					type: 'xp.level_up',
					memberId: 'mbr_1',
					signalId: 'sig_1',
					actor: 'system',
					payload: { level },
				}),
			);
		}
		return ids;
	});
}

async function rankUp(kernel: Kernel, rank: string): Promise<void> {
	await kernel.transaction(async (trx) => {
		await appendEvent(trx, kernel, { type: 'xp.rank_up', actor: 'system', payload: { rank } });
	});
}

async function levels(events: Events, limit = 100, name = consumer): Promise<number[] | null> {
	const delivery = await claim(events, limit, name);
	return delivery === null ? null : delivery.levels;
}

async function claim(
	events: Events,
	limit = 100,
	name = consumer,
): Promise<{ id: number; attempt: number; levels: number[] } | null> {
	const delivery = await eventually(async () => events.claim(name, ['xp.level_up'], limit));
	if (delivery === null) return null;
	return {
		id: delivery.deliveryId,
		attempt: delivery.attempt,
		levels: delivery.events.map((event) => (event.type === 'xp.level_up' ? event.payload.level : -1)),
	};
}

/** Another suite's transaction on the same server may hold events back for a moment. */
async function eventually<T>(look: () => Promise<T | null>): Promise<T | null> {
	for (let tries = 0; tries < 20; tries++) {
		const found = await look();
		if (found !== null) return found;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	return null;
}

describeDatabases('events', (open, dialect) => {
	it('stores an event with all that it says', async () => {
		const database = await open();
		const kernel = database.kernel();
		const [eventId = 'evt_0'] = await levelUp(kernel, 7);
		const events = createEvents(kernel);
		expect(await events.get(eventId)).toEqual({
			eventId, type: 'xp.level_up', payload: { level: 7 }, at: database.clock.now(), memberId: 'mbr_1',
			accountId: null, signalId: 'sig_1', subjectId: null, actor: 'system',
			policyVersion: kernel.rules.version,
		});
		expect(await events.get('evt_none')).toBeNull();
	});

	it('lists by signal and type, oldest first', async () => {
		const kernel = (await open()).kernel();
		await levelUp(kernel, 1, 2);
		await rankUp(kernel, 'MAJOR');
		const events = createEvents(kernel);
		expect((await events.list({ signalId: 'sig_1', limit: 9 })).length).toBe(2);
		expect((await events.list({ types: ['xp.rank_up'], limit: 9 })).length).toBe(1);
		expect((await events.list({ limit: 2 })).map((event) => event.type)).toEqual([
			'xp.level_up', 'xp.level_up',
		]);
	});

	it('hands every event of the types to every consumer once, in order', async () => {
		const kernel = (await open()).kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1, 2, 3);
		await rankUp(kernel, 'MAJOR');
		await levelUp(kernel, 4);
		expect(await levels(events, 2)).toEqual([1, 2]);
		expect(await levels(events, 2)).toEqual([3, 4]);
		expect(await events.claim(consumer, ['xp.level_up'], 2)).toBeNull();
		expect(await levels(events, 9, 'workflow:2')).toEqual([1, 2, 3, 4]);
		const all = await eventually(async () => events.claim('workflow:3', [], 9));
		expect(all?.events.length).toBe(5);
	});

	it('an event of a transaction that fails is never handed out', async () => {
		const kernel = (await open()).kernel();
		const failing = kernel.transaction(async (trx) => {
			await appendEvent(trx, kernel, { type: 'xp.level_up', actor: 'system', payload: { level: 1 } });
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		await levelUp(kernel, 2);
		expect(await levels(createEvents(kernel))).toEqual([2]);
	});

	it('a consumer that subscribes from now does not see the past', async () => {
		const kernel = (await open()).kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		// Wait until nothing can appear before the event any more.
		expect(await levels(events, 9, 'probe')).toEqual([1]);
		await events.subscribe(consumer, 'now');
		expect(await events.claim(consumer, [], 9)).toBeNull();
		await levelUp(kernel, 2);
		expect(await levels(events)).toEqual([2]);
		await events.subscribe(consumer, 'start');
		expect(await events.claim(consumer, [], 9)).toBeNull();
	});

	it('moves over many events of other types, and finds the next of its own', async () => {
		const kernel = (await open()).kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		expect(await levels(events)).toEqual([1]);
		await kernel.transaction(async (trx) => {
			for (let index = 0; index < 520; index++) {
				await appendEvent(trx, kernel, { type: 'xp.rank_up', actor: 'x', payload: { rank: 'MAJOR' } });
			}
		});
		const before = await kernel.conn('event_cursors').where({ consumer }).first();
		expect(await levels(events)).toBeNull();
		const after = await kernel.conn('event_cursors').where({ consumer }).first();
		expect([after.epoch, after.seq]).not.toEqual([before.epoch, before.seq]);
		await levelUp(kernel, 2);
		expect(await levels(events)).toEqual([2]);
	});

	it('repeats a failed batch after its pause, longer each time, then parks it with an issue', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1, 2);
		let delivery = await claim(events);
		const pauses = [2, 4, 8, 16, 32, 64, 128];
		for (const [index, pause] of pauses.entries()) {
			expect(delivery).toMatchObject({ attempt: index + 1, levels: [1, 2] });
			await events.fail(delivery?.id ?? 0, 'The workflow failed.');
			database.clock.advance(pause * SECOND - 1);
			expect(await events.claim(consumer, ['xp.level_up'], 9)).toBeNull();
			database.clock.advance(1);
			delivery = await claim(events);
		}
		expect(delivery?.attempt).toBe(8);
		await events.fail(delivery?.id ?? 0, 'The workflow failed.');
		database.clock.advance(24 * HOUR);
		expect(await levels(events)).toBeNull();
		const issues = await events.list({ types: ['issue.raised'], limit: 9 });
		expect(issues.length).toBe(1);
		expect(issues[0]?.payload).toMatchObject({ code: 'DELIVERY_PARKED' });
	});

	it('a parked batch of issues raises no further issue', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await kernel.transaction(async (trx) => {
			await appendEvent(trx, kernel, {
				type: 'issue.raised', actor: 'system', payload: { code: 'X', message: 'x', severity: 'low' },
			});
		});
		for (let attempt = 1; attempt <= 8; attempt++) {
			const delivery = await eventually(async () => events.claim(consumer, ['issue.raised'], 9));
			expect(delivery?.attempt).toBe(attempt);
			await events.fail(delivery?.deliveryId ?? 0, 'no');
			database.clock.advance(HOUR);
		}
		expect((await events.list({ types: ['issue.raised'], limit: 9 })).length).toBe(1);
	});

	it('new events are not held up by a batch that waits for its repeat', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		const first = await claim(events);
		await events.fail(first?.id ?? 0, 'no');
		await levelUp(kernel, 2);
		expect(await levels(events)).toEqual([2]);
		database.clock.advance(2 * SECOND);
		expect(await claim(events)).toEqual({ id: first?.id, attempt: 2, levels: [1] });
	});

	it('a confirmed batch stays done, whatever is said about it later', async () => {
		const database = await open();
		const events = createEvents(database.kernel());
		await levelUp(database.kernel(), 1);
		const delivery = await claim(events);
		await events.confirm(delivery?.id ?? 0);
		await events.confirm(delivery?.id ?? 0);
		await events.fail(delivery?.id ?? 0, 'late');
		database.clock.advance(HOUR);
		expect(await levels(events)).toBeNull();
		await expect(events.confirm(999)).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN' });
	});

	it('what a living process never settles counts as delivered after a minute', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		const delivery = await claim(events);
		database.clock.advance(MINUTE - 1);
		expect(await events.settleUnconfirmed()).toBe(0);
		database.clock.advance(1);
		expect(await events.settleUnconfirmed()).toBe(1);
		const row = await kernel.conn('event_deliveries').where({ id: delivery?.id }).first();
		expect(row).toMatchObject({ state: 'UNCONFIRMED', settled_at: database.clock.now() });
		expect(await levels(events)).toBeNull();
	});

	it('a failure told after that minute still brings a repeat', async () => {
		const database = await open();
		const events = createEvents(database.kernel());
		await levelUp(database.kernel(), 1);
		const delivery = await claim(events);
		database.clock.advance(MINUTE);
		await events.settleUnconfirmed();
		await events.fail(delivery?.id ?? 0, 'late');
		database.clock.advance(2 * SECOND);
		expect(await claim(events)).toMatchObject({ id: delivery?.id, attempt: 2 });
	});

	it('repeats what a dead process left unsettled, and not what a living one is busy with', async () => {
		const database = await open();
		const first = createEvents(database.kernel());
		const second = createEvents(database.kernel());
		await levelUp(database.kernel(), 1);
		const delivery = await claim(first);
		expect(await second.claim(consumer, [], 9)).toBeNull();
		// The first process lives: it looks in every few seconds.
		for (let seconds = 0; seconds < 50; seconds += 10) {
			database.clock.advance(10 * SECOND);
			expect(await first.claim('another', [], 1)).not.toBe(undefined);
			expect(await second.claim(consumer, [], 9)).toBeNull();
		}
		// It dies.
		database.clock.advance(21 * SECOND);
		expect(await second.settleUnconfirmed()).toBe(0);
		expect(await claim(second)).toEqual({ id: delivery?.id, attempt: 2, levels: [1] });
		// Word from the dead: too late to fail it.
		await first.fail(delivery?.id ?? 0, 'late');
		await second.confirm(delivery?.id ?? 0);
		database.clock.advance(HOUR);
		expect(await levels(second)).toBeNull();
	});

	it('a restarted process is served again what it had not settled', async () => {
		const database = await open();
		await levelUp(database.kernel(), 1, 2);
		await claim(createEvents(database.kernel()));
		database.clock.advance(25 * SECOND);
		expect(await claim(createEvents(database.kernel()))).toMatchObject({ attempt: 2, levels: [1, 2] });
	});

	it('two processes that serve the same consumer at once hand out nothing twice', async () => {
		const database = await open();
		const kernel = database.kernel();
		await levelUp(kernel, ...Array.from({ length: 60 }, (_, index) => index));
		await claim(createEvents(kernel), 1, 'probe');
		const processes = [createEvents(database.kernel()), createEvents(database.kernel())];
		const claims = Array.from({ length: 16 }, async (_, index) => claim(processes[index % 2] ?? processes[0]!, 5));
		const seen = (await Promise.all(claims)).flatMap((delivery) => delivery?.levels ?? []);
		expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index));
	});

	it('forgets processes not seen for a day', async () => {
		const database = await open();
		await createEvents(database.kernel()).claim(consumer, [], 1);
		database.clock.advance(25 * HOUR);
		await createEvents(database.kernel()).claim(consumer, [], 1);
		expect(await database.pool.conn('event_processes')).toHaveLength(1);
	});

	it('never skips an event that commits late', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		expect(await levels(events)).toEqual([1]);
		if (dialect === 'sqlite') return;
		const second = openSecondPool(database);
		const slow = createKernel(second.pool, { clock: database.clock });
		const trx = await second.pool.conn.transaction();
		await appendEvent(trx, slow, { type: 'xp.level_up', actor: 'slow', payload: { level: 2 } });
		await levelUp(kernel, 3);
		// 3 is committed and has the greater number; 2 is still on its way.
		expect((await events.list({ limit: 9 })).length).toBe(2);
		expect(await events.claim(consumer, ['xp.level_up'], 9)).toBeNull();
		await trx.commit();
		await second.close();
		expect(await levels(events)).toEqual([2, 3]);
	});

	it('keeps serving after the database was moved to another server by dump and restore', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1, 2);
		expect(await levels(events, 1)).toEqual([1]);
		if (dialect === 'sqlite') return;
		// The other server counts its transactions from a lower number.
		await kernel.conn.raw('update events set epoch = epoch + 1000000000');
		await kernel.conn.raw('update event_cursors set epoch = epoch + 1000000000');
		await levelUp(kernel, 3);
		const restarted = createEvents(database.kernel());
		expect(await levels(restarted)).toEqual([2, 3]);
		await levelUp(kernel, 4);
		expect(await levels(restarted)).toEqual([4]);
		expect(await levels(restarted, 9, 'new')).toEqual([1, 2, 3, 4]);
		expect(await levels(createEvents(database.kernel()), 9)).toBeNull();
	});
});

describe('event types', () => {
	it('are known by name', () => {
		expect(EVENT_TYPES.every(isEventType)).toBe(true);
		expect(isEventType('toString')).toBe(false);
		expect(isEventType('trade.closed')).toBe(true);
	});
});
