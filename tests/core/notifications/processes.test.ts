import { join } from 'node:path';
import type { DatabaseConfig } from '../../../core/db';
import { MINUTE, type EventId } from '../../../core/model';
import type { SendCounts } from '../../../core/notifications';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';
import { startProcess, type TestProcess } from '../../support/processes';
import { Outside, Stage } from './stage';

type Engine = TestProcess<{ config: DatabaseConfig; now: number }, SendCounts>;

const startEngine = (): Engine => startProcess(join(__dirname, 'drain.process.ts'));

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describeDatabases('outbox in real processes', (open) => {
	let outside: Outside;
	let database: TestDatabase;
	let stage: Stage;

	beforeAll(async () => {
		outside = await Outside.open();
		database = await open();
	});
	beforeEach(async () => {
		outside.telegram.reset();
		stage = await new Stage(database, outside).prepare();
		await stage.setUp('telegram');
	});
	afterAll(async () => outside.close());

	async function crowd(size: number): Promise<void> {
		const events: EventId[] = [];
		for (let count = 0; count < size; count++) {
			const memberId = await stage.member(`p${count}-${stage.handle}`, String(50_000 + count));
			events.push(await stage.issue('low', `P${count}`, memberId));
		}
		await stage.enqueue(...events);
	}

	it('two that drain the same outbox send every message once', async () => {
		await crowd(24);
		const engines = [startEngine(), startEngine()];
		const { config } = database;
		const counts = await Promise.all(engines.map(async (engine) => engine.ask({ config, now: START })));
		await Promise.all(engines.map(async (engine) => engine.kill()));
		expect(counts.reduce((sum, count) => sum + count.sent, 0)).toBe(24);
		expect(outside.telegram.delivered).toHaveLength(24);
		expect(outside.telegram.duplicates()).toEqual([]);
	});

	it.each([
		['before Telegram took the message', 'silence', ['again']],
		['after Telegram took it, before that was written', 'held_answer', ['first', 'again']],
	] as const)('one killed %s: the next one brings it after the lease', async (_, kind, arrivals) => {
		await stage.enqueue(await stage.issue('low', 'KILLED'));
		outside.telegram.failNext({ kind });
		const { config } = database;
		const engine = startEngine();
		const cut = engine.ask({ config, now: START }).catch(() => null);
		await until(() => outside.telegram.calls.length === 1);
		await engine.kill();
		expect(await cut).toBeNull();
		const next = startEngine();
		expect(await next.ask({ config, now: START + MINUTE - 1 })).toMatchObject({ sent: 0 });
		expect(await next.ask({ config, now: START + MINUTE })).toMatchObject({ sent: 1 });
		expect(await next.ask({ config, now: START + 2 * MINUTE })).toMatchObject({ sent: 0 });
		await next.kill();
		const texts = outside.telegram.delivered.map(({ text }) => (text.includes('Sent again') ? 'again' : 'first'));
		expect(texts).toEqual(arrivals);
	});
});
