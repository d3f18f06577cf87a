import { trip } from '../../core/safety';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const status = (parameters: object = {}) =>
	node('riskGate', { operation: 'status', statusOf: '', curveHours: 0, ...parameters });

async function show(parameters: object, item: object = {}) {
	const run = await runNode(status(parameters), { items: [{ ...item }], credentials: home.credentials });
	expect(run.error).toBeNull();
	expect(run.output('riskGate', 1)).toEqual([]);
	return run.output('riskGate', 0).map(({ json }) => json);
}

describe('Risk Gate: Status', () => {
	it('shows how an account stands, by its id, its member or what the item brings', async () => {
		const { core, credentials } = home;
		const member = await makeMember(core, 'status-calm', 'FULL_AUTO');
		const [account] = member.accounts;
		await core.orders.refreshEquity();
		const [byId] = await show({ statusOf: account?.id });
		expect(byId).toMatchObject({
			account_id: account?.id, handle: 'status-calm', tier: 'OPERATOR', currency: 'USDT', equity: '10000', equity_age_s: 0,
			cash: '10000', day_start_equity: '10000', realised_today: '0', daily_loss_used: '0', daily_loss_limit: '600', daily_loss_percent: '0',
			risk_level: 'LOW', peak_equity: '10000', drawdown: '0', drawdown_percent: '0', open_risk: '0', positions: [], stops: [],
			trading_state: 'ACTIVE', dead_man: { state: 'unsupported' }, positions_left: 5, orders_left_today: 50, curve: [],
		});
		expect(await show({ statusOf: 'status-calm' })).toMatchObject([{ account_id: account?.id }]);
		expect(await show({}, { member_id: member.id })).toMatchObject([{ account_id: account?.id }]);
		const signal_id = await storeSignal(core, await goodAlert(core, 'status-calm'));
		const verdict = await judge(credentials, { signal_id, account_id: account?.id }, 'Approved');
		const { ticket } = await core.firemodes.route(verdict['verdict_id'] as `vrd_${string}`);
		await core.firemodes.place(ticket.id, 'test');
		await core.riskWatch.look();
		const [open] = await show({ curveHours: 1 }, { account_id: account?.id });
		expect(open).toMatchObject({
			positions: [{ symbol: 'BTC/USDT', side: 'buy', closing: false, stop_loss: verdict['stop_loss'] }],
			exposure_by_symbol: [{ name: 'BTC/USDT' }], exposure_by_asset: [{ name: 'BTC' }],
			positions_left: 4, orders_left_today: 49, behaviour: { tilt: 'none', medic_mode: false }, news: { status: 'never_configured' },
		});
		expect(Number(open?.['daily_loss_used'])).toBeGreaterThan(90);
		expect(open?.['daily_loss_used']).toBe(open?.['open_risk']);
	});

	it('tells what stops the account and how it ends, and what is unknown as unknown', async () => {
		const { core } = home;
		const member = await makeMember(core, 'status-stopped');
		const [account] = member.accounts;
		if (account === undefined) throw new Error('no account');
		await core.kernel.transaction(async (trx) => {
			const at = { scope: 'account', scopeId: account.id, state: 'PAUSED', actor: 'engine' } as const;
			await trip(trx, core.kernel, { ...at, cause: 'api_errors', reason: 'Ten failed.', rearm: 'healthy' });
			await trip(trx, core.kernel, { ...at, cause: 'drawdown', state: 'LOCKED', reason: 'Deep.', rearm: 'hand' });
		});
		await core.kernel.conn('accounts').where({ id: account.id }).update({ kind: 'live', equity: null, equity_at: null });
		const [item] = await show({ statusOf: account.id });
		expect(item).toMatchObject({ equity: null, equity_age_s: null, drawdown: null, drawdown_percent: null, equity_drop: null, trading_state: 'LOCKED' });
		expect(item?.['unknown']).toEqual(expect.arrayContaining([expect.stringContaining('equity is not known')]));
		expect(item?.['stops']).toMatchObject([
			{ cause: 'api_errors', ends: expect.stringContaining('well for 600 s; it is not yet') },
			{ cause: 'drawdown', ends: expect.stringContaining("By a person's hand, from ") },
		]);
		await core.kernel.conn('accounts').where({ id: account.id }).update({ kind: 'paper' });
	});

	it('names what is missing or not there', async () => {
		const run = async (parameters: object, item: object = {}) =>
			(await runNode(status(parameters), { items: [{ ...item }], credentials: home.credentials })).error;
		expect(await run({})).toBe('"Of" is empty, and the item brings no account_id.');
		expect(await run({ statusOf: 'nobody-there' })).toContain('There is no member "nobody-there".');
		expect(await run({ statusOf: 'acc_01' })).toContain('There is no account acc_01.');
		expect(await run({ statusOf: 'operator', curveHours: -1 })).toContain('"Curve Hours" must be a number');
	});
});
