import { decimal, isRefused, type IssueId, type OrderId } from '../../../core/model';
import { createReconciliation, listIssues, type ExitRule, type Order } from '../../../core/orders';
import { raiseIssue } from '../../../core/orders/booking/announce';
import type { IssueKind } from '../../../core/orders/issues/issue';
import { trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { openTrading, type Trading } from '../../support/trading';

const NOBODY = 'ord_00000000000000000000000000' as OrderId;
const by = { actor: 'operator' } as const;

describeDatabases('what people ask for that cannot be', (open) => {
	async function marketOf({ exchanges }: Trading) {
		const market = await exchanges.for('paper').resolve('BTC/USDT');
		if (market === null) throw new Error('no market');
		return market;
	}
	const issueOf = async (trading: Trading, order: Order, code: IssueKind): Promise<IssueId> => {
		const { kernel, accountId } = trading;
		await kernel.transaction(async (trx) => raiseIssue(trx, kernel, order, { code, message: 'm', severity: 'high' }));
		const [issue] = await listIssues(kernel.conn, { accountId, kind: code });
		return issue?.id ?? 'iss_';
	};
	/** The open trade waits for its close, whose order got no answer. */
	async function closing(trading: Trading): Promise<void> {
		trading.venue.plan('submit', 'timeout-before');
		await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'x' });
	}

	test('orders that there are not are named', async () => {
		const trading = await openTrading(await open());
		const text = `There is no order "${NOBODY}".`;
		expect(await trading.orders.cancel(NOBODY, 'x')).toMatchObject({ code: 'ORDER_NOT_FOUND', message: text });
		const wanted = { orderId: NOBODY, wish: { price: decimal(1) }, ...by };
		expect(await trading.orders.requestSaferReplace(wanted, await marketOf(trading))).toMatchObject({ message: text });
		expect(await trading.orders.replacementOf(NOBODY, {})).toBeNull();
		await expect(trading.orders.dispatch(NOBODY)).rejects.toMatchObject({ code: 'ORDER_UNKNOWN_ID' });
	});

	test('a replacement while trading is stopped, or of a trade that is being left', async () => {
		const trading = await openTrading(await open());
		const { kernel } = trading;
		const order = await trading.enter({ type: 'limit', price: 59_000, quantity: '0.01', stop: 57_000 });
		const wanted = { orderId: order.id, wish: { price: decimal(58_000) }, ...by };
		const market = await marketOf(trading);
		await kernel.conn('trades').update({ close_reason: 'manual' });
		expect(await trading.orders.requestSaferReplace(wanted, market)).toMatchObject({ code: 'CLOSING' });
		await kernel.conn('trades').update({ close_reason: null });
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, { scope: 'global', state: 'PAUSED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator' }),
		);
		expect(await trading.orders.requestSaferReplace(wanted, market)).toMatchObject({
			code: 'TRADING_STATE', context: { state: 'PAUSED', cause: 'person' },
		});
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', replacedBy: null });
	});

	test('changes to the plan of a trade that is not there, or that is being left', async () => {
		const trading = await openTrading(await open());
		const place = { accountId: trading.accountId, symbol: 'BTC/USDT', ...by };
		const rules = [{ method: 'break_even' as const, atR: 1 }];
		const tighten = async () => trading.orders.tightenStop({ ...place, price: decimal(59_500) });
		const plan = async () => trading.orders.setExitPlan({ ...place, rules: rules as never });
		expect(await tighten()).toMatchObject({ code: 'NO_OPEN_POSITION' });
		expect(await trading.orders.setExitPlan({ ...place, rules: [] })).toMatchObject({ kind: 'refused' });
		await trading.enter({ quantity: '0.01' });
		await closing(trading);
		expect(await tighten()).toMatchObject({ code: 'CLOSING' });
		const refused = await plan();
		expect(isRefused(refused)).toBe(true);
		expect(await trading.kernel.conn('exit_rules')).toEqual([]);
	});

	test('entries on more rules than there may be, or on bars that nobody has', async () => {
		const trading = await openTrading(await open());
		const subject = { venue: 'paper', symbol: 'BTC/USDT', type: 'market' } as const;
		const terms = (exitRules: readonly ExitRule[]) => ({ timeInForce: 'GTC', goodTill: null, postOnly: false, exitRules }) as never;
		const atr: ExitRule = { method: 'atr', multiple: decimal(2), period: 14, timeframe: '5m' };
		expect(await trading.orders.refuseTerms(terms(Array(11).fill(atr)), subject)).toMatchObject({ code: 'EXIT_PLAN_FULL' });
		expect(await trading.orders.refuseTerms(terms([atr]), subject)).toMatchObject({ code: 'BARS_MISSING' });
		expect(await trading.orders.refuseTerms(terms([]), subject)).toBeNull();
	});

	test('issues: each kind takes the answers that fit it', async () => {
		const trading = await openTrading(await open());
		const { kernel, exchanges } = trading;
		const order = await trading.enter({ quantity: '0.01' });
		const { resolve } = createReconciliation(kernel, exchanges);
		const unknown = 'iss_00000000000000000000000000' as IssueId;
		expect(await resolve({ issueId: unknown, resolution: 'acknowledged', ...by })).toMatchObject({
			code: 'ISSUE_UNKNOWN', message: `There is no issue "${unknown}".`,
		});
		const late = await issueOf(trading, order, 'LATE_FILL');
		expect(await resolve({ issueId: late, resolution: 'found', ...by })).toMatchObject({ code: 'ISSUE_NOT_AN_ORDER' });
		expect(await resolve({ issueId: late, resolution: 'acknowledged', note: 'seen', ...by })).toMatchObject({
			resolution: 'acknowledged', note: 'seen', resolvedBy: 'operator',
		});
		const failed = await issueOf(trading, order, 'EXIT_FAILED');
		expect(await resolve({ issueId: failed, resolution: 'acknowledged', ...by })).toMatchObject({ code: 'ISSUE_STILL_THERE' });
		const over = await issueOf(trading, order, 'ORDER_UNRESOLVED');
		expect(await resolve({ issueId: over, resolution: 'not_at_venue', ...by })).toMatchObject({
			code: 'ORDER_NOT_UNKNOWN', context: { state: 'FILLED' },
		});
		await kernel.conn('issues').where({ id: over }).update({ order_id: null });
		expect(await resolve({ issueId: over, resolution: 'not_at_venue', ...by })).toMatchObject({ code: 'ORDER_NOT_FOUND' });
	});
});
