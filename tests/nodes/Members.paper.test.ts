import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const BASE = { resource: 'member', operation: 'upsert', fields: {}, addresses: {}, paperAccount: true, startBalance: '1000' };
const upsert = async (handle: string, paperOptions: IDataObject = {}) => {
	const result = await runNode(node('members', { ...BASE, handle, paperOptions }), { items: [{}], credentials: home.credentials });
	const [account] = (result.output('members')[0]?.json['accounts'] ?? []) as IDataObject[];
	return { error: result.error, account, data: result.run.data.resultData.runData['members'] };
};
const stored = async (account: IDataObject | undefined) =>
	home.core.kernel.conn('paper_accounts').where({ account_id: account?.['account_id'] }).first();

describe('paper accounts of Members', () => {
	it('are realistic when new, and keep what they are', async () => {
		const { account } = await upsert('dora');
		expect(await stored(account)).toMatchObject({ model: 'realistic', profile: '{}' });
		await upsert('dora', { model: 'simple' });
		await upsert('dora');
		expect(await stored(account)).toMatchObject({ model: 'simple' });
	});

	it('take a seed, fees, slippage, refusals and faults', async () => {
		const { account } = await upsert('emil', {
			seed: 7, feePercent: 0.2, slippageFactor: 2, refusalPercent: 5, faultProfile: 'outages',
		});
		const row = await stored(account);
		expect(row).toMatchObject({ model: 'realistic', seed: 7 });
		expect(JSON.parse(row.profile)).toEqual({
			feePercent: 0.2, slippageFactor: 2,
			rejectPercents: { rms: 2.5, circuit: 1, exchangeDown: 0.5, priceRange: 1 },
			faults: [{ kind: 'outage', seconds: 60, everySeconds: 600 }],
		});
		await upsert('emil', { faultProfile: 'none' });
		expect(JSON.parse((await stored(account)).profile)).toMatchObject({ feePercent: 0.2, faults: [] });
	});

	it('may be several, each with its own source of prices', async () => {
		await upsert('fay');
		const { error, account } = await upsert('fay', { label: 'on binance', quoteSource: 'ccxt:binance' });
		expect(error).toBeNull();
		expect(account).toMatchObject({ label: 'paper', venue: 'paper' });
		const { accounts } = (await home.core.members.get('fay')) ?? { accounts: [] };
		expect(accounts.map(({ label, venue }) => [label, venue])).toEqual([
			['paper', 'paper'], ['on binance', 'paper@ccxt:binance'],
		]);
		expect((await upsert('fay', { quoteSource: 'ccxt:binance' })).error).toContain('does not change');
	});

	it('that was disconnected stays so, and it is said how to have it back', async () => {
		const { account } = await upsert('hal');
		await home.core.connections.disconnect({ accountId: String(account?.['account_id']) as 'acc_', actor: 'operator' });
		const again = await upsert('hal');
		expect(again.error).toBeNull();
		expect(again.account).toMatchObject({ status: 'inactive' });
		const { hints } = again.data?.[0] ?? {};
		expect(hints).toMatchObject([{ type: 'warning', message: expect.stringContaining('"paper" of hal was disconnected and stays inactive') }]);
	});

	it('name what cannot be', async () => {
		expect((await upsert('gus', { faultProfile: 'fire' })).error).toContain('profile.faults');
		expect((await upsert('gus', { feePercent: 3 })).error).toContain('profile.feePercent');
		expect((await upsert('gus', { quoteSource: 'web' })).error).toMatch(/quote source: Use "demo"/);
		expect((await upsert('gus', { quoteSource: 'ccxt:nowhere' })).error).toMatch(/nowhere/);
	});
});
