import fc from 'fast-check';
import type { Kernel } from '../../../../core/db';
import { findAccount } from '../../../../core/members';
import { add, decimal, gte, lt, lte, sub } from '../../../../core/model';
import {
	canTake, cashAdjustments, createOrders, createReconciliation, listHoldings, type OrderEvent,
	type OrderState,
} from '../../../../core/orders';
import type { Dialect } from '../../../../core/db';
import { describeDatabases } from '../../../support/databases';
import { forgetMembers } from '../../../support/forget';
import { deadline, runs } from '../../../support/runs';
import { fingerprint, openStage, type Stage } from './stage';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'] as const;
const PRICES = { 'BTC/USDT': 60_000, 'ETH/USDT': 3_000 };
const STEP = decimal('0.0001');

const symbol = fc.constantFrom(...SYMBOLS);
const lots = fc.integer({ min: 1, max: 40 });
const world = fc.oneof(
	fc.record({ kind: fc.constant('enter' as const), symbol, lots, limit: fc.boolean() }),
	fc.record({ kind: fc.constant('enter' as const), symbol, lots, limit: fc.constant(false) }),
	fc.record({ kind: fc.constant('hand' as const), symbol, lots, side: fc.constantFrom('buy' as const, 'sell' as const), limit: fc.boolean() }),
	fc.record({ kind: fc.constant('move' as const), asset: fc.constantFrom('BTC', 'ETH', 'USDT'), lots: fc.integer({ min: -60, max: 60 }) }),
	fc.record({ kind: fc.constant('lose' as const) }),
	fc.record({ kind: fc.constant('fill' as const), symbol }),
	fc.record({ kind: fc.constant('look' as const), fails: fc.constantFrom(null, 'balances' as const, 'openOrders' as const, 'fills' as const, 'lookup' as const) }),
	fc.record({ kind: fc.constant('die' as const), after: fc.integer({ min: 0, max: 25 }) }),
);
type Turn = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** A process that dies before its transaction of this number: nothing it does later has an effect. */
function mortal(kernel: Kernel, after: number): Kernel {
	let left = after;
	return {
		...kernel,
		transaction: async (work) => {
			if (left-- <= 0) throw new Error('this process is dead');
			return kernel.transaction(work);
		},
	};
}

async function turn(stage: Stage, each: Turn, number: number): Promise<void> {
	const { kernel, exchanges, accountId, database } = stage;
	const quantity = (name: (typeof SYMBOLS)[number], count: number) =>
		decimal((count * (name === 'BTC/USDT' ? 0.0005 : 0.01)).toFixed(4));
	if (each.kind === 'enter') {
		const price = PRICES[each.symbol];
		await stage.enter({
			symbol: each.symbol, quantity: quantity(each.symbol, each.lots), type: each.limit ? 'limit' : 'market',
			price: each.limit ? price * 0.99 : null, stop: price * 0.9, targets: [[price * 1.2, 1]],
		});
	} else if (each.kind === 'hand') {
		const price = decimal((PRICES[each.symbol] * (each.side === 'buy' ? 0.99 : 1.01)).toFixed(1));
		await stage.byHand({
			clientOrderId: `hand-${number}`, symbol: each.symbol, side: each.side, type: each.limit ? 'limit' : 'market',
			quantity: quantity(each.symbol, each.lots), price: each.limit ? price : null,
		});
	} else if (each.kind === 'move') {
		const amount = each.asset === 'USDT' ? decimal(each.lots * 7) : quantity(`${each.asset as 'BTC' | 'ETH'}/USDT`, each.lots);
		const held = (await stage.venue.balances(accountId))[each.asset] ?? '0';
		await stage.move(each.asset, lt(add(held, amount), 0) ? sub(0, held) : amount);
	} else if (each.kind === 'lose') {
		const resting = () => kernel.conn('paper_orders').where({ account_id: accountId, state: 'OPEN' });
		if ((await resting()).length === 0) {
			await stage.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_900, stop: 2_800 });
		}
		const [open] = await resting();
		if (open !== undefined) await kernel.conn('paper_orders').where({ client_order_id: open.client_order_id }).delete();
	} else if (each.kind === 'fill') {
		// Limits execute at the venue, and the stream is silent.
		stage.quotes.set(each.symbol, PRICES[each.symbol] * 0.98);
		await stage.venue.openOrders(accountId);
		stage.quotes.set(each.symbol, PRICES[each.symbol]);
	} else if (each.kind === 'look') {
		const { fails } = each;
		const honest = fails === null ? null : stage.venue[fails];
		const broken = async () => Promise.reject(new Error('no answer'));
		if (fails !== null) Object.assign(stage.venue, { [fails]: broken });
		database.clock.advance(10_000);
		await stage.reconciliation.run({ accountId: null, actor: 'engine' });
		if (fails !== null) Object.assign(stage.venue, { [fails]: honest });
	} else {
		const dying = mortal(kernel, each.after);
		database.clock.advance(10_000);
		await createReconciliation(dying, exchanges).run({ accountId: null, actor: 'engine' }).catch(() => {});
	}
}

