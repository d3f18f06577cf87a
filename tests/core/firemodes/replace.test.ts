import { decimal, isRefused, SECOND, type Decimal } from '../../../core/model';
import type { Order, ReplaceWish } from '../../../core/orders';
import { trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import type { TestMember } from '../../support/core';
import { alert, entries, reservations, stageOn, ticketOf, unrefused, type Stage } from './stage';

const SYMBOL = 'BTC/USDT';
const q = (value: string | number): Decimal => decimal(value);

/** A limit order that rests 8 % below the market, with its stop another 4 % below. */
async function resting(on: Stage, member: TestMember, change: object = {}): Promise<Order> {
	const id = await alert(on, member, {
		order_type: 'limit', entry: '55200', stop_loss: '52800', take_profit: '69000', ...change,
	});
	const steps = await on.run(id);
	const ticket = ticketOf(steps);
	const [order] = await entries(on, member);
	if (order?.state !== 'OPEN') throw new Error(`${ticket.state} ${order?.state}`);
	await on.pass(2);
	return order;
}

const replace = async ({ core }: Stage, order: Order, wish: ReplaceWish) =>
	core.firemodes.replace({ orderId: order.id, wish, actor: 'member:test' });
const verdicts = async ({ core }: Stage, order: Order) =>
	(await core.risk.ofSignal(order.signalId ?? 'sig_')).map(({ purpose, decision, code }) => [purpose, decision, code]);

describeDatabases('replacing through the gate', (open) => {
	test('what adds no risk is not judged again', async () => {
		const on = await stageOn(await open());
		const order = await resting(on, await on.member());
		const next = unrefused(await replace(on, order, { price: q(55_000) }));
		expect(next).toMatchObject({ state: 'OPEN', price: '55000', ticketId: order.ticketId });
		expect(await verdicts(on, order)).toHaveLength(1);
	});

	test('a worse price and more quantity are judged whole, as if the first order were not there', async () => {
		const on = await stageOn(await open());
		// Half of what the gate would size leaves room for more.
		const order = await resting(on, await on.member(), { quantity: '0.01' });
		const next = unrefused(await replace(on, order, { price: q(55_400), quantity: q('0.02') }));
		expect(next).toMatchObject({ state: 'OPEN', price: '55400', quantity: '0.02', referencePrice: '55400' });
		expect(await verdicts(on, order)).toEqual([
			['intake', 'PASS', 'OK'], [`replace:${order.id}:1`, 'PASS', 'OK'],
		]);
		expect((await reservations(on)).filter((state) => state === 'BOUND')).toHaveLength(1);
		const again = unrefused(await replace(on, order, { price: q(55_400), quantity: q('0.02') }));
		expect(again.id).toBe(next.id);
		expect(await verdicts(on, order)).toHaveLength(2);
	});

	test.each<[string, ReplaceWish, string]>([
		['more than a trade may risk', { quantity: q('0.05') }, 'RISK_PER_TRADE'],
		['a price from which the target is too near', { price: q('57000') }, 'REWARD_RISK'],
	])('%s is refused with the gate’s reason, and nothing changes', async (_what, wish, code) => {
		const on = await stageOn(await open());
		const order = await resting(on, await on.member(), { take_profit: '61000', quantity: '0.01' });
		const before = await reservations(on);
		expect(await replace(on, order, wish)).toMatchObject({ kind: 'refused', code });
		expect(await on.core.orders.get(order.id)).toMatchObject({ state: 'OPEN', pending: 'none', replacedBy: null });
		expect(await reservations(on)).toEqual(before);
		expect((await verdicts(on, order)).at(-1)).toEqual([`replace:${order.id}:1`, 'BLOCK', code]);
	});

	test('a stop of trading keeps even what adds no risk where it is: an entry would go out', async () => {
		const on = await stageOn(await open());
		const member = await on.member();
		const order = await resting(on, member, { quantity: '0.01' });
		const { kernel } = on.core;
		const paused = { scope: 'account', scopeId: member.accountId, state: 'PAUSED' } as const;
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, { ...paused, cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator' }),
		);
		expect(await replace(on, order, { price: q(55_000) })).toMatchObject({ code: 'TRADING_STATE' });
		expect(await replace(on, order, { quantity: q('0.02') })).toMatchObject({ code: 'TRADING_STATE' });
		expect(await on.core.orders.get(order.id)).toMatchObject({ state: 'OPEN', pending: 'none' });
	});

	test('after its signal has expired an order can be made smaller, not larger', async () => {
		const on = await stageOn(await open());
		const order = await resting(on, await on.member(), { quantity: '0.01' });
		await on.pass(700);
		expect(await replace(on, order, { quantity: q('0.02') })).toMatchObject({ code: 'SIGNAL_EXPIRED' });
		expect(isRefused(await replace(on, order, { quantity: q('0.005') }))).toBe(false);
	});

	test('many who replace one order at once get one replacement', async () => {
		const on = await stageOn(await open());
		const member = await on.member();
		const order = await resting(on, member, { quantity: '0.01' });
		const results = await Promise.all(
			['0.02', '0.018', '0.016', '0.014'].map(async (quantity) => replace(on, order, { quantity: q(quantity) })),
		);
		expect(results.filter((result) => !isRefused(result))).toHaveLength(1);
		for (const result of results.filter(isRefused)) {
			expect(['REPLACE_PENDING', 'ORDER_NOT_REPLACEABLE']).toContain(result.code);
		}
		expect((await entries(on, member)).filter(({ state }) => state === 'OPEN')).toHaveLength(1);
		expect((await reservations(on)).filter((state) => state === 'LIVE')).toEqual([]);
	});

	test('the status call shows both orders and both verdicts, the later one first', async () => {
		const on = await stageOn(await open());
		const order = await resting(on, await on.member(), { quantity: '0.01' });
		const next = unrefused(await replace(on, order, { quantity: q('0.02') }));
		const status = await on.core.follow.status(order.signalId ?? 'sig_', { keyName: 'test', scopes: ['read'] });
		const account = status?.accounts[0] as Record<string, never> & { orders: object[] };
		expect(account['verdict']).toMatchObject({ purpose: `replace:${order.id}:1` });
		expect(account.orders).toMatchObject([
			{ client_order_id: order.clientOrderId, state: 'CANCELLED', code: 'ORDER_REPLACED', time_in_force: 'GTC' },
			{ client_order_id: next.clientOrderId, state: 'OPEN' },
		]);
	});
});

describeDatabases('order types from signal to fill', (open) => {
	test.each<[string, object, number, object]>([
		['limit', { order_type: 'limit', entry: '59400.004' }, 59_300, { type: 'limit', price: '59400', triggerPrice: null, referencePrice: '59400.004' }],
		['stop', { order_type: 'stop', trigger: '60600.001' }, 60_700, { type: 'stop', price: null, triggerPrice: '60600.01', referencePrice: '60600.001' }],
		['stop-limit', { order_type: 'stop_limit', trigger: '60600', entry: '60700' }, 60_650, { type: 'stop_limit', price: '60700', triggerPrice: '60600', referencePrice: '60700' }],
	])('a %s entry is sized by its own price, rests and fills', async (_what, change, price, order) => {
		const on = await stageOn(await open());
		const member = await on.member();
		const id = await alert(on, member, { stop_loss: '57000', take_profit: '72000', ...change });
		const [step] = await on.run(id);
		expect(step?.verdict).toMatchObject({ decision: 'PASS' });
		const [resting] = await entries(on, member);
		expect(resting).toMatchObject({ state: 'OPEN', ...order });
		// 1 % of 10,000, over the distance to the stop and the fees of both sides.
		const reference = Number(resting?.referencePrice);
		const expected = 100 / (reference - 57_000 + (reference + 57_000) * 0.001);
		expect(Number(resting?.quantity)).toBeCloseTo(Math.min(expected, 3000 / reference), 4);
		on.market.set(SYMBOL, price);
		await on.pass(2);
		const [filled] = await entries(on, member);
		expect(filled).toMatchObject({ state: 'FILLED' });
		on.market.set(SYMBOL, 56_900);
		await on.pass(2);
		expect(await on.core.orders.positions(member.accountId)).toEqual([]);
	});

	test('terms given with Place are kept, and the status call tells of them', async () => {
		const on = await stageOn(await open());
		const member = await on.member();
		const id = await alert(on, member, { order_type: 'limit', entry: '55200', stop_loss: '52800', take_profit: '69000' });
		const verdict = await on.core.risk.judge({ signalId: id, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'x' });
		const { ticket } = await on.core.firemodes.route(verdict.id);
		const terms = {
			timeInForce: 'DAY', goodTill: null, postOnly: false,
			exitRules: [{ method: 'trailing_amount', amount: q(500), activation: null }],
		} as const;
		const refusal = await on.core.firemodes.place(ticket.id, 'x', { ...terms, timeInForce: 'GTD' });
		expect(refusal).toMatchObject({ kind: 'refused', code: 'GOOD_TILL_MISSING' });
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'FIRED', placedAt: null, terms: null });
		const placed = unrefused(await on.core.firemodes.place(ticket.id, 'x', terms));
		expect(placed).toMatchObject({ order: { timeInForce: 'DAY', state: 'OPEN' }, ticket: { terms } });
		const again = unrefused(await on.core.firemodes.place(ticket.id, 'x', { ...terms, timeInForce: 'GTC' }));
		expect(again.order).toMatchObject({ id: placed.order?.id, timeInForce: 'DAY' });
		on.market.set(SYMBOL, 55_000);
		await on.pass(2);
		on.market.set(SYMBOL, 57_000);
		await on.pass(3);
		const status = await on.core.follow.status(id, { keyName: 'test', scopes: ['read'] });
		expect(status?.accounts[0]).toMatchObject({
			orders: [{ time_in_force: 'DAY', post_only: false, expires_at: '2026-11-21T00:00:00.000Z', emulated: ['good_till'] }],
			outcome: {
				state: 'OPEN', stop_loss: '56494.3',
				exit_plan: {
					stop: '56494.3', initial_stop: '52800', moved_by: 'trailing_amount', targets: [{ price: '69000', share: '1', state: 'ACTIVE' }],
					rules: [{ method: 'trailing_amount', amount: '500' }],
				},
			},
		});
	});

	test('a queued ticket keeps the terms it was routed on', async () => {
		const on = await stageOn(await open());
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'ETH/USDT' }));
		const id = await alert(on, member, { order_type: 'limit', entry: '55200', stop_loss: '52800', take_profit: '69000' });
		const verdict = await on.core.risk.judge({ signalId: id, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'x' });
		const routed = await on.core.firemodes.route(verdict.id, 'x', { timeInForce: 'DAY', goodTill: null, postOnly: true, exitRules: [] });
		expect(routed.outcome).toBe('queued');
		on.market.lift('ETH/USDT');
		await on.core.orders.closePosition({ accountId: member.accountId, symbol: 'ETH/USDT', reason: 'manual', actor: 'x' });
		await on.pass(5);
		const order = (await entries(on, member)).find(({ symbol }) => symbol === SYMBOL);
		expect(order).toMatchObject({ timeInForce: 'DAY', postOnly: true, state: 'OPEN' });
		expect(order?.createdAt).toBeGreaterThan(SECOND);
	});
});
