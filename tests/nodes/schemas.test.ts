import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';
import { node, openInstallation, runNode, startTrigger, until, type Credentials, type TestInstallation } from '../support/harness';
import { ourNodes } from '../support/node-types';
import { upsertIssue } from '../../core/orders';
import { closedTrade, goodAlert, makeMember, storeSignal } from './fixtures';

/** The editor and its AI builder know the items of a node by these files; they must be true. */
const nodes = join(__dirname, '..', '..', 'nodes');
const folderOf: Readonly<Record<string, string>> = Object.fromEntries(
	[...ourNodes().values()].map(({ constructor, description }) => [description.name, constructor.name]),
);

function schemaOf(type: string, ...path: string[]): string {
	const base = join(nodes, folderOf[type] ?? '', '__schema__');
	return path.length === 0 ? join(base, 'v1.0.0.json') : `${join(base, 'v1.0.0', ...path)}.json`;
}

interface Schema {
	readonly type: string | readonly string[];
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly items?: Schema;
}

/** Where a value is not what the schema says: unknown fields, missing fields, other types. */
function faults(schema: Schema, value: unknown, path = 'item'): string[] {
	const types = [schema.type].flat();
	const type =
		value === null ? 'null'
		: Array.isArray(value) ? 'array'
		: Number.isInteger(value) ? 'integer'
		: typeof value;
	if (!types.includes(type)) return [`${path} is ${type}, not ${types.join(' or ')}`];
	if (Array.isArray(value)) {
		const { items } = schema;
		return items === undefined ? [] : value.flatMap((each) => faults(items, each, `${path}[]`));
	}
	const { properties } = schema;
	if (typeof value !== 'object' || value === null || properties === undefined) return [];
	const fields = value as Record<string, unknown>;
	return [
		...Object.keys(properties).filter((name) => !(name in fields)).map((name) => `${path}.${name} is missing`),
		...Object.entries(fields).flatMap(([name, field]) => {
			const known = properties[name];
			return known === undefined ? [`${path}.${name} is not in the schema`] : faults(known, field, `${path}.${name}`);
		}),
	];
}

const checked = new Set<string>();
function check(file: string, items: readonly IDataObject[]): void {
	checked.add(file);
	expect(items.length).toBeGreaterThan(0);
	const schema: Schema = JSON.parse(readFileSync(file, 'utf8'));
	expect([file, items.flatMap((item) => faults(schema, item))]).toEqual([file, []]);
}

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

/** All items of all outputs, checked against the schema of the operation. */
async function runAndCheck(
	type: string,
	parameters: IDataObject,
	item: IDataObject = {},
	credentials: Credentials = home.credentials,
): Promise<IDataObject[]> {
	const result = await runNode(node(type, parameters), { items: [item], credentials });
	expect(result.error).toBeNull();
	const items = [0, 1, 2, 3].flatMap((output) => result.output(type, output).map(({ json }) => json));
	const path = [parameters['resource'], parameters['operation']].filter((part) => part !== undefined);
	check(schemaOf(type, ...path.map(String)), items);
	return items;
}

const member = (handle: string) => ({ __rl: true, mode: 'id', value: handle });
const of = (name: string, field: string) => ({ [name]: `={{ $json.${field} }}` });

