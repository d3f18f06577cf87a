import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { trip } from '../../core/safety';
import { makeMember } from '../nodes/fixtures';
import { openInstallation, runWorkflow, type TestInstallation, type TestRun } from '../support/harness';

const template = JSON.parse(readFileSync(join(__dirname, '..', '..', 'workflows', '07-risk-desk.json'), 'utf8'));

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const run = async (start: string, items: readonly IDataObject[] = [{}]): Promise<TestRun> =>
	runWorkflow(template, { start, items, credentials: home.credentials });
const json = (result: TestRun, name: string, output = 0): IDataObject[] => {
	expect(result.error).toBeNull();
	return result.output(name, output).map((item) => item.json);
};

describe('07 Risk Desk, through the engine of n8n', () => {
	it('lists who needs a look, with what stops them and how that ends', async () => {
		const { core } = home;
		await makeMember(core, 'desk-calm');
		const member = await makeMember(core, 'desk-stopped');
		const [account] = member.accounts;
		await core.orders.refreshEquity();
		await core.kernel.transaction(async (trx) =>
			trip(trx, core.kernel, {
				scope: 'account', scopeId: account?.id ?? '', state: 'PAUSED', cause: 'feed_lost', reason: 'No prices.',
				rearm: 'healthy', actor: 'engine',
			}),
		);
		const result = await run('Execute by Hand');
		expect(json(result, 'Status').length).toBeGreaterThanOrEqual(3);
		expect(json(result, 'Risk Desk')).toMatchObject([
			{
				account_id: account?.id, whose: expect.stringContaining('desk-stopped'), trading_state: 'PAUSED', risk_level: 'LOW',
				stopped_by: expect.stringMatching(/^No prices\. By itself once it was well for 60 s/),
			},
		]);
		expect(json(result, 'All Well').map(({ handle }) => handle)).toContain('desk-calm');
	});

	it('sends what is worth telling, once, and keeps quiet about the rest', async () => {
		const { core } = home;
		const member = await makeMember(core, 'desk-told');
		const [account] = member.accounts;
		await core.kernel.conn('accounts').where({ id: account?.id }).update({ realised_today: '-510' });
		await core.riskWatch.look();
		await core.kernel.conn('accounts').where({ id: account?.id }).update({ realised_today: '-310' });
		await core.riskWatch.look();
		const events = await core.events.list({ types: ['risk.level_changed', 'risk.warning'], limit: 50 });
		const told = events.filter(({ accountId }) => accountId === account?.id);
		expect(told.map(({ type, payload }) => [type, 'level' in payload ? payload.level : null])).toEqual([
			['risk.level_changed', 'HIGH'], ['risk.warning', null], ['risk.level_changed', 'MEDIUM'],
		]);
		const items = told.map((event) => ({ event_id: event.eventId, type: event.type, payload: event.payload }));
		const result = await run('Risk Events', items);
		expect(json(result, 'Worth Telling', 0).map(({ event_id }) => event_id)).toEqual(items.slice(0, 2).map(({ event_id }) => event_id));
		expect(json(result, 'No News')).toHaveLength(1);
		await run('Risk Events', items);
		const outbox = await core.kernel.conn('outbox').whereIn('event_id', items.map(({ event_id }) => event_id));
		const local = outbox.filter(({ channel }: { channel: string }) => channel === 'local');
		expect(local.map(({ body }: { body: string }) => body.split('\n')[0]).sort()).toEqual(['Near the daily loss limit', 'Risk level HIGH']);
	});
});
