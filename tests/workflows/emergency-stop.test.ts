import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { makeMember } from '../nodes/fixtures';
import { openInstallation, runWorkflow, type TestInstallation, type TestRun } from '../support/harness';

const FILE = join(__dirname, '..', '..', 'workflows', '06-emergency-stop.json');

let home: TestInstallation;
beforeEach(async () => {
	home = await openInstallation();
});
afterEach(async () => home.close());

async function run(start: string, items: IDataObject[], change: (parameters: IDataObject) => void = () => {}): Promise<TestRun> {
	const template = JSON.parse(readFileSync(FILE, 'utf8'));
	for (const { parameters } of template.nodes) change(parameters);
	const result = await runWorkflow(template, { start, items, credentials: home.credentials });
	expect(result.error).toBeNull();
	return result;
}
const json = (result: TestRun, name: string, output = 0): IDataObject[] => result.output(name, output).map((item) => item.json);

it('a critical alert carries two links of its reader; others carry none', async () => {
	const { core } = home;
	const { id: memberId } = await makeMember(core, 'alarmed');
	await core.members.upsert({ handle: 'alarmed', telegramChatId: '77', actor: 'test' });
	const stop = { scope: 'member', scopeId: memberId, symbol: null, reason: 'x', by: null, actor: 'operator' } as const;
	await core.emergency.trip({ ...stop, state: 'FLATTENING', phrase: 'FLATTEN NOW' });
	await core.emergency.trip({ ...stop, state: 'PAUSED' });
	const events = await core.events.list({ types: ['trading_state.tripped'], limit: 9 });
	const result = await run('Critical News', events.map(({ eventId }) => ({ event_id: eventId })), (parameters) => {
		if ('options' in parameters && (parameters['options'] as IDataObject)['stopLinks'] === true) {
			(parameters['options'] as IDataObject)['webhookUrl'] = 'https://n8n.example.org/webhook';
		}
	});
	const texts = json(result, 'Route Alerts', 2).map(({ priority, text }) => [priority, text] as [string, string]);
	const [critical] = texts.filter(([priority]) => priority === 'critical');
	expect(critical?.[1]).toMatch(/Pause my trading: https:\/\/n8n\.example\.org\/webhook\/firecontrol\/stop\?link=stl_/);
	expect(critical?.[1]).toMatch(/Close everything of mine: https:/);
	expect(texts.filter(([priority, text]) => priority !== 'critical' && text.includes('stl_'))).toEqual([]);
	// The links in the message are the ones that are delivered, and they work.
	const token = /Pause my trading: \S+link=(\S+)/.exec(critical?.[1] ?? '')?.[1] ?? '';
	expect((await core.emergency.showStopLink(token)).status).toBe(200);
	expect(await core.kernel.conn('stop_links')).toHaveLength(2);
});

it('by hand: links that stop everything, then the way to go on', async () => {
	const { core } = home;
	const first = await run('Execute by Hand', [{}]);
	const [links] = json(first, 'Links That Stop Everything');
	expect(links).toMatchObject({ scope: 'global', reduce_url: null });
	const token = new URL(String(links?.['pause_url'])).searchParams.get('link') ?? '';
	expect((await core.emergency.pressStopLink(token, '')).status).toBe(200);
	const early = await run('Execute by Hand', [{}]);
	// A stop of one member must not take the links that stop everybody from the operator.
	expect(json(early, 'Links That Stop Everything')).toHaveLength(1);
	expect(json(early, 'Ask to Go On', 2)).toMatchObject([{ code: 'REARM_TOO_EARLY' }]);
	await core.kernel.conn('trips').update({ opened_at: Date.now() - 31 * 60_000 });
	const wordless = await run('Execute by Hand', [{}]);
	expect(json(wordless, 'Confirm', 2)).toMatchObject([{ code: 'REARM_PHRASE' }]);
	const over = await run('Execute by Hand', [{}], (parameters) => {
		if ('phrase' in parameters) parameters['phrase'] = 'RESUME TRADING';
	});
	expect(json(over, 'Confirm')).toMatchObject([{ scope: 'global', cleared_by: expect.stringContaining('node:') }]);
	expect((await core.emergency.status(null)).state).toBe('ACTIVE');
});
