import { decimal } from '../../../core/model';
import { clearTrip, trip } from '../../../core/safety';
import { testCore } from '../../support/core';
import { describeDatabases } from '../../support/databases';

/** Actions with whether they concern a member, and an account. */
const EXPECTED: Readonly<Record<string, readonly [member: boolean, account: boolean]>> = {
	'member.created': [true, false],
	'member.tier_granted': [true, false],
	'account.opened': [true, true],
	'member.mode_changed': [true, false],
	'verdict.issued': [true, true],
	'ticket.fired': [true, true],
	'ticket.held': [true, true],
	'order.created': [true, true],
	'stop.moved': [true, true],
	'exit_plan.set': [true, true],
	'trade.close_requested': [true, true],
	'order.cancel_requested': [true, true],
	'account.live_enabled': [true, true],
	'account.live_disabled': [true, true],
	'readiness.overridden': [true, true],
	'trip.opened': [false, true],
	'trip.cleared': [false, true],
	'channel.saved': [false, false],
	'channel.removed': [false, false],
};

describeDatabases('on record', (open) => {
	it('is every decision and every person’s action, with whom it concerns', async () => {
		const database = await open();
		const { core, market, member, submit, run, ticks } = testCore(database);
		const { kernel } = core;
		const { memberId, accountId, handle } = await member();
		const alert = { source: 'ema-cross', side: 'buy', class: 'SNIPER_OPS', confidence: 95, members: [handle] };
		await ticks(2);
		await run(await submit({ ...alert, symbol: 'BTC/USDT' }));
		await ticks(2);
		const at = { accountId, symbol: 'BTC/USDT', actor: 'operator' };
		await core.orders.tightenStop({ ...at, price: decimal(market.away('BTC/USDT', -2)) });
		await core.orders.setExitPlan({ ...at, rules: [{ method: 'break_even' }] as never });
		const waiting = market.away('ETH/USDT', -5);
		await run(await submit({
			...alert, symbol: 'ETH/USDT', order_type: 'limit', entry: waiting,
			stop_loss: market.away('ETH/USDT', -10), take_profit: [{ price: market.away('ETH/USDT', 15), share: 1 }],
		}));
		await ticks(2);
		const resting = (await core.orders.list({ accountId, limit: 9 })).find(({ symbol }) => symbol === 'ETH/USDT');
		if (resting === undefined) throw new Error('Nothing rests.');
		await core.orders.cancel(resting.id, 'operator');
		await core.firemodes.setMode(memberId, { mode: 'MANUAL', slots: 0 }, 'operator');
		await run(await submit({ ...alert, symbol: 'SOL/USDT' }));
		await core.orders.closePosition({ ...at, reason: 'manual' });
		const opened = await kernel.transaction(async (trx) =>
			trip(trx, kernel, {
				scope: 'account', scopeId: accountId, state: 'PAUSED', cause: 'person', reason: 'A break.', rearm: 'hand', actor: 'operator',
			}),
		);
		await kernel.transaction(async (trx) => clearTrip(trx, kernel, opened.id, { actor: 'operator', reason: 'Over.' }));
		await kernel.conn('accounts').where({ id: accountId }).update({ kind: 'live' });
		await core.liveSwitch.enable({ accountId, phrase: 'TRADE REAL MONEY', actor: 'operator' });
		await core.liveSwitch.disable({ accountId, actor: 'operator' });
		await core.readiness.override({ accountId, source: 'x', reason: 'I traded it by hand for years.', hours: 1, actor: 'operator' });
		await core.notifications.saveChannel('telegram', { botToken: '1:abc' }, 'operator');
		await core.notifications.removeChannel('telegram', 'operator');
		const rows = await core.audit.list({ limit: 500 });
		const found = Object.fromEntries(
			rows.toReversed().map(({ action, memberId: whose, accountId: which }) => [action, [whose === memberId, which === accountId]]),
		);
		expect(found).toMatchObject(EXPECTED);
		const exits = rows.filter(({ action, detailsText }) => action === 'order.created' && JSON.parse(detailsText).leg !== 'entry');
		expect(exits).toHaveLength(1);
		expect(await core.audit.seal()).toBeGreaterThanOrEqual(0);
		expect(await core.audit.verify()).toMatchObject({ ok: true, unsealed: { rows: 0 } });
	});
});
