import { describeDatabases } from '../../support/databases';
import { PRESS, alert, entries, stageOn, ticketOf, unrefused } from './stage';

describeDatabases('members and their slots', (open) => {
	const stage = async () => stageOn(await open());

	describe('changing the mode', () => {
		it('stores the choice once and tells of it', async () => {
			const on = await stage();
			const member = await on.member({ fireMode: 'MANUAL' });
			const choice = { mode: 'FULL_AUTO', slots: 2 } as const;
			const set = async () => on.core.firemodes.setMode(member.memberId, choice, 'operator');
			expect(await set()).toMatchObject({ mode: 'FULL_AUTO', slots: 2, previous: { mode: 'MANUAL' } });
			await set();
			const told = await on.core.events.list({ types: ['member.mode_changed'], limit: 9 });
			expect(told).toMatchObject([{ payload: { mode: 'FULL_AUTO', slots: 2, previous: 'MANUAL' } }]);
			expect(await on.core.firemodes.setMode('mbr_x', choice, 'operator')).toMatchObject({ code: 'MEMBER_UNKNOWN' });
			const more = await on.core.firemodes.setMode(member.memberId, { mode: 'FULL_AUTO', slots: 4 }, 'operator');
			expect(more).toMatchObject({ code: 'SLOT_LIMIT' });
		});

		it('holds what was queued once the member goes back to MANUAL', async () => {
			const on = await stage();
			const member = await on.member({ autoSlots: 1 });
			await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
			const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
			await on.core.firemodes.setMode(member.memberId, { mode: 'MANUAL', slots: 0 }, 'operator');
			expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'HELD', mode: 'MANUAL', code: null });
			unrefused(await on.core.firemodes.fire(waiting.id, PRESS));
			expect(await entries(on, member)).toHaveLength(2);
		});

		it('treats a mode that the tier lost as MANUAL', async () => {
			const on = await stage();
			const member = await on.member({ autoSlots: 1 });
			await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
			const expires = new Date(on.core.kernel.clock.now() + 3_600_000).toISOString();
			const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT', expires_at: expires })));
			await on.ticks(1);
			await on.core.members.upsert({ handle: member.handle, tier: 'FANG', actor: 'operator' });
			// The tier's pause between two orders.
			await on.pass(20 * 60);
			const held = ticketOf(await on.run(await alert(on, member, { symbol: 'SOL/USDT' })));
			expect(held).toMatchObject({ state: 'HELD', mode: 'MANUAL' });
			await on.ticks(1);
			expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'HELD', mode: 'MANUAL' });
			expect((await on.core.orders.positions(member.accountId)).map((each) => each.symbol)).toEqual(['BTC/USDT']);
		});
	});

	describe('slots and trades', () => {
		it('frees the slot with the final fill and not before, whatever its age', async () => {
			const on = await stage();
			const member = await on.member({ autoSlots: 1 });
			await on.run(await alert(on, member, { symbol: 'BTC/USDT', take_profit: [{ price: '66000', share: 0.5 }, { price: '70000', share: 0.5 }] }));
			const held = async () => on.core.kernel.conn('slots').whereNotNull('ticket_id');
			expect(await held()).toMatchObject([{ number: 1, trade_id: expect.stringMatching(/^trd_/) }]);
			on.market.set('BTC/USDT', '66500');
			await on.ticks(2);
			expect(await held()).toHaveLength(1);
			await on.pass(7200);
			await on.core.firemodes.reconcileSlots();
			expect(await held()).toHaveLength(1);
			on.market.set('BTC/USDT', '70500');
			await on.ticks(2);
			expect(await held()).toEqual([]);
		});

		it('frees the slot of an entry that ended without a fill', async () => {
			const on = await stage();
			const member = await on.member({ autoSlots: 1 });
			const limit = { symbol: 'BTC/USDT', order_type: 'limit', entry: '58500', stop_loss: '57000', take_profit: '64000' };
			const [step] = await on.run(await alert(on, member, limit));
			expect(step?.routed?.outcome).toBe('fire');
			const [order] = await entries(on, member);
			expect(order?.state).toBe('OPEN');
			if (order === undefined) throw new Error('no order');
			await on.core.orders.cancel(order.id, 'operator');
			await on.ticks(1);
			expect(await on.core.kernel.conn('slots').whereNotNull('ticket_id')).toEqual([]);
		});

		it('raises an issue for an automatic trade that lost its slot, and closes nothing', async () => {
			const on = await stage();
			const member = await on.member();
			await on.run(await alert(on, member));
			await on.core.kernel.conn('slots').update({ ticket_id: null, trade_id: null });
			expect(await on.core.firemodes.reconcileSlots()).toEqual({ freed: 0, without: 1 });
			const issues = await on.core.events.list({ types: ['issue.raised'], limit: 9 });
			expect(issues).toMatchObject([{ payload: { code: 'SLOT_MISSING' } }]);
			expect(await on.core.orders.positions(member.accountId)).toHaveLength(1);
		});
	});
});
