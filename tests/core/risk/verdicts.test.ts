import { beat } from '../../../core/db';
import { MINUTE, SECOND } from '../../../core/model';
import { FURTHER_CHECKS, TEN_CHECKS } from '../../../core/risk/checks';
import { trip } from '../../../core/safety';
import { describeDatabases, START } from '../../support/databases';
import { codes, scene, shared } from './scene';
import { policyWith } from './snapshots';

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
		expect(verdict.checks.length).toBe(TEN_CHECKS.length + FURTHER_CHECKS.length);
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
		const { open: openTrade, alert, test: { core, market }, member } = await scene(database());
		await openTrade({ quantity: '0.01' });
		// With a profit: after a loss there would be more to say.
		market.set('BTC/USDT', 60_600);
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

	test('orders of the day are counted over all accounts of the member', async () => {
		const policy = policyWith('OPERATOR', { ordersPerDay: 1 });
		const made = await scene(database(), { fireMode: 'FULL_AUTO' }, { policy });
		const { core } = made.test;
		const input = { label: 'second', kind: 'paper', currency: 'USDT', zone: 'UTC', startBalance: '10000' } as const;
		const second = await core.members.addAccount(made.member.handle, input);
		const first = await made.alert();
		expect(first.decision).toBe('PASS');
		expect(codes(await made.judge(first.signalId, { accountId: second.id }))).toEqual(['ORDERS_PER_DAY']);
	});
});
