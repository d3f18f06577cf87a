import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

async function run(
	parameters: IDataObject,
	item: IDataObject = {},
	mode: 'trigger' | 'manual' = 'trigger',
): Promise<TestRun> {
	const options = { items: [item], credentials: home.credentials, mode };
	return runNode(node('orderTracker', parameters), options);
}

const done = (result: TestRun): IDataObject[] => result.output('orderTracker', 0).map(({ json }) => json);
const refused = (result: TestRun): IDataObject[] => result.output('orderTracker', 1).map(({ json }) => json);

const place = (options: IDataObject = {}, rules: IDataObject[] = []) => ({
	resource: 'order', operation: 'place', ticketId: '={{ $json.ticket_id }}', options, exitPlan: { rules },
});
const replace = (fields: IDataObject, options: IDataObject = {}) => ({
	resource: 'order', operation: 'replace', orderId: '={{ $json.order_id }}', options,
	newQuantity: '', newPrice: '', newTriggerPrice: '', ...fields,
});
const atPosition = (operation: string, fields: IDataObject) => ({
	resource: 'position', operation, accountId: '={{ $json.account_id }}', symbol: '={{ $json.symbol }}',
	options: {}, ...fields,
});

const methods = (rules: readonly object[]): string[] =>
	rules.map((each) => (each as { rule: { method: string } }).rule.method).sort();

/** A fired ticket of a new member in FULL AUTO. */
async function firedTicket(handle: string, changes: IDataObject = {}): Promise<IDataObject> {
	const { core, credentials } = home;
	const member = await makeMember(core, handle, 'FULL_AUTO');
	const signal_id = await storeSignal(core, await goodAlert(core, handle, changes));
	const verdict = await judge(credentials, { signal_id, account_id: member.accounts[0]?.id }, 'Approved');
	const { ticket } = await core.firemodes.route(verdict['verdict_id'] as `vrd_${string}`);
	return { ticket_id: ticket.id, account_id: ticket.accountId, symbol: ticket.symbol };
}

/** A limit order far below the market, so that it rests. */
async function resting(handle: string): Promise<IDataObject> {
	const quote = await home.core.exchanges.quotes.quote('paper', 'BTC/USDT');
	const price = Number(quote?.ask);
	return firedTicket(handle, {
		order_type: 'limit', entry: (price * 0.92).toFixed(2), stop_loss: (price * 0.88).toFixed(2),
		take_profit: [{ price: (price * 1.1).toFixed(2) }],
	});
}

describe('Place on terms', () => {
	it('orders as was chosen, and shows the first order whatever is chosen later', async () => {
		const ticket = await resting('terms-day');
		const rules = [
			{ method: 'trailing_percent', percent: '1.5', activation: '3' },
			{ method: 'session', at: '15:15', zone: 'Asia/Kolkata' },
		];
		const [order] = done(await run(place({ timeInForce: 'DAY', postOnly: true }, rules), ticket));
		expect(order).toMatchObject({
			state: 'OPEN', type: 'limit', time_in_force: 'DAY', post_only: true, emulated: ['good_till'],
		});
		expect(String(order?.['expires_at'])).toMatch(/T09:45:00|T00:00:00/);
		const [again] = done(await run(place({ timeInForce: 'FOK' }), ticket));
		expect(again).toEqual(order);
		const plan = await home.core.orders.exitPlan(ticket['account_id'] as `acc_${string}`, 'BTC/USDT');
		expect(methods('rules' in plan ? plan.rules : [])).toEqual(['session', 'trailing_percent']);
	});

	it('refuses terms that cannot be, and leaves the ticket to be placed on others', async () => {
		const ticket = await resting('terms-wrong');
		const cases: [IDataObject, IDataObject[], string][] = [
			[{ timeInForce: 'GTD' }, [], 'GOOD_TILL_MISSING'],
			[{ timeInForce: 'GTD', goodTill: '2020-01-01T00:00:00' }, [], 'GOOD_TILL_PAST'],
			[{ timeInForce: 'IOC', postOnly: true }, [], 'POST_ONLY_TYPE'],
			[{}, [{ method: 'trailing_percent', percent: 'much' }], 'EXIT_PLAN_INVALID'],
			[{}, [{ method: 'session', at: '15:15', zone: 'Mars/Olympus' }], 'EXIT_PLAN_INVALID'],
		];
		for (const [options, rules, code] of cases) {
			const [item] = refused(await run(place(options, rules), ticket));
			expect([code, item?.['code']]).toEqual([code, code]);
		}
		expect((await run(place({ timeInForce: 'ioc' }), ticket)).error).toContain('"Time in Force" must be one of');
		expect((await run(place({ timeInForce: 'GTD', goodTill: 'soon' }), ticket)).error).toContain('and was "soon"');
		const [order] = done(await run(place({ timeInForce: 'GTD', goodTill: '2099-01-01T00:00:00' }), ticket));
		expect(order).toMatchObject({ state: 'OPEN', time_in_force: 'GTD' });
		expect(String(order?.['expires_at'])).toContain('2099-01-01');
	});

	it('a market order takes no time in force that needs a price', async () => {
		const ticket = await firedTicket('terms-market');
		expect(refused(await run(place({ timeInForce: 'IOC' }), ticket))).toMatchObject([{ code: 'TIME_IN_FORCE_TYPE' }]);
		expect(done(await run(place(), ticket))).toMatchObject([{ state: 'FILLED', time_in_force: 'GTC' }]);
	});

	it('the router can choose for orders that are fired later, by a press', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'terms-route');
		const quote = await core.exchanges.quotes.quote('paper', 'ETH/USDT');
		const price = Number(quote?.ask);
		const signal_id = await storeSignal(core, await goodAlert(core, 'terms-route', {
			symbol: 'ETH/USDT', order_type: 'limit', entry: (price * 0.92).toFixed(2), stop_loss: (price * 0.88).toFixed(2),
			take_profit: [{ price: (price * 1.1).toFixed(2) }],
		}));
		const verdict = await judge(credentials, { signal_id, account_id: member.accounts[0]?.id }, 'Approved');
		const routing = { operation: 'route', verdictId: verdict['verdict_id'], options: { timeInForce: 'DAY' }, exitPlan: { rules: [{ method: 'break_even', afterR: '1' }] } };
		const routed = await runNode(node('fireModeRouter', routing), { items: [{}], credentials });
		const [held] = routed.output('fireModeRouter', 0).map(({ json }) => json);
		const fired = await core.firemodes.fire(held?.['ticket_id'] as `tkt_${string}`, { actor: 'member:x' });
		expect(fired).toMatchObject({ kind: 'fired', order: { timeInForce: 'DAY', state: 'OPEN' } });
		const wrong = await runNode(node('fireModeRouter', { ...routing, options: { timeInForce: 'GTD' } }), { items: [{}], credentials });
		expect(wrong.output('fireModeRouter', 3).map(({ json }) => json)).toMatchObject([{ code: 'GOOD_TILL_MISSING' }]);
	});
});

