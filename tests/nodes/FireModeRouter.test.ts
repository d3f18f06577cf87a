import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const OUTPUTS = ['Held', 'Fire', 'Queued', 'Refused'] as const;
type Output = (typeof OUTPUTS)[number];

async function run(parameters: IDataObject, item: IDataObject = {}): Promise<TestRun> {
	const options = { items: [item], credentials: home.credentials };
	return runNode(node('fireModeRouter', parameters), options);
}

/** The only item that came out, with the name of its output. */
function only(result: TestRun): [Output | undefined, IDataObject] {
	expect(result.error).toBeNull();
	const found = OUTPUTS.flatMap((name, index) =>
		result.output('fireModeRouter', index).map(({ json }): [Output, IDataObject] => [name, json]),
	);
	expect(found).toHaveLength(1);
	return found[0] ?? [undefined, {}];
}

async function verdictOf(handle: string, changes: IDataObject = {}): Promise<IDataObject> {
	const { core, credentials } = home;
	const signal_id = await storeSignal(core, await goodAlert(core, handle, changes));
	const account_id = (await core.members.get(handle))?.accounts[0]?.id;
	return judge(credentials, { signal_id, account_id }, 'Approved');
}

const ROUTE = { operation: 'route', verdictId: '={{ $json.verdict_id }}' };
const FIRE = { operation: 'fire', ticketId: '={{ $json.ticket_id }}' };

describe('Fire Mode Router', () => {
	it('holds the ticket of a member in MANUAL mode, the same one each time', async () => {
		await makeMember(home.core, 'manual-one');
		const verdict = await verdictOf('manual-one');
		const [output, ticket] = only(await run(ROUTE, verdict));
		expect(output).toBe('Held');
		expect(ticket).toMatchObject({ state: 'HELD', mode: 'MANUAL', verdict_id: verdict['verdict_id'] });
		expect(only(await run(ROUTE, verdict))).toEqual(['Held', ticket]);
	});

	it('fires for FULL AUTO while there are slots, and queues the next', async () => {
		await makeMember(home.core, 'auto-one', 'FULL_AUTO');
		const outputs: (Output | undefined)[] = [];
		for (const symbol of ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT']) {
			const [output] = only(await run(ROUTE, await verdictOf('auto-one', { symbol })));
			outputs.push(output);
		}
		expect(outputs).toEqual(['Fire', 'Fire', 'Fire', 'Queued']);
	});

	it('fires a held ticket once, and gives its order when pressed again', async () => {
		await makeMember(home.core, 'press-one');
		const [, ticket] = only(await run(ROUTE, await verdictOf('press-one')));
		const [output, fired] = only(await run(FIRE, ticket));
		expect(output).toBe('Fire');
		expect(fired).toMatchObject({ state: 'FIRED', already_fired: false, order: { state: 'FILLED' } });
		const [again, same] = only(await run(FIRE, ticket));
		expect(again).toBe('Fire');
		expect(same).toMatchObject({ order_id: fired['order_id'], already_fired: true });
	});

	it('refuses what is no held ticket', async () => {
		const [output, item] = only(await run(FIRE, { ticket_id: 'tkt_00000000000000000000000000' }));
		expect(output).toBe('Refused');
		expect(item).toMatchObject({ code: 'TICKET_UNKNOWN' });
	});

	it('sends an item that failed to Refused when told to continue', async () => {
		const router = node('fireModeRouter', ROUTE, { onError: 'continueRegularOutput' });
		const items = [{ verdict_id: 'nonsense' }];
		const result = await runNode(router, { items, credentials: home.credentials });
		const [output, item] = only(result);
		expect(output).toBe('Refused');
		expect(item['error']).toContain('"nonsense" is not a verdict id');
	});

	it('sets the mode of a member and refuses one that the tier does not include', async () => {
		await makeMember(home.core, 'mode-one');
		const member = { __rl: true, mode: 'id', value: 'mode-one' };
		const set = await run({ operation: 'setMode', member, mode: 'FULL_AUTO', slots: 2 });
		expect(set.output('fireModeRouter')[0]?.json).toMatchObject({
			mode: 'FULL_AUTO',
			slots: 2,
			previous_mode: 'MANUAL',
		});
		await home.core.members.upsert({ handle: 'mode-two', tier: 'NIBBLER', actor: 'operator' });
		const other = { __rl: true, mode: 'id', value: 'mode-two' };
		const refused = await run({ operation: 'setMode', member: other, mode: 'FULL_AUTO', slots: 1 });
		expect(refused.error).toContain('NIBBLER');
	});

	it('lists tickets by member and state on one output', async () => {
		await makeMember(home.core, 'list-one');
		const [, ticket] = only(await run(ROUTE, await verdictOf('list-one')));
		const listed = await run({
			operation: 'listTickets',
			state: 'HELD',
			memberFilter: 'list-one',
			limit: 10,
		});
		expect(listed.output('fireModeRouter').map(({ json }) => json['ticket_id'])).toEqual([
			ticket['ticket_id'],
		]);
	});
});
