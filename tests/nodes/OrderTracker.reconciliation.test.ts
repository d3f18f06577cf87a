import type { IDataObject } from 'n8n-workflow';
import { decimal, type Order } from '../../core';
import { upsertIssue } from '../../core/orders';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';
import { makeMember } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

type AccountId = Order['accountId'];

async function run(
	parameters: IDataObject,
	item: IDataObject = {},
	mode: 'manual' | 'trigger' = 'trigger',
): Promise<{ done: IDataObject[]; refused: IDataObject[] }> {
	const result = await runNode(node('orderTracker', parameters), { items: [item], credentials: home.credentials, mode });
	expect(result.error).toBeNull();
	const output = (index: number) => result.output('orderTracker', index).map(({ json }) => json);
	return { done: output(0), refused: output(1) };
}

const reconcile = (accountId: string, options: IDataObject = {}) =>
	({ resource: 'account', operation: 'reconcile', accountFilter: accountId, options });
const issues = (accountId = '', issueState = 'open') =>
	({ resource: 'issue', operation: 'getAll', accountFilter: accountId, issueState, limit: 50 });
const resolve = (resolution: string, more: IDataObject = {}) =>
	({ resource: 'issue', operation: 'resolve', issueId: '', resolution, venueOrderId: '', note: '', options: {}, ...more });

async function accountOf(handle: string): Promise<AccountId> {
	const member = await makeMember(home.core, handle);
	const [account] = member.accounts;
	if (account === undefined) throw new Error('no account');
	return account.id;
}

async function move(account: AccountId, asset: string, total: string): Promise<void> {
	await home.core.kernel.conn('paper_balances')
		.insert({ account_id: account, asset, total }).onConflict(['account_id', 'asset']).merge();
}

