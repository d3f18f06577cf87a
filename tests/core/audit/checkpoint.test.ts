import { DAY } from '../../../core/model';
import { testCore } from '../../support/core';
import { describeDatabases } from '../../support/databases';
import { append } from './chain';

describeDatabases('checkpoints', (open) => {
	it('the engine seals every second and tells the end of the chain once a day', async () => {
		const database = await open();
		const test = testCore(database);
		const { core } = test;
		const told = async () => core.events.list({ types: ['audit.checkpoint'], limit: 99 });
		await append(core.kernel, 'a.done', 'b.done');
		await test.ticks(1);
		await test.ticks(1);
		expect(await core.audit.verify()).toMatchObject({ ok: true, unsealed: { rows: 0 } });
		await core.audit.checkpoint();
		const [first, ...more] = await told();
		expect(more).toEqual([]);
		const entry = (await core.audit.list({ limit: 99 })).find(({ hash }) => hash === (first?.payload as { hash: string }).hash);
		expect(first).toMatchObject({ actor: 'engine', memberId: null, payload: { number: entry?.chainSeq } });
		await append(core.kernel, 'c.done');
		await core.audit.seal();
		expect(await core.audit.checkpoint()).toBeNull();
		database.clock.advance(DAY);
		const second = await core.audit.checkpoint();
		expect(await told()).toMatchObject([first, { payload: { number: second?.chainSeq, hash: second?.hash } }]);
		// Where nothing was added there is nothing to tell.
		database.clock.advance(DAY);
		expect(await core.audit.checkpoint()).toBeNull();
		expect(await core.audit.verify()).toMatchObject({ ok: true, compared: 2 });
	});

	it('two processes make a day’s checkpoint once', async () => {
		const database = await open();
		const [one, two] = [testCore(database).core, testCore(database).core];
		await append(one.kernel, 'a.done');
		await one.audit.seal();
		const made = await Promise.all([one.audit.checkpoint(), two.audit.checkpoint()]);
		expect(made.filter((checkpoint) => checkpoint !== null)).toHaveLength(1);
	});
});
