import { describeDatabases } from '../../support/databases';
import { PRESS, alert, orders, reservations, stageOn, ticketOf, unrefused } from './stage';

describeDatabases('tickets of closes and cancels', (open) => {
	const stage = async () => stageOn(await open());

	it('fires a close in MANUAL, closes the trade of the same source as planned, and once', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		const held = ticketOf(await on.run(await alert(on, member)));
		unrefused(await on.core.firemodes.fire(held.id, PRESS));
		await on.ticks(1);
		const signalId = await alert(on, member, { action: 'close', symbol: 'BTC/USDT' });
		const [step] = await on.run(signalId);
		expect(step?.routed).toMatchObject({ outcome: 'fire', ticket: { action: 'close', slot: null } });
		expect(await on.core.orders.positions(member.accountId)).toEqual([]);
		await on.run(signalId);
		const closing = (await orders(on, member)).filter((order) => order.leg === 'close');
		expect(closing).toMatchObject([{ state: 'FILLED', signalId, ticketId: step?.routed?.ticket.id }]);
		const [closed] = await on.core.events.list({ types: ['trade.closed'], limit: 9 });
		expect(closed?.payload).toMatchObject({ exit_reason: 'source_close', plan_kept: true });
	});

	it('refuses a close with nothing left to close, as the ticket tells', async () => {
		const on = await stage();
		const member = await on.member();
		await on.run(await alert(on, member));
		await on.ticks(1);
		const signalId = await alert(on, member, { action: 'close', symbol: 'BTC/USDT' });
		const verdict = await on.core.risk.judge({
			signalId, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'NO_OPEN_POSITION' });
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'REFUSED', code: 'NO_OPEN_POSITION' });
	});

	it('gives the closing order when the first run died before it could say so', async () => {
		const on = await stage();
		const member = await on.member();
		await on.run(await alert(on, member));
		await on.ticks(1);
		const signalId = await alert(on, member, { action: 'close', symbol: 'BTC/USDT' });
		const [step] = await on.run(signalId);
		const ticket = step?.routed?.ticket;
		if (ticket === undefined) throw new Error('no ticket');
		await on.core.kernel.conn('tickets').where({ id: ticket.id }).update({ placed_at: null, order_id: null });
		const placed = unrefused(await on.core.firemodes.place(ticket.id, 'n'));
		expect(placed).toMatchObject({ order: { leg: 'close', signalId, state: 'FILLED' } });
	});

	it('cancels waiting tickets of the symbol and gives back what they held', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		const [btc, eth, sol] = [
			await alert(on, member, { symbol: 'BTC/USDT' }),
			await alert(on, member, { symbol: 'ETH/USDT' }),
			await alert(on, member, { symbol: 'SOL/USDT' }),
		];
		await on.run(btc);
		const [waiting, other] = [ticketOf(await on.run(eth)), ticketOf(await on.run(sol))];
		const [step] = await on.run(await alert(on, member, { action: 'cancel', symbol: 'ETH/USDT' }));
		expect(step?.verdict.decision).toBe('PASS');
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'CANCELLED' });
		expect(await on.core.firemodes.get(other.id)).toMatchObject({ state: 'QUEUED' });
		expect(await reservations(on)).not.toContain('LIVE');
		expect((await on.core.orders.positions(member.accountId)).map((each) => each.symbol)).toEqual(['BTC/USDT']);
	});

	it('cancels a fired ticket that nobody has placed yet, with its slot and reservation', async () => {
		const on = await stage();
		const member = await on.member();
		const verdict = await on.core.risk.judge({
			signalId: await alert(on, member, { symbol: 'BTC/USDT' }), accountId: member.accountId,
			manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		await on.run(await alert(on, member, { action: 'cancel', symbol: 'BTC/USDT' }));
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'CANCELLED', slot: null });
		expect(await reservations(on)).toEqual(['RELEASED']);
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'TICKET_NOT_FIRED' });
	});

	it('cancels only on the side that it names', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
		const [step] = await on.run(await alert(on, member, { action: 'cancel', symbol: 'ETH/USDT', side: 'sell' }));
		expect(step?.verdict).toMatchObject({ decision: 'BLOCK', code: 'NOTHING_TO_CANCEL' });
		await on.run(await alert(on, member, { action: 'cancel', symbol: 'ETH/USDT', side: 'buy' }));
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'CANCELLED' });
	});

	it('does not let a close that was refused close a later trade', async () => {
		const on = await stage();
		const member = await on.member();
		await on.run(await alert(on, member, { id: 'first' }));
		await on.ticks(1);
		const closing = await alert(on, member, { action: 'close', symbol: 'BTC/USDT' });
		const verdict = await on.core.risk.judge({
			signalId: closing, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'NO_OPEN_POSITION' });
		await on.ticks(61);
		await on.run(await alert(on, member, { id: 'second' }));
		expect(await on.core.orders.positions(member.accountId)).toHaveLength(1);
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'TICKET_NOT_FIRED' });
		expect(await on.core.orders.positions(member.accountId)).toHaveLength(1);
	});

	it('does not let a close that was held up close a trade that began after it', async () => {
		const on = await stage();
		const member = await on.member();
		await on.run(await alert(on, member, { id: 'first' }));
		await on.ticks(1);
		const closing = await alert(on, member, { action: 'close', symbol: 'BTC/USDT' });
		const verdict = await on.core.risk.judge({
			signalId: closing, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		await on.ticks(61);
		await on.run(await alert(on, member, { id: 'second' }));
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'NOTHING_TO_CLOSE' });
		expect(await on.core.orders.positions(member.accountId)).toHaveLength(1);
	});
});