it('describes every item truly, and every operation', async () => {
	const { core, credentials } = home;
	const { opened, closed } = await closedTrade(core, credentials, 'schema-closed');
	await makeMember(core, 'schema-manual');
	const signal_id = await storeSignal(core, await goodAlert(core, 'schema-manual'));
	await runAndCheck('members', { resource: 'signal', operation: 'getEligible', ...of('signalId', 'signal_id') }, { signal_id });
	await runAndCheck('members', { resource: 'account', operation: 'getAll', member: member('operator') });
	const paper = { venue: 'binance', mode: 'paper' };
	const connect = { resource: 'account', operation: 'connect', member: member('operator'), label: 'schema', currency: 'USDT', options: {} };
	const [practice] = await runAndCheck('members', connect, {}, { ...credentials, firecontrolExchangeApi: paper });
	const account = { __rl: true, mode: 'id', value: practice?.['account_id'] ?? '' };
	await core.kernel.conn('accounts').where({ label: 'schema' }).update({ kind: 'live' });
	await runAndCheck('members', { resource: 'account', operation: 'enableLive', account, phrase: 'TRADE REAL MONEY' });
	await runAndCheck('members', { resource: 'account', operation: 'disableLive', account });
	await runAndCheck('members', { resource: 'account', operation: 'disconnect', account });
	await runAndCheck('orderTracker', { resource: 'account', operation: 'venueCapabilities', venue: '' });
	await runAndCheck('orderTracker', { resource: 'account', operation: 'venueCapabilities', venue: 'luno' });
	const [practised] = (await core.members.get('schema-closed'))?.accounts ?? [];
	await runAndCheck('orderTracker', { resource: 'account', operation: 'readiness', accountId: practised?.id ?? '', source: '' });
	await core.riskWatch.look();
	await runAndCheck('riskGate', { operation: 'status', statusOf: 'schema-closed', curveHours: 1 });
	await makeMember(core, 'schema-live');
	const [real] = (await core.members.get('schema-live'))?.accounts ?? [];
	await core.kernel.conn('accounts').where({ id: real?.id ?? '' }).update({ kind: 'live' });
	await runAndCheck('orderTracker', { resource: 'account', operation: 'overrideReadiness', accountId: real?.id ?? '', source: 'test', reason: 'The schema of it is to be seen.', hours: 1 });
	const [due] = (await core.members.get('operator'))?.accounts ?? [];
	const detail = 'The venue holds more.';
	await core.kernel.conn('paper_balances').insert({ account_id: due?.id, asset: 'DOGE', total: '5000' });
	await runAndCheck('orderTracker', { resource: 'account', operation: 'reconcile', accountFilter: '', options: {} });
	const seen = { accountId: due?.id ?? 'acc_', kind: 'UNKNOWN_POSITION', symbol: 'DOGE', severity: 'high', detail } as const;
	await core.kernel.transaction(async (trx) => upsertIssue(trx, core.kernel, seen));
	const [found] = await runAndCheck('orderTracker', { resource: 'issue', operation: 'getAll', accountFilter: '', issueState: 'open', limit: 9 });
	await runAndCheck('orderTracker', { resource: 'issue', operation: 'resolve', ...of('issueId', 'issue_id'), resolution: 'acknowledged', venueOrderId: '', note: 'mine', options: {} }, found);
	await runAndCheck('members', { resource: 'member', operation: 'get', member: member('operator') });
	await runAndCheck('members', { resource: 'member', operation: 'getAll', limit: 50, offset: 0 });
	await runAndCheck('members', { resource: 'member', operation: 'upsert', handle: 'schema-new', fields: {}, addresses: {}, paperAccount: true, startBalance: '1000' });
	await runAndCheck('members', { resource: 'member', operation: 'behaviour', member: member('schema-new') });
	await runAndCheck('members', { resource: 'member', operation: 'selfLockOut', member: member('schema-new'), lockOut: 'hours', hours: 1, reason: '', phrase: 'LOCK ME OUT' });
	await runAndCheck('members', { resource: 'member', operation: 'setAddresses', member: member('schema-new'), addresses: { email: 'x@example.org' } });
	await runAndCheck('members', {
		resource: 'member', operation: 'addPushSubscription', member: member('schema-new'),
		subscription: JSON.stringify({ endpoint: 'https://push.example.org/1', keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') } }),
	});
	const account_id = (await core.members.get('schema-manual'))?.accounts[0]?.id ?? '';
	const gate = { signalId: '', accountId: '', options: {} };
	await runAndCheck('riskGate', { operation: 'validate', validateWhat: 'signal', ...gate }, { signal_id, account_id });
	const [verdict] = await runAndCheck('riskGate', { operation: 'judge', ...gate }, { signal_id, account_id });
	const [ticket] = await runAndCheck('fireModeRouter', { operation: 'route', ...of('verdictId', 'verdict_id') }, verdict);
	await runAndCheck('fireModeRouter', { operation: 'listTickets', state: '', memberFilter: '', limit: 9 });
	await runAndCheck('fireModeRouter', { operation: 'setMode', member: member('schema-manual'), mode: 'FULL_AUTO', slots: 1 });
	const [fired] = await runAndCheck('fireModeRouter', { operation: 'fire', ...of('ticketId', 'ticket_id') }, ticket);
	await runAndCheck('orderTracker', { resource: 'order', operation: 'place', ...of('ticketId', 'ticket_id'), options: {} }, ticket);
	await runAndCheck('orderTracker', { resource: 'order', operation: 'get', ...of('orderId', 'order_id'), options: {} }, fired);
	await runAndCheck('orderTracker', { resource: 'order', operation: 'getAll', accountFilter: '', state: '', limit: 9 });
	await runAndCheck('orderTracker', { resource: 'position', operation: 'getAll', accountFilter: '' });
	await runAndCheck('orderTracker', { resource: 'order', operation: 'cancel', ...of('orderId', 'order_id'), options: {} }, fired);
	const atPosition = { resource: 'position', ...of('accountId', 'account_id'), ...of('symbol', 'symbol'), options: {} };
	const ask = Number((await core.exchanges.quotes.quote('paper', 'BTC/USDT'))?.ask);
	await runAndCheck('orderTracker', { ...atPosition, operation: 'tightenStop', stopPrice: (ask * 0.96).toFixed(2) }, ticket);
	await runAndCheck('orderTracker', { ...atPosition, operation: 'setExitPlan', exitPlan: { rules: [{ method: 'break_even' }] } }, ticket);
	await runAndCheck('orderTracker', { resource: 'order', operation: 'replace', ...of('orderId', 'order_id'), newPrice: '1', options: {} }, fired);
	await runAndCheck('orderTracker', { resource: 'position', operation: 'close', ...of('accountId', 'account_id'), ...of('symbol', 'symbol'), options: {} }, ticket);
	await runAndCheck('xpAward', { operation: 'award', ...of('eventId', 'event_id') }, { event_id: closed });
	await runAndCheck('xpAward', { operation: 'award', ...of('eventId', 'event_id') }, { event_id: opened });
	await runAndCheck('xpAward', { operation: 'profile', member: member('schema-closed') });
	await runAndCheck('xpAward', { operation: 'leaderboard', limit: 9 });
	await core.audit.seal();
	const trail = { resource: 'trail', filters: {}, options: {}, firstNumber: 0, lastNumber: 0, known: '' };
	await runAndCheck('auditTrail', { ...trail, operation: 'query', returnAll: true });
	await runAndCheck('auditTrail', { ...trail, operation: 'verify' });
	await runAndCheck('auditTrail', { ...trail, operation: 'export', format: 'jsonl', binaryPropertyName: 'data' });
	await runAndCheck('auditTrail', { ...trail, operation: 'retention' });
	await runAndCheck('auditTrail', { ...trail, operation: 'deleteExpired', keepDays: 1827, reason: 'The schema is to be seen.' });
	await runAndCheck('auditTrail', { resource: 'compliance', operation: 'getToday', account: { __rl: true, mode: 'id', value: account_id } });
	await core.kernel.conn('accounts').where({ id: account_id }).update({ created_at: Date.now() - 3 * 86_400_000 });
	await core.compliance.reviewDays();
	await runAndCheck('auditTrail', { resource: 'compliance', operation: 'getDays', accountFilter: '', limit: 9 });
	const channels = ['email', 'push', 'telegram'];
	await runAndCheck('notifier', { operation: 'route', ...of('eventId', 'event_id'), channels }, { event_id: closed });
	await runAndCheck('notifier', { operation: 'deliver', ...of('eventId', 'event_id'), channels, fromEmail: '' }, { event_id: closed });
	await runAndCheck('notifier', { operation: 'list', state: '', limit: 9 });
	for (const [type, options] of [['signalIntakeTrigger', {}], ['eventsTrigger', { types: ['trade.closed'], options: {} }]] as const) {
		const trigger = await startTrigger(node(type, options), { credentials, mode: 'manual' });
		await trigger.response.manualTriggerFunction?.();
		check(schemaOf(type), (await until(() => trigger.emitted[0])).items);
	}
});

it('describes the items of the news calendar', async () => {
	const soon = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
	const events = { title: 'Rate Decision', currency: 'JPY', impact: 'High', date: soon(0) };
	await runAndCheck('newsCalendar', { operation: 'refresh', source: 'items', options: {} }, events);
	await runAndCheck('newsCalendar', { operation: 'list', limit: 9, filters: {} });
	await runAndCheck('newsCalendar', { operation: 'isLocked', symbol: 'USD/JPY' });
	await runAndCheck('newsCalendar', { operation: 'isLocked', symbol: 'BTC/USDT' });
	await runAndCheck('newsCalendar', { operation: 'listSources' });
	const window = { operation: 'addWindow', title: 'Listing', from: soon(1), until: soon(2), impact: 'MEDIUM', currencies: '' };
	const [listed] = await runAndCheck('newsCalendar', window);
	await runAndCheck('newsCalendar', { operation: 'removeWindow', window: '' }, listed);
	await runAndCheck('newsCalendar', { operation: 'removeSource', calendar: { __rl: true, mode: 'name', value: 'items' } });
});

it('describes the items of the kill switch', async () => {
	const { core } = home;
	const { id } = await makeMember(core, 'schema-stop');
	const stop = { operation: 'trip', scope: 'member', member: member('schema-stop'), reason: 'x', options: {} };
	const [paused] = await runAndCheck('killSwitch', { ...stop, state: 'PAUSED' });
	const [asks] = await runAndCheck('killSwitch', { ...stop, state: 'FLATTENING' });
	await runAndCheck('killSwitch', { operation: 'confirm', confirmationId: '', phrase: '', options: {} }, asks);
	const [flatten] = await core.kernel.conn('trips').where({ scope_id: id, state: 'FLATTENING' });
	const [account] = await core.kernel.conn('accounts').where({ member_id: id });
	const begun = { trip_id: flatten.id, state: 'RUNNING', updated_at: Date.now() };
	await core.kernel.conn('flattenings').insert({ ...begun, started_at: Date.now() });
	await core.kernel.conn('flattening_accounts').insert({ ...begun, account_id: account.id, failures: 1, next_at: 0, leftovers: '[]' });
	const chosen = { account: { __rl: true, mode: 'id', value: account.id }, releasePhrase: `RELEASE ${account.id}` };
	await runAndCheck('killSwitch', { operation: 'releaseAccount', tripId: flatten.id, ...chosen, reason: 'x', options: {} });
	await core.emergency.flattenStep();
	await runAndCheck('killSwitch', { operation: 'status', tripFilter: '', accountFilter: '' });
	const links = { operation: 'stopLinks', scope: 'member', member: member('schema-stop'), states: ['PAUSED', 'FLATTENING'], reason: 'x', options: {} };
	await runAndCheck('killSwitch', links);
	await core.kernel.conn('trips').where({ scope_id: id }).update({ opened_at: Date.now() - 3_600_000 });
	await core.kernel.conn('issues').whereNull('resolved_at').update({ resolved_at: Date.now() });
	const [again] = await runAndCheck('killSwitch', { operation: 'requestRearm', tripId: '', reason: 'Well again.', options: {} }, paused);
	await runAndCheck('killSwitch', { operation: 'confirm', confirmationId: '', phrase: 'RESUME TRADING', options: {} }, again);
	const engine = setInterval(() => void core.engine.tick(), 1_000);
	await runAndCheck('killSwitch', { operation: 'drill' });
	clearInterval(engine);
	await runAndCheck('killSwitch', { operation: 'drillReports', limit: 9 });
});

it('misses no operation', () => {
	for (const { constructor, description } of ourNodes().values()) {
		// The engine's items are issues, which are events: the schema of events is checked above.
		if (description.name === 'engineTrigger') continue;
		const operations = description.properties.filter(({ name }) => name === 'operation');
		if (operations.length === 0) expect(checked).toContain(schemaOf(description.name));
		for (const { options = [], displayOptions } of operations) {
			const resource = displayOptions?.show?.['resource']?.[0];
			for (const option of options) {
				const path = [resource, (option as INode & { value: string }).value].filter((part) => part !== undefined);
				expect(checked).toContain(schemaOf(description.name, ...path.map(String)));
			}
		}
		expect(existsSync(join(nodes, constructor.name, '__schema__'))).toBe(true);
	}
});

it('no parameter is hidden by the editor because a credential depends on it', () => {
	for (const { description } of ourNodes().values()) {
		const names = new Set(description.properties.map(({ name }) => name));
		// The editor takes a plain name here for the choice of how to sign in, and leaves it out.
		const hidden = (description.credentials ?? [])
			.flatMap(({ displayOptions }) => Object.keys(displayOptions?.show ?? {}))
			.filter((name) => names.has(name));
		expect([description.name, hidden]).toEqual([description.name, []]);
	}
});
