import type { TripId } from '../../../core/model';
import { clearTrip, trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { PRESS, alert, entries, stageOn, states, ticketOf, unrefused, type Stage } from './stage';

async function stop(on: Stage): Promise<TripId> {
	const { kernel } = on.core;
	const made = await kernel.transaction(async (trx) => trip(trx, kernel, {
		scope: 'global', state: 'PAUSED', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator',
	}));
	return made.id;
}

async function goOn(on: Stage, id: TripId): Promise<void> {
	const { kernel } = on.core;
	await kernel.transaction(async (trx) => clearTrip(trx, kernel, id, { actor: 'operator', reason: 'x' }));
}

describeDatabases('tickets while trading is stopped', (open) => {
	it('a press is refused, and the ticket waits on', async () => {
		const on = await stageOn(await open());
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		const id = await stop(on);
		expect(await on.core.firemodes.fire(held.id, PRESS)).toMatchObject({ code: 'STOPPED', context: { state: 'PAUSED', cause: 'person' } });
		expect(await states(on, member)).toEqual(['HELD']);
		expect(await entries(on, member)).toEqual([]);
		await goOn(on, id);
		expect(unrefused(await on.core.firemodes.fire(held.id, PRESS))).toMatchObject({ order: { state: 'FILLED' } });
	});

	it('what is queued stays queued and fires when trading goes on', async () => {
		const on = await stageOn(await open());
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member));
		const queued = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
		expect(queued.state).toBe('QUEUED');
		const id = await stop(on);
		// A win: after a loss the gate would hold the next one back.
		on.market.set('BTC/USDT', 60_900);
		const close = { accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		await on.core.orders.closePosition(close);
		await on.ticks(5);
		expect(await on.core.firemodes.get(queued.id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
		await goOn(on, id);
		await on.ticks(2);
		expect(await on.core.firemodes.get(queued.id)).toMatchObject({ state: 'FIRED' });
	});

	it('what waits expires with its signal', async () => {
		const on = await stageOn(await open());
		const member = await on.member({ fireMode: 'MANUAL' });
		await on.run(await alert(on, member));
		await stop(on);
		await on.pass(602);
		expect(await states(on, member)).toEqual(['EXPIRED']);
	});
});
