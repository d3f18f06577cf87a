import fc from 'fast-check';
import { findAccount } from '../../../core/members';
import { abs, add, decimal, isRefused, lt, mul, sub, type Decimal } from '../../../core/model';
import { isAtVenue } from '../../../core/orders/sending/cancel';
import { isTerminal, TRANSITIONS } from '../../../core/orders/order-state';
import { historyOf } from '../../../core/orders/orders.queries';
import type { IssueRow } from '../../../core/orders/issues/issues.table';
import type { AdjustmentRow } from '../../../core/orders/reconcile/adjustment.table';
import type { FillRow, TradeRow } from '../../../core/orders/trades.table';
import type { Order } from '../../../core/orders';
import { text } from './fixed';
import type { AccountView } from './server';
import type { CommissionMode, FrameFault, RequestFault } from '.';
import { audit, passes, tick, type ProcessOptions, type VenueAccount, type VenueProcess, type VenueWorld } from './world';

/** The markets of the schedules, with the prices that they come back to. */
const ANCHORS = { 'BTC/USDT': 60_000, 'ETH/USDT': 3_000 } as const;
type TradedSymbol = keyof typeof ANCHORS;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT'] as const;
const marketId = (symbol: TradedSymbol): string => symbol.replace('/', '');

/** What can happen to the next request that changes something. */
const FAULTS = {
	'never arrives': { kind: 'never-arrives' },
	'answer lost': { kind: 'answer-lost' },
	'arrives 30 s late': { kind: 'arrives-late', ms: 30_000 },
	'arrives when it is given up': { kind: 'arrives-late', ms: 100_000 },
	'429': { kind: 'status', status: 429, retryAfter: 1 },
	'503': { kind: 'status', status: 503 },
	'503, but done': { kind: 'status', status: 503, processed: true },
	'504': { kind: 'status', status: 504 },
	'unparseable, but done': { kind: 'garbage' },
	'unparseable': { kind: 'garbage', processed: false },
} as const satisfies Record<string, RequestFault>;
type FaultName = keyof typeof FAULTS;

type Move =
	| { kind: 'enter'; symbol: TradedSymbol; lots: number; type: 'limit' | 'market' | 'stop'; shares: number; fault: FaultName | null; death: Death }
	| { kind: 'replace'; symbol: TradedSymbol; down: number; fault: FaultName | null; death: Death }
	| { kind: 'cancel'; symbol: TradedSymbol; fault: FaultName | null; death: Death }
	| { kind: 'close'; symbol: TradedSymbol; fault: FaultName | null; death: Death }
	| { kind: 'price'; symbol: TradedSymbol; percent: number; fault: FaultName | null; death: Death }
	| { kind: 'fill'; part: number }
	| { kind: 'thin'; symbol: TradedSymbol; lots: number }
	| { kind: 'wait'; seconds: number }
	| { kind: 'trouble'; times: number; fault: FaultName }
	| { kind: 'skew'; ms: number }
	| { kind: 'frames'; fault: FrameFault['kind']; frame: 'fill' | 'order'; times: number }
	| { kind: 'audit' }
	| { kind: 'restart' };
type Death = 'before' | 'after' | null;

const symbol = fc.constantFrom(...SYMBOLS);
/** Nothing most of the time. */
const seldom = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
	fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(null) }, { weight: percent, arbitrary });
const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
const fault = seldom(30, fc.constantFrom(...FAULT_NAMES));
const death = seldom(6, fc.constantFrom('before' as const, 'after' as const));
const trouble = { fault, death };

