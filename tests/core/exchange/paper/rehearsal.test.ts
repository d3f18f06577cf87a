import { PAPER_FAULT_PROFILES } from '../../../../core/exchange';
import { add, decimal, eq, STANDARD_POLICY, ZERO, type Policy } from '../../../../core/model';
import { describeDatabases, type TestDatabase } from '../../../support/databases';
import { testCore } from '../../../support/core';

const { behaviour, protection } = STANDARD_POLICY;
/** It trades on after losses and after errors, at once: what is rehearsed is the venue. */
const UNMOVED: Policy = {
	...STANDARD_POLICY,
	protection: { ...protection, apiErrorsPerMinute: 1_000 },
	behaviour: {
		...behaviour, confidenceExtra: [0], cooldownLosses: 100, revengeMinutes: 1,
		tilt: { ...behaviour.tilt, warnPoints: 97, lockoutPoints: 98, tripPoints: 99 },
	},
};

/** A core whose paper requests take their time on the test's clock. */
async function desk(database: TestDatabase, faultProfile: keyof typeof PAPER_FAULT_PROFILES) {
	const sleep = async (milliseconds: number): Promise<void> => database.clock.advance(milliseconds);
	const test = testCore(database, { sleep }, { policy: UNMOVED });
	const member = await test.core.members.upsert({
		handle: 'ana', tier: 'OPERATOR', zone: 'UTC', fireMode: 'FULL_AUTO', autoSlots: 3, actor: 'operator',
		paperAccount: {
			simulation: { model: 'realistic', seed: 21, profile: { faults: [...PAPER_FAULT_PROFILES[faultProfile]] } },
		},
	});
	return { ...test, accountId: member.accounts[0]?.id ?? 'acc_' } as const;
}

const SYMBOLS = [
	'BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'LTC/USDT', 'LINK/USDT', 'DOT/USDT', 'XRP/USDT', 'ADA/USDT', 'BNB/USDT',
];
/** What each profile must have made happen at least once, or it rehearsed nothing. */
const SEEN: Readonly<Record<string, string>> = {
	lost_answers: 'UNKNOWN', late_arrivals: 'UNKNOWN', refusing_venue: 'REJECTED', outages: 'UNKNOWN',
};

const PROFILES = Object.keys(PAPER_FAULT_PROFILES) as (keyof typeof PAPER_FAULT_PROFILES)[];

describeDatabases('a realistic account that rehearses', (open, dialect) => {
	// The rules are the same on both; the second database sees the worst, once.
	const traded = dialect === 'sqlite' ? SYMBOLS : SYMBOLS.slice(0, 3);
	test.each(dialect === 'sqlite' ? PROFILES : (['late_arrivals'] as const))(
		'%s: every trade ends, nothing is sent twice, our books are the venue’s',
		async (profile) => {
			const { core, market, submit, run, ticks, accountId } = await desk(await open(), profile);
			const { conn } = core.kernel;
			await ticks(5);
			for (let round = 0; round < traded.length; round += 3) {
				const symbols = traded.slice(round, round + 3);
				for (const symbol of symbols) {
					await run(await submit({ symbol, stop_loss: market.away(symbol, -1), take_profit: market.away(symbol, 3) }));
					await ticks(4);
				}
				await ticks(70);
				for (const [index, symbol] of symbols.entries()) market.set(symbol, market.away(symbol, index % 2 === 0 ? -2 : 4));
				await ticks(round + 3 < traded.length ? 80 : 220);
			}
			const orders = await conn('orders').where({ account_id: accountId });
			expect(orders.length).toBeGreaterThanOrEqual(traded.length);
			const steps = await conn('order_history');
			const seen = steps.map(({ to_state }) => to_state);
			expect(seen).toEqual(expect.arrayContaining([SEEN[profile] ?? 'FILLED']));
			const over = ['FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'FAILED', 'DENIED'];
			expect(orders.filter(({ state }) => !over.includes(state)).map(({ state, leg }) => `${leg} ${state}`)).toEqual([]);
			const trades = await conn('trades').where({ account_id: accountId });
			expect(trades.filter(({ state }) => !['CLOSED', 'CANCELLED'].includes(state)).map(({ symbol, state }) => `${symbol} ${state}`)).toEqual([]);
			const [ours, theirs] = [await conn('fills').where({ account_id: accountId }), await conn('paper_fills').where({ account_id: accountId })];
			const ids = (rows: { venue_trade_id: string }[]) => rows.map(({ venue_trade_id }) => venue_trade_id).sort();
			expect(ids(ours)).toEqual(ids(theirs));
			expect(new Set(ids(ours)).size).toBe(ours.length);
			const account = await core.members.account(accountId);
			const balances = await conn('paper_balances').where({ account_id: accountId });
			const usdt = balances.find(({ asset }) => asset === 'USDT');
			expect(eq(decimal(usdt?.total ?? 0), account?.cash ?? ZERO)).toBe(true);
			const held = balances.filter(({ asset }) => asset !== 'USDT').map(({ total }) => decimal(total));
			expect(eq(add(...held), ZERO)).toBe(true);
			// One order at the venue for each of ours that it ever had.
			const atVenue = await conn('paper_orders').where({ account_id: accountId });
			const known = new Set(orders.map(({ client_order_id }) => client_order_id));
			expect(atVenue.filter(({ client_order_id }) => !known.has(client_order_id))).toEqual([]);
		},
		60_000,
	);
});
