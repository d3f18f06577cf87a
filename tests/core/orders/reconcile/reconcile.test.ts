import { createEvents } from '../../../../core/events';
import { findAccount } from '../../../../core/members';
import { add, decimal } from '../../../../core/model';
import {
	findTrade, listAdjustments, listHoldings, listIssues, workingOrders,
} from '../../../../core/orders';
import { listOpenTrips, tradingStateFor } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { booksOf, break_, fingerprint, openKinds, openStage, type Stage } from './stage';

describeDatabases('comparing with the venue', (open) => {
	const stageOf = async (): Promise<Stage> => {
		const stage = await openStage(await open());
		expect(await stage.look()).toMatchObject({ allClear: true });
		return stage;
	};
	const tradeOf = async (stage: Stage, id: string | null) =>
		findTrade(stage.kernel.conn, (id ?? 'trd_') as `trd_${string}`);

	test('books that agree are left alone', async () => {
		const stage = await stageOf();
		await stage.enter({ quantity: '0.01' });
		await stage.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_900, stop: 2_800 });
		const before = await fingerprint(stage);
		for (let look = 0; look < 3; look++) {
			expect(await stage.look()).toMatchObject({
				allClear: true,
				accounts: [{ issues: [], adopted: [], adjusted: [], booked: [], skipped: [] }],
			});
		}
		expect(await fingerprint(stage)).toEqual(before);
	});

	test('less at the venue: the second look reduces the trade, as a booked order with its reason', async () => {
		const stage = await stageOf();
		const entry = await stage.enter({ quantity: '0.01' });
		const before = await booksOf(stage);
		await stage.move('BTC', '-0.004');
		const first = await stage.look();
		expect(first.accounts[0]?.issues).toMatchObject([
			{ kind: 'QUANTITY_MISMATCH', severity: 'critical', ours: '0.01', venue: '0.006', cycles: 1, announcedAt: null },
		]);
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
		const second = await stage.look();
		expect(second.accounts[0]?.adjusted).toMatchObject([
			{ kind: 'position', asset: 'BTC/USDT', before: '0.01', after: '0.006', amount: '-0.004' },
			// Nothing came for what is gone, so the cash that the exit booked is taken back.
			{ kind: 'cash', asset: 'USDT' },
		]);
		const after = await booksOf(stage);
		expect(after.held).toEqual([['BTC/USDT', '0.006']]);
		expect(after.cash).toBe(before.cash);
		expect(await stage.settle()).toBe(1);
		const [correction] = (await stage.orders.list()).filter(({ origin }) => origin === 'RECONCILIATION');
		expect(correction).toMatchObject({
			leg: 'close', state: 'FILLED', reason: 'reconciliation', tradeId: entry.tradeId, quantity: '0.004', actor: 'operator',
		});
		const { history, fills } = (await stage.orders.get(correction?.id ?? 'ord_')) ?? {};
		expect(history?.map(({ event }) => event)).toEqual(['Submit', 'Accept', 'Fill']);
		expect(fills).toMatchObject([{ quantity: '0.004', venueTradeId: expect.stringMatching(/^reconciliation:adj_/) }]);
		const events = await createEvents(stage.kernel).list({ types: ['account.adjusted', 'issue.raised', 'issue.resolved'], limit: 20 });
		expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['account.adjusted', 'issue.raised', 'issue.resolved']));
		expect(await tradeOf(stage, entry.tradeId)).toMatchObject({ state: 'OPEN', exitedQuantity: '0.004' });
	});

	test('nothing at the venue: the trade is closed, not counted for discipline, and nothing is sold', async () => {
		const stage = await stageOf();
		const entry = await stage.enter({ quantity: '0.01' });
		const sent = stage.venue.submits().length;
		await stage.move('BTC', '-0.01');
		expect((await stage.look()).accounts[0]?.issues).toMatchObject([{ kind: 'PHANTOM_POSITION' }]);
		await stage.settle();
		expect(await tradeOf(stage, entry.tradeId)).toMatchObject({
			state: 'CLOSED', exitReason: 'reconciliation', planKept: null, stopHonoured: null,
		});
		expect((await booksOf(stage)).held).toEqual([]);
		expect(stage.venue.submits()).toHaveLength(sent);
	});

	test('sold by hand: the trade ends at the price it got, cash agrees to the last digit', async () => {
		const stage = await stageOf();
		await stage.enter({ quantity: '0.01' });
		await stage.byHand({ clientOrderId: 'hand-1', side: 'sell', type: 'market', quantity: decimal('0.01'), price: null });
		await stage.settle();
		const books = await booksOf(stage);
		const { USDT } = await stage.venue.balances(stage.accountId);
		expect(books.held).toEqual([]);
		expect(books.cash).toBe(USDT);
		expect(books.cash).toBe(add(10_000, books.realised ?? 0, books.adjusted));
		const [hand] = (await stage.orders.list()).filter(({ origin }) => origin === 'EXTERNAL');
		expect(hand).toMatchObject({ clientOrderId: 'hand-1', state: 'FILLED', leg: 'external', tradeId: null, filledQuantity: '0.01' });
		const [correction] = (await stage.orders.list()).filter(({ origin }) => origin === 'RECONCILIATION');
		expect(correction?.averagePrice).toBe(hand?.averagePrice);
	});

	test('more at the venue is not ours: recorded, told, never sold; a difference of a moment is nothing', async () => {
		const stage = await stageOf();
		await stage.enter({ quantity: '0.01' });
		await stage.move('BTC', '0.5');
		await stage.look();
		await stage.move('BTC', '-0.5');
		expect(await stage.look()).toMatchObject({ allClear: true });
		expect(await createEvents(stage.kernel).list({ types: ['issue.raised'], limit: 5 })).toEqual([]);
		await stage.move('BTC', '0.5');
		await stage.look();
		await stage.look();
		expect(await listHoldings(stage.kernel.conn)).toMatchObject([{ name: 'BTC', quantity: '0.5' }]);
		expect(await openKinds(stage)).toEqual(['UNKNOWN_POSITION']);
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
		await stage.look();
		expect(await createEvents(stage.kernel).list({ types: ['issue.raised'], limit: 5 })).toHaveLength(1);
		// It covers what is missing first: our trade stays whole.
		await stage.move('BTC', '-0.3');
		await stage.look();
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
		expect(await listHoldings(stage.kernel.conn)).toMatchObject([{ quantity: '0.2' }]);
		await stage.orders.closePosition({ accountId: stage.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		expect((await stage.venue.balances(stage.accountId))['BTC']).toBe('0.2');
		await stage.move('BTC', '-0.2');
		expect(await stage.settle()).toBeLessThan(3);
		expect(await listHoldings(stage.kernel.conn)).toEqual([]);
	});

	test('what is there at the first look is where we start from', async () => {
		const stage = await openStage(await open());
		await stage.move('BTC', '1.5');
		await stage.move('DOGE', '1000');
		const report = await stage.look();
		expect(report).toMatchObject({ allClear: true });
		expect(report.accounts[0]?.adopted.map(({ name }) => name).sort()).toEqual(['BTC', 'DOGE']);
		expect(await listHoldings(stage.kernel.conn)).toMatchObject([{ name: 'BTC', quantity: '1.5' }, { name: 'DOGE', quantity: '1000' }]);
		expect(await listIssues(stage.kernel.conn, { state: 'all' })).toEqual([]);
	});

	test('a deposit and a withdrawal move cash, peak and the start of the day', async () => {
		const stage = await stageOf();
		await stage.orders.refreshEquity();
		await stage.move('USDT', '2500');
		expect((await stage.look()).accounts[0]?.issues).toMatchObject([{ kind: 'CASH_MISMATCH', ours: '10000', venue: '12500' }]);
		await stage.settle();
		expect(await findAccount(stage.kernel.conn, stage.accountId)).toMatchObject({
			cash: '12500', dayStartEquity: '12500', peakEquity: '12500', realisedNet: '0',
		});
		await stage.move('USDT', '-4000');
		await stage.settle();
		expect(await findAccount(stage.kernel.conn, stage.accountId)).toMatchObject({ cash: '8500', dayStartEquity: '8500', peakEquity: '8500' });
		expect((await listAdjustments(stage.kernel.conn)).map(({ amount }) => amount)).toEqual(['-4000', '2500']);
		await stage.orders.refreshEquity();
		expect(await listOpenTrips(stage.kernel.conn)).toEqual([]);
	});

	test('an order by hand is adopted, followed and left alone until a person says otherwise', async () => {
		const stage = await stageOf();
		await stage.byHand({ clientOrderId: 'hand-1' });
		await stage.byHand({ clientOrderId: 'hand-2', quantity: decimal('0.003'), price: decimal(49_000) });
		const report = await stage.look();
		expect(report.accounts[0]?.adopted).toHaveLength(2);
		const foreign = (await stage.orders.list()).filter(({ origin }) => origin === 'EXTERNAL');
		expect(foreign.map(({ clientOrderId, state }) => [clientOrderId, state]).sort()).toEqual([['hand-1', 'OPEN'], ['hand-2', 'OPEN']]);
		await stage.look();
		await stage.look();
		expect(await openKinds(stage)).toEqual(['UNKNOWN_ORDER']);
		expect(await createEvents(stage.kernel).list({ types: ['issue.raised'], limit: 5 })).toHaveLength(1);
		// None of ours: not in lists of our work, not cancelled with our entries, nor by id.
		expect(await workingOrders(stage.kernel.conn)).toEqual([]);
		expect(await stage.orders.cancelEntries({ accountId: stage.accountId, symbol: 'BTC/USDT', actor: 'x' })).toEqual([]);
		const [one, two] = foreign;
		expect(await stage.orders.cancel(one?.id ?? 'ord_', 'operator')).toMatchObject({ kind: 'refused', code: 'ORDER_EXTERNAL' });
		expect(await stage.orders.cancel(one?.id ?? 'ord_', 'operator', { foreign: true })).toMatchObject({ state: 'CANCELLED' });
		expect(await openKinds(stage)).toEqual(['UNKNOWN_ORDER']);
		// The other one fills; the issue ends with it.
		stage.quotes.set('BTC/USDT', 48_000);
		await stage.reconciliation.run({ accountId: null, actor: 'operator' });
		await stage.reconciliation.run({ accountId: null, actor: 'operator' });
		expect(await stage.orders.get(two?.id ?? 'ord_')).toMatchObject({ state: 'FILLED' });
		await stage.settle().catch(() => 0);
		expect(await openKinds(stage)).toEqual(['UNKNOWN_POSITION']);
		expect((await booksOf(stage)).held).toEqual([]);
		const { USDT } = await stage.venue.balances(stage.accountId);
		expect((await booksOf(stage)).cash).toBe(USDT);
	});

	test('symbols of ours every time, all others every two minutes: a whole list costs a venue much', async () => {
		const stage = await stageOf();
		const lists = () => stage.venue.arrived.filter(({ call }) => call === 'openOrders').length;
		const after = async (seconds: number): Promise<unknown[]> => {
			stage.database.clock.advance(seconds * 1_000);
			stage.quotes.set('BTC/USDT', 60_000);
			stage.quotes.set('ETH/USDT', 3_000);
			await stage.reconciliation.orders();
			return (await stage.orders.list()).filter(({ origin }) => origin === 'EXTERNAL').map(({ symbol }) => symbol);
		};
		await stage.goLive();
		expect(await after(10)).toEqual([]);
		const before = lists();
		// Nothing of ours works: nothing is asked.
		expect(await after(10)).toEqual([]);
		expect(lists()).toBe(before);
		await stage.enter({ type: 'limit', price: 50_000, stop: 49_000, targets: [[53_000, 1]] });
		await stage.byHand({ clientOrderId: 'hand-eth', symbol: 'ETH/USDT', quantity: decimal('0.02'), price: decimal(2_500) });
		await stage.byHand({ clientOrderId: 'hand-btc' });
		expect(await after(10)).toEqual(['BTC/USDT']);
		expect(lists()).toBe(before + 1);
		expect((await after(120)).sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
		// Known from now on, it is asked about like ours.
		await stage.venue.cancel(stage.accountId, 'hand-eth', 'ETH/USDT');
		await after(10);
		expect((await stage.orders.list()).find(({ symbol }) => symbol === 'ETH/USDT')).toMatchObject({ state: 'CANCELLED' });
	});

	test('an order that the venue lost is ended the second time it is missing', async () => {
		const stage = await stageOf();
		const order = await stage.enter({ quantity: '0.01', type: 'limit', price: 55_000, stop: 54_000 });
		await stage.kernel.conn('paper_orders').where({ client_order_id: order.clientOrderId }).delete();
		await stage.look();
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'OPEN' });
		expect(await openKinds(stage)).toEqual(['MISSING_ORDER']);
		await stage.look();
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'CANCELLED', code: 'VENUE_NOT_FOUND' });
		expect(await stage.settle()).toBe(1);
		expect(await tradeOf(stage, order.tradeId)).toMatchObject({ state: 'CANCELLED' });
	});

	test('a fill that nobody told us of is booked by its trade id, once', async () => {
		const stage = await stageOf();
		const order = await stage.enter({ quantity: '0.01', type: 'limit', price: 59_500, stop: 58_000 });
		stage.quotes.set('BTC/USDT', 59_000);
		// The venue filled it; the stream was silent and the watch has not run.
		await stage.venue.openOrders(stage.accountId);
		await stage.reconciliation.run({ accountId: null, actor: 'operator' });
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'FILLED', fills: [{ quantity: '0.01' }] });
		await stage.orders.watch();
		await stage.look();
		expect((await stage.orders.get(order.id))?.fills).toHaveLength(1);
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
	});

	test('a fill of an order that is over by our books is booked too', async () => {
		const stage = await stageOf();
		const order = await stage.enter({ quantity: '0.01' });
		const { kernel } = stage;
		await stage.orders.closePosition({ accountId: stage.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'x' });
		// The venue tells of one more execution of a cancelled limit order than we have seen.
		const second = await stage.enter({ quantity: '0.01', type: 'limit', price: 55_000, stop: 54_000 });
		await stage.orders.cancel(second.id, 'x');
		expect(order.id).not.toBe(second.id);
		const row = await kernel.conn('paper_orders').where({ client_order_id: second.clientOrderId }).first();
		await kernel.conn('paper_orders').where({ client_order_id: second.clientOrderId }).update({ filled_quantity: '0.004' });
		const filled = await kernel.conn('paper_fills').first();
		await kernel.conn('paper_fills').insert({
			...filled, account_id: row.account_id, client_order_id: second.clientOrderId, symbol: 'BTC/USDT', side: 'buy',
			quantity: '0.004', price: '55000', fee: '0', venue_trade_id: 'late-1', at: kernel.clock.now(),
		});
		await stage.move('BTC', '0.004');
		await stage.move('USDT', '-220');
		await stage.look();
		expect(await stage.orders.get(second.id)).toMatchObject({ state: 'CANCELLED', filledQuantity: '0.004' });
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.004']]);
		expect(await openKinds(stage)).toEqual(['LATE_FILL']);
	});

	test.each(['balances', 'positions', 'openOrders', 'fills'] as const)('%s without an answer is skipped, never flat', async (call) => {
		const stage = await stageOf();
		await stage.enter({ quantity: '0.01' });
		await stage.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_900, stop: 2_800 });
		const mend = break_(stage, call);
		const before = await booksOf(stage);
		for (let look = 0; look < 3; look++) {
			const report = await stage.look();
			expect(report.allClear).toBe(false);
			expect(report.accounts[0]?.skipped).toMatchObject([{ why: 'failed', reason: `no answer to ${call}` }]);
			expect(report.accounts[0]?.adjusted).toEqual([]);
		}
		expect(await booksOf(stage)).toEqual(before);
		mend();
		await stage.look();
		expect((await stage.look()).allClear).toBe(true);
	});

	test('a venue that names no balance at all is not believed', async () => {
		const stage = await stageOf();
		const honest = stage.venue.balances;
		stage.venue.balances = async () => ({});
		const report = await stage.look();
		await stage.look();
		expect(report.accounts[0]?.skipped).toMatchObject([{ what: 'balances', why: 'failed' }]);
		expect((await booksOf(stage)).cash).toBe('10000');
		stage.venue.balances = honest;
	});

	test('nothing is corrected while an order of the symbol is on its way', async () => {
		const stage = await stageOf();
		stage.venue.plan('submit', 'timeout-after');
		const order = await stage.enter({ quantity: '0.01' });
		expect(order.state).toBe('UNKNOWN');
		const broken = break_(stage, 'lookup');
		await stage.look();
		await stage.look();
		expect(await listHoldings(stage.kernel.conn)).toEqual([]);
		expect(await openKinds(stage)).toEqual(['ORDER_UNRESOLVED', 'VENUE_UNREADABLE']);
		broken();
		await stage.orders.resolveUnknown();
		await stage.look();
		expect(await stage.look()).toMatchObject({ allClear: true });
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
	});

	test('derivatives: positions of the venue win, others’ are recorded, prices are compared', async () => {
		const stage = await stageOf();
		await stage.enter({ quantity: '0.01' });
		const own = (await booksOf(stage)).cash ?? '0';
		const at = (quantity: string, averagePrice: string | null, eth = '0') => {
			stage.venue.positions = async () => [
				{ symbol: 'BTC/USDT', quantity: decimal(quantity), averagePrice: averagePrice === null ? null : decimal(averagePrice) },
				{ symbol: 'ETH/USDT', quantity: decimal(eth), averagePrice: decimal(3_000) },
			];
		};
		const [position] = await stage.orders.positions();
		stage.venue.balances = async () => ({ USDT: add(own, position?.cost ?? 0) });
		at('0.01', position?.averagePrice ?? '0', '-2');
		await stage.look();
		await stage.look();
		expect(await listHoldings(stage.kernel.conn)).toMatchObject([{ name: 'ETH/USDT', quantity: '-2', averagePrice: '3000' }]);
		at('0.01', '60100', '-2');
		await stage.look();
		expect(await openKinds(stage)).toEqual(['PRICE_MISMATCH', 'UNKNOWN_POSITION']);
		at('-0.02', null, '0');
		await stage.look();
		await stage.look();
		expect((await booksOf(stage)).held).toEqual([]);
		expect(await listHoldings(stage.kernel.conn)).toMatchObject([{ name: 'BTC/USDT', quantity: '-0.02' }]);
	});

	test('one account in trouble keeps none of the others waiting', async () => {
		const stage = await stageOf();
		const other = await stage.addMember('other');
		await stage.enter({ quantity: '0.01', ...other });
		const honest = stage.venue.balances.bind(stage.venue);
		stage.venue.balances = async (id) => {
			if (id === stage.accountId) throw new Error('this account alone');
			return honest(id);
		};
		await stage.kernel.conn('paper_balances').where({ account_id: other.accountId, asset: 'BTC' }).update({ total: '0.004' });
		await stage.look();
		const report = await stage.look();
		expect(report.accounts.find(({ accountId }) => accountId === stage.accountId)?.skipped).toMatchObject([{ why: 'failed' }]);
		expect(report.accounts.find(({ accountId }) => accountId === other.accountId)?.adjusted[0]).toMatchObject({ kind: 'position', after: '0.004' });
	});

	test('at most ten single questions a look; everyone has a turn', async () => {
		const stage = await openStage(await open(), { balance: 1_000_000 });
		await stage.look();
		for (let index = 0; index < 24; index++) {
			await stage.byHand({ clientOrderId: `hand-${index}` });
		}
		await stage.look();
		expect((await stage.orders.list({ limit: 100 })).filter(({ origin }) => origin === 'EXTERNAL')).toHaveLength(24);
		const own = await stage.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_900, stop: 2_800 });
		const row = await stage.kernel.conn('orders').where({ id: own.id }).first();
		for (let index = 0; index < 11; index++) {
			await stage.kernel.conn('orders').insert({ ...row, id: `ord_lost${index}`, client_order_id: `lost-${index}`, trade_id: null, ticket_id: null });
		}
		const asked: string[] = [];
		const honest = stage.venue.lookup.bind(stage.venue);
		stage.venue.lookup = async (...args) => {
			asked.push(args[1]);
			return honest(...args);
		};
		const first = await stage.look();
		expect(first.accounts.find(({ accountId }) => accountId === stage.accountId)?.skipped).toMatchObject([{ why: 'later' }]);
		expect(asked).toHaveLength(10);
		await stage.look();
		expect(new Set(asked).size).toBe(11);
		for (let look = 0; look < 3; look++) await stage.look();
		expect(await stage.kernel.conn('orders').where('client_order_id', 'like', 'lost-%').whereNot({ state: 'CANCELLED' })).toEqual([]);
		expect(await stage.orders.get(own.id)).toMatchObject({ state: 'OPEN' });
	});

	describe('the start of the engine', () => {
		const stateOf = async (stage: Stage) =>
			(await tradingStateFor(stage.kernel.conn, { tier: null, memberId: null, accountId: stage.accountId, symbol: null })).state;

		test('an account at a venue waits until it was compared; a second start changes nothing', async () => {
			const stage = await openStage(await open());
			await stage.goLive();
			await stage.reconciliation.begin({ token: 1 });
			expect(await stateOf(stage)).toBe('PAUSED');
			await stage.reconciliation.begin({ token: 1 });
			expect(await listOpenTrips(stage.kernel.conn)).toMatchObject([{ cause: 'reconciliation', rearm: 'healthy', scopeId: stage.accountId }]);
			expect(await stage.create({ quantity: '0.01' }).then(({ id }) => stage.orders.dispatch(id))).toMatchObject({ state: 'DENIED', code: 'STOP_LATCH' });
			await stage.reconciliation.catchUp();
			expect(await stateOf(stage)).toBe('ACTIVE');
			// Another process takes over.
			await stage.reconciliation.begin({ token: 2 });
			expect(await stateOf(stage)).toBe('PAUSED');
			await stage.reconciliation.catchUp();
			expect(await stateOf(stage)).toBe('ACTIVE');
		});

		test('looks at the same time keep what each of them has found', async () => {
			const stage = await openStage(await open());
			await stage.goLive();
			await stage.reconciliation.begin({ token: 1 });
			await stage.reconciliation.catchUp();
			for (let turn = 0; turn < 3; turn++) {
				stage.database.clock.advance(30_000);
				await Promise.all([stage.reconciliation.orders(), stage.reconciliation.holdings(), stage.reconciliation.orders()]);
				const now = stage.database.clock.now();
				const [row] = await stage.kernel.conn('account_reconciliations');
				expect(row).toMatchObject({ state: 'DONE', orders_at: now, positions_at: now, updated_at: now });
			}
		});

		test('a look that was under way when the engine started anew does not count for it', async () => {
			const stage = await openStage(await open());
			await stage.goLive();
			await stage.reconciliation.begin({ token: 1 });
			const honest = stage.venue.balances.bind(stage.venue);
			stage.venue.balances = async (id) => {
				await stage.reconciliation.begin({ token: 2 });
				return honest(id);
			};
			await stage.reconciliation.catchUp();
			expect(await stateOf(stage)).toBe('PAUSED');
			expect(await stage.kernel.conn('account_reconciliations')).toMatchObject([{ state: 'DUE', session: 2 }]);
			stage.venue.balances = honest;
			await stage.reconciliation.catchUp();
			expect(await stateOf(stage)).toBe('ACTIVE');
		});

		test('paper accounts are compared too, without a pause', async () => {
			const stage = await openStage(await open());
			await stage.reconciliation.begin({ token: 1 });
			expect(await listOpenTrips(stage.kernel.conn)).toEqual([]);
			expect(await stage.reconciliation.catchUp()).toBe(1);
			expect(await stage.reconciliation.catchUp()).toBe(0);
		});

		test('a venue that does not answer: paused until it was well for a minute; equity goes stale', async () => {
			const stage = await openStage(await open());
			await stage.goLive();
			const mend = break_(stage, 'balances');
			await stage.reconciliation.begin({ token: 1 });
			const pass = async (seconds: number) => {
				stage.database.clock.advance(seconds * 1_000);
				stage.quotes.set('BTC/USDT', 60_000);
				await stage.reconciliation.catchUp();
				await stage.reconciliation.holdings();
			};
			for (let turn = 0; turn < 4; turn++) await pass(30);
			expect(await stateOf(stage)).toBe('PAUSED');
			expect(await listOpenTrips(stage.kernel.conn)).toHaveLength(1);
			expect(await openKinds(stage)).toEqual(['VENUE_UNREADABLE']);
			const before = await findAccount(stage.kernel.conn, stage.accountId);
			await stage.orders.refreshEquity();
			expect((await findAccount(stage.kernel.conn, stage.accountId))?.equityAt).toBe(before?.equityAt);
			mend();
			await pass(30);
			expect(await openKinds(stage)).toEqual([]);
			expect(await stateOf(stage)).toBe('PAUSED');
			await pass(59);
			expect(await stateOf(stage)).toBe('PAUSED');
			await pass(30);
			expect(await stateOf(stage)).toBe('ACTIVE');
			await stage.orders.refreshEquity();
			expect((await findAccount(stage.kernel.conn, stage.accountId))?.equityAt).toBe(stage.database.clock.now());
		});

		test('another average price at the venue is told, and keeps nobody waiting', async () => {
			const stage = await openStage(await open());
			await stage.enter({ quantity: '0.01' });
			await stage.goLive();
			const { cash } = await booksOf(stage);
			const [position] = await stage.orders.positions();
			stage.venue.balances = async () => ({ USDT: add(cash ?? 0, position?.cost ?? 0) });
			stage.venue.positions = async () => [
				{ symbol: 'BTC/USDT', quantity: decimal('0.01'), averagePrice: decimal(60_100) },
			];
			await stage.reconciliation.begin({ token: 1 });
			for (let looks = 0; looks < 3; looks++) {
				stage.database.clock.advance(4_000);
				await stage.reconciliation.catchUp();
			}
			expect(await stateOf(stage)).toBe('ACTIVE');
			expect(await openKinds(stage)).toEqual(['PRICE_MISMATCH']);
			expect(await stage.reconciliation.run({ accountId: null, actor: 'operator' })).toMatchObject({ allClear: false });
		});

		test('a difference that is not put right yet keeps the account waiting', async () => {
			const stage = await openStage(await open());
			await stage.reconciliation.begin({ token: 1 });
			await stage.reconciliation.catchUp();
			await stage.enter({ quantity: '0.01' });
			await stage.goLive();
			await stage.move('BTC', '-0.004');
			await stage.reconciliation.begin({ token: 2 });
			expect(await stage.reconciliation.catchUp()).toBe(1);
			expect(await stateOf(stage)).toBe('PAUSED');
			// Not again at once: the venue is asked at most every few seconds.
			expect(await stage.reconciliation.catchUp()).toBe(0);
			stage.database.clock.advance(4_000);
			expect(await stage.reconciliation.catchUp()).toBe(1);
			expect(await stateOf(stage)).toBe('ACTIVE');
			expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.006']]);
		});
	});
});
