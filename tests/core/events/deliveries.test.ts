import { appendEvent, createEvents } from '../../../core/events';
import { HOUR, MINUTE, SECOND } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { claim, consumer, eventually, levels, levelUp } from './events.support';

describeDatabases('deliveries', (open) => {
	it('repeats a failed batch after its pause, longer each time, then parks it with an issue', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1);
		let delivery = await claim(events);
		const pauses = [2, 4, 8, 16, 32, 64, 128];
		for (const [index, pause] of pauses.entries()) {
			expect(delivery).toMatchObject({ attempt: index + 1, levels: [1] });
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

	it('takes a batch apart after its third failure: one bad event takes no other into parking', async () => {
		const database = await open();
		const kernel = database.kernel();
		const events = createEvents(kernel);
		await levelUp(kernel, 1, 2, 3);
		for (let attempt = 1; attempt <= 3; attempt++) {
			const batch = await claim(events);
			expect(batch).toMatchObject({ attempt, levels: [1, 2, 3] });
			await events.fail(batch?.id ?? 0, 'Level 2 is bad.');
			database.clock.advance(HOUR);
		}
		const digested: number[] = [];
		for (let single = await claim(events); single !== null; single = await claim(events)) {
			expect(single.levels.length).toBe(1);
			if (single.levels[0] === 2) await events.fail(single.id, 'Level 2 is bad.');
			else await events.confirm(single.id);
			digested.push(single.attempt * 10 + (single.levels[0] ?? 0));
			if (single.levels[0] === 2) database.clock.advance(HOUR);
		}
		expect(digested).toEqual([41, 42, 52, 62, 72, 82, 43]);
		const issues = await events.list({ types: ['issue.raised'], limit: 9 });
		expect(issues.map((issue) => issue.payload)).toMatchObject([{ code: 'DELIVERY_PARKED' }]);
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
});
