import { beat } from '../../../core/db';
import type { Quotes } from '../../../core/exchange';
import { MINUTE, SECOND, type AccountId, type Policy, type SignalId } from '../../../core/model';
import { approvedIntent, type Verdict } from '../../../core/risk';
import { trip } from '../../../core/safety';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';
import { testCore, type MemberOptions, type TestCore, type TestMember } from '../../support/core';
import { policyWith } from './snapshots';

interface Scene {
	readonly database: TestDatabase;
	readonly test: TestCore;
	readonly member: TestMember;
	judge(signalId: SignalId, more?: object): Promise<Verdict>;
	/** Submits an alert for the member and judges it. */
	alert(body?: Readonly<Record<string, unknown>>, more?: object): Promise<Verdict>;
	/** Opens a trade through the router, as a workflow would. */
	open(body?: Readonly<Record<string, unknown>>): Promise<Verdict>;
	rows(table: string, where: object): Promise<Record<string, unknown>[]>;
}

let counter = 0;

async function scene(
	database: TestDatabase,
	options: MemberOptions = {},
	parts: { readonly policy?: Policy; readonly quotes?: Quotes } = {},
): Promise<Scene> {
	const { policy, quotes } = parts;
	const test = testCore(
		database,
		quotes === undefined ? {} : { quotes },
		policy === undefined ? {} : { policy },
	);
	const { conn } = test.core.kernel;
	const alive = { name: 'engine', at: database.clock.now(), state: 'ok', detail: null } as const;
	await beat(conn, alive);
	const member = await test.member({ fireMode: 'MANUAL', ...options });
	const base = { accountId: member.accountId, manualRun: false, allowLive: false, actor: 'node:test' };
	const submit = async (body: object): Promise<SignalId> => {
		counter += 1;
		return test.submit({ id: `alert-${counter}`, members: [member.handle], ...body });
	};
	const judge: Scene['judge'] = async (signalId, more = {}) =>
		test.core.risk.judge({ signalId, ...base, ...more });
	return {
		database,
		test,
		member,
		judge,
		alert: async (body = {}, more = {}) => judge(await submit(body), more),
		open: async (body = {}) => {
			const [step] = await test.run(await submit(body));
			if (step === undefined) throw new Error('nobody');
			const ticket = step.routed?.ticket;
			if (ticket?.state === 'HELD') await test.core.firemodes.fire(ticket.id, { actor: 'member:test' });
			return step.verdict;
		},
		rows: async (table, where) => conn(table).where({ account_id: member.accountId, ...where }),
	};
}

/** One database for a suite; every test has members of its own and begins at the same moment. */
function shared(open: () => Promise<TestDatabase>): () => TestDatabase {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await open();
	});
	beforeEach(() => {
		database.clock.set(START);
	});
	return () => database;
}

const codes = (verdict: Verdict): string[] =>
	verdict.checks.filter((check) => check.result === 'block').map((check) => check.code);

