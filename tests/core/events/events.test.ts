import { createKernel } from '../../../core/db';
import { appendEvent, createEvents, EVENT_TYPES, isEventType } from '../../../core/events';
import { describeDatabases } from '../../support/databases';
import { openSecondPool } from '../../support/second-pool';
import { consumer, eventually, levels, levelUp, rankUp } from './events.support';

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
