import { beat } from '../../../../core/db';
import { HOUR, SECOND } from '../../../../core/model';
import { openTradeOf } from '../../../../core/orders';
import { trip, type NewTrip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const STOPPED = ['PAUSED', 'REDUCING', 'FLATTENING', 'LOCKED'] as const;

async function stopTrading(trading: Trading, change: Partial<NewTrip>): Promise<void> {
	await trading.kernel.transaction(async (trx) =>
		trip(trx, trading.kernel, {
			scope: 'global', state: 'PAUSED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator', ...change,
		}),
	);
}

/** Everything that keeps entries from going out. */
const BLOCKERS: readonly (readonly [string, (trading: Trading) => Promise<void>])[] = [
	...STOPPED.map((state) => [`the system is ${state}`, async (trading: Trading) => stopTrading(trading, { state })] as const),
	...STOPPED.map((state) => [
		`the account is ${state}`,
		async (trading: Trading) => stopTrading(trading, { state, scope: 'account', scopeId: trading.accountId }),
	] as const),
	['the symbol is stopped', async (trading) => stopTrading(trading, { scope: 'symbol', symbol: 'BTC/USDT' })],
	['the engine is dead', async (trading) => {
		await beat(trading.kernel.conn, { name: 'engine', at: 1, state: 'ok', detail: null });
	}],
	['the daily loss is used up', async (trading) => {
		await trading.kernel.conn('accounts').update({ realised_today: '-5000' });
	}],
	['the account is inactive', async (trading) => {
		await trading.kernel.conn('accounts').update({ status: 'inactive' });
	}],
	['the entry rate is used up', async (trading) => {
		const later = trading.database.clock.now() + HOUR;
		await trading.kernel.conn('accounts').update({ next_entry_at: later });
	}],
	['an order of the symbol is of unknown outcome', async (trading) => {
		const { memberId, accountId } = await trading.addMember(`other-${trading.database.clock.now()}`);
		trading.venue.plan('submit', 'timeout-before');
		expect(await trading.enter({ memberId, accountId })).toMatchObject({ state: 'UNKNOWN' });
	}],
];

/** The three ways out. */
const EXITS: readonly (readonly [string, string, (trading: Trading) => Promise<void>])[] = [
	['its stop', 'stop', async (trading) => trading.quotes.set('BTC/USDT', 58_900)],
	['its target', 'target', async (trading) => trading.quotes.set('BTC/USDT', 62_600)],
	['a close', 'manual', async (trading) => {
		const { accountId } = trading;
		await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
	}],
];

describeDatabases('nothing that blocks entries blocks an exit', (open) => {
	test.each(BLOCKERS)('%s', async (_what, block) => {
		const database = await open();
		for (const restingStop of [false, true]) {
			for (const [, reason, exit] of EXITS) {
				const trading = await openTrading(database, { capabilities: { restingStop } });
				const { memberId, accountId } = await trading.addMember(`${reason}-${restingStop}`);
				const scene: Trading = { ...trading, memberId, accountId };
				await trading.enter({ memberId, accountId });
				await block(scene);
				await exit(scene);
				database.clock.advance(SECOND);
				await trading.orders.watch();
				expect(await openTradeOf(trading.kernel.conn, accountId, 'BTC/USDT')).toBeNull();
				const trade: { exit_reason: string } = await trading.kernel.conn('trades').where({ account_id: accountId }).first();
				expect(trade.exit_reason).toBe(reason);
				await trading.kernel.conn('trips').update({ cleared_at: 1 });
				await trading.kernel.conn('accounts').update({ realised_today: '0', status: 'active', next_entry_at: 0 });
			}
		}
	});
});
