import { signalProgress } from '../../../core/firemodes';
import type { AccountId, SignalId } from '../../../core/model';
import type { PumpOutcome } from '../../../core/signals';
import { describeDatabases } from '../../support/databases';
import { INTAKE } from '../../support/core';
import { alert, stageOn, type Stage } from './stage';

describeDatabases('how far a signal has come', (open) => {
	const stage = async () => stageOn(await open());

	async function finished(on: Stage, id: SignalId, outcome: PumpOutcome): Promise<boolean> {
		const { kernel } = on.core;
		const progress = signalProgress(kernel);
		return kernel.transaction(async (trx) => (await progress.finished(trx, [id], outcome)).has(id));
	}

	async function judge(on: Stage, signalId: SignalId, accountId: AccountId | null) {
		return on.core.risk.judge({ signalId, accountId, manualRun: false, allowLive: false, actor: 'n' });
	}

	it('takes a successful execution at its word once there is a verdict', async () => {
		const on = await stage();
		const member = await on.member();
		const id = await alert(on, member);
		expect(await finished(on, id, 'succeeded')).toBe(false);
		await judge(on, id, member.accountId);
		expect(await finished(on, id, 'succeeded')).toBe(true);
	});

	it.each(['failed', 'unsettled'] as const)('follows a %s one to the order', async (outcome) => {
		const on = await stage();
		const member = await on.member();
		const id = await alert(on, member);
		const steps: boolean[] = [await finished(on, id, outcome)];
		const verdict = await judge(on, id, member.accountId);
		steps.push(await finished(on, id, outcome));
		const { ticket } = await on.core.firemodes.route(verdict.id);
		steps.push(await finished(on, id, outcome));
		await on.core.firemodes.place(ticket.id, 'n');
		steps.push(await finished(on, id, outcome));
		expect(steps).toEqual([false, false, false, true]);
	});

	it('is at its end with a refusal, and with a ticket that waits for somebody else', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const [blocked, held] = [
			await alert(on, member, { id: 'a', take_profit: undefined }),
			await alert(on, member, { id: 'b' }),
		];
		expect((await judge(on, blocked, member.accountId)).decision).toBe('BLOCK');
		expect(await finished(on, blocked, 'failed')).toBe(true);
		const verdict = await judge(on, held, member.accountId);
		await on.core.firemodes.route(verdict.id);
		expect(await finished(on, held, 'failed')).toBe(true);
	});

	it('is not at its end while one of its accounts has no verdict', async () => {
		const on = await stage();
		const [one, two] = [await on.member({ fireMode: 'MANUAL' }), await on.member({ fireMode: 'MANUAL' })];
		const id = await on.submit({ members: [one.handle, two.handle] });
		for (const { accountId } of [one, two]) {
			expect(await finished(on, id, 'failed')).toBe(false);
			await on.core.firemodes.route((await judge(on, id, accountId)).id);
		}
		expect(await finished(on, id, 'failed')).toBe(true);
	});

	it('is at its end when nobody was eligible and that is on record', async () => {
		const on = await stage();
		const id = await on.submit({ members: ['nobody-at-all'] });
		expect(await finished(on, id, 'failed')).toBe(false);
		await judge(on, id, null);
		expect(await finished(on, id, 'failed')).toBe(true);
	});

	it('lets the pump bring a signal again whose execution died between router and Place', async () => {
		const on = await stage();
		const member = await on.member();
		const id = await alert(on, member);
		expect((await on.core.signals.lease(INTAKE, 10)).map((signal) => signal.id)).toEqual([id]);
		const verdict = await judge(on, id, member.accountId);
		const { ticket } = await on.core.firemodes.route(verdict.id);
		await on.pass(32);
		expect((await on.core.signals.lease(INTAKE, 10)).map((signal) => signal.id)).toEqual([id]);
		await on.run(id);
		expect((await on.core.firemodes.get(ticket.id))?.placedAt).not.toBeNull();
		expect(await on.core.signals.settle([id], 'succeeded')).toEqual({ done: [id], left: [] });
		expect(await on.core.orders.list({ accountId: member.accountId })).toMatchObject([{ state: 'FILLED' }]);
	});
});
