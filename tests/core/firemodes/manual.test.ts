import { describeDatabases } from '../../support/databases';
import { testCore } from '../../support/core';
import { PRESS, alert, entries, orders, reservations, stageOn, states, ticketOf, unrefused } from './stage';

describeDatabases('fire mode MANUAL', (open) => {
	const stage = async () => stageOn(await open());

	it('holds the ticket, reserves nothing, and fires it once at the press', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		expect(held).toMatchObject({ state: 'HELD', slot: null, orderId: null });
		expect(await reservations(on)).toEqual([]);
		const first = unrefused(await on.core.firemodes.fire(held.id, PRESS));
		expect(first).toMatchObject({
			already: false,
			ticket: { state: 'FIRED', firedBy: 'member:test', attempt: 1, slot: null },
			order: { state: 'FILLED', leg: 'entry' },
		});
		const again = unrefused(await on.core.firemodes.fire(held.id, PRESS));
		expect(again).toMatchObject({ already: true, order: { id: first.order.id } });
		expect(await orders(on, member)).toHaveLength(1);
		const verdicts = await on.core.risk.ofSignal(held.signalId);
		expect(verdicts.map((verdict) => verdict.purpose).sort()).toEqual([`fire:${held.id}:1`, 'intake']);
	});

	it('refuses to place a held ticket', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		expect(await on.core.firemodes.place(held.id, 'node:x')).toMatchObject({ code: 'TICKET_NOT_FIRED' });
		expect(await orders(on, member)).toEqual([]);
	});

	it('judges again at the press; a refusal ends the ticket', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const [first, second] = [
			ticketOf(await on.run(await alert(on, member, { id: 'a' }))),
			ticketOf(await on.run(await alert(on, member, { id: 'b' }))),
		];
		unrefused(await on.core.firemodes.fire(first.id, PRESS));
		expect(await on.core.firemodes.fire(second.id, PRESS)).toMatchObject({ code: 'POSITION_EXISTS' });
		expect(await on.core.firemodes.get(second.id)).toMatchObject({
			state: 'REFUSED',
			code: 'POSITION_EXISTS',
			message: expect.stringContaining('BTC/USDT'),
		});
		expect(await on.core.firemodes.fire(second.id, PRESS)).toMatchObject({ code: 'TICKET_NOT_HELD' });
		expect(await entries(on, member)).toHaveLength(1);
		expect(await reservations(on)).toEqual(['RELEASED']);
	});

	it('lets held tickets expire with their signal, and the press after it is refused', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		await on.pass(599);
		expect(await states(on, member)).toEqual(['HELD']);
		await on.ticks(2);
		expect(await states(on, member)).toEqual(['EXPIRED']);
		expect(await on.core.firemodes.fire(held.id, PRESS)).toMatchObject({ code: 'TICKET_EXPIRED' });
		expect(await on.core.events.list({ types: ['ticket.expired'], limit: 5 })).toHaveLength(1);
	});

	it('ends a ticket pressed past its expiry that no job has seen yet', async () => {
		const database = await open();
		const on = testCore(database);
		await on.ticks(1);
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		database.clock.advance(601_000);
		expect(await on.core.firemodes.fire(held.id, PRESS)).toMatchObject({ code: 'TICKET_EXPIRED' });
		expect(await on.core.firemodes.get(held.id)).toMatchObject({ state: 'EXPIRED' });
	});

	it('knows no foreign and no invented ticket', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		const foreign = { ...PRESS, keyName: 'somebody-else' };
		expect(await on.core.firemodes.fire(held.id, foreign)).toMatchObject({ code: 'TICKET_UNKNOWN' });
		expect(await on.core.firemodes.fire('tkt_x', PRESS)).toMatchObject({ code: 'TICKET_UNKNOWN' });
		const own = { ...PRESS, keyName: 'test' };
		expect(unrefused(await on.core.firemodes.fire(held.id, own)).already).toBe(false);
	});
});
