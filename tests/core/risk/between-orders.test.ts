import { beat } from '../../../core/db';
import { updateEquity } from '../../../core/members';
import { decimal, MINUTE, SECOND, type SignalId } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { codes, scene, shared, type Scene } from './scene';

/** Time goes on, and what the engine would keep fresh is fresh. */
async function later({ database, test: { core } }: Scene, ms: number): Promise<void> {
	database.clock.advance(ms);
	const { conn } = core.kernel;
	const now = database.clock.now();
	await beat(conn, { name: 'engine', at: now, state: 'ok', detail: null });
	const accounts: { id: `acc_${string}`; equity: string }[] = await conn('accounts').select('id', 'equity');
	for (const { id, equity } of accounts) {
		await core.kernel.transaction(async (trx) => updateEquity(trx, id, decimal(equity), now));
	}
}

async function secondAccount({ test: { core }, member }: Scene) {
	const input = { label: 'second', kind: 'paper', currency: 'USDT', zone: 'UTC', startBalance: '10000' } as const;
	return core.members.addAccount(member.handle, input);
}

const SMALL = { quantity: '0.002' };
const ETHER = { symbol: 'ETH/USDT', quantity: '0.05' };

describeDatabases('between two orders', (open) => {
	const database = shared(open);

	test('FANG waits 20 minutes, on every account, for every other signal', async () => {
		const made = await scene(database(), { tier: 'FANG', autoSlots: 0 });
		const second = await secondAccount(made);
		await made.open(SMALL);
		const other = await made.alert(ETHER);
		expect(codes(other)).toEqual(['COOLDOWN']);
		const check = other.checks.find(({ check: name }) => name === 'cooldown');
		expect(check).toMatchObject({ limit: '1200', observed: '0' });
		expect(check?.message).toContain('in 1200 s');
		const elsewhere = await made.judge(other.signalId, { accountId: second.id });
		expect(codes(elsewhere)).toEqual(['COOLDOWN']);
		await later(made, 20 * MINUTE - SECOND);
		expect(codes(await made.alert({ ...ETHER, source: 'late' }))).toEqual(['COOLDOWN']);
		await later(made, SECOND);
		expect(codes(await made.alert({ ...ETHER, source: 'later' }))).toEqual([]);
	});

	test('one signal is one decision, on however many accounts', async () => {
		const made = await scene(database(), { tier: 'FANG', autoSlots: 0 });
		const second = await secondAccount(made);
		const first = await made.open(SMALL);
		expect(codes(await made.judge(first.signalId, { accountId: second.id }))).toEqual([]);
	});

	test('the pause goes on over midnight', async () => {
		const made = await scene(database(), { tier: 'FANG', autoSlots: 0 });
		database().clock.set(Date.UTC(2026, 10, 20, 23, 55));
		await later(made, 0);
		await made.open(SMALL);
		await later(made, 10 * MINUTE);
		expect(codes(await made.alert(ETHER))).toEqual(['COOLDOWN']);
		await later(made, 10 * MINUTE);
		expect(codes(await made.alert({ ...ETHER, source: 'later' }))).toEqual([]);
	});

	test('an approval that is about to fire counts as an order', async () => {
		const made = await scene(database(), { tier: 'COMMANDER', fireMode: 'FULL_AUTO' });
		const first = await made.alert(SMALL);
		expect(first.reservationId).not.toBeNull();
		expect(codes(await made.alert(ETHER))).toEqual(['COOLDOWN']);
		// It fired nothing, and its time is over.
		await later(made, 31 * SECOND);
		expect(codes(await made.alert({ ...ETHER, source: 'later' }))).toEqual([]);
	});

	test('an order that never went out starts no pause', async () => {
		const made = await scene(database(), { tier: 'FANG', autoSlots: 0 });
		await made.open(SMALL);
		const { conn } = made.test.core.kernel;
		await conn('orders').where({ account_id: made.member.accountId, leg: 'entry' }).update({ state: 'DENIED', submitting_at: null });
		expect(codes(await made.alert(ETHER))).toEqual([]);
	});

	test('the operator has none', async () => {
		const made = await scene(database());
		await made.open(SMALL);
		expect(codes(await made.alert(ETHER))).toEqual([]);
	});
});

