import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { makeMember } from './fixtures';

let home: TestInstallation;
let count = 0;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const run = async (parameters: IDataObject, item: IDataObject = {}, more: object = {}): Promise<TestRun> =>
	runNode(node('killSwitch', { options: {}, ...parameters }), { items: [item], credentials: home.credentials, ...more });
const OUTPUTS = ['done', 'asks', 'refused'] as const;
/** The only item, and the output that it left by. */
async function one(parameters: IDataObject, item: IDataObject = {}, more: object = {}): Promise<[string, IDataObject]> {
	const result = await run(parameters, item, more);
	expect(result.error).toBeNull();
	const found = OUTPUTS.flatMap((name, output) => result.output('killSwitch', output).map(({ json }) => [name, json] as [string, IDataObject]));
	expect(found).toHaveLength(1);
	return found[0] ?? ['', {}];
}
const memberOf = (value: string): IDataObject => ({ __rl: true, mode: 'id', value });
const fresh = async (): Promise<string> => {
	const handle = `stop-${++count}`;
	await makeMember(home.core, handle);
	return handle;
};
const stopOf = (handle: string, rest: IDataObject = {}): IDataObject =>
	({ operation: 'trip', scope: 'member', member: memberOf(handle), state: 'PAUSED', reason: 'Enough.', ...rest });