describeDatabases('verdicts', (open) => {
	const database = shared(open);

	test('MANUAL: stored with all checks, told and audited, and nothing is held', async () => {
		const { alert, rows, member, test: { core } } = await scene(database());
		const verdict = await alert();
		expect(verdict).toMatchObject({
			decision: 'PASS', code: 'OK', purpose: 'intake', action: 'open', symbol: 'BTC/USDT', side: 'buy',
			confidence: '95', reservationId: null, waitsForCapacity: false, actor: 'node:test',
			accountId: member.accountId, memberId: member.memberId, createdAt: START,
			expiresAt: START + 10 * MINUTE,
		});
		expect(verdict.policyVersion).toMatch(/^pol_/);
		expect(verdict.checks.slice(0, 10).map((check) => check.check)).toEqual([
			'balance', 'position_limit', 'risk_per_trade', 'daily_loss', 'stop_loss', 'reward_risk',
			'price_sanity', 'quantity', 'order_to_trade', 'circuit_breaker',
		]);
		expect(verdict.checks.length).toBe(30);
		expect(verdict.intent).toMatchObject({
			venue: 'paper', source: 'test', symbol: 'BTC/USDT', side: 'buy', type: 'market',
			givenQuantity: null, price: null, triggerPrice: null, bindingCap: 'risk',
		});
		expect(await rows('reservations', {})).toEqual([]);
		const events = await rows('events', { type: 'verdict.issued', subject_id: verdict.id });
		expect(JSON.parse(String(events[0]?.['payload']))).toEqual({
			verdict_id: verdict.id, decision: 'PASS', code: 'OK', codes: [], symbol: 'BTC/USDT',
			side: 'buy', action: 'open', confidence: '95',
		});
		expect(await core.kernel.conn('audit').where({ subject_id: verdict.id })).toHaveLength(1);
	});

	test('the same signal and account again gives the stored verdict, whatever changed', async () => {
		const { alert, judge, rows, test: { core } } = await scene(database(), { fireMode: 'FULL_AUTO' });
		const first = await alert();
		database().clock.advance(20 * MINUTE);
		const again = await judge(first.signalId, { actor: 'node:other' });
		expect(again).toEqual(first);
		expect(await core.risk.get(first.id)).toEqual(first);
		expect(await core.risk.find(first.signalId, first.accountId, 'intake')).toEqual(first);
		expect(await core.risk.find(first.signalId, first.accountId, 'fire:tkt_1:1')).toBeNull();
		expect(await rows('events', { type: 'verdict.issued' })).toHaveLength(1);
		expect(await rows('reservations', {})).toHaveLength(1);
	});

	test('FULL AUTO: an approval holds its risk and cash for 30 s, in the same commit', async () => {
		const { alert, rows } = await scene(database(), { fireMode: 'FULL_AUTO' });
		const { id, intent, reservationId } = await alert();
		const [held] = await rows('reservations', { id: reservationId });
		expect(held).toMatchObject({
			verdict_id: id, state: 'LIVE', symbol: 'BTC/USDT', side: 'buy', risk: intent?.risk,
			cash: intent?.cash, expires_at: START + 30 * SECOND,
		});
	});

	test('FULL AUTO in a tier without it is judged as MANUAL', async () => {
		const { alert, test: { core }, member } = await scene(database(), { tier: 'NIBBLER', autoSlots: 0 });
		await core.kernel.conn('members').where({ id: member.memberId }).update({ fire_mode: 'FULL_AUTO' });
		const verdict = await alert({ confidence: 80, class: 'RAPID_ASSAULT' });
		expect(verdict).toMatchObject({ decision: 'PASS', reservationId: null });
	});

	test('FULL AUTO under 91 is blocked; MANUAL is not', async () => {
		const manual = await scene(database());
		expect((await manual.alert({ confidence: 90 })).decision).toBe('PASS');
		const auto = await scene(database(), { fireMode: 'FULL_AUTO' });
		const verdict = await auto.alert({ confidence: 90 });
		expect(verdict).toMatchObject({ decision: 'BLOCK', code: 'CONFIDENCE_LOW', reservationId: null });
		expect(await auto.rows('reservations', {})).toEqual([]);
	});

	test('an open trade blocks its symbol, and its loss if stopped uses the day', async () => {
		const { open: openTrade, alert } = await scene(database());
		await openTrade();
		const again = await alert();
		expect(codes(again)).toContain('POSITION_EXISTS');
		const other = await alert({ symbol: 'ETH/USDT' });
		const used = other.checks.find((check) => check.check === 'daily_loss');
		// Two trades of about 1 % of 10,000 each.
		expect(Number(used?.observed)).toBeGreaterThan(180);
		expect(Number(used?.observed)).toBeLessThan(205);
	});

	test('the same source, side, symbol and quantity within a minute of its order', async () => {
		const { open: openTrade, alert, test: { core }, member } = await scene(database());
		await openTrade({ quantity: '0.01' });
		const closing = { accountId: member.accountId, symbol: 'BTC/USDT', actor: 'member:test' };
		await core.orders.closePosition({ ...closing, reason: 'manual' });
		database().clock.advance(5 * SECOND);
		expect(codes(await alert({ quantity: '0.01' }))).toEqual(['DUPLICATE_ORDER']);
		expect(codes(await alert({ quantity: '0.011' }))).toEqual([]);
		expect(codes(await alert({ quantity: '0.01', source: 'another' }))).toEqual([]);
		expect(codes(await alert())).toEqual([]);
	});

	test('a stop of trading blocks every scope it concerns, and only that', async () => {
		const { alert, test: { core }, member } = await scene(database());
		const stop = { state: 'PAUSED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator' } as const;
		await core.kernel.transaction(async (trx) => {
			await trip(trx, core.kernel, { ...stop, scope: 'account_symbol', scopeId: member.accountId, symbol: 'BTC/USDT' });
		});
		const blocked = await alert();
		expect(codes(blocked)).toEqual(['TRADING_STATE']);
		expect(blocked.checks[9]).toMatchObject({ check: 'circuit_breaker', observed: 'PAUSED' });
		expect(blocked.checks[9]?.message).toContain('person');
		expect(codes(await alert({ symbol: 'ETH/USDT' }))).toEqual([]);
	});

	test('an engine silent for more than 15 s', async () => {
		const { alert } = await scene(database());
		database().clock.advance(15 * SECOND);
		expect(codes(await alert())).toEqual([]);
		database().clock.advance(1);
		expect(codes(await alert({ symbol: 'ETH/USDT' }))).toEqual(['MONITOR_DEAD']);
	});

	test('an equity older than 60 s denies every check that needs it, with its own code', async () => {
		const { alert, test: { core } } = await scene(database());
		database().clock.advance(61 * SECOND);
		await beat(core.kernel.conn, { name: 'engine', at: database().clock.now(), state: 'ok', detail: null });
		const verdict = await alert();
		expect(verdict).toMatchObject({ decision: 'BLOCK', code: 'EQUITY_UNKNOWN', intent: null });
		expect(new Set(codes(verdict))).toEqual(new Set(['EQUITY_UNKNOWN']));
	});

	test('a feed that fails denies, it does not guess', async () => {
		const quotes = { quote: async () => Promise.reject(new Error('feed down')) };
		const { alert } = await scene(database(), {}, { quotes });
		const verdict = await alert();
		expect(verdict.code).toBe('QUOTE_MISSING');
		expect(codes(verdict)).toContain('FEED_STALE');
	});

	test('unknown symbols, other currencies and shorts are on record as blocks', async () => {
		const { alert } = await scene(database());
		const unknown = await alert({ symbol: 'BTC/USDTT', stop_loss: 1, take_profit: 9 });
		expect(unknown).toMatchObject({ code: 'SYMBOL_UNKNOWN', symbol: 'BTC/USDTT', intent: null });
		expect((await alert({ symbol: 'BINANCE:BTCUSDT', stop_loss: 57000, take_profit: 69000 })).symbol).toBe('BTC/USDT');
		const short = await alert({ side: 'sell', stop_loss: 63000, take_profit: 51000 });
		expect(codes(short)).toEqual(['SHORT_NOT_SUPPORTED']);
	});

	test('a day that has begun anew starts without losses', async () => {
		const { alert, test: { core }, member } = await scene(database());
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ realised_today: '-600' });
		expect(codes(await alert())).toEqual(['DAILY_LOSS_LIMIT']);
		database().clock.advance(15 * 60 * MINUTE);
		const now = database().clock.now();
		await beat(core.kernel.conn, { name: 'engine', at: now, state: 'ok', detail: null });
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ equity_at: now });
		expect(codes(await alert({ symbol: 'ETH/USDT' }))).toEqual([]);
	});

	test('orders of the day: sent ones, and approvals about to be', async () => {
		const policy = policyWith('OPERATOR', { ordersPerDay: 2 });
		const { alert, open: openTrade } = await scene(database(), { fireMode: 'FULL_AUTO' }, { policy });
		await openTrade();
		expect((await alert({ symbol: 'ETH/USDT' })).reservationId).not.toBeNull();
		const third = await alert({ symbol: 'SOL/USDT' });
		expect(codes(third)).toEqual(['ORDERS_PER_DAY']);
	});

	test('a manual run in the editor touches paper accounts only, unless it is allowed more', async () => {
		const { alert, test: { core }, member } = await scene(database());
		expect((await alert({}, { manualRun: true })).decision).toBe('PASS');
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'live' });
		expect(codes(await alert({}, { manualRun: true }))).toEqual(['MANUAL_RUN_LIVE']);
		expect(codes(await alert({}, { manualRun: true, allowLive: true }))).toEqual([]);
		expect(codes(await alert({ action: 'close' }, { manualRun: true }))).toContain('MANUAL_RUN_LIVE');
	});

	test('tiers that practise trade on paper; classes seen are not classes executed', async () => {
		const { alert, test: { core }, member } = await scene(database(), { tier: 'PRESS_PASS', autoSlots: 0 });
		const rapid = { class: 'RAPID_ASSAULT' };
		expect(codes(await alert(rapid))).toEqual([]);
		expect(codes(await alert({ class: 'SNIPER_OPS' }))).toEqual(['CLASS_NOT_PERMITTED']);
		await core.kernel.conn('accounts').where({ id: member.accountId }).update({ kind: 'live' });
		expect(codes(await alert(rapid))).toEqual(['ACCOUNT_KIND']);
	});

	test('a member without a tier, and one that is off', async () => {
		const { alert, test: { core }, member } = await scene(database());
		await core.kernel.conn('members').where({ id: member.memberId }).update({ status: 'inactive' });
		expect(codes(await alert())).toEqual(['ACCOUNT_INACTIVE']);
		await core.kernel.conn('entitlements').where({ member_id: member.memberId }).delete();
		expect(new Set(codes(await alert()))).toEqual(new Set(['TIER_NONE', 'ACCOUNT_INACTIVE']));
	});

	test('a signal for others is not for the account that an edited item names', async () => {
		const { alert } = await scene(database());
		expect(codes(await alert({ members: ['somebody-else'] }))).toEqual(['NO_ELIGIBLE_ACCOUNT']);
	});

	test('nobody eligible: one verdict without account, naming unknown handles', async () => {
		const { test: { core, submit } } = await scene(database());
		const signalId = await submit({ members: ['nobody-here'] });
		const request = { signalId, accountId: null, manualRun: false, allowLive: false, actor: 'node:test' };
		const verdict = await core.risk.judge(request);
		expect(verdict).toMatchObject({
			decision: 'BLOCK', code: 'NO_ELIGIBLE_ACCOUNT', accountId: null, memberId: null, intent: null,
		});
		expect(verdict.checks[1]).toMatchObject({ code: 'ADDRESSEE_UNKNOWN', observed: 'nobody-here' });
		expect(await core.risk.judge(request)).toEqual(verdict);
		expect(await core.risk.ofSignal(signalId)).toEqual([verdict]);
	});

	test('never judged: SIGNAL_EXPIRED, once, whoever writes it', async () => {
		const { test: { core, submit } } = await scene(database());
		const signalId = await submit({});
		database().clock.advance(12 * MINUTE);
		const verdict = await core.risk.judgeExpired(signalId);
		expect(verdict).toMatchObject({ decision: 'BLOCK', code: 'SIGNAL_EXPIRED', accountId: null, actor: 'engine' });
		expect(await core.risk.judgeExpired(signalId)).toEqual(verdict);
	});

	test('expired and stale signals are judged like others, and blocked', async () => {
		const { alert, judge, test: { submit }, member } = await scene(database());
		const created = new Date(START - 301 * SECOND).toISOString();
		expect(codes(await alert({ created_at: created }))).toEqual(['SIGNAL_STALE']);
		const soon = { members: [member.handle], expires_at: new Date(START + SECOND).toISOString() };
		const signalId = await submit(soon);
		database().clock.advance(2 * SECOND);
		expect(codes(await judge(signalId))).toEqual(['SIGNAL_EXPIRED']);
	});

	test('ids that are not there are errors', async () => {
		const { judge, alert } = await scene(database());
		await expect(judge('sig_none')).rejects.toMatchObject({ code: 'SIGNAL_UNKNOWN' });
		await expect(alert({}, { accountId: 'acc_none' })).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
	});

	test('FULL AUTO: what fails only by other trades waits, and holds nothing', async () => {
		const policy = policyWith('OPERATOR', { openPositions: 1 });
		const auto = await scene(database(), { fireMode: 'FULL_AUTO' }, { policy });
		await auto.open();
		const waits = await auto.alert({ symbol: 'ETH/USDT' });
		expect(waits).toMatchObject({
			decision: 'WARN', code: 'WAITS_FOR_CAPACITY', waitsForCapacity: true, reservationId: null,
		});
		expect(waits.checks[1]).toMatchObject({
			check: 'position_limit', result: 'warn', code: 'WAITS_FOR_CAPACITY', observed: '1', limit: '1',
		});
		expect(waits.checks[1]?.message).toContain('number of positions');
		const own = await auto.alert();
		expect(own).toMatchObject({ decision: 'BLOCK', code: 'POSITION_EXISTS', waitsForCapacity: false });
		const manual = await scene(database(), {}, { policy });
		await manual.open();
		const blocked = await manual.alert({ symbol: 'ETH/USDT' });
		expect(blocked).toMatchObject({ decision: 'BLOCK', code: 'POSITION_LIMIT', waitsForCapacity: false });
	});

	test('nothing is asked of the network inside a transaction', async () => {
		let inside = 0;
		let asked = 0;
		const { alert, test: { core, market } } = await scene(database(), {}, {
			quotes: {
				quote: async (venue, symbol) => {
					asked += 1;
					expect(inside).toBe(0);
					return market.quote(venue, symbol);
				},
			},
		});
		const watch = ({ sql }: { sql: string }): void => {
			if (sql.startsWith('BEGIN')) inside += 1;
			if (sql.startsWith('COMMIT') || sql.startsWith('ROLLBACK')) inside -= 1;
		};
		core.kernel.conn.on('query', watch);
		expect((await alert()).decision).toBe('PASS');
		core.kernel.conn.off('query', watch);
		expect(asked).toBe(1);
	});

	test('one transaction of at most 15 statements', async () => {
		const { alert, test: { core } } = await scene(database(), { fireMode: 'FULL_AUTO' });
		const statements: string[] = [];
		const watch = ({ sql }: { sql: string }): void => {
			statements.push(sql);
		};
		core.kernel.conn.on('query', watch);
		await alert();
		core.kernel.conn.off('query', watch);
		const verdictAt = statements.findIndex((sql) => /insert into .verdicts/.test(sql));
		const begin = statements.slice(0, verdictAt).findLastIndex((sql) => sql.startsWith('BEGIN'));
		const end = statements.findIndex((sql, index) => index > verdictAt && sql.startsWith('COMMIT'));
		expect(begin).toBeGreaterThan(0);
		expect(end - begin - 1).toBeLessThanOrEqual(15);
	});
});