const move: fc.Arbitrary<Move> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant('enter' as const), symbol, lots: fc.integer({ min: 20, max: 999 }),
			type: fc.constantFrom('market' as const, 'market' as const, 'limit' as const, 'limit' as const, 'stop' as const),
			shares: fc.integer({ min: 1, max: 9 }), ...trouble,
		}),
	},
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant('replace' as const), symbol, down: fc.integer({ min: 1, max: 90 }), ...trouble }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), symbol, ...trouble }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), symbol, ...trouble }) },
	{ weight: 5, arbitrary: fc.record({ kind: fc.constant('price' as const), symbol, percent: fc.integer({ min: -300, max: 300 }), ...trouble }) },
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('fill' as const), part: fc.integer({ min: 1, max: 60 }) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('thin' as const), symbol, lots: fc.integer({ min: 10, max: 300 }) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('trouble' as const), times: fc.integer({ min: 1, max: 4 }), fault: fc.constantFrom(...FAULT_NAMES) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('skew' as const), ms: fc.constantFrom(0, 3_000, 90_000, -90_000) }) },
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant('frames' as const),
			fault: fc.constantFrom('frame-twice' as const, 'frame-missing' as const, 'frame-late' as const, 'stream-cut' as const),
			frame: fc.constantFrom('fill' as const, 'order' as const), times: fc.integer({ min: 1, max: 3 }),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: 'audit' as const }) },
	{ weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

/** What happens to one account, how it pays its fees, and what runs beside the orders. */
export interface Schedule extends Required<Omit<ProcessOptions, 'policy'>> {
	readonly commission: CommissionMode;
	readonly moves: readonly Move[];
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
	commission: fc.constantFrom<CommissionMode>('received', 'received', 'quote', 'BNB'),
	streams: fc.boolean(),
	reconcile: fc.boolean(),
	moves: fc.array(move, { minLength: 6, maxLength: 24, size: 'max' }),
});

/** Everything that is known after a schedule has come to rest. */
export interface ScheduleResult {
	readonly world: VenueWorld;
	readonly account: VenueAccount;
	readonly commission: CommissionMode;
	readonly venue: AccountView;
	readonly orders: readonly Order[];
	readonly fills: readonly FillRow[];
	readonly trades: readonly TradeRow[];
	readonly cash: Decimal;
	/** What dust was left on the account, by asset. */
	readonly dust: Readonly<Record<string, Decimal>>;
	/** Corrections of our books; without a reconciliation: dust only. */
	readonly adjustments: readonly AdjustmentRow[];
	/** Issues that nobody has settled. */
	readonly issues: readonly IssueRow[];
	readonly history: Awaited<ReturnType<typeof historyOf>>;
}

class Runner {
	process: VenueProcess;

	constructor(
		readonly world: VenueWorld,
		readonly account: VenueAccount,
		readonly options: ProcessOptions,
	) {
		this.process = world.start(options);
	}

	/** A new process takes over; the old one does nothing more. */
	restart(): void {
		this.process.orders.endStreams();
		this.process = this.world.start(this.options);
	}

	/** Only a comparison with the venue finds what arrives after it was given up. */
	faultOf(name: FaultName): RequestFault {
		const tooLate = name === 'arrives when it is given up' && this.options.reconcile !== true;
		return FAULTS[tooLate ? 'arrives 30 s late' : name];
	}

	setPrice(name: TradedSymbol, percent: number): void {
		const bid = (ANCHORS[name] * (1 + percent / 10_000)).toFixed(2);
		this.world.server.setPrice(marketId(name), bid, add(bid, '0.03'));
	}

	/** Runs something that the process may not survive. */
	async alive(work: (process: VenueProcess) => Promise<unknown>): Promise<void> {
		const { process } = this;
		const done = work(process).then(
			() => 'done',
			(error: unknown) => {
				// The venue gave no answer: whoever asked may ask again.
				if (!passes(error)) throw error;
				return 'done';
			},
		);
		const outcome = await Promise.race([done, process.died.then(() => 'died')]);
		if (outcome === 'died') this.restart();
	}

	async tick(seconds = 1): Promise<void> {
		await this.alive(async (process) => tick(this.world, process, seconds));
	}

	async make(each: Move): Promise<void> {
		const { world, account } = this;
		const { server } = world;
		switch (each.kind) {
			case 'wait':
				for (let second = 0; second < each.seconds; second += 2) await this.tick(2);
				return;
			case 'trouble':
				server.plan({ ...this.faultOf(each.fault), call: 'any', times: each.times });
				return this.tick();
			case 'skew':
				server.setSkew(each.ms);
				return this.tick();
			case 'frames':
				server.plan({ kind: each.fault, frame: each.frame, times: each.times, account: account.accountId });
				return this.tick();
			case 'audit':
				return this.alive(audit);
			case 'restart':
				this.restart();
				return this.tick();
			case 'fill':
				this.fill(each.part);
				return this.tick();
			case 'thin':
				this.thin(each.symbol, each.lots);
				return this.tick();
			default:
				return this.ask(account, each);
		}
	}