describe('Order Tracker: reconciliation', () => {
	it('reports one account or all, in one item', async () => {
		const account = await accountOf('reconcile-one');
		const clear = await run(reconcile(account));
		expect(clear.done).toMatchObject([
			{ all_clear: true, accounts: [{ account_id: account, venue: 'paper', all_clear: true }], issues: [], adjusted: [] },
		]);
		await move(account, 'USDT', '12345');
		expect((await run(reconcile(account))).done).toMatchObject([
			{ all_clear: false, issues: [{ kind: 'CASH_MISMATCH', ours: '10000', venue: '12345' }] },
		]);
		expect((await run(reconcile(account))).done).toMatchObject([
			{ all_clear: false, adjusted: [{ account_id: account, kind: 'cash', before: '10000', after: '12345', amount: '2345' }] },
		]);
		expect((await run(reconcile(account))).done).toMatchObject([{ all_clear: true }]);
		const [all] = (await run(reconcile(''))).done;
		expect((all?.['accounts'] as IDataObject[]).length).toBeGreaterThan(1);
	});

	it('refuses an account that does not exist', async () => {
		const { refused } = await run(reconcile('acc_00000000000000000000000000'));
		expect(refused).toMatchObject([{ code: 'ACCOUNT_UNKNOWN' }]);
		const closed = await accountOf('reconcile-closed');
		await home.core.kernel.conn('accounts').where({ id: closed }).update({ status: 'inactive' });
		expect((await run(reconcile(closed))).refused).toMatchObject([{ code: 'ACCOUNT_INACTIVE', account_id: closed }]);
	});

	it('by hand in the editor touches paper accounts only, unless told otherwise', async () => {
		const account = await accountOf('reconcile-hand');
		await home.core.kernel.conn('accounts').where({ id: account }).update({ kind: 'live' });
		expect((await run(reconcile(account), {}, 'manual')).refused).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
		const [all] = (await run(reconcile(''), {}, 'manual')).done;
		expect(all?.['skipped']).toContainEqual(expect.objectContaining({ account_id: account, what: 'account' }));
		expect((await run(reconcile(account, { allowLive: true }), {}, 'manual')).done).toMatchObject([{ all_clear: true }]);
		const { core } = home;
		const seen = { accountId: account, kind: 'UNKNOWN_POSITION', symbol: 'BTC', severity: 'high', detail: 'x' } as const;
		const issue = await core.kernel.transaction(async (trx) => upsertIssue(trx, core.kernel, seen));
		const item = { issue_id: issue.id };
		expect((await run(resolve('acknowledged'), item, 'manual')).refused).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
		await core.kernel.conn('accounts').where({ id: account }).update({ kind: 'paper' });
	});

	it('lists issues and settles them by the operator’s word, with a note on record', async () => {
		const account = await accountOf('issue-list');
		await run(reconcile(account));
		await move(account, 'BTC', '0.5');
		await run(reconcile(account));
		const [issue] = (await run(issues(account))).done;
		expect(issue).toMatchObject({ kind: 'UNKNOWN_POSITION', symbol: 'BTC', venue: '0.5', severity: 'high', resolution: null });
		const { done } = await run(resolve('acknowledged', { note: 'my own coins' }), issue);
		expect(done).toMatchObject([{ resolution: 'acknowledged', note: 'my own coins', resolved_by: expect.stringMatching(/^node:/) }]);
		expect((await run(issues(account))).done).toEqual([]);
		expect((await run(issues(account, 'resolved'))).done).toHaveLength(1);
		expect((await run(resolve('acknowledged'), issue)).refused).toMatchObject([{ code: 'ISSUE_OVER' }]);
		expect((await run(resolve('acknowledged'), { issue_id: 'iss_00000000000000000000000000' })).refused).toMatchObject([{ code: 'ISSUE_UNKNOWN' }]);
		const audit = await home.core.audit.list({ limit: 20 });
		expect(audit).toContainEqual(expect.objectContaining({ action: 'issue.resolved', subjectId: issue?.['issue_id'] }));
	});

	it('refuses to wish away what the engine checks itself', async () => {
		const account = await accountOf('issue-checked');
		await run(reconcile(account));
		await move(account, 'USDT', '9000');
		await run(reconcile(account));
		const [issue] = (await run(issues(account))).done;
		expect((await run(resolve('acknowledged'), issue)).refused).toMatchObject([{ code: 'ISSUE_STILL_THERE', kind: 'CASH_MISMATCH' }]);
		expect((await run(resolve('not_at_venue'), issue)).refused).toMatchObject([{ code: 'ISSUE_NOT_AN_ORDER' }]);
	});

	it('cancels somebody else’s order only when told, and shows others’ orders and holdings', async () => {
		const account = await accountOf('foreign');
		await run(reconcile(account));
		const quote = await home.core.exchanges.quotes.quote('paper', 'BTC/USDT');
		const price = decimal(Math.floor(Number(quote?.bid ?? 0) * 0.8));
		await home.core.exchanges.for('paper').submit(account, {
			clientOrderId: 'by-hand-1', symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: decimal('0.001'), price,
			triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		await move(account, 'ETH', '2');
		for (let look = 0; look < 3; look++) await run(reconcile(account));
		const list = { resource: 'order', operation: 'getAll', accountFilter: account, state: '', limit: 9 };
		const [order] = (await run(list)).done;
		expect(order).toMatchObject({ origin: 'EXTERNAL', client_order_id: 'by-hand-1', state: 'OPEN', trade_id: null });
		const positions = (await run({ resource: 'position', operation: 'getAll', accountFilter: account })).done;
		expect(positions).toMatchObject([{ origin: 'EXTERNAL', symbol: 'ETH', quantity: '2', trade_id: null }]);
		const cancel = (options: IDataObject) => ({ resource: 'order', operation: 'cancel', orderId: '', options });
		expect((await run(cancel({}), order)).refused).toMatchObject([{ code: 'ORDER_EXTERNAL' }]);
		expect((await run(cancel({ foreign: true }), order)).done).toMatchObject([{ state: 'CANCELLED' }]);
	});
});
