import { NSE_LIMITS, STANDARD_POLICY, type Policy } from '../../../core/model';
import { trip } from '../../../core/safety';
import { testCore } from '../../support/core';
import { describeDatabases, START } from '../../support/databases';

const withVenue = (limits: object, more: Partial<Policy['compliance']> = {}): Policy => ({
	...STANDARD_POLICY,
	compliance: { ...STANDARD_POLICY.compliance, ...more, venues: { paper: limits } },
});

const alert = (handle: string, symbol: string, more: object = {}) => ({
	source: 'ema-cross', symbol, side: 'buy', class: 'SNIPER_OPS', confidence: 95, members: [handle], ...more,
});

describeDatabases('compliance', (open) => {
	it('reviews every day of an account once, with what was sent, refused and stopped', async () => {
		const database = await open();
		const test = testCore(database);
		const { core } = test;
		const { accountId, handle } = await test.member();
		await test.ticks(2);
		await test.run(await test.submit(alert(handle, 'BTC/USDT')));
		await test.ticks(2);
		await test.run(await test.submit(alert(handle, 'ETH/USDT', { confidence: 10 })));
		await test.run(await test.submit(alert(handle, 'ETH/USDT', { quantity: '9000000' })));
		await core.orders.closePosition({ accountId, symbol: 'BTC/USDT', actor: 'operator', reason: 'manual' });
		await test.ticks(2);
		const today = await core.compliance.today(accountId);
		expect(today).toMatchObject({
			accountId, day: '2026-11-20', fromAt: Date.UTC(2026, 10, 20),
			summary: {
				entries: 1, exits: 1, orders: 2, fills: 2, orderToTrade: '1', blockedVerdicts: 2,
				algorithms: { 'FC:ema-cross': 2 }, killSwitchUses: 0, overrides: 0,
			},
		});
		expect(await core.compliance.reviewDays()).toBe(0);
		await core.kernel.transaction(async (trx) =>
			trip(trx, core.kernel, {
				scope: 'account', scopeId: accountId, state: 'PAUSED', cause: 'person', reason: 'Enough for today.',
				rearm: 'hand', actor: 'operator',
			}),
		);
		database.clock.set(Date.UTC(2026, 10, 21, 0, 4, 59));
		expect(await core.compliance.reviewDays()).toBe(0);
		database.clock.set(Date.UTC(2026, 10, 21, 0, 5));
		expect(await core.compliance.reviewDays()).toBe(1);
		expect(await core.compliance.reviewDays()).toBe(0);
		const [day] = await core.compliance.days({ accountId, limit: 10 });
		expect(day).toMatchObject({
			day: '2026-11-20', fromAt: Date.UTC(2026, 10, 20), toAt: Date.UTC(2026, 10, 21),
			summary: { orders: 2, blockedVerdicts: 2, killSwitchUses: 1, limitBreaches: 1 },
		});
		const events = await core.events.list({ types: ['compliance.daily_summary'], limit: 10 });
		expect(events).toMatchObject([{ accountId, payload: { day: '2026-11-20', orders: 2, order_to_trade: '1', kill_switch_uses: 1 } }]);
		// Days on which nothing happened are in review too, and nobody hears of them.
		database.clock.set(Date.UTC(2026, 10, 24, 12));
		expect(await core.compliance.reviewDays()).toBe(3);
		expect((await core.compliance.days({ accountId, limit: 10 })).map((each) => each.day)).toEqual([
			'2026-11-23', '2026-11-22', '2026-11-21', '2026-11-20',
		]);
		expect(await core.events.list({ types: ['compliance.daily_summary'], limit: 10 })).toHaveLength(1);
	});

	it('two processes review a day once', async () => {
		const database = await open();
		const [one, two] = [testCore(database), testCore(database)];
		const { accountId } = await one.member();
		database.clock.set(START + 86_400_000);
		const made = await Promise.all([one.core.compliance.reviewDays(), two.core.compliance.reviewDays()]);
		expect(made.reduce((sum, each) => sum + each, 0)).toBe(1);
		expect(await one.core.compliance.days({ accountId, limit: 10 })).toHaveLength(1);
	});

	it('days are those of the account’s zone, also when the clocks change', async () => {
		const database = await open();
		const test = testCore(database);
		const { accountId } = await test.member();
		await test.core.kernel.conn('accounts').where({ id: accountId }).update({
			zone: 'Europe/Berlin', created_at: Date.UTC(2026, 9, 24, 8),
		});
		database.clock.set(Date.UTC(2026, 9, 26, 6));
		expect(await test.core.compliance.reviewDays()).toBe(2);
		const days = await test.core.compliance.days({ accountId, limit: 10 });
		expect(days.map(({ day, fromAt, toAt }) => [day, (toAt - fromAt) / 3_600_000])).toEqual([
			['2026-10-25', 25],
			['2026-10-24', 24],
		]);
	});

	it('what a venue allows in a second holds entries back, and never an exit', async () => {
		const database = await open();
		const test = testCore(database, {}, { policy: withVenue({ ...NSE_LIMITS, messagesPerSecond: 2 }) });
		const { accountId, handle } = await test.member();
		await test.ticks(2);
		const judge = async (symbol: string) => {
			const [step] = await test.run(await test.submit(alert(handle, symbol)));
			return step?.verdict.checks.find(({ check }) => check === 'message_rate');
		};
		expect(await judge('BTC/USDT')).toMatchObject({ result: 'pass', limit: '2', observed: '1' });
		await test.ticks(1);
		await core(test).conn('orders').where({ account_id: accountId }).update({ submitting_at: database.clock.now() });
		expect(await judge('ETH/USDT')).toMatchObject({ result: 'pass', observed: '2' });
		const close = { accountId, symbol: 'BTC/USDT', actor: 'operator', reason: 'manual' } as const;
		expect(await test.core.orders.closePosition(close)).toMatchObject({ leg: 'close', state: 'FILLED' });
		expect(await judge('SOL/USDT')).toMatchObject({ result: 'block', code: 'MESSAGE_RATE', observed: '4' });
	});

	it('messages of the day are those of the account’s risk day, exits included', async () => {
		const database = await open();
		const test = testCore(database, {}, { policy: withVenue({ messagesPerDay: 2 }) });
		const { accountId, handle } = await test.member();
		await test.ticks(2);
		await test.run(await test.submit(alert(handle, 'BTC/USDT')));
		await test.ticks(2);
		await test.core.orders.closePosition({ accountId, symbol: 'BTC/USDT', actor: 'operator', reason: 'manual' });
		await test.ticks(2);
		const [step] = await test.run(await test.submit(alert(handle, 'ETH/USDT')));
		expect(step?.verdict.checks.find(({ check }) => check === 'messages_per_day')).toMatchObject({
			result: 'block', code: 'MESSAGES_PER_DAY', limit: '2', observed: '3',
		});
	});

	it('every order says by which algorithm and by whom it was sent', async () => {
		const database = await open();
		const policy = withVenue({}, { algorithmIds: { 'ema-cross': 'NSE-4711' } });
		const test = testCore(database, {}, { policy });
		const { accountId, handle } = await test.member();
		await test.ticks(2);
		await test.run(await test.submit(alert(handle, 'BTC/USDT')));
		await test.ticks(2);
		await test.run(await test.submit(alert(handle, 'ETH/USDT', { source: 'breakout' })));
		await test.ticks(2);
		await test.core.orders.closePosition({ accountId, symbol: 'BTC/USDT', actor: 'operator', reason: 'manual' });
		const orders = await test.core.orders.list({ accountId, limit: 10 });
		expect(orders.map(({ leg, algoId, actor }) => [leg, algoId, actor]).sort()).toEqual([
			['close', 'NSE-4711', 'operator'],
			['entry', 'FC:breakout', 'node:test'],
			['entry', 'NSE-4711', 'node:test'],
		]);
	});
});

const core = (test: { core: { kernel: { conn: ReturnType<typeof testCore>['core']['kernel']['conn'] } } }) => test.core.kernel;
