import { createEvents } from '../../../../core/events';
import type { Bar, Bars } from '../../../../core/exchange';
import { decimal, HOUR, isRefused, MINUTE, SECOND, type Decimal } from '../../../../core/model';
import {
	exitsOfTrade, findTrade,
} from '../../../../core/orders/trades.repository';
import {
	PLAIN_TERMS, rulesOfTrade, type EntryTerms, type ExitRule, type Order,
} from '../../../../core/orders';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const SYMBOL = 'ETH/USDT';
const withRules = (...exitRules: ExitRule[]): EntryTerms => ({ ...PLAIN_TERMS, exitRules });
const amount = (value: number): ExitRule => ({
	method: 'trailing_amount', amount: decimal(value), activation: null,
});

/** A long trade in ETH from 2,000 with its stop at 1,900 and its target far away. */
async function long(trading: Trading, terms: EntryTerms): Promise<Order> {
	trading.quotes.set(SYMBOL, 2000);
	const wish = { symbol: SYMBOL, quantity: '0.1', stop: 1900, targets: [[2900, 1]] as const, terms };
	const entry = await trading.enter(wish);
	if (entry.state !== 'FILLED') throw new Error(`${entry.state} ${entry.code}`);
	return entry;
}

async function stopOf(trading: Trading, entry: Order) {
	const exits = await exitsOfTrade(trading.kernel.conn, entry.tradeId ?? 'trd_');
	const stop = exits.find((exit) => exit.kind === 'stop');
	if (stop === undefined) throw new Error('no stop');
	return stop;
}

const tradeOf = async (trading: Trading, entry: Order) =>
	findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_');

async function at(trading: Trading, price: number, entry: Order): Promise<Decimal> {
	trading.quotes.set(SYMBOL, price);
	await trading.orders.watch();
	return (await stopOf(trading, entry)).price;
}

/** Bars that are all as high above their low. */
const barsOf = (range: number, calls: number[] = []): Bars => ({
	bars: async (_venue, _symbol, _timeframe, limit, before) => {
		calls.push(before);
		return Array.from({ length: limit }, (_, index): Bar => ({
			at: before - (before % (5 * MINUTE)) - (limit - index) * 5 * MINUTE,
			open: decimal(2000), high: decimal(2000 + range / 2), low: decimal(2000 - range / 2),
			close: decimal(2000), volume: decimal(1),
		}));
	},
});

