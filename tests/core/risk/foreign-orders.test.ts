import { decimal } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { scene } from './scene';

describeDatabases('others’ orders on the account', (open) => {
	test('hold cash back, and count as nothing else', async () => {
		const { test: on, member, database, alert, rows } = await scene(await open());
		const { core } = on;
		const before = await alert();
		await core.exchanges.for('paper').submit(member.accountId, {
			clientOrderId: 'by-hand', symbol: 'ETH/USDT', side: 'buy', type: 'limit', quantity: decimal('2'), price: decimal(2_500),
			triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		database.clock.advance(1_000);
		await core.reconciliation.run({ accountId: member.accountId, actor: 'operator' });
		expect(await rows('orders', { origin: 'EXTERNAL' })).toHaveLength(1);
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'sandbox' });
		await core.kernel.conn('heartbeats').update({ at: database.clock.now() });
		const after = await alert();
		const free = (verdict: typeof after): number =>
			Number(verdict.checks.find(({ check }) => check === 'balance')?.limit);
		expect(free(after)).toBeCloseTo(free(before) - 5_000, 6);
		const codes = (verdict: typeof after): (string | undefined)[] =>
			['position_limit', 'one_trade_per_symbol', 'orders_per_day', 'order_to_trade', 'total_open_risk'].map(
				(name) => verdict.checks.find(({ check }) => check === name)?.observed ?? undefined,
			);
		expect(codes(after)).toEqual(codes(before));
		const hold = async (name: string) =>
			core.kernel.conn('external_holdings').insert({
				account_id: member.accountId, name, quantity: '1', first_seen: 0, updated_at: 0,
			});
		const place = async () => (await alert()).checks.find(({ check }) => check === 'one_trade_per_symbol')?.code;
		// An asset on spot is no position of a symbol.
		await hold('BTC');
		expect(await place()).toBe('OK');
		await hold('BTC/USDT');
		expect(await place()).toBe('FOREIGN_POSITION');
	});
});