	/** Little is offered at the best prices: what takes more fills in several executions. */
	thin(name: TradedSymbol, lots: number): void {
		const { server } = this.world;
		const { bid, ask, spec } = server.engine.book(marketId(name));
		if (bid === null || ask === null) return;
		const tick = (amount: bigint, away: number): string => text(amount + BigInt(away) * spec.tickSize);
		const size = (lots / ANCHORS[name]).toFixed(ANCHORS[name] > 10_000 ? 5 : 4);
		const levels = (from: bigint, step: number): [string, string][] =>
			[0, 1, 2].map((level) => [tick(from, step * level), level === 2 ? '1000' : size]);
		server.setDepth(marketId(name), levels(bid, -7), levels(ask, 7));
	}

	/** Fills a part of a working limit order at the venue. */
	fill(part: number): void {
		const { server } = this.world;
		const open = server.account(this.account.accountId).openOrders.find((row) => row['type'] === 'LIMIT');
		if (open === undefined) return;
		const { stepSize } = server.engine.book(String(open['symbol'])).spec;
		const rest = BigInt(Math.round((Number(open['origQty']) - Number(open['executedQty'])) * 1e8));
		const amount = ((rest * BigInt(part)) / 100n / stepSize) * stepSize;
		if (amount > 0n) server.fillPartially(this.account.accountId, String(open['clientOrderId']), (Number(amount) / 1e8).toFixed(8));
	}

	async ask({ accountId }: VenueAccount, each: Extract<Move, { death: Death }>): Promise<void> {
		const { symbol: name } = each;
		if (each.fault !== null) this.world.server.plan(this.faultOf(each.fault));
		if (each.death !== null) this.process.dieAt(each.kind === 'cancel' ? 'cancel' : 'submit', each.death);
		await this.alive(async (process) => {
			const { orders } = process;
			if (each.kind === 'price') this.setPrice(name, each.percent);
			else if (each.kind === 'enter') await this.enter(process, each);
			else if (each.kind === 'close') await orders.closePosition({ accountId, symbol: name, reason: 'manual', actor: 'operator' });
			else if (each.kind === 'cancel') await orders.cancelEntries({ accountId, symbol: name, actor: 'operator' });
			else await this.replace(process, name, each.down);
		});
		await this.tick();
	}

	async enter(process: VenueProcess, { symbol: name, lots, type, shares }: Extract<Move, { kind: 'enter' }>): Promise<void> {
		const anchor = ANCHORS[name];
		const order = await this.world.create(process, this.account, {
			symbol: name,
			// Up to a tenth of the account, in odd quantities.
			quantity: decimal((lots / anchor).toFixed(anchor > 10_000 ? 5 : 4)),
			type,
			price: type === 'limit' ? (anchor * 0.995).toFixed(2) : null,
			trigger: type === 'stop' ? (anchor * 1.01).toFixed(2) : null,
			stop: (anchor * 0.985).toFixed(2),
			// A single target for all of it rests as a pair with the stop.
			targets: shares <= 3 ? [[(anchor * 1.015).toFixed(2), 1]] : [
				[(anchor * 1.015).toFixed(2), `0.${shares}`],
				[(anchor * 1.025).toFixed(2), `0.${10 - shares}`],
			],
		});
		if (order.state === 'CREATED') await process.orders.dispatch(order.id);
	}

	/** A working limit entry, of this symbol if there is one, is to buy cheaper. */
	async replace({ orders, exchange }: VenueProcess, name: TradedSymbol, down: number): Promise<void> {
		const { accountId } = this.account;
		const working = (await orders.list({ accountId })).filter(
			(each) => isAtVenue(each.state) && each.leg === 'entry' && each.price !== null,
		);
		const order = working.find((each) => each.symbol === name) ?? working[0];
		const market = await exchange.resolve(order?.symbol ?? name).catch(() => null);
		if (order === undefined || order.price === null || market === null) return;
		const price = decimal((Number(order.price) * (1 - down / 10_000)).toFixed(2));
		const next = await orders.requestSaferReplace({ orderId: order.id, wish: { price }, actor: 'operator' }, market);
		if (!isRefused(next)) await orders.carryOutReplace(next);
	}