describe('Kill Switch', () => {
	it('pauses in one step; the same again changes nothing', async () => {
		const handle = await fresh();
		const [output, item] = await one(stopOf(handle));
		expect(output).toBe('done');
		expect(item).toMatchObject({ state: 'PAUSED', scope: 'member', cause: 'person', rearm: 'hand', already: false, impact: null, confirmation_id: null });
		expect(await one(stopOf(handle))).toMatchObject(['done', { trip_id: item['trip_id'], already: true }]);
	});

	it('asks once before it closes everything', async () => {
		const handle = await fresh();
		const [output, asks] = await one(stopOf(handle, { state: 'FLATTENING' }));
		expect(output).toBe('asks');
		expect(asks).toMatchObject({ asks_for: 'flatten', trip_id: null, impact: { accounts: 0, positions: 0, working_orders: 0, notional: [] } });
		const confirm = { operation: 'confirm', confirmationId: '', phrase: '' };
		const [acted, item] = await one(confirm, asks);
		expect([acted, item]).toMatchObject(['done', { state: 'FLATTENING', scope: 'member' }]);
		expect(await one(confirm, asks)).toMatchObject(['refused', { code: 'CONFIRMATION_USED' }]);
		await home.core.emergency.flattenStep();
		const status = { operation: 'status', tripFilter: String(item['trip_id']), accountFilter: '' };
		expect(await one(status)).toMatchObject(['done', { state: 'LOCKED', active: false, trips: [{ flattening: { state: 'FLAT' } }] }]);
	});

	it('an automation closes everything in one step with the phrase', async () => {
		const handle = await fresh();
		const wrong = stopOf(handle, { state: 'FLATTENING', options: { phrase: 'please' } });
		expect(await one(wrong)).toMatchObject(['refused', { code: 'FLATTEN_PHRASE' }]);
		const right = stopOf(handle, { state: 'FLATTENING', options: { phrase: 'FLATTEN NOW' } });
		expect(await one(right)).toMatchObject(['done', { state: 'FLATTENING', impact: { positions: 0 } }]);
	});

	it('acts for a member with no more than their rights', async () => {
		const handle = await fresh();
		await home.core.members.upsert({ handle, tier: 'FANG', actor: 'operator' });
		const all = { ...stopOf(handle), scope: 'global', options: { onBehalfOf: handle } };
		expect(await one(all)).toMatchObject(['refused', { code: 'STOP_NOT_PERMITTED' }]);
		const own = stopOf(handle, { options: { onBehalfOf: handle } });
		const { id } = (await home.core.members.get(handle)) ?? { id: '' };
		expect(await one(own)).toMatchObject(['done', { opened_by: `member:${id}` }]);
		expect((await run(stopOf(handle, { options: { onBehalfOf: 'nobody' } }))).error).toContain('There is no member "nobody"');
	});

	it('stops a symbol, an account, a symbol of it, and a tier', async () => {
		const handle = await fresh();
		const account_id = (await home.core.members.get(handle))?.accounts[0]?.id ?? '';
		const base = { operation: 'trip', state: 'PAUSED', reason: 'x' };
		const account = { __rl: true, mode: 'list', value: '' };
		expect(await one({ ...base, scope: 'account', account }, { account_id })).toMatchObject(['done', { scope: 'account', scope_id: account_id }]);
		expect(await one({ ...base, scope: 'account_symbol', account, symbol: 'ETH/USDT' }, { account_id })).toMatchObject(['done', { scope: 'account_symbol', symbol: 'ETH/USDT' }]);
		expect(await one({ ...base, scope: 'symbol', symbol: 'TRX/USDT' })).toMatchObject(['done', { scope: 'symbol', scope_id: null, symbol: 'TRX/USDT' }]);
		expect(await one({ ...base, scope: 'tier', tier: 'PRESS_PASS' })).toMatchObject(['done', { scope: 'tier', scope_id: 'PRESS_PASS' }]);
		const status = { operation: 'status', tripFilter: '', accountFilter: account_id };
		const [, item] = await one(status);
		expect(item).toMatchObject({ state: 'PAUSED', active: false });
		expect((item['trips'] as IDataObject[]).map(({ scope }) => scope).sort()).toEqual(['account', 'account_symbol', 'symbol']);
		expect(await one({ ...status, accountFilter: 'acc_00000000000000000000000000' })).toMatchObject(['refused', { code: 'ACCOUNT_UNKNOWN' }]);
		expect(await one({ ...status, accountFilter: '', tripFilter: 'trp_00000000000000000000000000' })).toMatchObject(['refused', { code: 'TRIP_NOT_FOUND' }]);
		// These stop parts only: everybody else goes on.
		const whole = { ...status, accountFilter: '' };
		const [, everybody] = await one(whole);
		expect(everybody).toMatchObject({ state: 'ACTIVE', active: true, open_stops: (everybody['trips'] as IDataObject[]).length });
		expect(everybody['strictest_state']).not.toBe('ACTIVE');
		await home.core.kernel.conn('trips').whereIn('scope', ['symbol', 'tier']).update({ cleared_at: 1 });
	});

	it('lets trading go on by request and phrase, not before half an hour', async () => {
		const handle = await fresh();
		const [, stopped] = await one(stopOf(handle));
		const ask = { operation: 'requestRearm', tripId: '', reason: 'Calm again.' };
		expect(await one(ask, stopped)).toMatchObject(['refused', { code: 'REARM_TOO_EARLY' }]);
		await home.core.kernel.conn('trips').where({ id: stopped['trip_id'] }).update({ opened_at: Date.now() - 31 * 60_000 });
		const [output, asks] = await one(ask, stopped);
		expect([output, asks]).toMatchObject(['asks', { asks_for: 'rearm', phrase: 'RESUME TRADING', trip_id: stopped['trip_id'] }]);
		const confirm = { operation: 'confirm', confirmationId: '' };
		expect(await one({ ...confirm, phrase: 'yes' }, asks)).toMatchObject(['refused', { code: 'REARM_PHRASE' }]);
		expect(await one({ ...confirm, phrase: 'RESUME TRADING' }, asks)).toMatchObject(['done', { trip_id: stopped['trip_id'], cleared_by: expect.stringContaining('node:') }]);
		expect(await one({ operation: 'status', tripFilter: String(stopped['trip_id']), accountFilter: '' })).toMatchObject(['done', { state: 'ACTIVE', active: true }]);
	});

	it('releases an account that keeps a flattening from ending, by its phrase', async () => {
		const handle = await fresh();
		const [, asks] = await one(stopOf(handle, { state: 'FLATTENING' }));
		const [, stopped] = await one({ operation: 'confirm', confirmationId: '', phrase: '' }, asks);
		const accountId = (await home.core.members.get(handle))?.accounts[0]?.id ?? '';
		const at = Date.now();
		const row = { trip_id: stopped['trip_id'], updated_at: at };
		await home.core.kernel.conn('flattenings').insert({ ...row, state: 'RUNNING', started_at: at });
		await home.core.kernel.conn('flattening_accounts').insert({ ...row, account_id: accountId, state: 'INCOMPLETE', failures: 9, next_at: at, leftovers: '[]' });
		const release = { operation: 'releaseAccount', tripId: '', account: { __rl: true, mode: 'id', value: accountId }, reason: 'Keys revoked.' };
		expect(await one({ ...release, releasePhrase: 'RELEASE' }, stopped)).toMatchObject(['refused', { code: 'RELEASE_PHRASE' }]);
		const phrase = { releasePhrase: `RELEASE ${accountId}` };
		expect(await one({ ...release, ...phrase }, stopped)).toMatchObject([
			'done', { trip_id: stopped['trip_id'], already: false, flattening: { accounts: [{ account_id: accountId, state: 'RELEASED' }] } },
		]);
		expect(await one({ ...release, ...phrase }, stopped)).toMatchObject(['done', { already: true }]);
		await home.core.emergency.flattenStep();
		expect(await one({ operation: 'status', tripFilter: String(stopped['trip_id']), accountFilter: '' })).toMatchObject(['done', { state: 'LOCKED' }]);
	});

	it('makes links that open the page of this n8n', async () => {
		const handle = await fresh();
		const links = { operation: 'stopLinks', scope: 'member', member: memberOf(handle), states: ['PAUSED', 'FLATTENING'], reason: 'x' };
		const [, item] = await one({ ...links, options: { webhookUrl: 'https://n8n.example.org/webhook/', validHours: 1 } });
		expect(item).toMatchObject({ reduce_url: null, pause_url: expect.stringMatching(/^https:\/\/n8n\.example\.org\/webhook\/firecontrol\/stop\?link=stl_/) });
		expect(item['links']).toHaveLength(2);
		const token = new URL(String(item['pause_url'])).searchParams.get('link') ?? '';
		expect((await home.core.emergency.showStopLink(token)).status).toBe(200);
		expect((await run({ ...links, states: [] })).error).toContain('"States" is empty');
		expect((await run({ ...links, options: { validHours: 1000 } })).error).toBe('"Valid for Hours" must be a number from 1 to 168, and was 1000.');
		expect((await run({ ...links, options: { webhookUrl: 'n8n.example.org' } })).error).toContain('"Webhook URL": "n8n.example.org" is not an address');
		expect((await run({ ...links, scope: 'global' })).error).toContain('need a member with the right');
		expect(await one({ ...links, scope: 'global', options: { onBehalfOf: 'operator' } })).toMatchObject(['done', { scope: 'global' }]);
	});

	it('by hand in the editor closes nothing where real money is, and pauses it all the same', async () => {
		const handle = await fresh();
		const account = (await home.core.members.get(handle))?.accounts[0];
		await home.core.kernel.conn('accounts').where({ id: account?.id ?? '' }).update({ kind: 'live' });
		const manual = { mode: 'manual' };
		const flatten = stopOf(handle, { state: 'FLATTENING' });
		expect(await one(flatten, {}, manual)).toMatchObject(['refused', { code: 'MANUAL_RUN_LIVE' }]);
		expect(await one(stopOf(handle), {}, manual)).toMatchObject(['done', { state: 'PAUSED' }]);
		const [output, asks] = await one({ ...flatten, options: { allowLive: true } }, {}, manual);
		expect(output).toBe('asks');
		const confirm = { operation: 'confirm', confirmationId: '', phrase: '' };
		expect(await one(confirm, asks, manual)).toMatchObject(['refused', { code: 'MANUAL_RUN_LIVE' }]);
		expect(await one(confirm, asks)).toMatchObject(['done', { state: 'FLATTENING' }]);
		await home.core.kernel.conn('accounts').where({ id: account?.id ?? '' }).update({ kind: 'paper' });
	});

	it('says what is wrong with a parameter, and goes on where it is told to', async () => {
		const handle = await fresh();
		expect((await run(stopOf(handle, { reason: ' ' }))).error).toBe('"Reason" is empty.');
		expect((await run(stopOf(handle, { scope: 'planet' }))).error).toContain('"Scope" must be one of');
		expect((await run({ operation: 'requestRearm', tripId: 'x', reason: 'x' })).error).toContain('is not a trip id');
		expect((await run({ operation: 'confirm', confirmationId: '', phrase: '' })).error).toContain('"Confirmation ID" is empty');
		const kept = await runNode(
			node('killSwitch', { options: {}, ...stopOf('nobody-here') }, { onError: 'continueRegularOutput' }),
			{ items: [{}], credentials: home.credentials },
		);
		expect(kept.error).toBeNull();
		expect(kept.output('killSwitch', 2).map(({ json }) => json['error'])).toEqual(['There is no member "nobody-here".']);
	});
});
