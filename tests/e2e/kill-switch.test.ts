/** Stopping, closing and going on in a real n8n: by node, by link, with the engine doing the work. */
import { e2e, sharedInstance, type FollowedAccount, type Instance } from '../support/e2e';
import { openEditor, type Editor } from '../support/editor';

jest.setTimeout(240_000);

const { follow, post, until, wideAlert } = e2e;

type Item = Record<string, unknown>;

let instance: Instance;
let editor: Editor;
beforeAll(async () => {
	instance = await sharedInstance();
	editor = await openEditor(instance.demo, instance.installation);
});
afterAll(async () => instance.end());

const member = (handle: string) => ({ __rl: true, mode: 'id', value: handle });

/** The one item that the node gives, by whatever output it leaves. */
async function killSwitch(parameters: object): Promise<Item> {
	const credentials = [await editor.credentialOf('firecontrolDatabaseApi')];
	const items = await editor.runChain([
		{ name: 'Kill Switch', type: 'n8n-nodes-firecontrol.killSwitch', parameters: { options: {}, ...parameters }, credentials, outputs: 3 },
		{ name: 'End', type: 'n8n-nodes-base.noOp', parameters: {} },
	]);
	expect(items).toHaveLength(1);
	return items[0] ?? {};
}

const statusOf = async (tripId: unknown): Promise<Item> =>
	killSwitch({ operation: 'status', tripFilter: tripId, accountFilter: '' });

/** A member with an open position. */
async function invested(handle: string): Promise<{ id: string; accountId: string; signalId: string }> {
	const made = await instance.core['members'].upsert({
		handle, tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3, zone: 'UTC', actor: 'operator:e2e',
		paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC' },
	});
	const { answer } = await post(instance.demo.signalUrl, instance.demo.token, wideAlert(instance, 'ETH/USDT', handle));
	const signalId = String(answer.signal_id);
	await accountOf(signalId, ({ orders }) => orders.some(({ leg, state }) => leg === 'entry' && state === 'FILLED'));
	return { id: made.id, accountId: made.accounts[0].id, signalId };
}

async function accountOf(signalId: string, ready: (account: FollowedAccount) => boolean): Promise<FollowedAccount> {
	return until(async () => (await follow(instance, signalId))?.accounts.find(ready), {
		what: `what becomes of ${signalId}`, timeoutMs: 60_000, everyMs: 500,
	});
}

async function flat(tripId: unknown): Promise<Item> {
	return until(
		async () => {
			const { trips } = (await statusOf(tripId)) as { trips: Item[] };
			return trips[0]?.['state'] === 'LOCKED' ? trips[0] : null;
		},
		{ what: 'the end of the flattening', timeoutMs: 60_000, everyMs: 1_000 },
	);
}

describe('the kill switch by node', () => {
	it('closes everything of a member, blocks what comes after, and goes on only after half an hour', async () => {
		const handle = 'stop-by-node';
		const { id, signalId } = await invested(handle);
		const trip = { operation: 'trip', scope: 'member', member: member(handle), state: 'FLATTENING', reason: 'End to end.' };
		const asks = await killSwitch(trip);
		expect(asks).toMatchObject({ asks_for: 'flatten', impact: { accounts: 1, positions: 1 } });
		const stopped = await killSwitch({ operation: 'confirm', confirmationId: asks['confirmation_id'], phrase: '' });
		expect(stopped).toMatchObject({ scope: 'member', scope_id: id, cause: 'person' });

		expect(await flat(stopped['trip_id'])).toMatchObject({ flattening: { state: 'FLAT', accounts: [{ state: 'FLAT', left: [] }] } });
		const closed = await accountOf(signalId, ({ outcome }) => outcome?.state === 'CLOSED');
		expect(closed.outcome).toMatchObject({ exit_reason: 'kill_switch' });

		const { answer } = await post(instance.demo.signalUrl, instance.demo.token, wideAlert(instance, 'SOL/USDT', handle));
		const { verdict } = await accountOf(String(answer.signal_id), (account) => account.verdict !== null);
		expect(verdict).toMatchObject({ decision: 'BLOCK' });
		expect(verdict?.checks.map(({ code }) => code)).toContain('TRADING_STATE');

		const rearm = { operation: 'requestRearm', tripId: stopped['trip_id'], reason: 'End to end.' };
		expect(await killSwitch(rearm)).toMatchObject({ code: 'REARM_TOO_EARLY' });
	});
});

describe('the kill switch by link', () => {
	async function page(url: string, form?: Record<string, string>): Promise<{ status: number; title: string; html: string; policy: string }> {
		const answer = await fetch(url, form === undefined ? {} : {
			method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString(),
		});
		const html = await answer.text();
		return {
			status: answer.status, html, title: /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? html.slice(0, 200),
			policy: answer.headers.get('content-security-policy') ?? '',
		};
	}
	const fieldsOf = (html: string): Record<string, string> =>
		Object.fromEntries([...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));

	it('pauses with one press, closes with two, and says what happened to every other press', async () => {
		const handle = 'stop-by-link';
		const { id } = await invested(handle);
		const made = await killSwitch({
			operation: 'stopLinks', scope: 'member', member: member(handle), states: ['PAUSED', 'FLATTENING'], reason: 'End to end.',
		});
		const [pause, flatten] = [String(made['pause_url']), String(made['flatten_url'])];
		const stops = async (): Promise<Item[]> =>
			(await instance.core['safety'].open()).filter(({ scopeId }: { scopeId: unknown }) => scopeId === id);

		const ready = await page(pause);
		expect([ready.status, ready.title]).toEqual([200, 'Pause trading?']);
		expect(ready.policy).toContain("default-src 'none'");
		expect(ready.policy).toContain("form-action 'self'");
		expect(ready.html).toContain('<dt>Open positions</dt><dd>1</dd>');
		expect(await stops()).toEqual([]);

		expect(await page(pause, fieldsOf(ready.html))).toMatchObject({ status: 200, title: 'Trading is stopped' });
		expect(await stops()).toMatchObject([{ state: 'PAUSED', openedBy: `member:${id}` }]);
		expect(await page(pause, fieldsOf(ready.html))).toMatchObject({ status: 409, title: 'This link was used already' });
		expect(await page(`${pause.slice(0, -3)}AAA`)).toMatchObject({ status: 403, title: 'This link is not valid' });

		const shown = await page(flatten);
		const asked = await page(flatten, fieldsOf(shown.html));
		expect(asked).toMatchObject({ status: 200, title: 'Really close everything?' });
		expect(await stops()).toHaveLength(1);
		expect(await page(flatten, fieldsOf(asked.html))).toMatchObject({ status: 200, title: 'Everything is being closed' });
		const [trip] = (await stops()).filter(({ state }) => state !== 'PAUSED');
		await flat(trip?.['id']);
		const after = await page(flatten);
		expect(after.status).toBe(409);
		expect(after.html).toContain('<dt>State</dt><dd>LOCKED</dd>');
	});
});