describe('Replace', () => {
	it('takes less, or a better price, at once; the first order is gone', async () => {
		const [order] = done(await run(place(), await resting('replace-less')));
		// Entries of an account go out one a second.
		await new Promise((resolve) => setTimeout(resolve, 1100));
		const cheaper = (Number(order?.['price']) - 100).toFixed(2);
		const [next] = done(await run(replace({ newPrice: cheaper }), order));
		expect(next).toMatchObject({ state: 'OPEN', replaces: order?.['order_id'], quantity: order?.['quantity'] });
		expect(Number(next?.['price'])).toBe(Number(cheaper));
		expect(await home.core.orders.get(order?.['order_id'] as `ord_${string}`)).toMatchObject({ state: 'CANCELLED' });
		const [again] = done(await run(replace({ newPrice: cheaper }), order));
		expect(again?.['order_id']).toBe(next?.['order_id']);
	});

	it('asks the gate for more, and is refused with the reason of the gate', async () => {
		const [order] = done(await run(place(), await resting('replace-more')));
		const result = await run(replace({ newQuantity: '1' }), order);
		expect(refused(result)).toMatchObject([{ code: 'BALANCE_INSUFFICIENT', order_id: order?.['order_id'] }]);
		expect(await home.core.orders.get(order?.['order_id'] as `ord_${string}`)).toMatchObject({ state: 'OPEN', pending: 'none' });
	});

	it('refuses what is no number, changes nothing or does not exist', async () => {
		const [order] = done(await run(place(), await resting('replace-wrong')));
		expect((await run(replace({ newPrice: 'cheap' }), order)).error).toContain('"Limit Price" must be a number');
		expect(refused(await run(replace({}), order))).toMatchObject([{ code: 'REPLACE_NOTHING' }]);
		const unknown = await run(replace({ newPrice: '1' }), { order_id: 'ord_00000000000000000000000000' });
		expect(refused(unknown)).toMatchObject([{ code: 'ORDER_NOT_FOUND' }]);
	});
});

describe('exits of a position', () => {
	it('tightens a stop, never widens it, and adds to the plan', async () => {
		const ticket = await firedTicket('exits-one', { symbol: 'SOL/USDT' });
		const [order] = done(await run(place(), ticket));
		const entry = Number(order?.['average_price']);
		const [tightened] = done(await run(atPosition('tightenStop', { stopPrice: (entry * 0.955).toFixed(3) }), ticket));
		expect(tightened).toMatchObject({ moved_by: 'hand', symbol: 'SOL/USDT', trade_id: order?.['trade_id'] });
		expect(Number(tightened?.['stop'])).toBeGreaterThan(Number(tightened?.['initial_stop']));
		const wider = await run(atPosition('tightenStop', { stopPrice: (entry * 0.9).toFixed(3) }), ticket);
		expect(refused(wider)).toMatchObject([{ code: 'STOP_WIDENED' }]);
		const rules = [{ method: 'atr', multiple: '2', period: 14, timeframe: '1m' }, { method: 'time_limit', minutes: 90 }];
		const [plan] = done(await run(atPosition('setExitPlan', { exitPlan: { rules } }), ticket));
		expect(methods(plan?.['rules'] as IDataObject[])).toEqual(['atr', 'time_limit']);
	});

	it('refuses without a position, and a manual run on live money', async () => {
		const ticket = await firedTicket('exits-none');
		const set = atPosition('setExitPlan', { exitPlan: { rules: [{ method: 'break_even' }] } });
		expect(refused(await run(set, ticket))).toMatchObject([{ code: 'NO_OPEN_POSITION' }]);
		const tighten = atPosition('tightenStop', { stopPrice: '1' });
		await home.core.kernel.conn('accounts').where({ id: ticket['account_id'] }).update({ kind: 'live' });
		for (const parameters of [set, tighten]) {
			expect(refused(await run(parameters, ticket, 'manual'))).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
		}
	});
});
