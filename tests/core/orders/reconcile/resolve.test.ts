import { decimal } from '../../../../core/model';
import { createReconciliation, listIssues, type Order } from '../../../../core/orders';
import { describeDatabases } from '../../../support/databases';
import type { TradingProcess } from '../../../support/trading';
import { booksOf, break_, openStage, type Stage } from './stage';

describeDatabases('resolving an order of unknown outcome', (open) => {
	/** The venue knows orders by ids of its own alone. */
	function forgetIds({ venue }: TradingProcess): void {
		const { recentOrders, openOrders, fills } = venue;
		const nameless = <T extends { clientOrderId: string | null }>(list: readonly T[]) =>
			list.map((each) => ({ ...each, clientOrderId: '' }));
		venue.lookup = async () => null;
		venue.openOrders = async (id) => nameless(await openOrders.call(venue, id));
		venue.recentOrders = async (...args) => nameless(await recentOrders.apply(venue, args));
		venue.fills = async (...args) => nameless(await fills.apply(venue, args));
	}

	/** An order whose outcome nobody knows, at a venue that does not keep our ids. */
	async function lost(fault: 'timeout-after' | 'timeout-before'): Promise<{ stage: Stage; blind: TradingProcess; order: Order; issueId: `iss_${string}` }> {
		const stage = await openStage(await open());
		await stage.look();
		const blind = stage.restart({ clientIdLookup: false });
		blind.venue.plan('submit', fault);
		const order = await stage.enter({ quantity: '0.01' }, blind);
		expect(order.state).toBe('UNKNOWN');
		forgetIds(blind);
		const [issue] = await listIssues(stage.kernel.conn);
		return { stage, blind, order, issueId: issue?.id ?? 'iss_' };
	}
	const wait = async ({ database, quotes }: Stage, blind: TradingProcess) => {
		for (let second = 0; second < 70; second += 2) {
			database.clock.advance(2_000);
			await blind.orders.resolveUnknown();
		}
		quotes.set('BTC/USDT', 60_000);
	};
	const answers = ({ kernel, exchanges }: TradingProcess) => createReconciliation(kernel, exchanges);
	const by = { actor: 'operator' } as const;

	test('not while it may still turn up; then it ends as never sent and frees the symbol', async () => {
		const { stage, blind, order, issueId } = await lost('timeout-before');
		const { resolve } = answers(blind);
		expect(await resolve({ issueId, resolution: 'not_at_venue', ...by })).toMatchObject({ code: 'ORDER_TOO_YOUNG' });
		await wait(stage, blind);
		expect(await listIssues(stage.kernel.conn)).toMatchObject([{ id: issueId, severity: 'critical' }]);
		expect(await resolve({ issueId, resolution: 'acknowledged', ...by })).toMatchObject({ code: 'ISSUE_NEEDS_ANSWER' });
		expect(await resolve({ issueId, resolution: 'found', ...by })).toMatchObject({ code: 'ISSUE_NEEDS_ANSWER' });
		const settled = await resolve({ issueId, resolution: 'not_at_venue', note: 'looked twice', ...by });
		expect(settled).toMatchObject({ id: issueId, resolution: 'the order is FAILED' });
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'FAILED', code: 'VENUE_NOT_FOUND' });
		expect(await stage.enter({ quantity: '0.01' })).toMatchObject({ state: 'FILLED' });
		expect(await resolve({ issueId, resolution: 'not_at_venue', ...by })).toMatchObject({ code: 'ISSUE_OVER' });
	});

	test('not when the venue lists one just like it; found, its fills are booked', async () => {
		const { stage, blind, order, issueId } = await lost('timeout-after');
		const reconciliation = answers(blind);
		// It is not adopted as somebody else's meanwhile, nor is what it bought.
		await reconciliation.run({ accountId: null, ...by });
		await reconciliation.run({ accountId: null, ...by });
		await wait(stage, blind);
		const refusal = await reconciliation.resolve({ issueId, resolution: 'not_at_venue', ...by });
		expect(refusal).toMatchObject({ code: 'VENUE_ORDER_DIFFERS' });
		const [row] = await stage.kernel.conn('paper_orders');
		const found = (venueOrderId: string) => reconciliation.resolve({ issueId, resolution: 'found', venueOrderId, ...by });
		expect(await found('nowhere')).toMatchObject({ code: 'VENUE_ORDER_NOT_FOUND' });
		expect(await found(row.venue_order_id)).toMatchObject({ id: issueId, resolution: 'the order is FILLED' });
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'FILLED', fills: [{ quantity: '0.01' }] });
		expect((await booksOf(stage)).held).toEqual([['BTC/USDT', '0.01']]);
		await reconciliation.run({ accountId: null, ...by });
		expect(await reconciliation.run({ accountId: null, ...by })).toMatchObject({ allClear: true });
	});

	test('another order is not taken for ours', async () => {
		const { stage, blind, issueId } = await lost('timeout-before');
		await stage.byHand({ clientOrderId: 'hand-1', quantity: decimal('0.5'), price: decimal(10_000) });
		await wait(stage, blind);
		const [row] = await stage.kernel.conn('paper_orders').where({ client_order_id: 'hand-1' });
		const { resolve } = answers(blind);
		expect(await resolve({ issueId, resolution: 'found', venueOrderId: row.venue_order_id, ...by })).toMatchObject({ code: 'VENUE_ORDER_DIFFERS' });
	});

	test('a venue that has it after all books it; one that is silent is waited for', async () => {
		const { stage, blind, order, issueId } = await lost('timeout-after');
		await wait(stage, blind);
		const { resolve } = answers(stage);
		const mend = break_(stage, 'lookup');
		expect(await resolve({ issueId, resolution: 'not_at_venue', ...by })).toMatchObject({ code: 'VENUE_NO_ANSWER' });
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'UNKNOWN' });
		mend();
		expect(await resolve({ issueId, resolution: 'not_at_venue', ...by })).toMatchObject({ code: 'ORDER_AT_VENUE' });
		expect(await stage.orders.get(order.id)).toMatchObject({ state: 'FILLED' });
		expect(await listIssues(stage.kernel.conn)).toEqual([]);
	});
});