describeDatabases('presses', (open) => {
	const database = shared(open);
	const press = async ({ test: { core }, member }: Scene, verdict: Verdict, attempt: number, rest: object = {}) => {
		const signal = await core.signals.get(verdict.signalId);
		if (signal === null) throw new Error('no signal');
		const view = await core.risk.loadMarketView(signal, member.accountId);
		const context = { ticketId: 'tkt_1', mode: 'MANUAL', view, actor: 'member:test', ...rest } as const;
		return core.kernel.transaction(async (trx) => core.risk.rejudge(trx, context, `fire:tkt_1:${attempt}`));
	};

	test('a press holds capacity, and a repeat of it gives the same verdict', async () => {
		const made = await scene(database());
		const first = await made.alert();
		const pressed = await press(made, first, 1);
		expect(pressed).toMatchObject({ decision: 'PASS', purpose: 'fire:tkt_1:1', actor: 'member:test' });
		expect(pressed.reservationId).not.toBeNull();
		expect(await press(made, first, 1)).toEqual(pressed);
		expect(await made.rows('reservations', {})).toHaveLength(1);
		expect((await made.test.core.risk.ofSignal(first.signalId)).map((verdict) => verdict.id)).toEqual([
			first.id, pressed.id,
		]);
	});

	test('a later press takes the place of the earlier one: its reservation does not count', async () => {
		const made = await scene(database(), {}, { policy: policyWith('OPERATOR', { dailyLossPercent: 1.5 }) });
		const first = await made.alert();
		const one = await press(made, first, 1);
		const two = await press(made, first, 2);
		expect(two.decision).not.toBe('BLOCK');
		expect(two.intent).toEqual(one.intent);
		const states = await made.rows('reservations', {});
		expect(Object.fromEntries(states.map((row) => [row['id'], row['state']]))).toEqual({
			[String(one.reservationId)]: 'RELEASED', [String(two.reservationId)]: 'LIVE',
		});
	});

	test('a press that is refused gives back what an earlier one held', async () => {
		const made = await scene(database());
		const first = await made.alert();
		await press(made, first, 1);
		await made.test.core.kernel.conn('accounts').where({ id: made.member.accountId }).update({ realised_today: '-590' });
		const two = await press(made, first, 2);
		expect(two).toMatchObject({ decision: 'BLOCK', code: 'DAILY_LOSS_LIMIT', reservationId: null });
		expect(await made.rows('reservations', { state: 'LIVE' })).toEqual([]);
	});

	test('only an unused approval becomes an intent, exactly as it was judged', async () => {
		const made = await scene(database());
		const { kernel } = made.test.core;
		const first = await made.alert();
		const approve = async (verdict: Verdict) =>
			kernel.transaction(async (trx) => approvedIntent(trx, verdict, 'tkt_1'));
		const refusal = { code: 'VERDICT_NOT_APPROVED' };
		await expect(approve(first)).rejects.toMatchObject(refusal);
		const pressed = await press(made, first, 1);
		const { intent } = pressed;
		if (intent === null) throw new Error('no intent');
		expect(await approve(pressed)).toMatchObject({
			accountId: made.member.accountId, memberId: made.member.memberId, signalId: first.signalId,
			ticketId: 'tkt_1', source: 'test', venue: 'paper', symbol: 'BTC/USDT', side: 'buy',
			type: 'market', quantity: intent.quantity, risk: intent.risk, cash: intent.cash,
			stopLoss: intent.stopLoss, targets: intent.targets, referencePrice: intent.referencePrice,
		});
		const forged: Partial<Verdict>[] = [
			{ decision: 'BLOCK' },
			{ waitsForCapacity: true },
			{ intent: null },
			{ accountId: null },
			{ reservationId: null },
			{ reservationId: 'rsv_none' },
			{ id: 'vrd_other' },
			{ accountId: 'acc_other' as AccountId },
			{ intent: { ...intent, risk: '1' as typeof intent.risk } },
			{ intent: { ...intent, cash: '1' as typeof intent.cash } },
			{ intent: { ...intent, symbol: 'ETH/USDT' } },
			{ intent: { ...intent, side: 'sell' } },
		];
		for (const change of forged) {
			await expect(approve({ ...pressed, ...change })).rejects.toMatchObject(refusal);
		}
		await kernel.conn('reservations').where({ id: pressed.reservationId }).update({ state: 'RELEASED' });
		await expect(approve(pressed)).rejects.toMatchObject(refusal);
	});
});

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

	test('a close does not need the venue to answer', async () => {
		const made = await scene(database());
		await made.open();
		const exchange = made.test.core.exchanges.for('paper');
		const { resolve } = exchange;
		exchange.resolve = async () => Promise.reject(new Error('venue down'));
		try {
			expect((await made.alert({ action: 'close', symbol: 'BINANCE:BTCUSDT' })).decision).toBe('PASS');
			expect((await made.alert({ action: 'close', symbol: 'ETHUSDT' })).code).toBe('NOTHING_TO_CLOSE');
			await expect(made.alert()).rejects.toThrow('venue down');
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
