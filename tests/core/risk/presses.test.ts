import type { AccountId } from '../../../core/model';
import { approvedIntent, type Verdict } from '../../../core/risk';
import { describeDatabases } from '../../support/databases';
import { scene, shared, type Scene } from './scene';
import { policyWith } from './snapshots';

describeDatabases('presses', (open) => {
	const database = shared(open);
	const press = async ({ test: { core }, member }: Scene, verdict: Verdict, attempt: number, rest: object = {}) => {
		const signal = await core.signals.get(verdict.signalId);
		if (signal === null) throw new Error('no signal');
		const view = await core.risk.loadMarketView(signal, member.accountId);
		const context = { ticketId: 'tkt_1', mode: 'MANUAL', view, actor: 'member:test', ...rest } as const;
		return core.kernel.transaction(async (trx) => core.risk.rejudge(trx, context, `fire:tkt_1:${attempt}`));
	};

	test('a press holds capacity, and a repeat of it gives the same verdict', async () => {
		const made = await scene(database());
		const first = await made.alert();
		const pressed = await press(made, first, 1);
		expect(pressed).toMatchObject({ decision: 'PASS', purpose: 'fire:tkt_1:1', actor: 'member:test' });
		expect(pressed.reservationId).not.toBeNull();
		expect(await press(made, first, 1)).toEqual(pressed);
		expect(await made.rows('reservations', {})).toHaveLength(1);
		expect((await made.test.core.risk.ofSignal(first.signalId)).map((verdict) => verdict.id)).toEqual([
			first.id, pressed.id,
		]);
	});

	test('a later press takes the place of the earlier one: its reservation does not count', async () => {
		const made = await scene(database(), {}, { policy: policyWith('OPERATOR', { dailyLossPercent: 1.5 }) });
		const first = await made.alert();
		const one = await press(made, first, 1);
		const two = await press(made, first, 2);
		expect(two.decision).not.toBe('BLOCK');
		expect(two.intent).toEqual(one.intent);
		const states = await made.rows('reservations', {});
		expect(Object.fromEntries(states.map((row) => [row['id'], row['state']]))).toEqual({
			[String(one.reservationId)]: 'RELEASED', [String(two.reservationId)]: 'LIVE',
		});
	});

	test('a press that is refused gives back what an earlier one held', async () => {
		const made = await scene(database());
		const first = await made.alert();
		await press(made, first, 1);
		await made.test.core.kernel.conn('accounts').where({ id: made.member.accountId }).update({ realised_today: '-590' });
		const two = await press(made, first, 2);
		expect(two).toMatchObject({ decision: 'BLOCK', code: 'DAILY_LOSS_LIMIT', reservationId: null });
		expect(await made.rows('reservations', { state: 'LIVE' })).toEqual([]);
	});

	test('only an unused approval becomes an intent, exactly as it was judged', async () => {
		const made = await scene(database());
		const { kernel } = made.test.core;
		const first = await made.alert();
		const approve = async (verdict: Verdict) =>
			kernel.transaction(async (trx) => approvedIntent(trx, verdict, 'tkt_1'));
		const refusal = { code: 'VERDICT_NOT_APPROVED' };
		await expect(approve(first)).rejects.toMatchObject(refusal);
		const pressed = await press(made, first, 1);
		const { intent } = pressed;
		if (intent === null) throw new Error('no intent');
		expect(await approve(pressed)).toMatchObject({
			accountId: made.member.accountId, memberId: made.member.memberId, signalId: first.signalId,
			ticketId: 'tkt_1', source: 'test', venue: 'paper', symbol: 'BTC/USDT', side: 'buy',
			type: 'market', quantity: intent.quantity, risk: intent.risk, cash: intent.cash,
			stopLoss: intent.stopLoss, targets: intent.targets, referencePrice: intent.referencePrice,
		});
		const forged: Partial<Verdict>[] = [
			{ decision: 'BLOCK' },
			{ waitsForCapacity: true },
			{ intent: null },
			{ accountId: null },
			{ reservationId: null },
			{ reservationId: 'rsv_none' },
			{ id: 'vrd_other' },
			{ accountId: 'acc_other' as AccountId },
			{ intent: { ...intent, risk: '1' as typeof intent.risk } },
			{ intent: { ...intent, cash: '1' as typeof intent.cash } },
			{ intent: { ...intent, symbol: 'ETH/USDT' } },
			{ intent: { ...intent, side: 'sell' } },
		];
		for (const change of forged) {
			await expect(approve({ ...pressed, ...change })).rejects.toMatchObject(refusal);
		}
		await kernel.conn('reservations').where({ id: pressed.reservationId }).update({ state: 'RELEASED' });
		await expect(approve(pressed)).rejects.toMatchObject(refusal);
	});
});