describeDatabases('what moves together', (open) => {
	const database = shared(open);

	test('FULL AUTO waits for room in the group, MANUAL is refused', async () => {
		const made = await scene(database());
		await made.open({ quantity: '0.049', stop_loss: '59400', take_profit: '63000' });
		await made.open({ symbol: 'ETH/USDT', quantity: '0.98', stop_loss: '2970', take_profit: '3150' });
		await later(made, 2 * SECOND);
		await made.test.core.engine.tick();
		const full = { symbol: 'BNB/USDT', quantity: '5', stop_loss: '544.5', take_profit: '580' };
		const manual = await made.alert(full);
		expect(codes(manual)).toEqual(['GROUP_EXPOSURE']);
		expect(manual.checks.find(({ check }) => check === 'group_exposure')?.message).toContain('"crypto majors"');
		const { conn } = made.test.core.kernel;
		await conn('members').where({ id: made.member.memberId }).update({ fire_mode: 'FULL_AUTO' });
		const auto = await made.alert({ ...full, quantity: '4.9' });
		expect(auto).toMatchObject({ decision: 'WARN', code: 'WAITS_FOR_CAPACITY', reservationId: null, waitsForCapacity: true });
		// 10,000 × 80 % less the two, ÷ 550: the gate says how much would do.
		expect(Number(auto.intent?.suggestedMaxQuantity)).toBeGreaterThan(3.5);
		expect(Number(auto.intent?.suggestedMaxQuantity)).toBeLessThan(4);
	});
});

describeDatabases('a dry run', (open) => {
	const database = shared(open);
	const tables = ['verdicts', 'reservations', 'events', 'audit', 'behaviour_states', 'behaviour_happenings', 'trips'];

	async function rows({ test: { core } }: Scene): Promise<unknown> {
		return Promise.all(tables.map(async (table) => core.kernel.conn(table).orderBy(1)));
	}

	const submit = async ({ test, member }: Scene, body: object): Promise<SignalId> =>
		test.submit({ id: `dry-${Math.abs(JSON.stringify(body).length)}-${member.handle}`, members: [member.handle], ...body });

	test.each([
		['what would fire at once', { fireMode: 'FULL_AUTO' as const }, SMALL, true],
		['what waits for the member', {}, SMALL, false],
		['what is refused', {}, { ...SMALL, confidence: 10 }, false],
		['a close', {}, { action: 'close', side: 'sell' }, false],
		['a cancel', {}, { action: 'cancel' }, false],
	])('%s: the answer of Judge, and nothing remains', async (_, options, body, wouldReserve) => {
		const made = await scene(database(), options);
		const { core } = made.test;
		await made.open({ symbol: 'SOL/USDT', quantity: '1' });
		const signalId = await submit(made, body);
		const ids = { signalId, accountId: made.member.accountId };
		const terms = { manualRun: false, allowLive: false, actor: 'node:test' };
		const before = await rows(made);
		const dry = await core.risk.validate({ ...ids, ...terms });
		expect(await rows(made)).toEqual(before);
		expect(dry).toMatchObject({ stored: false, wouldReserve });
		const real = await made.judge(signalId);
		const { id, reservationId, ...said } = dry.verdict;
		expect(real).toMatchObject(said);
		expect([id === real.id, reservationId]).toEqual([false, null]);
		expect(real.reservationId !== null).toBe(wouldReserve);
		const again = await core.risk.validate({ ...ids, ...terms });
		expect(again).toEqual({ verdict: real, stored: true, wouldReserve });
	});

	test('where no account is eligible', async () => {
		const made = await scene(database());
		const signalId = await made.test.submit({ id: `nobody-${made.member.handle}`, members: ['no-one-at-all'] });
		const before = await rows(made);
		const dry = await made.test.core.risk.validate({
			signalId, accountId: null, manualRun: false, allowLive: false, actor: 'node:test',
		});
		expect(dry).toMatchObject({ stored: false, wouldReserve: false, verdict: { code: 'NO_ELIGIBLE_ACCOUNT', accountId: null } });
		expect(await rows(made)).toEqual(before);
	});

	test('an error is an error', async () => {
		const made = await scene(database());
		const terms = { manualRun: false, allowLive: false, actor: 'node:test' };
		const signal = made.test.core.signals.preview({ symbol: 'BTC/USDT', side: 'buy' }, 'hand');
		if (!('id' in signal)) throw new Error('a signal');
		const lost = made.test.core.risk.validate({ signalId: null, signal, accountId: 'acc_none', ...terms });
		await expect(lost).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
	});

	test('an earlier judgement keeps what it holds', async () => {
		const made = await scene(database(), { fireMode: 'FULL_AUTO' });
		const first = await made.alert(SMALL);
		const before = await rows(made);
		const terms = { manualRun: false, allowLive: false, actor: 'node:test' };
		const signal = await made.test.core.signals.get(first.signalId);
		if (signal === null) throw new Error('stored');
		const dry = await made.test.core.risk.validate({ signalId: null, signal, accountId: made.member.accountId, ...terms });
		expect(dry.verdict.decision).toBe(first.decision);
		expect(await rows(made)).toEqual(before);
	});

	test('fields that make no signal are told like those of a webhook', async () => {
		const { test: { core } } = await scene(database());
		const found = core.signals.preview({ symbol: 'BTC/USDT', confidence: 0.5, entry: 'high' }, 'hand');
		expect(Array.isArray(found) ? found.map(({ path }) => path).sort() : []).toEqual(['confidence', 'entry', 'side']);
	});
});