describeDatabases('exit plans', (open) => {
	test('a trail follows the price up and never down, and its hit keeps the plan', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules(amount(30)));
		expect(await at(trading, 2000, entry)).toBe('1970');
		expect(await at(trading, 2050, entry)).toBe('2020');
		expect(await at(trading, 2100, entry)).toBe('2070');
		expect(await at(trading, 2080, entry)).toBe('2070');
		const stop = await stopOf(trading, entry);
		expect(stop).toMatchObject({ initialPrice: '1900', movedBy: 'trailing_amount', state: 'ACTIVE' });
		expect((await tradeOf(trading, entry))?.stopLoss).toBe('2070');
		trading.quotes.set(SYMBOL, 2069.99);
		expect(await trading.orders.watch()).toMatchObject({ exits: 1 });
		expect(await tradeOf(trading, entry)).toMatchObject({
			state: 'CLOSED', exitReason: 'trail', planKept: true, stopHonoured: null,
		});
	});

	test('every move is told once, with what moved it and why', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules(amount(30)));
		await at(trading, 2050, entry);
		await at(trading, 2050, entry);
		const events = await createEvents(trading.kernel).list({ types: ['stop.moved'], limit: 10 });
		expect(events).toMatchObject([
			{ actor: 'engine', accountId: trading.accountId, payload: { trade_id: entry.tradeId, from: '1900', to: '2020', by: 'trailing_amount' } },
		]);
		const audits: { action: string }[] = await trading.kernel.conn('audit').where({ action: 'stop.moved' });
		expect(audits).toHaveLength(1);
	});

	test('a look without news writes nothing', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules(amount(30)));
		await at(trading, 2050, entry);
		const queries: string[] = [];
		const { client } = trading.kernel.conn;
		const note = ({ sql }: { sql: string }): number => queries.push(sql);
		client.on('query', note);
		await at(trading, 2049, entry);
		client.removeListener('query', note);
		expect(queries.filter((sql) => /^(insert|update|delete)/i.test(sql))).toEqual([]);
	});

	test('a best price survives a restart', async () => {
		const trading = await openTrading(await open(), { bars: barsOf(45) });
		const rule: ExitRule = { method: 'atr', multiple: decimal(2), period: 14, timeframe: '5m' };
		const entry = await long(trading, withRules(rule));
		expect(await at(trading, 2000, entry)).toBe('1910');
		expect(await at(trading, 2150, entry)).toBe('2060');
		const again = trading.restart();
		trading.quotes.set(SYMBOL, 2100);
		await again.orders.watch();
		expect((await stopOf(trading, entry)).price).toBe('2060');
		trading.quotes.set(SYMBOL, 2200);
		await again.orders.watch();
		expect((await stopOf(trading, entry)).price).toBe('2110');
	});

	test('an ATR asks for bars once a bar, and a source that fails does not stop the watch', async () => {
		const calls: number[] = [];
		let fails = false;
		const good = barsOf(45, calls);
		const bars: Bars = {
			bars: async (...args) => (fails ? Promise.reject(new Error('no data')) : good.bars(...args)),
		};
		const trading = await openTrading(await open(), { bars });
		const rule: ExitRule = { method: 'atr', multiple: decimal(2), period: 14, timeframe: '5m' };
		const entry = await long(trading, withRules(rule, { method: 'trailing_amount', amount: decimal(300), activation: null }));
		for (const price of [2000, 2010, 2020]) await at(trading, price, entry);
		expect(calls).toHaveLength(1);
		fails = true;
		trading.database.clock.advance(5 * MINUTE);
		expect(await at(trading, 2150, entry)).toBe('2060');
		fails = false;
		trading.database.clock.advance(29 * SECOND);
		await at(trading, 2150, entry);
		expect(calls).toHaveLength(1);
		trading.database.clock.advance(2 * SECOND);
		await at(trading, 2150, entry);
		expect(calls).toHaveLength(2);
	});

	test('break-even goes to the entry price and stays there', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules({ method: 'break_even', afterR: decimal(1) }));
		const entered = entry.averagePrice ?? '0';
		// Filled a little above 2,000: the first risk is that much more than 100.
		expect(await at(trading, 2100, entry)).toBe('1900');
		expect(await at(trading, 2102, entry)).toBe(decimal(Math.floor(Number(entered) * 100) / 100));
		expect(Number(await at(trading, 2050, entry))).toBeGreaterThan(2000);
	});

	test('a time limit closes at the market, also without a quote to judge by, and keeps the plan', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules({ method: 'time_limit', minutes: 30 }));
		trading.database.clock.advance(30 * MINUTE - 1);
		expect(await trading.orders.watch()).toMatchObject({ exits: 0 });
		trading.database.clock.advance(1);
		trading.quotes.clear(SYMBOL);
		await trading.orders.watch();
		expect(await tradeOf(trading, entry)).toMatchObject({ closeReason: 'time', state: 'OPEN' });
		trading.quotes.set(SYMBOL, 1990);
		trading.database.clock.advance(2 * SECOND);
		await trading.orders.watch();
		expect(await tradeOf(trading, entry)).toMatchObject({
			state: 'CLOSED', exitReason: 'time', planKept: true, stopHonoured: true,
		});
	});

	test('a square-off closes at the clock of its zone, and takes back what has not filled', async () => {
		const trading = await openTrading(await open());
		// 10:00 UTC is 15:30 in Kolkata.
		const terms = withRules({ method: 'session', at: '15:45', zone: 'Asia/Kolkata' });
		const entry = await long(trading, terms);
		const resting = await trading.enter({ type: 'limit', price: 59_000, terms });
		expect(resting).toMatchObject({ state: 'OPEN', emulated: ['good_till'], expiresAt: Date.UTC(2026, 10, 20, 10, 15) });
		trading.database.clock.set(Date.UTC(2026, 10, 20, 10, 15) - 1);
		await trading.orders.expireDue();
		expect(await trading.orders.watch()).toMatchObject({ exits: 0 });
		trading.database.clock.advance(1);
		await trading.orders.expireDue();
		expect(await trading.orders.watch()).toMatchObject({ exits: 1 });
		expect(await tradeOf(trading, entry)).toMatchObject({ state: 'CLOSED', exitReason: 'time' });
		expect(await trading.orders.get(resting.id)).toMatchObject({ state: 'EXPIRED', code: 'ORDER_EXPIRED' });
	});

	test('a partial exit at a target leaves the rest to the trail', async () => {
		const trading = await openTrading(await open());
		trading.quotes.set(SYMBOL, 2000);
		const entry = await trading.enter({
			symbol: SYMBOL, quantity: '0.1', stop: 1900, targets: [[2060, '0.4'], [2900, '0.6']], terms: withRules(amount(30)),
		});
		trading.quotes.set(SYMBOL, 2060);
		expect(await trading.orders.watch()).toMatchObject({ exits: 1 });
		expect(await tradeOf(trading, entry)).toMatchObject({ state: 'OPEN', exitedQuantity: '0.04', stopLoss: '2030' });
		trading.quotes.set(SYMBOL, 2025);
		await trading.orders.watch();
		expect(await tradeOf(trading, entry)).toMatchObject({ state: 'CLOSED', exitedQuantity: '0.1', exitReason: 'trail' });
	});

	test('a denied entry has no rules, and an order keeps what it was made on', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules(amount(30)));
		expect(await rulesOfTrade(trading.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject([
			{ rule: amount(30), addedBy: 'node:test', bestPrice: null, activatedAt: null },
		]);
		const denied = await trading.create({ symbol: SYMBOL, terms: withRules(amount(30)) });
		expect(denied).toMatchObject({ state: 'DENIED', code: 'POSITION_EXISTS' });
		expect(await trading.kernel.conn('exit_rules')).toHaveLength(1);
	});
});