	/** No more faults; everything on its way arrives; all is cancelled, closed and told. */
	async comeToRest(): Promise<void> {
		const { world, account: { accountId } } = this;
		world.server.clearFaults();
		world.server.releaseHeld();
		world.server.setSkew(0);
		for (const name of SYMBOLS) this.setPrice(name, 0);
		// With a comparison: until it has found what arrived late, and that was closed as well.
		const rounds = this.options.reconcile === true ? 16 : 0;
		let quiet = 0;
		for (let round = 0; round < 120; round += 1) {
			await this.tick(5);
			if (round % 12 === 11) await this.alive(audit);
			for (const name of SYMBOLS) {
				await this.alive(async ({ orders }) => orders.cancelEntries({ accountId, symbol: name, actor: 'operator' }));
				await this.alive(async ({ orders }) => orders.closePosition({ accountId, symbol: name, reason: 'manual', actor: 'operator' }));
			}
			quiet = (await this.rests()) ? quiet + 1 : 0;
			if (quiet > rounds) return;
		}
		const open = (await this.process.orders.list({ accountId })).filter(({ state }) => !isTerminal(state));
		const trades: unknown[] = await this.process.kernel.conn('trades').where({ account_id: accountId });
		const { openOrders, balances } = world.server.account(accountId);
		throw new Error(`does not come to rest: ${JSON.stringify({ open, openOrders, balances, trades }, null, 1)}`);
	}

	async rests(): Promise<boolean> {
		const { conn } = this.process.kernel;
		const { accountId } = this.account;
		const open: unknown[] = await conn('trades').where({ account_id: accountId }).whereIn('state', ['OPENING', 'OPEN', 'CLOSING']);
		const working: { state: Order['state'] }[] = await conn('orders').where({ account_id: accountId });
		return open.length === 0 && working.every(({ state }) => isTerminal(state));
	}

	async result(commission: CommissionMode): Promise<ScheduleResult> {
		const { world, account, process: { kernel } } = this;
		const { accountId } = account;
		const { conn } = kernel;
		const ids: { id: Order['id'] }[] = await conn('orders').where({ account_id: accountId }).select('id');
		const orders: Order[] = [];
		for (const { id } of ids) {
			const order = await this.process.orders.get(id);
			if (order !== null) orders.push(order);
		}
		const trades: TradeRow[] = await conn('trades').where({ account_id: accountId });
		const adjustments: AdjustmentRow[] = await conn('adjustments').where({ account_id: accountId });
		const dust: Record<string, Decimal> = {};
		for (const { kind, asset, amount } of adjustments) {
			const name = asset.split('/')[0] ?? asset;
			if (kind === 'position') dust[name] = sub(dust[name] ?? 0, amount);
		}
		return {
			world,
			account,
			commission,
			venue: world.server.account(accountId),
			orders,
			fills: await conn('fills').where({ account_id: accountId }),
			trades,
			cash: (await findAccount(conn, accountId))?.cash ?? decimal(0),
			dust,
			adjustments,
			issues: await conn('issues').where({ account_id: accountId }).whereNull('resolved_at'),
			history: await historyOf(conn, ids.map(({ id }) => id)),
		};
	}
}

/** Runs a schedule on an account of its own until all is over. */
export async function runSchedule(world: VenueWorld, schedule: Schedule): Promise<ScheduleResult> {
	const { commission, moves: list } = schedule;
	world.server.clearFaults();
	world.server.releaseHeld();
	world.server.setSkew(0);
	const account = await world.addAccount({ commission, ...(commission === 'BNB' ? { BNB: '1' } : {}) });
	const runner = new Runner(world, account, schedule);
	for (const name of SYMBOLS) runner.setPrice(name, 0);
	return within(PATIENCE, async () => {
		for (const each of list) await runner.make(each);
		await runner.comeToRest();
		const result = await runner.result(commission);
		runner.process.orders.endStreams();
		await world.leave(account.accountId);
		return result;
	});
}

/** Real time that one schedule may take, ms: some tenths of a second are usual. */
const PATIENCE = 30_000;

async function within<T>(limit: number, work: () => Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`hangs: nothing came of it in ${limit} ms`)), limit);
	});
	try {
		return await Promise.race([work(), late]);
	} finally {
		clearTimeout(timer);
	}
}

const STATUS: Readonly<Record<string, readonly string[]>> = {
	FILLED: ['FILLED'],
	CANCELLED: ['CANCELED', 'EXPIRED'],
	EXPIRED: ['EXPIRED', 'CANCELED'],
};

/** Orders: each at most once at the venue, under a name of ours, ended there as with us. */
function checkOrders({ venue, orders }: ScheduleResult): void {
	for (const [id, made] of Object.entries(venue.orderCounts)) expect([id, made]).toEqual([id, 1]);
	const ours = new Map(orders.map((order) => [order.clientOrderId, order]));
	for (const row of venue.orders) {
		const order = ours.get(String(row['clientOrderId']));
		expect(order).toBeDefined();
		if (order === undefined) continue;
		const standing = { id: order.clientOrderId, state: order.state, venue: row['status'] };
		expect([standing, STATUS[order.state]?.includes(String(row['status']))]).toEqual([standing, true]);
		expect(decimal(String(row['executedQty']))).toBe(order.filledQuantity);
		ours.delete(order.clientOrderId);
	}
	for (const order of ours.values()) {
		expect(['FAILED', 'DENIED', 'REJECTED', 'CANCELLED', 'EXPIRED']).toContain(order.state);
		expect(order.filledQuantity).toBe('0');
	}
}