/** The engine again, after everything, until nothing changes any more. */
async function settle(stage: Stage): Promise<void> {
	for (let second = 0; second < 16; second++) {
		stage.database.clock.advance(10_000);
		for (const name of SYMBOLS) stage.quotes.set(name, PRICES[name]);
		await stage.orders.resolveUnknown();
		await stage.orders.watch();
		await stage.reconciliation.run({ accountId: null, actor: 'engine' });
	}
}

async function agrees(stage: Stage): Promise<void> {
	const { kernel, accountId } = stage;
	const balances = await stage.venue.balances(accountId);
	const account = await findAccount(kernel.conn, accountId);
	const positions = await kernel.conn('positions').where({ account_id: accountId });
	const external = new Map((await listHoldings(kernel.conn, [accountId])).map(({ name, quantity }) => [name, quantity]));
	for (const asset of ['BTC', 'ETH']) {
		const held = positions.find((position) => position.symbol === `${asset}/USDT`)?.quantity ?? '0';
		const venue = balances[asset] ?? '0';
		// Ours and others' together are what the venue has, but for less than a step.
		const rest = sub(venue, add(held, external.get(asset) ?? 0));
		expect([asset, gte(held, 0), lt(rest, STEP), lte(sub(0, rest), STEP)]).toEqual([asset, true, true, true]);
	}
	const gap = sub(balances['USDT'] ?? 0, account?.cash ?? 0);
	expect([gap, lte(gap, '0.01'), gte(gap, '-0.01')]).toEqual([gap, true, true]);
	// Money: start, what trades realised, what corrections moved, less what open positions cost.
	const trades = await kernel.conn('trades').where({ account_id: accountId });
	const unbooked = trades.map(({ fees, fees_booked }) => sub(fees, fees_booked));
	const corrections = await cashAdjustments(kernel.conn, accountId);
	const costs = positions.map(({ cost }) => cost);
	const expected = sub(add(10_000, ...trades.map(({ realised_net }) => realised_net), ...corrections), add(...costs, ...unbooked));
	expect(account?.cash).toBe(expected);
	for (const { from_state, event, to_state } of await kernel.conn('order_history').select()) {
		const legal = ['none', 'cancel', 'replace'].some((pending) =>
			canTake({ state: from_state as OrderState, pending: pending as 'none' }, event as OrderEvent));
		expect([from_state, event, to_state, legal]).toEqual([from_state, event, to_state, true]);
	}
	const working = await kernel.conn('orders').whereIn('state', ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED', 'UNKNOWN']);
	const atVenue = await kernel.conn('paper_orders').whereIn('state', ['OPEN', 'TRIGGERED', 'PARTIALLY_FILLED']);
	expect(working.map((order) => order.client_order_id).sort()).toEqual(atVenue.map((order) => order.client_order_id).sort());
	const fills = await kernel.conn('fills').select('account_id', 'venue_trade_id');
	expect(new Set(fills.map((fill) => fill.venue_trade_id)).size).toBe(fills.length);
}

const RUNS: Readonly<Record<Dialect, number>> = { sqlite: runs(25), postgres: runs(4, 0.2) };

describeDatabases('whatever happens at the venue and to the process', (open, dialect) => {
	test('in the end our books are the venue’s, every step explained, and a restart changes nothing', async () => {
		const database = await open();
		await fc.assert(
			fc.asyncProperty(fc.array(world, { minLength: 3, maxLength: 14 }), async (turns) => {
				await forgetMembers(database);
				const stage = await openStage(database);
				await stage.reconciliation.run({ accountId: null, actor: 'engine' });
				for (const [number, each] of turns.entries()) await turn(stage, each, number);
				await settle(stage);
				await agrees(stage);
				const before = await fingerprint(stage);
				for (let restart = 0; restart < 2; restart++) {
					const process = stage.restart();
					const again = createReconciliation(process.kernel, process.exchanges);
					createOrders(process.kernel, process.exchanges);
					await again.begin({ token: restart + 1 });
					stage.database.clock.advance(2_000);
					await again.catchUp();
					await again.orders();
					await again.holdings();
				}
				expect(await fingerprint(stage)).toEqual(before);
			}),
			{ numRuns: RUNS[dialect] },
		);
	}, deadline(240_000));
});
