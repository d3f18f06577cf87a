import type { SignalId } from '../../../core/model';
import type { Routed } from '../../../core/firemodes';
import type { Verdict } from '../../../core/risk';
import { describeDatabases } from '../../support/databases';
import { SYMBOLS, testCore, type Step } from '../../support/core';
import { PRESS, alert, entries, orders, reservations, stageOn, states, ticketOf, unrefused } from './stage';

describeDatabases('fire mode FULL_AUTO', (open) => {
	const stage = async () => stageOn(await open());

	it('gives the same ticket and order for any repeat of route and place', async () => {
		const on = await stage();
		const member = await on.member();
		const signalId = await alert(on, member);
		const [first] = await on.run(signalId);
		const [second] = await on.run(signalId);
		expect(second?.routed?.ticket.id).toBe(first?.routed?.ticket.id);
		const byPair = await on.core.firemodes.route({ signalId, accountId: member.accountId });
		expect(byPair).toMatchObject({ outcome: 'fire', ticket: { id: first?.routed?.ticket.id } });
		expect(await orders(on, member)).toHaveLength(1);
		expect(await on.core.events.list({ types: ['ticket.fired'], limit: 9 })).toHaveLength(1);
	});

	it.each(['in one execution', 'one second apart'])(
		'fires three of eight good alerts and queues five: %s',
		async (how) => {
			const on = await stage();
			const member = await on.member();
			const ids: SignalId[] = [];
			for (const symbol of SYMBOLS.slice(0, 8)) ids.push(await alert(on, member, { symbol }));
			const steps: Step[] = [];
			if (how === 'one second apart') {
				for (const id of ids) {
					steps.push(...(await on.run(id)));
					await on.ticks(1);
				}
			} else {
				const verdicts: Verdict[] = [];
				for (const id of ids) {
					verdicts.push(await on.core.risk.judge({
						signalId: id, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
					}));
				}
				const routed: Routed[] = [];
				for (const verdict of verdicts) routed.push(await on.core.firemodes.route(verdict.id));
				for (const { outcome, ticket } of routed) {
					if (outcome === 'fire') await on.core.firemodes.place(ticket.id, 'n');
				}
				routed.forEach((each, index) => {
					const verdict = verdicts[index];
					if (verdict !== undefined) steps.push({ verdict, routed: each });
				});
			}
			const outcomes = steps.map(({ routed }) => routed?.outcome);
			expect(outcomes).toEqual(['fire', 'fire', 'fire', ...Array.from({ length: 5 }, () => 'queued')]);
			await on.ticks(5);
			expect(await states(on, member)).toEqual([
				'FIRED', 'FIRED', 'FIRED', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED',
			]);
			const made = await entries(on, member);
			expect(made.map((order) => [order.state, order.symbol]).sort()).toEqual(
				SYMBOLS.slice(0, 3).map((symbol) => ['FILLED', symbol]).sort(),
			);
			expect(await reservations(on)).not.toContain('LIVE');
		},
	);

	it('fires the best of the queue into a freed slot: confidence, then expiry', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const late = new Date(on.core.kernel.clock.now() + 500_000).toISOString();
		const soon = new Date(on.core.kernel.clock.now() + 300_000).toISOString();
		for (const [symbol, confidence, expires] of [
			['ETH/USDT', 93, late], ['SOL/USDT', 97, late], ['ADA/USDT', 97, soon], ['LTC/USDT', 95, soon],
		] as const) {
			const id = await alert(on, member, { symbol, confidence, expires_at: expires });
			expect(ticketOf(await on.run(id)).state).toBe('QUEUED');
		}
		const order: (string | undefined)[] = [];
		for (let round = 0; round < 4; round++) {
			const [open] = await on.core.orders.positions(member.accountId);
			on.market.lift(open?.symbol ?? '');
			unrefused(await on.core.orders.closePosition({
				accountId: member.accountId, symbol: open?.symbol ?? '', reason: 'manual', actor: 'operator',
			}));
			await on.ticks(1);
			order.push((await on.core.orders.positions(member.accountId))[0]?.symbol);
		}
		expect(order).toEqual(['ADA/USDT', 'SOL/USDT', 'LTC/USDT', 'ETH/USDT']);
		expect(await states(on, member)).toEqual(Array.from({ length: 5 }, () => 'FIRED'));
	});

	it('fires one of every member before a second of any', async () => {
		const on = await stage();
		const [rich, poor] = [await on.member({ autoSlots: 3 }), await on.member({ autoSlots: 1 })];
		const wishes = [
			[rich, 'BTC/USDT', 99], [rich, 'ETH/USDT', 98], [rich, 'SOL/USDT', 97], [poor, 'LTC/USDT', 92],
		] as const;
		// Judged while the reservation lives, routed after it: all four wait, all slots are free.
		const verdicts: Verdict[] = [];
		for (const [member, symbol, confidence] of wishes) {
			verdicts.push(await on.core.risk.judge({
				signalId: await alert(on, member, { symbol, confidence }), accountId: member.accountId,
				manualRun: false, allowLive: false, actor: 'n',
			}));
		}
		await on.core.kernel.conn('reservations').update({ state: 'EXPIRED' });
		for (const verdict of verdicts) {
			expect((await on.core.firemodes.route(verdict.id)).outcome).toBe('queued');
		}
		expect(await on.core.firemodes.refill()).toBe(4);
		const fired = await on.core.events.list({ types: ['ticket.fired'], limit: 9 });
		expect(fired.map((event) => event.memberId)).toEqual([
			rich.memberId, poor.memberId, rich.memberId, rich.memberId,
		]);
	});

	it('lets nobody overtake a better ticket that waits, even if a slot is free again', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const better = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT', confidence: 97 })));
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		const worse = ticketOf(await on.run(await alert(on, member, { symbol: 'SOL/USDT', confidence: 93 })));
		expect(worse.state).toBe('QUEUED');
		const best = ticketOf(await on.run(await alert(on, member, { symbol: 'ADA/USDT', confidence: 99 })));
		expect(best.state).toBe('FIRED');
		expect((await on.core.firemodes.get(better.id))?.state).toBe('QUEUED');
	});

	it('lets a queued ticket go when its signal expires', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
		await on.pass(601);
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'EXPIRED', code: 'TICKET_EXPIRED' });
	});

	it('ends a queued ticket that the gate refuses when its turn comes, and tries the next', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const far = { symbol: 'ETH/USDT', confidence: 98, stop_loss: '2900', take_profit: '3300' };
		const doomed = ticketOf(await on.run(await alert(on, member, far)));
		const next = ticketOf(await on.run(await alert(on, member, { symbol: 'SOL/USDT' })));
		on.market.set('ETH/USDT', '2880');
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		await on.ticks(2);
		expect(await on.core.firemodes.get(doomed.id)).toMatchObject({ state: 'REFUSED', code: 'STOP_LOSS_WRONG_SIDE' });
		expect(await on.core.firemodes.get(next.id)).toMatchObject({ state: 'FIRED', slot: { number: 1 } });
	});

	it('writes no verdict for a ticket that only goes on waiting for capacity', async () => {
		const on = await stage();
		const member = await on.member({ fireMode: 'MANUAL' });
		// Three positions by hand, each worth nearly 30 % of the equity: the slots stay free.
		const big = (symbol: string, quantity: string) => ({
			symbol, quantity, stop_loss: on.market.away(symbol, -2), take_profit: on.market.away(symbol, 8),
		});
		for (const wish of [big('BTC/USDT', '0.048'), big('ETH/USDT', '0.96'), big('SOL/USDT', '19.2')]) {
			unrefused(await on.core.firemodes.fire(ticketOf(await on.run(await alert(on, member, wish))).id, PRESS));
			await on.ticks(1);
		}
		await on.core.firemodes.setMode(member.memberId, { mode: 'FULL_AUTO', slots: 3 }, 'operator');
		const [step] = await on.run(await alert(on, member, big('LTC/USDT', '36')));
		expect(step?.routed).toMatchObject({ outcome: 'queued', ticket: { code: 'WAITS_FOR_CAPACITY' } });
		const waiting = step?.routed?.ticket;
		if (waiting === undefined) throw new Error('no ticket');
		await on.ticks(5);
		expect(await on.core.risk.ofSignal(waiting.signalId)).toHaveLength(1);
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		await on.ticks(1);
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'FIRED', attempt: 1 });
		expect(await on.core.risk.ofSignal(waiting.signalId)).toHaveLength(2);
	});

	it('keeps what waits while the price feed stumbles', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
		on.market.lift('BTC/USDT');
		unrefused(await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		}));
		const now = on.market.at;
		on.market.at = () => now() - 60_000;
		await on.ticks(3);
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'QUEUED' });
		on.market.at = now;
		await on.ticks(1);
		expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'FIRED' });
	});

	it('frees the slot of an order that was denied before it had a trade', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		// The account's next entry may go out in ten seconds only: too late for this one.
		await on.core.kernel.conn('accounts')
			.where({ id: member.accountId })
			.update({ next_entry_at: on.core.kernel.clock.now() + 10_000 });
		await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
		expect(await entries(on, member)).toMatchObject([{ state: 'DENIED', code: 'ENTRY_RATE', tradeId: null }]);
		const next = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
		expect(next).toMatchObject({ state: 'FIRED', slot: { number: 1 } });
		await on.core.firemodes.reconcileSlots();
		expect(await on.core.kernel.conn('slots').whereNotNull('ticket_id')).toEqual([]);
	});

	it('judges again when Place finds the reservation run out', async () => {
		const database = await open();
		const on = testCore(database);
		await on.ticks(1);
		const member = await on.member();
		const signalId = await alert(on, member);
		const verdict = await on.core.risk.judge({
			signalId, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		database.clock.advance(31_000);
		await on.core.engine.tick();
		const placed = unrefused(await on.core.firemodes.place(ticket.id, 'n'));
		expect(placed).toMatchObject({ order: { state: 'FILLED' }, ticket: { attempt: 1, slot: { number: 1 } } });
		expect(placed.ticket.verdictId).not.toBe(verdict.id);
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ order: { id: placed.order?.id } });
	});

	it('ends the ticket and frees its slot when that judgement refuses', async () => {
		const database = await open();
		const on = testCore(database);
		await on.ticks(1);
		const member = await on.member();
		const verdict = await on.core.risk.judge({
			signalId: await alert(on, member, { stop_loss: '57000' }), accountId: member.accountId,
			manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		expect(ticket.slot).not.toBeNull();
		database.clock.advance(31_000);
		await on.core.engine.tick();
		on.market.set('BTC/USDT', '56000');
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'STOP_LOSS_WRONG_SIDE' });
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'REFUSED', slot: null });
		expect(await on.core.kernel.conn('slots').whereNotNull('ticket_id')).toEqual([]);
	});

	it('expires a fired ticket that nobody placed, with its reservation and slot', async () => {
		const on = await stage();
		const member = await on.member();
		const verdict = await on.core.risk.judge({
			signalId: await alert(on, member), accountId: member.accountId,
			manualRun: false, allowLive: false, actor: 'n',
		});
		const { ticket } = await on.core.firemodes.route(verdict.id);
		await on.pass(602);
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'EXPIRED', slot: null });
		expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'TICKET_NOT_FIRED' });
	});

	it('gives back at once what an expired fired ticket held, whoever finds it first', async () => {
		for (const finder of ['job', 'place']) {
			const database = await open();
			const on = testCore(database);
			await on.ticks(1);
			const member = await on.member();
			const soon = new Date(database.clock.now() + 10_000).toISOString();
			const verdict = await on.core.risk.judge({
				signalId: await alert(on, member, { expires_at: soon }), accountId: member.accountId,
				manualRun: false, allowLive: false, actor: 'n',
			});
			const { ticket } = await on.core.firemodes.route(verdict.id);
			database.clock.advance(11_000);
			if (finder === 'job') expect(await on.core.firemodes.expire()).toBe(1);
			else expect(await on.core.firemodes.place(ticket.id, 'n')).toMatchObject({ code: 'TICKET_EXPIRED' });
			expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'EXPIRED', slot: null });
			expect(await reservations(on)).toEqual(['RELEASED']);
			expect(await entries(on, member)).toEqual([]);
		}
	});

	it('queues what lost its reservation before it was routed', async () => {
		const database = await open();
		const on = testCore(database);
		await on.ticks(1);
		const member = await on.member();
		const verdict = await on.core.risk.judge({
			signalId: await alert(on, member), accountId: member.accountId,
			manualRun: false, allowLive: false, actor: 'n',
		});
		database.clock.advance(31_000);
		const { outcome, ticket } = await on.core.firemodes.route(verdict.id);
		expect([outcome, ticket.code]).toEqual(['queued', 'RESERVATION_EXPIRED']);
		await on.ticks(2);
		expect(await on.core.firemodes.get(ticket.id)).toMatchObject({ state: 'FIRED', firedBy: 'engine' });
		expect(await entries(on, member)).toMatchObject([{ state: 'FILLED' }]);
	});
});
