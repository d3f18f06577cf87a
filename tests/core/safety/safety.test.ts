import fc from 'fast-check';
import { createAudit } from '../../../core/audit';
import { createKernel, type Kernel } from '../../../core/db';
import { createEvents } from '../../../core/events';
import { HOUR } from '../../../core/model';
import {
	clearTrip,
	createSafety,
	lockLatch,
	strictest,
	trip,
	tradingStateFor,
	TRADING_STATES,
	type NewTrip,
	type TradingSubject,
	type Trip,
} from '../../../core/safety';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { openSecondPool } from '../../support/second-pool';

const subject: TradingSubject = {
	tier: 'FANG',
	memberId: 'mbr_1',
	accountId: 'acc_1',
	symbol: 'BTC/USDT',
};

const byHand: NewTrip = {
	scope: 'global', state: 'PAUSED', cause: 'person', reason: 'Maintenance.', rearm: 'hand', actor: 'operator',
};

async function stop(kernel: Kernel, input: Partial<NewTrip>): Promise<Trip> {
	return kernel.transaction(async (trx) => trip(trx, kernel, { ...byHand, ...input }));
}

async function stateOf(kernel: Kernel, of: Partial<TradingSubject> = {}) {
	return kernel.transaction(async (trx) => tradingStateFor(trx, { ...subject, ...of }));
}

