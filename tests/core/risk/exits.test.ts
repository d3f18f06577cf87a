import { MINUTE, SECOND } from '../../../core/model';
import { trip } from '../../../core/safety';
import { describeDatabases, START } from '../../support/databases';
import { scene, shared, type Scene } from './scene';

describeDatabases('exits', (open) => {
	const database = shared(open);
	const stopAll = async ({ test: { core }, member }: Scene) =>
		core.kernel.transaction(async (trx) => {
			await trip(trx, core.kernel, {
				scope: 'account', scopeId: member.accountId, state: 'LOCKED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator',
			});
		});

	test('a close passes in every trading state, at any age, without the opening checks', async () => {
		const made = await scene(database());
		await made.open();
		await stopAll(made);
		made.database.clock.advance(30 * MINUTE);
		const late = new Date(START + SECOND).toISOString();
		const verdict = await made.alert({ action: 'close', created_at: late });
		expect(verdict).toMatchObject({
			decision: 'PASS', action: 'close', symbol: 'BTC/USDT', intent: null, reservationId: null,
			expiresAt: START + 40 * MINUTE,
		});
		expect(verdict.checks.map((check) => check.check)).toEqual(['open_trade', 'manual_run']);
		expect((await made.alert({ action: 'close', side: 'sell' })).decision).toBe('PASS');
	});

	test('nothing open, the wrong side, or meant for an earlier trade', async () => {
		const made = await scene(database());
		const close = { action: 'close' };
		expect((await made.alert(close)).code).toBe('NOTHING_TO_CLOSE');
		await made.open();
		expect((await made.alert({ ...close, side: 'buy' })).code).toBe('NOTHING_TO_CLOSE');
		expect((await made.alert({ ...close, symbol: 'ETH/USDT' })).code).toBe('NOTHING_TO_CLOSE');
		expect((await made.alert({ ...close, symbol: 'NOPE' })).code).toBe('NOTHING_TO_CLOSE');
		const before = new Date(START - SECOND).toISOString();
		expect((await made.alert({ ...close, created_at: before })).code).toBe('NOTHING_TO_CLOSE');
		expect((await made.alert(close)).decision).toBe('PASS');
	});

	test('a close does not need the venue to answer; an opening does', async () => {
		const made = await scene(database());
		await made.open();
		const exchange = made.test.core.exchanges.for('paper');
		const { resolve } = exchange;
		exchange.resolve = async () => Promise.reject(new Error('venue down'));
		try {
			expect((await made.alert({ action: 'close', symbol: 'BINANCE:BTCUSDT' })).decision).toBe('PASS');
			expect((await made.alert({ action: 'close', symbol: 'ETHUSDT' })).code).toBe('NOTHING_TO_CLOSE');
			// An opening is denied by it, and holds up nobody else's.
			const denied = await made.alert({ symbol: 'SOL/USDT' });
			expect(denied).toMatchObject({ decision: 'BLOCK', code: 'VENUE_UNREACHABLE', intent: null });
		} finally {
			exchange.resolve = resolve;
		}
	});

	test('a cancel needs an unfilled entry or a waiting ticket', async () => {
		const made = await scene(database());
		const cancel = { action: 'cancel' };
		expect(await made.alert(cancel)).toMatchObject({ decision: 'BLOCK', code: 'NOTHING_TO_CANCEL' });
		const signalId = await made.test.submit({ id: 'held', members: [made.member.handle] });
		await made.test.run(signalId);
		expect((await made.alert({ ...cancel, side: 'sell' })).code).toBe('NOTHING_TO_CANCEL');
		expect((await made.alert({ ...cancel, symbol: 'ETHUSDT' })).code).toBe('NOTHING_TO_CANCEL');
		expect(await made.alert(cancel)).toMatchObject({ decision: 'PASS', code: 'OK', symbol: 'BTC/USDT' });
		const limit = { symbol: 'ETH/USDT', order_type: 'limit', entry: '2900', stop_loss: '2800', take_profit: '3200' };
		await made.open(limit);
		const working = await made.alert({ ...cancel, symbol: 'ETH/USDT', side: 'buy' });
		expect(working).toMatchObject({ decision: 'PASS' });
		expect(working.checks[0]).toMatchObject({ check: 'waiting_orders', observed: '1' });
	});
});
