import fc from 'fast-check';
import type { Dialect } from '../../../core/db';
import { findAccount } from '../../../core/members';
import { add, decimal, SECOND } from '../../../core/model';
import type { TradeRow } from '../../../core/orders/trades.table';
import { describeDatabases } from '../../support/databases';
import type { Fault } from '../../support/faulty-exchange';
import { runs } from '../../support/runs';
import { openTrading, type Trading } from '../../support/trading';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;
const ANCHORS = { 'BTC/USDT': 60_000, 'ETH/USDT': 3_000, 'SOL/USDT': 150 };

type Move =
	| { kind: 'enter'; symbol: (typeof SYMBOLS)[number]; lots: number; limit: boolean; shares: number; fault: Fault | null }
	| { kind: 'price'; symbol: (typeof SYMBOLS)[number]; percent: number; fault: Fault | null }
	| { kind: 'close'; symbol: (typeof SYMBOLS)[number] }
	| { kind: 'cancel'; symbol: (typeof SYMBOLS)[number] };

const fault = fc.oneof(
	{ weight: 5, arbitrary: fc.constant(null) },
	{ weight: 1, arbitrary: fc.constantFrom<Fault>('timeout-before', 'timeout-after') },
);
const symbol = fc.constantFrom(...SYMBOLS);
const move: fc.Arbitrary<Move> = fc.oneof(
	fc.record({
		kind: fc.constant('enter' as const), symbol, lots: fc.integer({ min: 100, max: 999 }),
		limit: fc.constant(false), shares: fc.integer({ min: 1, max: 9 }), fault: fc.constant(null),
	}),
	fc.record({
		kind: fc.constant('enter' as const), symbol, lots: fc.integer({ min: 1, max: 999 }),
		limit: fc.boolean(), shares: fc.integer({ min: 1, max: 9 }), fault,
	}),
	fc.record({ kind: fc.constant('price' as const), symbol, percent: fc.integer({ min: -400, max: 400 }), fault }),
	fc.record({ kind: fc.constant('price' as const), symbol, percent: fc.integer({ min: -150, max: 150 }), fault: fc.constant(null) }),
	fc.record({ kind: fc.constant('close' as const), symbol }),
	fc.record({ kind: fc.constant('cancel' as const), symbol }),
);

function setPrice(trading: Trading, name: (typeof SYMBOLS)[number], percent: number): void {
	const price = (ANCHORS[name] * (1 + percent / 10_000)).toFixed(2);
	trading.quotes.set(name, price, add(price, '0.03'));
}

async function tick(trading: Trading, seconds = 1): Promise<void> {
	trading.database.clock.advance(seconds * SECOND);
	await trading.orders.dispatchDue();
	await trading.orders.resolveUnknown();
	await trading.orders.watch();
}

async function make(trading: Trading, each: Move): Promise<void> {
	const { accountId } = trading;
	if (each.kind === 'price') {
		setPrice(trading, each.symbol, each.percent);
		if (each.fault !== null) trading.venue.plan('submit', each.fault);
	} else if (each.kind === 'enter') {
		const anchor = ANCHORS[each.symbol];
		if (each.fault !== null) trading.venue.plan('submit', each.fault);
		await trading.create({
			symbol: each.symbol,
			// Up to a tenth of the account, in odd quantities.
			quantity: decimal((each.lots / anchor).toFixed(anchor > 10_000 ? 5 : anchor > 1_000 ? 4 : 3)),
			type: each.limit ? 'limit' : 'market',
			price: each.limit ? (anchor * 0.995).toFixed(2) : null,
			stop: (anchor * 0.985).toFixed(2),
			targets: [
				[(anchor * 1.01).toFixed(2), `0.${each.shares}`],
				[(anchor * 1.02).toFixed(2), `0.${10 - each.shares}`],
			],
		});
	} else if (each.kind === 'close') {
		await trading.orders.closePosition({ accountId, symbol: each.symbol, reason: 'manual', actor: 'operator' });
	} else {
		await trading.orders.cancelEntries({ accountId, symbol: each.symbol, actor: 'operator' });
	}
	await tick(trading);
}

/** Everything resolved and closed, however long it takes. */
async function windDown(trading: Trading): Promise<void> {
	for (const name of SYMBOLS) setPrice(trading, name, 0);
	for (let round = 0; round < 60; round++) {
		await tick(trading, 5);
		for (const name of SYMBOLS) {
			await trading.orders.closePosition({ accountId: trading.accountId, symbol: name, reason: 'manual', actor: 'operator' });
		}
		const open: unknown[] = await trading.kernel.conn('trades').whereIn('state', ['OPENING', 'OPEN', 'CLOSING']);
		if (open.length === 0) return;
	}
	throw new Error('does not come to rest');
}

const RUNS: Record<Dialect, number> = { sqlite: runs(25), postgres: runs(8, 0.2) };

describeDatabases('money', (open, dialect) => {
	test('final cash = start + Σ net, to the last digit, here and at the venue, whatever happens', async () => {
		const trading = await openTrading(await open());
		let fills = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 30, size: 'max' }), async (moves) => {
				for (const name of SYMBOLS) setPrice(trading, name, 0);
				for (const each of moves) await make(trading, each);
				await windDown(trading);
				const account = await findAccount(trading.kernel.conn, trading.accountId);
				const trades: TradeRow[] = await trading.kernel.conn('trades').where({ state: 'CLOSED' });
				const net = add(...trades.map((trade) => trade.realised_net));
				expect(account?.cash).toBe(add(10_000, net));
				expect(account?.realisedNet).toBe(net);
				expect(add(...trades.map((trade) => add(trade.realised_net, trade.fees)))).toBe(
					add(...trades.map((trade) => trade.realised_gross)),
				);
				const balances = await trading.exchanges.for('paper').balances(trading.accountId);
				expect(balances['USDT']).toBe(account?.cash);
				for (const asset of ['BTC', 'ETH', 'SOL']) expect(balances[asset] ?? '0').toBe('0');
				const rows: unknown[] = await trading.kernel.conn('fills');
				fills = rows.length;
			}),
			{ numRuns: RUNS[dialect] },
		);
		expect(fills).toBeGreaterThan(RUNS[dialect]);
		const sent = trading.venue.submits();
		expect(new Set(sent).size).toBe(sent.length);
	});
});