/** Executions: those of the venue, each once, with its price, quantity and fee. */
function checkFills({ venue, fills }: ScheduleResult): void {
	const theirs = venue.trades.map((row) => ({
		quantity: decimal(String(row['qty'])), price: decimal(String(row['price'])),
		fee: decimal(String(row['commission'])), currency: row['commissionAsset'],
		id: `${String(row['symbol']).replace('USDT', '/USDT')}#${String(row['id'])}`,
	}));
	const ours = fills.map((fill) => ({
		quantity: decimal(fill.quantity), price: decimal(fill.price), fee: decimal(fill.fee),
		currency: fill.fee_currency, id: fill.venue_trade_id,
	}));
	const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
	expect(ours.sort(byId)).toEqual(theirs.sort(byId));
}

/** Money and positions: the venue's, to the last digit, and nothing had to be corrected. */
function checkMoney({ venue, commission, cash, trades, dust, adjustments, world }: ScheduleResult): void {
	const total = (asset: string): Decimal => decimal(venue.balances[asset]?.total ?? 0);
	const sum = (values: readonly Decimal[]): Decimal => add(0, ...values);
	// A fee in a third currency is an expense in ours, paid from elsewhere: a comparison of the cash
	// finds it and gives it back. Besides that only dust is corrected.
	const corrected = sum(adjustments.filter(({ kind }) => kind === 'cash').map(({ amount }) => amount));
	const paidElsewhere = commission === 'BNB' ? sum(trades.map((trade) => trade.fees)) : decimal(0);
	expect(add(cash, sub(paidElsewhere, corrected))).toBe(total('USDT'));
	expect(sum(trades.map((trade) => trade.realised_net))).toBe(sub(cash, add(corrected, 10_000)));
	const others = adjustments.filter(({ kind, asset }) => !(commission === 'BNB' && (kind === 'cash' || asset === 'BNB')));
	for (const { kind, asset, amount } of others) {
		// Less than the venue sells: under its smallest value, or under a step.
		const value = mul(abs(amount), ANCHORS[asset.startsWith('BTC') ? 'BTC/USDT' : 'ETH/USDT']);
		expect([kind, asset, amount, lt(value, 6)]).toEqual(['position', asset, amount, true]);
	}
	for (const asset of ['BTC', 'ETH']) expect([asset, total(asset)]).toEqual([asset, dust[asset] ?? '0']);
	for (const { locked } of Object.values(venue.balances)) expect(locked).toBe('0.00000000');
	for (const balance of Object.values(world.server.engine.ledger.sums())) expect(balance).toBe(0n);
}

/** Every change of state is legal, follows on the one before, and the last one is where it stands. */
function checkHistory({ orders, history }: ScheduleResult, seen: Map<string, number>): void {
	for (const order of orders) {
		let at = 'CREATED';
		for (const { from, event, to, detail } of history.get(order.id) ?? []) {
			expect(from).toBe(at);
			const row: Partial<Record<string, string>> = TRANSITIONS[from];
			expect([from, event, row[event]]).toEqual([from, event, to]);
			if (to === 'UNKNOWN' || to === 'REJECTED') expect(detail).toEqual(expect.any(String));
			seen.set(to, (seen.get(to) ?? 0) + 1);
			at = to;
		}
		expect(order.state).toBe(at);
		if (['DENIED', 'REJECTED', 'FAILED'].includes(order.state)) {
			expect({ code: order.code, message: order.message }).toEqual({ code: expect.any(String), message: expect.any(String) });
		}
	}
}

/** Checks all promises of the order manager on what a schedule has left. */
export function explain(result: ScheduleResult, seen: Map<string, number>): void {
	checkOrders(result);
	checkFills(result);
	checkMoney(result);
	checkHistory(result, seen);
	// What was doubtful is settled; a late fill is for a person to see, and so is BNB of unknown origin.
	const open = result.issues.filter(({ kind, symbol }) => kind !== 'LATE_FILL' && symbol !== 'BNB');
	expect(open).toEqual([]);
}
