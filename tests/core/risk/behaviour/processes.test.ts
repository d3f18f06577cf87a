import { join } from 'node:path';
import { HOUR } from '../../../../core/model';
import { describeDatabases, START } from '../../../support/databases';
import { startProcess } from '../../../support/processes';
import { testCore } from '../../../support/core';
import { writeClosed } from './closed-rows';
import type { GuardQuestion } from './guard-worker';

const ROUNDS = Number(process.env['FIRECONTROL_RACE_ROUNDS'] ?? 3);
const MEMBERS = 4;

jest.setTimeout(60_000 + 10_000 * ROUNDS);

describeDatabases('two processes that fold at once', (open) => {
	async function setUp() {
		const database = await open();
		const test = testCore(database);
		const { kernel } = test.core;
		const workers = [0, 1].map(() => startProcess<GuardQuestion, string[]>(join(__dirname, 'guard-worker.ts')));
		const ask = async (question: Partial<GuardQuestion> & { at: number | null }) => {
			const now = database.clock.now();
			const whole = { config: database.config, now, handles: [], lockUntil: null, ...question };
			return Promise.all(workers.map(async (worker) => worker.ask(whole)));
		};
		await ask({ at: null });

		const lose = async (memberId: string, accountId: string, count: number): Promise<void> => {
			for (let index = 0; index < count; index++) {
				await writeClosed(kernel, { memberId, accountId, closedAt: database.clock.now() - count + index });
			}
		};
		return { database, test, kernel, workers, ask, lose };
	}

	let world: Awaited<ReturnType<typeof setUp>>;
	beforeAll(async () => {
		world = await setUp();
	});
	afterAll(async () => {
		for (const worker of world.workers) await worker.kill();
	});

	const told = async (memberId: string): Promise<string[]> => {
		const rows: { type: string }[] = await world.kernel.conn('events')
			.where({ member_id: memberId }).where('type', 'like', 'behaviour.%').orderBy('seq');
		return rows.map(({ type }) => type.replace('behaviour.', ''));
	};

	test('every change is told once, and a trip is made once', async () => {
		const { database, test, kernel, ask, lose } = world;
		for (let round = 0; round < ROUNDS; round++) {
			database.clock.set(START + round * HOUR);
			const members = [];
			for (let index = 0; index < MEMBERS; index++) members.push(await test.member());
			for (const { memberId, accountId } of members) await lose(memberId, accountId, 5);
			const handles = members.map(({ handle }) => handle);
			const answers = await ask({ at: Date.now() + 30, handles });
			expect(answers).toEqual([0, 1].map(() => handles.map(() => 'tripped 5')));
			for (const { memberId } of members) {
				expect(await told(memberId)).toEqual([
					'confidence_raised', 'confidence_raised', 'confidence_raised', 'warned',
					'confidence_raised', 'locked_out', 'confidence_raised', 'tilt_tripped',
				]);
				expect(await kernel.conn('trips').where({ scope_id: memberId })).toMatchObject([
					{ cause: 'tilt', state: 'FLATTENING', rearm: 'next_day' },
				]);
				expect(await kernel.conn('behaviour_happenings').where({ member_id: memberId })).toHaveLength(5);
				const trail = await kernel.conn('audit').where({ subject_id: memberId }).where('action', 'like', 'behaviour.%');
				expect(trail).toHaveLength(8);
			}
		}
	});

	test('two who lock the same members out at once make one lockout', async () => {
		const { database, test, kernel, ask } = world;
		const members = [await test.member(), await test.member()];
		const handles = members.map(({ handle }) => handle);
		const answers = await ask({ at: Date.now() + 30, handles, lockUntil: database.clock.now() + HOUR });
		expect(answers.flat()).toEqual(['locked', 'locked', 'locked', 'locked']);
		for (const { memberId } of members) {
			expect(await kernel.conn('behaviour_lockouts').where({ member_id: memberId })).toHaveLength(1);
		}
	});
});
