import type { IDataObject } from 'n8n-workflow';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';
import { goodAlert, judge, makeMember, storeSignal } from './fixtures';

let home: TestInstallation;
beforeAll(async () => {
	home = await openInstallation();
});
afterAll(async () => home.close());

const OUTPUTS = ['Rejected', 'Approved'] as const;

async function validate(parameters: IDataObject, item: IDataObject, settings: object = {}) {
	const gate = node('riskGate', { operation: 'validate', options: {}, ...parameters }, settings);
	const run = await runNode(gate, { items: [item], credentials: home.credentials });
	const found = OUTPUTS.flatMap((name, output) => run.output('riskGate', output).map(({ json }) => ({ name, json })));
	return { error: run.error, output: found[0]?.name, json: found[0]?.json ?? {} };
}

const BOOKS = ['verdicts', 'reservations', 'events', 'audit', 'signals', 'tickets'];

/** How many rows each table has that a judgement could write to. */
async function rows(): Promise<Record<string, number>> {
	const { conn } = home.core.kernel;
	const counts: Record<string, number> = {};
	for (const table of BOOKS) {
		const [row] = await conn(table).count<{ n: number }[]>({ n: '*' });
		counts[table] = Number(row?.n);
	}
	return counts;
}

const STORED = { validateWhat: 'signal', signalId: '', accountId: '' };
/** What a verdict says, without what only a stored one has. */
function said({ verdict_id, dry_run, would_reserve, expires_at, ...rest }: IDataObject): IDataObject {
	void [verdict_id, dry_run, would_reserve, expires_at];
	return rest;
}

describe('Risk Gate: Validate', () => {
	it.each([
		['MANUAL', {}, 'Approved', false],
		['FULL_AUTO', {}, 'Approved', true],
		['FULL_AUTO', { confidence: 80 }, 'Rejected', false],
		['MANUAL', { stop_loss: null, confidence: 40 }, 'Rejected', false],
	] as const)('%s %j: the answer of Judge, and nothing stored or held', async (mode, changes, output, wouldReserve) => {
		const handle = `dry-${mode}-${JSON.stringify(changes).length}`.toLowerCase();
		const member = await makeMember(home.core, handle, mode);
		const signal_id = await storeSignal(home.core, await goodAlert(home.core, handle, changes));
		const item = { signal_id, account_id: member.accounts[0]?.id };
		const before = await rows();
		const dry = await validate(STORED, item);
		expect([dry.error, dry.output]).toEqual([null, output]);
		expect(dry.json).toMatchObject({ signal_id, verdict_id: null, dry_run: true, would_reserve: wouldReserve });
		expect(await rows()).toEqual(before);
		const real = await judge(home.credentials, item, output);
		// The market moves between the two: what depends on its price is not compared.
		const steady = ({ decision, codes, checks_passed, account_id, member_id, symbol }: IDataObject) =>
			({ decision, codes, checks_passed, account_id, member_id, symbol });
		expect(steady(dry.json)).toEqual(steady(real));
		const again = await validate(STORED, item);
		expect(again.json).toMatchObject({ verdict_id: real['verdict_id'], dry_run: true });
		expect(said(again.json)).toEqual(said(real));
	});

	it('judges fields that nobody has sent', async () => {
		const member = await makeMember(home.core, 'dry-fields');
		const alert = await goodAlert(home.core, 'dry-fields');
		const account_id = member.accounts[0]?.id ?? '';
		const target = Number((alert['take_profit'] as { price: string }[])[0]?.price);
		const fields = {
			validateWhat: 'fields', accountId: '', symbol: 'BTCUSDT', side: 'buy', confidence: '92',
			stopLoss: String(alert['stop_loss']), takeProfit: `${target}, ${(target * 1.01).toPrecision(6)}`,
			moreFields: { class: 'SNIPER_OPS', quantity: '' },
		};
		const before = await rows();
		const good = await validate(fields, { account_id });
		expect([good.error, good.output]).toEqual([null, 'Approved']);
		expect(good.json).toMatchObject({
			signal_id: null, verdict_id: null, account_id, symbol: 'BTC/USDT', dry_run: true, would_reserve: false,
		});
		expect(Number(good.json['quantity'])).toBeGreaterThan(0);
		const bad = await validate({ ...fields, stopLoss: '', moreFields: { quantity: '999', order_type: 'limit', entry: '1' } }, { account_id });
		expect(bad.output).toBe('Rejected');
		expect(bad.json['codes']).toEqual(
			expect.arrayContaining(['STOP_LOSS_MISSING', 'QUANTITY_TOO_LARGE', 'PRICE_INSANE']),
		);
		expect(await rows()).toEqual(before);
	});

	it('names every field that makes no signal, and with "continue" rejects the item', async () => {
		const member = await makeMember(home.core, 'dry-wrong');
		const item = { account_id: member.accounts[0]?.id ?? '' };
		const fields = {
			validateWhat: 'fields', accountId: '', symbol: 'BTC/USDT', side: 'buy', confidence: '0.9',
			stopLoss: 'low', takeProfit: '', moreFields: {},
		};
		const stopped = await validate(fields, item);
		expect(stopped.error).toContain('The fields do not make a signal');
		const kept = await validate(fields, item, { onError: 'continueRegularOutput' });
		expect([kept.error, kept.output]).toEqual([null, 'Rejected']);
		const nowhere = await validate({ ...fields, symbol: '={{ $json.nothing }}' }, item);
		expect(nowhere.error).toBe('"Symbol" is empty.');
	});

	it('says of a signal that nobody may have that no account is eligible, without a record', async () => {
		const signal_id = await storeSignal(home.core, await goodAlert(home.core, 'dry-nobody'));
		const before = await rows();
		const found = await validate(STORED, { signal_id, account_id: null });
		expect(found).toMatchObject({ output: 'Rejected', json: { code: 'NO_ELIGIBLE_ACCOUNT', verdict_id: null } });
		expect(await rows()).toEqual(before);
	});

	it('nothing can be fired from it', async () => {
		const member = await makeMember(home.core, 'dry-fire');
		const signal_id = await storeSignal(home.core, await goodAlert(home.core, 'dry-fire'));
		const { json } = await validate(STORED, { signal_id, account_id: member.accounts[0]?.id });
		const router = node('fireModeRouter', { operation: 'route', verdictId: '' });
		const run = await runNode(router, { items: [json], credentials: home.credentials });
		expect(run.error).toBe('"Verdict ID" is empty, and the item brings no verdict_id.');
	});
});
