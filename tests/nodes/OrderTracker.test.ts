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

const PLACE = { resource: 'order', operation: 'place', ticketId: '={{ $json.ticket_id }}', options: {} };
const byOrder = (operation: string) => ({
	resource: 'order',
	operation,
	orderId: '={{ $json.order_id }}',
	options: {},
});
const CLOSE = {
	resource: 'position',
	operation: 'close',
	accountId: '={{ $json.account_id }}',
	symbol: '={{ $json.symbol }}',
	options: {},
};

/** A fired ticket of a new member in FULL AUTO. */
async function firedTicket(handle: string, changes: IDataObject = {}): Promise<IDataObject> {
	const { core, credentials } = home;
	const member = await makeMember(core, handle, 'FULL_AUTO');
	const signal_id = await storeSignal(core, await goodAlert(core, handle, changes));
	const verdict = await judge(credentials, { signal_id, account_id: member.accounts[0]?.id }, 'Approved');
	const { ticket } = await core.firemodes.route(verdict['verdict_id'] as `vrd_${string}`);
	return { ticket_id: ticket.id, account_id: ticket.accountId, symbol: ticket.symbol };
}

describe('Order Tracker', () => {
	it('places the order of a fired ticket once, whatever the item says about amounts', async () => {
		const ticket = await firedTicket('place-one');
		const [order] = done(await run(PLACE, { ...ticket, quantity: '100000', account_id: 'acc_other' }));
		expect(order).toMatchObject({ state: 'FILLED', leg: 'entry', account_id: ticket['account_id'] });
		expect(Number(order?.['quantity'])).toBeLessThan(1);
		const [again] = done(await run(PLACE, ticket));
		expect(again).toEqual(order);
		const orders = await home.core.orders.list({ limit: 50 });
		expect(orders.filter(({ ticketId }) => ticketId === ticket['ticket_id'])).toHaveLength(1);
	});

	it('refuses a ticket that is not fired, and one that does not exist', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'place-held');
		const signal_id = await storeSignal(core, await goodAlert(core, 'place-held'));
		const verdict = await judge(credentials, { signal_id, account_id: member.accounts[0]?.id }, 'Approved');
		const { ticket } = await core.firemodes.route(verdict['verdict_id'] as `vrd_${string}`);
		const held = await run(PLACE, { ticket_id: ticket.id });
		expect(refused(held)).toMatchObject([{ code: 'TICKET_NOT_FIRED', ticket_id: ticket.id }]);
		const unknown = await run(PLACE, { ticket_id: 'tkt_00000000000000000000000000' });
		expect(refused(unknown)).toMatchObject([{ code: 'TICKET_UNKNOWN' }]);
	});

	it('shows an order, lists orders and positions', async () => {
		const ticket = await firedTicket('show-one');
		const [order] = done(await run(PLACE, ticket));
		expect(done(await run(byOrder('get'), order))).toEqual([order]);
		const listed = done(
			await run({
				resource: 'order',
				operation: 'getAll',
				accountFilter: ticket['account_id'],
				state: 'FILLED',
				limit: 10,
			}),
		);
		expect(listed.map(({ order_id }) => order_id)).toEqual([order?.['order_id']]);
		const positions = done(
			await run({ resource: 'position', operation: 'getAll', accountFilter: ticket['account_id'] }),
		);
		expect(positions).toMatchObject([{ symbol: 'BTC/USDT', quantity: order?.['quantity'] }]);
	});

	it('refuses an unknown order, and cancelling one that is filled', async () => {
		const unknown = await run(byOrder('get'), { order_id: 'ord_00000000000000000000000000' });
		expect(refused(unknown)).toMatchObject([{ code: 'ORDER_NOT_FOUND' }]);
		const [order] = done(await run(PLACE, await firedTicket('cancel-one')));
		expect(refused(await run(byOrder('cancel'), order))).toMatchObject([{ code: 'ORDER_NOT_CANCELLABLE' }]);
	});

	it('closes a position, and refuses when nothing is open', async () => {
		const ticket = await firedTicket('close-one');
		await run(PLACE, ticket);
		const [exit] = done(await run(CLOSE, ticket));
		expect(exit).toMatchObject({ state: 'FILLED', reduce_only: true, side: 'sell', reason: 'manual' });
		expect(refused(await run(CLOSE, ticket))).toMatchObject([{ code: 'NO_OPEN_POSITION' }]);
	});

	it('does not act on a live account in a manual run, unless that is allowed', async () => {
		const ticket = await firedTicket('live-one');
		const { kernel } = home.core;
		await kernel.conn('accounts').where({ id: ticket['account_id'] }).update({ kind: 'live' });
		const byHand = await run(PLACE, ticket, 'manual');
		expect(refused(byHand)).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
		expect(await home.core.firemodes.get(ticket['ticket_id'] as `tkt_${string}`)).toMatchObject({
			state: 'FIRED',
			placedAt: null,
		});
		const allowed = await run({ ...PLACE, options: { allowLive: true } }, ticket, 'manual');
		expect(refused(allowed).map(({ code }) => code)).not.toContain('MANUAL_RUN_LIVE');
	});

	it('tells what venues can do: those that orders can go to, or one', async () => {
		const of = async (venue: string) =>
			done(await run({ resource: 'account', operation: 'venueCapabilities', venue }));
		const all = await of('');
		expect(all.map(({ venue }) => venue).sort()).toEqual([
			'binance', 'binanceusdm', 'bybit', 'coinbase', 'kraken', 'okx', 'paper',
		]);
		expect(all.find(({ venue }) => venue === 'binance')).toMatchObject({
			supported_live: true, sandbox: true, full_auto: true, client_id_lookup: true, resting_stop: true,
			stop_locks_balance: true, short_selling: false,
		});
		expect(await of('coinbase')).toMatchObject([{ client_id_lookup: false, full_auto: false, sandbox: false }]);
		// Nobody proved what it does: nothing is claimed.
		expect(await of('luno')).toMatchObject([{ supported_live: false, client_id_lookup: null, order_types: null }]);
	});

	it('names a venue that is none', async () => {
		const ask = { resource: 'account', operation: 'venueCapabilities', venue: '={{ "nonsense" }}' };
		expect((await run(ask)).error).toContain('there is no venue "nonsense"');
	});
});
