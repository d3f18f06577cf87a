import { join } from 'node:path';
import { createEmergency } from '../../../../core/emergency';
import { add, SECOND } from '../../../../core/model';
import { findAccount } from '../../../../core/members';
import { openTestDatabase, type TestDatabase } from '../../../support/databases';
import { startProcess } from '../../../support/processes';
import { runs } from '../../../support/runs';
import { openTrading, type Trading } from '../../../support/trading';
import { everything, unrefused } from '../stage';
import type { FlattenAnswer, FlattenQuestion } from './flatten.process';

const FILE = join(__dirname, 'flatten.process.ts');
/** Every so many commits of a flattening; all of them in a deep run. */
const EVERY = runs(0) > 0 ? 1 : 6;

async function invest(database: TestDatabase): Promise<Trading> {
	const trading = await openTrading(database, { capabilities: { restingStop: true } });
	await trading.enter({ symbol: 'BTC/USDT', quantity: '0.01' });
	await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
	await trading.enter({ symbol: 'SOL/USDT', quantity: '1', type: 'limit', price: 140, stop: 130, targets: [[170, 1]] });
	await trading.orders.watch();
	const { kernel, orders, exchanges } = trading;
	const emergency = createEmergency({ kernel, orders, exchanges });
	unrefused(await emergency.trip(everything({ state: 'FLATTENING', phrase: 'FLATTEN NOW' })));
	return trading;
}

/** Flattens in a process of its own, which dies after so many commits. */
async function flattenAndDie(database: TestDatabase, dieAfter: number | null) {
	const trading = await invest(database);
	const { memberId, accountId } = trading;
	const child = startProcess<FlattenQuestion, FlattenAnswer>(FILE);
	const question = { config: database.config, existing: { memberId, accountId }, at: database.clock.now(), dieAfter };
	try {
		return { trading, commits: (await child.ask(question)).commits };
	} catch {
		return { trading, commits: null };
	} finally {
		await child.kill();
	}
}

/** Another process takes over: it comes to the same end, and nothing was done twice. */
async function expectCarriedOn(trading: Trading): Promise<void> {
	const { database, accountId } = trading;
	database.clock.advance(5 * SECOND);
	const next = trading.restart();
	const { kernel, orders, exchanges } = next;
	const emergency = createEmergency({ kernel, orders, exchanges });
	for (let second = 0; second < 75 && (await emergency.status(null)).state !== 'LOCKED'; second++) {
		database.clock.advance(SECOND);
		await orders.dispatchDue();
		await orders.resolveUnknown();
		await orders.watch();
		await emergency.flattenStep();
	}
	expect((await emergency.status(null)).state).toBe('LOCKED');
	const trades: { symbol: string; state: string }[] = await kernel.conn('trades').orderBy('symbol');
	expect(trades.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED', 'CANCELLED']);
	expect(await trading.venue.inner.openOrders(accountId)).toEqual([]);
	const balances = await trading.venue.inner.balances(accountId);
	expect([balances['BTC'] ?? '0', balances['ETH'] ?? '0', balances['SOL'] ?? '0']).toEqual(['0', '0', '0']);
	const account = await findAccount(kernel.conn, accountId);
	expect(account?.cash).toBe(balances['USDT']);
	expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
	// One position, one sale: a second one would have been refused by the venue or have sold twice.
	const sold: { symbol: string; side: string; state: string }[] = await kernel.conn('paper_orders').where({ side: 'sell', state: 'FILLED' });
	expect(sold.map(({ symbol }) => symbol).sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
	expect(await kernel.conn('events').where({ type: 'trading_state.flat' })).toHaveLength(1);
	expect(await kernel.conn('flattenings')).toMatchObject([{ state: 'FLAT' }]);
}

it('goes on after the process is killed (SIGKILL) at any of its commits, and doubles nothing', async () => {
	const calm = await openTestDatabase('sqlite');
	const { trading, commits } = await flattenAndDie(calm, null);
	await expectCarriedOn(trading);
	await calm.close();
	expect(commits).toBeGreaterThan(15);
	for (let dieAfter = 1; dieAfter < (commits ?? 0); dieAfter += EVERY) {
		const database = await openTestDatabase('sqlite');
		try {
			const life = await flattenAndDie(database, dieAfter);
			expect(life.commits).toBeNull();
			await expectCarriedOn(life.trading);
		} catch (error) {
			throw new Error(`killed after commit ${dieAfter} of ${String(commits)}`, { cause: error });
		} finally {
			await database.close();
		}
	}
}, 600_000);
