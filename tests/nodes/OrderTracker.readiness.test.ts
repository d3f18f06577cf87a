import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';
import { closedTrade, makeMember } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const run = async (operation: string, parameters: IDataObject, item: IDataObject = {}) => {
	const all = { resource: 'account', operation, accountId: '', ...parameters };
	const result = await runNode(node('orderTracker', all), { items: [item], credentials: home.credentials });
	const of = (output: number) => result.output('orderTracker', output).map(({ json }) => json);
	return { error: result.error, done: of(0), refused: of(1) };
};

describe('readiness by the Order Tracker', () => {
	it('scores the sources of an account, with evidence and a report to send', async () => {
		await closedTrade(home.core, home.credentials, 'ready-one');
		const account_id = (await home.core.members.get('ready-one'))?.accounts[0]?.id ?? '';
		const { done } = await run('readiness', { source: '' }, { account_id });
		expect(done).toMatchObject([{
			account_id, source: 'test', band: 'not_ready', not_measured: ['deviation'],
			divergence: { fill_price_bps: 'not measured', reject_percent: 'not measured' },
		}]);
		const [item] = done;
		expect((item?.['components'] as unknown[]).length).toBe(8);
		const codes = (item?.['hard_fails'] as IDataObject[]).map(({ code }) => code);
		expect(codes).toEqual(expect.arrayContaining(['TOO_SHORT', 'TOO_FEW_TRADES', 'SIMPLE_MODEL']));
		expect(String(item?.['report']).split('\n')[0]).toMatch(/^test: \d+ of 100, not ready\.$/);
		const one = await run('readiness', { source: 'another', accountId: account_id });
		expect(one.done).toMatchObject([{ source: 'another', band: 'not_ready' }]);
	});

	it('refuses accounts without paper, without trades, and those it does not know', async () => {
		const { accounts } = await makeMember(home.core, 'ready-none');
		const account_id = accounts[0]?.id ?? '';
		expect((await run('readiness', { source: '' }, { account_id })).refused).toMatchObject([{ account_id, code: 'READINESS_NO_TRADES' }]);
		await home.core.kernel.conn('accounts').where({ id: account_id }).update({ kind: 'live' });
		expect((await run('readiness', { source: 'test' }, { account_id })).refused).toMatchObject([{ code: 'READINESS_NOT_PAPER' }]);
		const nobody = { account_id: 'acc_00000000000000000000000000' };
		expect((await run('readiness', { source: '' }, nobody)).refused).toMatchObject([{ code: 'ACCOUNT_UNKNOWN' }]);
	});

	it('takes somebody’s word for a live account, for a time or until the next', async () => {
		const { accounts } = await makeMember(home.core, 'ready-live');
		const account_id = accounts[0]?.id ?? '';
		const word = { source: 'ema-cross', reason: 'I have traded this by hand for years.', hours: 2 };
		expect((await run('overrideReadiness', word, { account_id })).error).toContain('only live accounts');
		await home.core.kernel.conn('accounts').where({ id: account_id }).update({ kind: 'live' });
		expect((await run('overrideReadiness', { ...word, reason: 'because' }, { account_id })).error).toContain('reason');
		const { done } = await run('overrideReadiness', word, { account_id });
		expect(done).toMatchObject([{ account_id, source: 'ema-cross', actor: expect.stringContaining('node:') }]);
		expect(done[0]?.['expires_at']).not.toBeNull();
		const open = await run('overrideReadiness', { ...word, hours: 0 }, { account_id });
		expect(open.done).toMatchObject([{ expires_at: null }]);
	});
});
