import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { closedTrade, makeMember } from '../nodes/fixtures';
import { openInstallation, runWorkflow, type TestInstallation } from '../support/harness';

const template = JSON.parse(readFileSync(join(__dirname, '..', '..', 'workflows', '05-paper-league.json'), 'utf8'));

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

it('05: lists every source on every paper account, the best first, and leaves the others out', async () => {
	const { core, credentials } = home;
	await closedTrade(core, credentials, 'league-one');
	await closedTrade(core, credentials, 'league-two');
	await makeMember(core, 'league-none');
	const [second] = (await core.members.get('league-two'))?.accounts ?? [];
	await core.kernel.conn('trades').where({ account_id: second?.id }).update({ realised_net: '25', realised_gross: '25' });
	const result = await runWorkflow(template, { start: 'Execute by Hand', items: [{}], credentials, mode: 'manual' });
	expect(result.error).toBeNull();
	const rows = result.output('League Table').map(({ json }): IDataObject => json);
	expect(rows.map(({ place, source, band }) => [place, source, band])).toEqual([
		[1, 'test', 'not_ready'], [2, 'test', 'not_ready'],
	]);
	expect(rows[0]?.['account_id']).toBe(second?.id);
	expect(Number(rows[0]?.['score'])).toBeGreaterThan(Number(rows[1]?.['score']));
	expect(String(rows[0]?.['missing'])).toContain('at least 10 are needed');
	expect(String(rows[0]?.['report'])).toContain('profitFactor: 20 of 20');
	// The operator and the member without a trade.
	const nothing = result.output('Nothing to Score').map(({ json }) => json['code']);
	expect(nothing).toEqual(['READINESS_NO_TRADES', 'READINESS_NO_TRADES']);
});