const sleep = async (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

describeDatabases('trading state', (open, dialect) => {
	let shared: Promise<TestDatabase> | null = null;

	/** A kernel on a database without trips that the small cases share. */
	async function quiet(): Promise<Kernel> {
		const kernel = (await (shared ??= open())).kernel();
		await kernel.conn('trips').delete();
		return kernel;
	}

	it('is ACTIVE without trips', async () => {
		const kernel = await quiet();
		expect(await stateOf(kernel)).toEqual({ state: 'ACTIVE', trips: [] });
	});

	it.each<[Partial<NewTrip>, Partial<TradingSubject>]>([
		[{ scope: 'tier', scopeId: 'FANG' }, { tier: 'NIBBLER' }],
		[{ scope: 'member', scopeId: 'mbr_1' }, { memberId: 'mbr_2' }],
		[{ scope: 'account', scopeId: 'acc_1' }, { accountId: 'acc_2' }],
		[{ scope: 'symbol', symbol: 'BTC/USDT' }, { symbol: 'ETH/USDT' }],
		[{ scope: 'account_symbol', scopeId: 'acc_1', symbol: 'BTC/USDT' }, { symbol: 'ETH/USDT' }],
		[{ scope: 'account_symbol', scopeId: 'acc_1', symbol: 'BTC/USDT' }, { accountId: 'acc_2' }],
	])('%j concerns its own and nobody else', async (input, other) => {
		const kernel = await quiet();
		const made = await stop(kernel, input);
		expect(await stateOf(kernel)).toEqual({ state: 'PAUSED', trips: [made] });
		expect(await stateOf(kernel, other)).toEqual({ state: 'ACTIVE', trips: [] });
	});

	it('is the strictest of the open trips; clearing one leaves the others', async () => {
		const kernel = (await open()).kernel();
		await stop(kernel, {});
		const locked = await stop(kernel, { scope: 'account', scopeId: 'acc_1', state: 'LOCKED' });
		await stop(kernel, { scope: 'member', scopeId: 'mbr_1', state: 'REDUCING' });
		expect((await stateOf(kernel)).state).toBe('LOCKED');
		const clear = async () =>
			kernel.transaction(async (trx) =>
				clearTrip(trx, kernel, locked.id, { actor: 'operator', reason: 'Looked into.' }),
			);
		const cleared = await clear();
		expect((await stateOf(kernel)).state).toBe('REDUCING');
		expect((await stateOf(kernel)).trips.length).toBe(2);
		expect(await clear()).toEqual(cleared);
	});

	it('leaves a trail and tells about it', async () => {
		const database = await open();
		const kernel = database.kernel();
		const made = await stop(kernel, { scope: 'account', scopeId: 'acc_1', memberId: 'mbr_1' });
		await kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, made.id, { actor: 'member:mbr_1', reason: 'Well again.' }),
		);
		const events = await createEvents(kernel).list({ limit: 9 });
		expect(events).toMatchObject([
			{
				type: 'trading_state.tripped', accountId: 'acc_1', memberId: 'mbr_1', subjectId: made.id,
				payload: { trip_id: made.id, scope: 'account', state: 'PAUSED', cause: 'person' },
			},
			{ type: 'trading_state.rearmed', accountId: 'acc_1', actor: 'member:mbr_1' },
		]);
		const trail = await createAudit(kernel).list({ limit: 9 });
		expect(trail.map((entry) => [entry.actor, entry.action, entry.subjectId])).toEqual([
			['member:mbr_1', 'trip.cleared', made.id],
			['operator', 'trip.opened', made.id],
		]);
	});

	it('the same automatic trip again is the open one, with the later time', async () => {
		const database = await open();
		const kernel = database.kernel();
		const daily: Partial<NewTrip> = {
			scope: 'account', scopeId: 'acc_1', cause: 'daily_loss', rearm: 'next_day', actor: 'engine',
			rearmAt: database.clock.now() + HOUR,
		};
		const first = await stop(kernel, daily);
		const again = await stop(kernel, { ...daily, rearmAt: database.clock.now() + 2 * HOUR });
		expect(again).toEqual({ ...first, rearmAt: database.clock.now() + 2 * HOUR });
		expect((await stop(kernel, daily)).rearmAt).toBe(again.rearmAt);
		expect(await stop(kernel, { ...daily, scopeId: 'acc_2' })).not.toMatchObject({ id: first.id });
		expect((await createSafety(kernel).open()).length).toBe(2);
		expect((await createEvents(kernel).list({ limit: 9 })).length).toBe(2);
	});

	it('two trips by hand are two, and each must be cleared', async () => {
		const kernel = await quiet();
		await stop(kernel, {});
		await stop(kernel, {});
		expect((await createSafety(kernel).open()).length).toBe(2);
	});

	it('the engine re-arms what is due by time, and nothing else', async () => {
		const database = await open();
		const kernel = database.kernel();
		const at = database.clock.now() + HOUR;
		const account = { scope: 'account', scopeId: 'acc_1', actor: 'engine' } as const;
		const due = await stop(kernel, { ...account, cause: 'daily_loss', rearm: 'next_day', rearmAt: at });
		const later = await stop(kernel, { ...account, cause: 'volatility', rearm: 'timed', rearmAt: at + 1 });
		const healthy = await stop(kernel, { ...account, cause: 'feed_lost', rearm: 'healthy' });
		const hand = await stop(kernel, {});
		const safety = createSafety(kernel);
		database.clock.advance(HOUR - 1);
		expect(await safety.rearmDue()).toEqual([]);
		database.clock.advance(1);
		expect(await safety.rearmDue()).toMatchObject([{ id: due.id, clearedBy: 'engine', clearedAt: at }]);
		expect(await safety.rearmDue()).toEqual([]);
		const stillOpen = (await safety.open()).map(({ id }) => id);
		expect(stillOpen.sort()).toEqual([later.id, healthy.id, hand.id].sort());
	});

	it('the engine cannot end what a person must end', async () => {
		const kernel = await quiet();
		const made = await stop(kernel, {});
		const byEngine = kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, made.id, { actor: 'engine', reason: 'x' }),
		);
		await expect(byEngine).rejects.toMatchObject({ code: 'TRIP_BY_HAND' });
		const unknown = kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, 'trp_none', { actor: 'operator', reason: 'x' }),
		);
		await expect(unknown).rejects.toMatchObject({ code: 'TRIP_UNKNOWN' });
	});

	it.each<[Partial<NewTrip>, string]>([
		[{ scope: 'account' }, 'needs scope id'],
		[{ scope: 'global', scopeId: 'acc_1' }, 'takes no scope id'],
		[{ scope: 'symbol' }, 'needs symbol'],
		[{ scope: 'member', scopeId: 'mbr_1', symbol: 'BTC/USDT' }, 'takes no symbol'],
		[{ rearm: 'timed' }, 'needs time'],
		[{ rearm: 'hand', rearmAt: 1 }, 'takes no time'],
		[{ state: 'ACTIVE' }, 'stop nothing'],
	])('refuses the trip %j', async (input, message) => {
		const kernel = await quiet();
		await expect(stop(kernel, input)).rejects.toMatchObject({
			code: 'TRIP_INVALID',
			message: expect.stringContaining(message),
		});
	});

	it('a missing latch row is an error, not permission', async () => {
		const kernel = (await open()).kernel();
		await kernel.conn('trading_latch').delete();
		const looking = kernel.transaction(async (trx) => lockLatch(trx, 'share'));
		await expect(looking).rejects.toMatchObject({ code: 'LATCH_MISSING' });
	});

	it('every change turns the latch on', async () => {
		const kernel = (await open()).kernel();
		const made = await stop(kernel, {});
		await kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, made.id, { actor: 'operator', reason: 'x' }),
		);
		expect(await kernel.transaction(async (trx) => lockLatch(trx, 'share'))).toBe(2);
	});

	it('a trip waits for an order that is being let out, and the next order for the trip', async () => {
		const database = await open();
		const second = openSecondPool(database);
		const sender = database.kernel();
		// SQLite waits with the whole thread, so there two "processes" share the one connection.
		const stopper = dialect === 'sqlite' ? sender : createKernel(second.pool, { clock: database.clock });
		const log: string[] = [];
		/** What SUBMITTING does: latch, look, let out. */
		const letOut = async (name: string, milliseconds: number): Promise<void> =>
			sender.transaction(async (trx) => {
				await lockLatch(trx, 'share');
				const { state } = await tradingStateFor(trx, subject);
				log.push(`${name} sees ${state}`);
				await sleep(milliseconds);
				log.push(`${name} ends`);
			});
		const first = letOut('first', 150);
		await sleep(50);
		const stopping = stopper
			.transaction(async (trx) => {
				await trip(trx, stopper, byHand);
				log.push('stopped');
				await sleep(100);
				log.push('stop ends');
			});
		await first;
		await sleep(50);
		await letOut('second', 0);
		await stopping;
		await second.close();
		expect(log).toEqual([
			'first sees ACTIVE', 'first ends', 'stopped', 'stop ends', 'second sees PAUSED', 'second ends',
		]);
	});

	if (dialect === 'postgres') {
		it('orders do not wait for each other at the latch', async () => {
			const database = await open();
			const kernel = database.kernel();
			const log: string[] = [];
			const letOut = async (name: string): Promise<void> =>
				kernel.transaction(async (trx) => {
					await lockLatch(trx, 'share');
					log.push(`${name} in`);
					await sleep(100);
					log.push(`${name} out`);
				});
			await Promise.all([letOut('a'), letOut('b')]);
			expect(log.slice(0, 2).sort()).toEqual(['a in', 'b in']);
		});
	}
});

describe('strictest', () => {
	const states = fc.array(fc.constantFrom(...TRADING_STATES));

	it('is never milder than any of the states, and always one of them', () => {
		fc.assert(
			fc.property(states, (given) => {
				const result = strictest(given);
				const rank = TRADING_STATES.indexOf(result);
				expect(given.every((state) => TRADING_STATES.indexOf(state) <= rank)).toBe(true);
				expect(given.length === 0 ? ['ACTIVE'] : given).toContain(result);
			}),
		);
	});
});
