import fc from 'fast-check';
import type { Dialect } from '../../../../core/db';
import { findAccount } from '../../../../core/members';
import { add, decimal, lt } from '../../../../core/model';
import { openTradeOf } from '../../../../core/orders';
import { exitsOfTrade } from '../../../../core/orders/trades.repository';
import { assertGuarded, second, tighten, type Stage } from '../../../support/bracket-life';
import { describeDatabases } from '../../../support/databases';
import type { Fault } from '../../../support/faulty-exchange';
import { deadline, runs } from '../../../support/runs';
import { openTrading } from '../../../support/trading';

type Move =
	| { kind: 'enter'; lots: number; shares: number }
	| { kind: 'price'; percent: number }
	| { kind: 'tighten'; percent: number }
	| { kind: 'close' | 'restart' | 'audit' | 'stolen' | 'wait' }
	| { kind: 'fault'; call: 'submit' | 'cancel' | 'lookup' | 'reports' | 'openOrders'; fault: Fault };

const percent = fc.integer({ min: -250, max: 250 });
const move: fc.Arbitrary<Move> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), lots: fc.integer({ min: 1, max: 999 }), shares: fc.integer({ min: 1, max: 9 }) }) },
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant('price' as const), percent }) },
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant('tighten' as const), percent: fc.integer({ min: -100, max: -5 }) }) },
	{ weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('close', 'restart', 'audit', 'stolen', 'wait', 'wait') }) },
	{
		weight: 4,
		arbitrary: fc.record({
			kind: fc.constant('fault' as const),
			call: fc.constantFrom('submit', 'cancel', 'lookup', 'reports', 'openOrders'),
			fault: fc.constantFrom<Fault>('timeout-before', 'timeout-after'),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: 'fault' as const, call: 'submit' as const, fault: 'reject' as const }) },
);

const ANCHOR = 60_000;
let price = ANCHOR;

function setPrice(stage: Stage, basisPoints: number): void {
	price = Number((ANCHOR * (1 + basisPoints / 10_000)).toFixed(2));
	stage.trading.quotes.set('BTC/USDT', price, add(price, '0.03'));
}

async function make(stage: Stage, each: Move): Promise<void> {
	const { trading, process } = stage;
	const { accountId } = trading;
	switch (each.kind) {
		case 'enter':
			await trading.create({
				quantity: decimal((each.lots / 40_000).toFixed(5)),
				stop: (price * 0.985).toFixed(2),
				targets: [[(price * 1.01).toFixed(2), `0.${each.shares}`], [(price * 1.02).toFixed(2), `0.${10 - each.shares}`]],
			}, process);
			break;
		case 'price':
			setPrice(stage, each.percent);
			break;
		case 'tighten': {
			const trade = await openTradeOf(process.kernel.conn, accountId, 'BTC/USDT');
			const wanted = Number((price * (1 + each.percent / 10_000)).toFixed(2));
			const exits = trade === null ? [] : await exitsOfTrade(process.kernel.conn, trade.id);
			const stop = exits.find(({ kind }) => kind === 'stop');
			if (stop !== undefined && lt(stop.price, wanted)) await tighten(stage, wanted);
			break;
		}
		case 'close':
			await process.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
			break;
		case 'restart':
			stage.process = trading.restart();
			break;
		case 'audit':
			await process.orders.auditStops();
			break;
		case 'stolen': {
			const [first] = await trading.venue.inner.openOrders(accountId);
			if (first !== undefined) await trading.venue.inner.cancel(accountId, first.clientOrderId ?? '', 'BTC/USDT');
			break;
		}
		case 'wait':
			await second(stage, 7);
			break;
		case 'fault':
			process.venue.plan(each.call, each.fault);
	}
}

async function windDown(stage: Stage): Promise<void> {
	const { trading } = stage;
	stage.process = trading.restart();
	setPrice(stage, 0);
	for (let round = 0; round < 30; round++) {
		await second(stage, 7);
		await stage.process.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		if ((await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')) === null) return;
	}
	throw new Error('does not come to rest');
}

const RUNS: Record<Dialect, number> = { sqlite: runs(20), postgres: runs(5, 0.2) };

describeDatabases('protection', (open, dialect) => {
	test('holds at every step, whatever happens: never more closing than held, no stop loosened, nothing unwatched', async () => {
		const trading = await openTrading(await open(), { capabilities: { restingStop: true } });
		let armed = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 40, size: 'max' }), async (moves) => {
				const stage: Stage = { trading, process: trading.restart() };
				setPrice(stage, 0);
				// Every schedule begins with a trade, so that there is something to protect.
				for (const each of [{ kind: 'enter', lots: 400, shares: 5 } as const, ...moves]) {
					await make(stage, each);
					await assertGuarded(trading, stage.process);
					await second(stage);
					await assertGuarded(trading, stage.process);
				}
				await windDown(stage);
				await second(stage, 70);
				expect(await trading.venue.inner.openOrders(trading.accountId)).toEqual([]);
				const account = await findAccount(trading.kernel.conn, trading.accountId);
				const balances = await trading.venue.inner.balances(trading.accountId);
				expect(balances['BTC'] ?? '0').toBe('0');
				expect(balances['USDT']).toBe(account?.cash);
				expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
				const stops: unknown[] = await trading.kernel.conn('orders').where({ leg: 'stop', type: 'stop' });
				armed = stops.length;
			}),
			{ numRuns: RUNS[dialect] },
		);
		expect(armed).toBeGreaterThanOrEqual(RUNS[dialect]);
	}, deadline(300_000));
});
