import fc from 'fast-check';
import { beat } from '../../../core/db';
import { add, decimal, div, HUNDRED, lte, max, MINUTE, mul, neg, STANDARD_POLICY, sub, ZERO, type Decimal, type Policy } from '../../../core/model';
import { liveReservations, openTrades } from '../../../core/orders';
import { openTradeFacts } from '../../../core/risk/snapshot.repository';
import { describeDatabases } from '../../support/databases';
import { deadline, runs } from '../../support/runs';
import { codes, scene, type Scene } from './scene';

const { behaviour, protection } = STANDARD_POLICY;
/** Losses keep nobody back here: only the budgets do, so that they are met as often as can be. */
const POLICY: Policy = {
	...STANDARD_POLICY,
	protection: { ...protection, apiErrorsPerMinute: 1_000 },
	behaviour: {
		...behaviour, confidenceExtra: [0], cooldownLosses: 1_000, revengeMinutes: 1,
		tilt: { ...behaviour.tilt, warnPoints: 997, lockoutPoints: 998, tripPoints: 999 },
		medic: { ...behaviour.medic, lossPercent: 10 },
	},
};
const SYMBOLS = ['BTC/USDT', 'SOL/USDT', 'LTC/USDT', 'LINK/USDT'];

type Step =
	| { readonly kind: 'alert'; readonly symbol: number; readonly stop: number; readonly auto: boolean }
	| { readonly kind: 'move'; readonly symbol: number; readonly percent: number }
	| { readonly kind: 'close'; readonly symbol: number }
	| { readonly kind: 'wait'; readonly minutes: number };

const symbol = fc.nat(SYMBOLS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ kind: fc.constant('alert' as const), symbol, stop: fc.integer({ min: 1, max: 4 }), auto: fc.boolean() }) },
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), symbol, percent: fc.integer({ min: -4, max: 4 }) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), symbol }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 2, max: 900 }) }) },
);

interface Standing {
	readonly used: Decimal;
	readonly openRisk: Decimal;
	readonly limit: Decimal;
	readonly equity: Decimal;
}

/** The policy's formula, worked out anew from what is stored. */
async function standing({ test: { core }, member, database }: Scene): Promise<Standing> {
	const { conn } = core.kernel;
	const account = await conn('accounts').where({ id: member.accountId }).first();
	const trades = (await openTrades(conn, member.accountId)).map(openTradeFacts);
	const held = await liveReservations(conn, member.accountId, database.clock.now());
	const losses = trades.map(({ openQuantity, entryPrice, stopLoss, unbookedFees }) => {
		if (entryPrice === null || stopLoss === null) return unbookedFees;
		const fee = div(mul(openQuantity, stopLoss, '0.1'), HUNDRED);
		return max(ZERO, add(mul(openQuantity, sub(entryPrice, stopLoss)), unbookedFees, fee));
	});
	const openRisk = add(...losses, ...held.map(({ heldRisk }) => heldRisk));
	return {
		openRisk,
		used: add(openRisk, max(ZERO, neg(decimal(account.realised_today)))),
		limit: div(mul(account.day_start_equity, 6), HUNDRED),
		equity: decimal(account.equity),
	};
}

async function later(made: Scene, seconds: number): Promise<void> {
	made.database.clock.advance(seconds * 1000);
	await beat(made.test.core.kernel.conn, { name: 'engine', at: made.database.clock.now(), state: 'ok', detail: null });
	await made.test.core.engine.tick();
}

async function alert(made: Scene, { symbol: index, stop, auto }: Extract<Step, { kind: 'alert' }>): Promise<boolean> {
	const { test, member } = made;
	const { conn } = test.core.kernel;
	await conn('members').where({ id: member.memberId }).update({ fire_mode: auto ? 'FULL_AUTO' : 'MANUAL' });
	const name = SYMBOLS[index] ?? 'BTC/USDT';
	const body = { symbol: name, stop_loss: test.market.away(name, -stop), take_profit: test.market.away(name, stop * 4) };
	const before = await standing(made);
	const verdict = await made.alert(body);
	if (verdict.decision === 'BLOCK' || verdict.waitsForCapacity) return false;
	const risk = verdict.intent?.risk ?? ZERO;
	expect(lte(add(before.used, risk), before.limit)).toBe(true);
	expect(lte(add(before.openRisk, risk), div(before.equity, 10))).toBe(true);
	const { ticket, outcome } = await test.core.firemodes.route(verdict.id, 'node:test');
	if (outcome === 'fire') await test.core.firemodes.place(ticket.id, 'node:test');
	if (ticket.state === 'HELD') await test.core.firemodes.fire(ticket.id, { actor: 'member:test' });
	const after = await standing(made);
	expect(lte(after.used, after.limit)).toBe(true);
	return true;
}

async function close(made: Scene, index: number): Promise<void> {
	const name = SYMBOLS[index] ?? 'BTC/USDT';
	const open = await openTrades(made.test.core.kernel.conn, made.member.accountId);
	const found = open.find((trade) => trade.symbol === name && trade.state === 'OPEN');
	if (found === undefined) return;
	const verdict = await made.alert({ symbol: name, action: 'close', side: 'sell' });
	expect(codes(verdict)).toEqual([]);
	await made.test.core.firemodes.route(verdict.id, 'node:test').then(async ({ ticket }) =>
		made.test.core.firemodes.place(ticket.id, 'node:test'),
	);
}

async function take(made: Scene, each: Step): Promise<boolean> {
	if (each.kind === 'alert') {
		const opened = await alert(made, each);
		await later(made, 2);
		return opened;
	}
	if (each.kind === 'move') {
		const name = SYMBOLS[each.symbol] ?? 'BTC/USDT';
		made.test.market.set(name, made.test.market.away(name, each.percent));
	} else if (each.kind === 'close') await close(made, each.symbol);
	await later(made, each.kind === 'wait' ? (each.minutes * MINUTE) / 1000 : 2);
	await later(made, 1);
	return false;
}

describeDatabases('whole days', (open, dialect) => {
	test(
		'whatever is sent and becomes of it, no approval passes a limit, and every close goes through',
		async () => {
			const database = await open();
			let opened = 0;
			await fc.assert(
				fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
					const made = await scene(database, {}, { policy: POLICY });
					await later(made, 1);
					for (const each of steps) if (await take(made, each)) opened += 1;
				}),
				{ numRuns: dialect === 'sqlite' ? runs(8, 0.02) : runs(3, 0.005), endOnFailure: true },
			);
			expect(opened).toBeGreaterThan(3);
		},
		deadline(120_000),
	);
});