describeDatabases('stops and plans by hand', (open) => {
	const tighten = async (trading: Trading, price: number) =>
		trading.orders.tightenStop({
			accountId: trading.accountId, symbol: SYMBOL, price: decimal(price), actor: 'member:x',
		});

	test('a stop is tightened, never widened, never put at the price', async () => {
		const trading = await openTrading(await open());
		expect(await tighten(trading, 1950)).toMatchObject({ code: 'NO_OPEN_POSITION' });
		const entry = await long(trading, PLAIN_TERMS);
		expect(await tighten(trading, 1899)).toMatchObject({ code: 'STOP_WIDENED' });
		expect(await tighten(trading, 2000)).toMatchObject({ code: 'STOP_BEYOND_PRICE' });
		expect(await stopOf(trading, entry)).toMatchObject({ price: '1900', movedBy: null });
		const moved = await tighten(trading, 1950.005);
		expect(moved).toMatchObject({ trade: { stopLoss: '1950' } });
		expect(await stopOf(trading, entry)).toMatchObject({ price: '1950', movedBy: 'hand', initialPrice: '1900' });
		expect(isRefused(await tighten(trading, 1950))).toBe(false);
		expect(await tighten(trading, 1949)).toMatchObject({ code: 'STOP_WIDENED' });
		const events = await createEvents(trading.kernel).list({ types: ['stop.moved'], limit: 10 });
		expect(events).toMatchObject([{ actor: 'member:x', payload: { from: '1900', to: '1950', by: 'hand' } }]);
		trading.quotes.set(SYMBOL, 1949);
		await trading.orders.watch();
		expect(await tradeOf(trading, entry)).toMatchObject({ state: 'CLOSED', exitReason: 'stop', planKept: true });
	});

	test('without a fresh quote nobody can say whether the stop would be hit at once', async () => {
		const trading = await openTrading(await open());
		await long(trading, PLAIN_TERMS);
		trading.quotes.set(SYMBOL, 2000, 2000, trading.database.clock.now() - MINUTE);
		expect(await tighten(trading, 1950)).toMatchObject({ code: 'QUOTE_STALE' });
		trading.quotes.clear(SYMBOL);
		expect(await tighten(trading, 1950)).toMatchObject({ code: 'QUOTE_MISSING' });
	});

	test('two who tighten at once end at the tighter stop', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, PLAIN_TERMS);
		await Promise.all([1950, 1970, 1960, 1940].map(async (price) => tighten(trading, price)));
		expect((await stopOf(trading, entry)).price).toBe('1970');
	});

	test('a plan only adds: the tightest rule decides, a repeat changes nothing', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, withRules(amount(30)));
		expect(await at(trading, 2050, entry)).toBe('2020');
		const place = { accountId: trading.accountId, symbol: SYMBOL, actor: 'member:x' };
		const wider = { ...place, rules: [{ method: 'trailing_amount', amount: '90' }] };
		const set = await trading.orders.setExitPlan(wider);
		expect(isRefused(set) ? set.code : set.rules).toHaveLength(2);
		await trading.orders.setExitPlan(wider);
		expect(await at(trading, 2060, entry)).toBe('2030');
		await trading.orders.setExitPlan({ ...place, rules: [{ method: 'trailing_percent', percent: 1 }] });
		expect(await at(trading, 2060, entry)).toBe('2039.4');
		const plan = await trading.orders.exitPlan(trading.accountId, SYMBOL);
		expect(isRefused(plan) ? plan.code : plan.rules).toHaveLength(3);
		const audits: unknown[] = await trading.kernel.conn('audit').where({ action: 'exit_plan.set' });
		expect(audits).toHaveLength(2);
	});

	test('a plan that is not valid, too long, or without data is refused whole', async () => {
		const trading = await openTrading(await open());
		const place = { accountId: trading.accountId, symbol: SYMBOL, actor: 'member:x' };
		expect(await trading.orders.setExitPlan({ ...place, rules: [] })).toMatchObject({ code: 'NO_OPEN_POSITION' });
		await long(trading, PLAIN_TERMS);
		const set = async (...rules: { method: string }[]) => trading.orders.setExitPlan({ ...place, rules });
		expect(await set({ method: 'time_limit', minutes: 5 } as never, { method: 'nope' })).toMatchObject({
			code: 'EXIT_PLAN_INVALID',
		});
		expect(await set({ method: 'atr' })).toMatchObject({ code: 'BARS_MISSING' });
		const many = Array.from({ length: 11 }, (_, minutes) => ({ method: 'time_limit', minutes: minutes + 1 }));
		expect(await set(...many)).toMatchObject({ code: 'EXIT_PLAN_FULL' });
		expect(await trading.kernel.conn('exit_rules')).toEqual([]);
		await trading.orders.closePosition({ ...place, reason: 'manual' });
		expect(await set({ method: 'break_even' })).toMatchObject({ code: 'NO_OPEN_POSITION' });
	});

	test('a plan set an hour after the entry counts its time from the first fill', async () => {
		const trading = await openTrading(await open());
		const entry = await long(trading, PLAIN_TERMS);
		trading.database.clock.advance(HOUR);
		await trading.orders.setExitPlan({
			accountId: trading.accountId, symbol: SYMBOL, actor: 'x', rules: [{ method: 'time_limit', minutes: 60 }],
		});
		await trading.orders.watch();
		expect(await tradeOf(trading, entry)).toMatchObject({ state: 'CLOSED', exitReason: 'time' });
	});
});
