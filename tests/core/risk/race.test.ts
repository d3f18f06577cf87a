import { join } from 'node:path';
import { assembleCore } from '../../../core/core';
import { beat, createKernel } from '../../../core/db';
import type { AccountId, FireMode, SignalId } from '../../../core/model';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { startProcess } from '../../support/processes';
import { TEST_KEY } from '../../support/core';
import type { JudgeAnswer, JudgeJob, JudgeQuestion } from './judge-worker';

const ROUNDS = Number(process.env['FIRECONTROL_RACE_ROUNDS'] ?? 12);

/** Alerts that risk the whole budget of a trade each: 1 % of 10,000, stop 10 % away. */
const ALERTS = {
	'BTC/USDT': { stop_loss: 54000, take_profit: 78000 },
	'ETH/USDT': { stop_loss: 2700, take_profit: 3900 },
} as const;

let counter = 0;

async function setUp(database: TestDatabase) {
	const kernel = createKernel(database.pool, { sealingKey: new Uint8Array(32) });
	const core = assembleCore(kernel, { quotes: { quote: async () => null } });
	const { config } = database;
	const start = () =>
		startProcess<JudgeQuestion, JudgeAnswer | null>(join(__dirname, 'judge-worker.ts'));
	const workers = [start(), start()];
	for (const worker of workers) await worker.ask({ config, job: null });

	/** A member who has lost 450 of the 600 that a day allows: room for one more trade of 100. */
	async function member(fireMode: FireMode): Promise<AccountId> {
		counter += 1;
		const view = await core.members.upsert({
			handle: `racer-${counter}`, tier: 'OPERATOR', fireMode, autoSlots: 3, zone: 'UTC',
			paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC' }, actor: 'operator',
		});
		const account = view.accounts[0];
		if (account === undefined) throw new Error('no account');
		await kernel.conn('accounts').where({ id: account.id }).update({ realised_today: '-450' });
		return account.id;
	}

	async function alert(symbol: keyof typeof ALERTS): Promise<SignalId> {
		counter += 1;
		const { take_profit: target, ...prices } = ALERTS[symbol];
		const body = {
			id: `race-${counter}`, source: 'race', symbol, side: 'buy', class: 'SNIPER_OPS',
			confidence: 95, ...prices, take_profit: [{ price: target, share: 1 }],
		};
		const { stored } = await core.signals.receive(
			{
				method: 'POST', path: '/', query: {}, remoteAddress: '127.0.0.1',
				headers: { authorization: `Bearer ${TEST_KEY.token}` },
				rawBody: Buffer.from(JSON.stringify(body)),
			},
			[TEST_KEY],
			'intake',
		);
		const id = stored[0];
		if (id === undefined) throw new Error('not stored');
		return id;
	}

	/** Both jobs begin at the same moment, each in its own process. */
	async function race(jobs: readonly Omit<JudgeJob, 'at'>[]): Promise<JudgeAnswer[]> {
		await beat(kernel.conn, { name: 'engine', at: Date.now(), state: 'ok', detail: null });
		const at = Date.now() + 30;
		return Promise.all(
			workers.map(async (worker, index) => {
				const job = jobs[index];
				const answer = job === undefined ? null : await worker.ask({ config, job: { ...job, at } });
				if (answer === null) throw new Error('no job');
				return answer;
			}),
		);
	}

	return { kernel, workers, member, alert, race };
}

describeDatabases('two processes', (open) => {
	let world: Awaited<ReturnType<typeof setUp>>;

	beforeAll(async () => {
		world = await setUp(await open());
	});
	afterAll(async () => {
		for (const worker of world.workers) await worker.kill();
	});

	const liveReservations = async (accountId: AccountId): Promise<number> =>
		(await world.kernel.conn('reservations').where({ account_id: accountId, state: 'LIVE' })).length;

	test('FULL AUTO: of two approvals for the last of the budget one reserves, the other waits', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const accountId = await world.member('FULL_AUTO');
			const [btc, eth] = [await world.alert('BTC/USDT'), await world.alert('ETH/USDT')];
			const answers = await world.race([
				{ signalId: btc, accountId, ticketId: null },
				{ signalId: eth, accountId, ticketId: null },
			]);
			const codes = answers.map((answer) => `${answer.decision} ${answer.code}`).sort();
			expect(codes).toEqual(['WARN DAILY_LOSS_NEAR', 'WARN WAITS_FOR_CAPACITY']);
			const waits = answers.map((answer) => [answer.waitsForCapacity, answer.reservationId === null]);
			expect(waits.sort()).toEqual([[false, false], [true, true]]);
			expect(await liveReservations(accountId)).toBe(1);
		}
	});

	test('MANUAL: of two presses for the last of the budget one reserves, the other is refused', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const accountId = await world.member('MANUAL');
			const [btc, eth] = [await world.alert('BTC/USDT'), await world.alert('ETH/USDT')];
			const answers = await world.race([
				{ signalId: btc, accountId, ticketId: `tkt_a${round}` },
				{ signalId: eth, accountId, ticketId: `tkt_b${round}` },
			]);
			const codes = answers.map((answer) => `${answer.decision} ${answer.code}`).sort();
			expect(codes).toEqual(['BLOCK DAILY_LOSS_LIMIT', 'WARN DAILY_LOSS_NEAR']);
			expect(await liveReservations(accountId)).toBe(1);
		}
	});

	test('the same signal for the same account: one verdict, one event, one reservation', async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const accountId = await world.member('FULL_AUTO');
			const signalId = await world.alert('BTC/USDT');
			const job = { signalId, accountId, ticketId: null };
			const [first, second] = await world.race([job, job]);
			expect(second).toEqual(first);
			const events = await world.kernel.conn('events').where({ signal_id: signalId, type: 'verdict.issued' });
			expect(events).toHaveLength(1);
			expect(await world.kernel.conn('verdicts').where({ signal_id: signalId })).toHaveLength(1);
			expect(await liveReservations(accountId)).toBe(1);
		}
	});
});
