import { appendEvent } from '../../core/events';
import { node, openInstallation, startTrigger, until, type TestInstallation } from '../support/harness';

let home: TestInstallation;
beforeEach(async () => {
	home = await openInstallation();
});
afterEach(async () => home.close());

const engine = (options = {}) => node('engineTrigger', { options });
const beatAt = async (): Promise<number> => {
	const row = await home.core.kernel.conn('heartbeats').where({ name: 'engine' }).first();
	return row?.at ?? 0;
};

describe('Engine Trigger', () => {
	it('beats with every tick and starts no executions', async () => {
		const before = await beatAt();
		const trigger = await startTrigger(engine(), { credentials: home.credentials });
		expect(trigger.crons).toBe(1);
		await new Promise((resolve) => setTimeout(resolve, 20));
		trigger.tick();
		await until(async () => (await beatAt()) > before);
		expect(trigger.emitted).toEqual([]);
		await trigger.response.closeFunction?.();
		await trigger.response.closeFunction?.();
		const after = await beatAt();
		trigger.tick();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(await beatAt()).toBe(after);
	});

	it('runs twice side by side: published twice, the jobs still run once at a time', async () => {
		const first = await startTrigger(engine(), { credentials: home.credentials });
		const second = await startTrigger(engine(), { credentials: home.credentials });
		for (let second_ = 0; second_ < 3; second_++) {
			first.tick();
			second.tick();
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect([...first.errors, ...second.errors]).toEqual([]);
		const { alive, jobs } = await home.core.engine.health();
		expect(alive).toBe(true);
		expect(jobs.filter(({ state }) => state === 'failing')).toEqual([]);
	});

	it('starts the workflow with issues only when asked to', async () => {
		const quiet = await startTrigger(engine(), { credentials: home.credentials });
		const telling = await startTrigger(engine({ emitIssues: true }), {
			credentials: home.credentials,
			settle: true,
		});
		const { kernel } = home.core;
		await kernel.transaction(async (trx) =>
			appendEvent(trx, kernel, {
				type: 'issue.raised',
				actor: 'test',
				payload: { code: 'TEST', message: 'A test.', severity: 'high' },
			}),
		);
		quiet.tick();
		telling.tick();
		const { items } = await until(() => telling.emitted[0]);
		expect(items).toMatchObject([{ type: 'issue.raised', payload: { code: 'TEST' } }]);
		expect(quiet.emitted).toEqual([]);
	});

	it('reports itself broken only when the loop cannot run at all, again and again', async () => {
		const trigger = await startTrigger(engine(), { credentials: home.credentials });
		await home.core.kernel.conn.schema.dropTable('heartbeats');
		// The tick of its start may find the table or not: thirteen or fourteen have failed by then.
		for (let tick = 0; tick < 13; tick++) trigger.tick();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(trigger.errors).toHaveLength(0);
		for (let tick = 0; tick < 3; tick++) trigger.tick();
		await until(() => trigger.errors.length > 0);
		expect(trigger.errors).toHaveLength(1);
	});

	it('shows its health when run by hand, and does not tick', async () => {
		const before = await beatAt();
		const trigger = await startTrigger(engine(), { credentials: home.credentials, mode: 'manual' });
		expect(trigger.crons).toBe(0);
		await trigger.response.manualTriggerFunction?.();
		expect(trigger.emitted[0]?.items).toMatchObject([{ alive: true }]);
		expect(await beatAt()).toBe(before);
	});
});
