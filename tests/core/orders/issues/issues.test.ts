import { createEvents, type EventPayloads } from '../../../../core/events';
import {
	listIssues, openCriticalIssues, settleIssue, upsertIssue, type NewIssue,
} from '../../../../core/orders';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

describeDatabases('issues', (open) => {
	const sighting = (trading: Trading, wish: Partial<NewIssue> = {}): NewIssue => ({
		accountId: trading.accountId, kind: 'QUANTITY_MISMATCH', symbol: 'BTC/USDT', severity: 'critical',
		ours: '0.01', venue: '0.006', detail: 'The venue holds less.', ...wish,
	});
	const see = async ({ kernel }: Trading, issue: NewIssue) =>
		kernel.transaction(async (trx) => upsertIssue(trx, kernel, issue));
	const told = async ({ kernel }: Trading) => {
		const events = await createEvents(kernel).list({ types: ['issue.raised'], limit: 50 });
		return events.map(({ payload }) => payload as EventPayloads['issue.raised']);
	};

	test('what is found by comparing is told when it is seen in two cycles, once', async () => {
		const trading = await openTrading(await open());
		const first = await see(trading, sighting(trading));
		expect(first).toMatchObject({ cycles: 1, announcedAt: null, memberId: trading.memberId });
		expect(await told(trading)).toEqual([]);
		for (let cycle = 2; cycle <= 5; cycle++) {
			expect(await see(trading, sighting(trading))).toMatchObject({ id: first.id, cycles: cycle });
		}
		expect(await told(trading)).toEqual([
			{ issue_id: first.id, code: 'QUANTITY_MISMATCH', message: 'The venue holds less.', severity: 'critical' },
		]);
		expect(await listIssues(trading.kernel.conn)).toHaveLength(1);
	});

	test('a difference that changes size is counted anew', async () => {
		const trading = await openTrading(await open());
		for (const venue of ['0.006', '0.005', '0.004']) await see(trading, sighting(trading, { venue }));
		expect(await told(trading)).toEqual([]);
		expect(await see(trading, sighting(trading, { venue: '0.004' }))).toMatchObject({ cycles: 2 });
		expect(await told(trading)).toHaveLength(1);
	});

	test('what is known for certain is told at once, and again only when it gets worse', async () => {
		const trading = await openTrading(await open());
		const unknown = sighting(trading, { kind: 'ORDER_UNRESOLVED', orderId: 'ord_1', severity: 'high' });
		await see(trading, unknown);
		await see(trading, unknown);
		expect(await told(trading)).toHaveLength(1);
		await see(trading, { ...unknown, severity: 'critical' });
		await see(trading, { ...unknown, severity: 'critical' });
		expect((await told(trading)).map(({ severity }) => severity)).toEqual(['high', 'critical']);
	});

	test('symbols, orders and accounts have issues of their own', async () => {
		const trading = await openTrading(await open());
		const other = await trading.addMember('other');
		await see(trading, sighting(trading));
		await see(trading, sighting(trading, { symbol: 'ETH/USDT' }));
		await see(trading, sighting(trading, { kind: 'PHANTOM_POSITION' }));
		await see(trading, sighting(trading, { accountId: other.accountId }));
		await see(trading, sighting(trading, { kind: 'LATE_FILL', orderId: 'ord_1', severity: 'normal' }));
		await see(trading, sighting(trading, { kind: 'LATE_FILL', orderId: 'ord_2', severity: 'normal' }));
		expect(await listIssues(trading.kernel.conn)).toHaveLength(6);
		const own = await listIssues(trading.kernel.conn, { accountId: trading.accountId });
		expect(own.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'critical', 'normal', 'normal']);
		expect(await openCriticalIssues(trading.kernel.conn, trading.accountId)).toHaveLength(3);
		expect(await openCriticalIssues(trading.kernel.conn)).toHaveLength(4);
	});

	test('a settled one is history, and a new sighting begins anew', async () => {
		const trading = await openTrading(await open());
		const { kernel } = trading;
		const settle = async () => kernel.transaction(async (trx) => settleIssue(trx, kernel, sighting(trading)));
		const first = await see(trading, sighting(trading));
		expect(await settle()).toMatchObject({ id: first.id, resolution: 'gone', resolvedBy: 'engine' });
		expect(await settle()).toBeNull();
		// Nobody had been told of it, so nobody is told of its end.
		expect(await createEvents(kernel).list({ types: ['issue.resolved'], limit: 5 })).toEqual([]);
		const second = await see(trading, sighting(trading));
		expect(second.id).not.toBe(first.id);
		await see(trading, sighting(trading));
		await settle();
		expect(await createEvents(kernel).list({ types: ['issue.resolved'], limit: 5 })).toMatchObject([
			{ payload: { issue_id: second.id, code: 'QUANTITY_MISMATCH', resolution: 'gone' } },
		]);
		expect(await listIssues(kernel.conn)).toEqual([]);
		expect(await listIssues(kernel.conn, { state: 'all' })).toHaveLength(2);
		expect(await openCriticalIssues(kernel.conn)).toEqual([]);
	});

	test('two processes that see the same at once leave one open issue', async () => {
		const trading = await openTrading(await open());
		const other = trading.restart();
		const seen = sighting(trading, { kind: 'LATE_FILL', orderId: 'ord_1' });
		await Promise.all(
			[trading, other, trading, other].map(({ kernel }) => kernel.transaction(async (trx) => upsertIssue(trx, kernel, seen))),
		);
		expect(await listIssues(trading.kernel.conn)).toMatchObject([{ cycles: 4 }]);
		expect(await told(trading)).toHaveLength(1);
	});
});
