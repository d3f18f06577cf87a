import { isRefused, type Refused, type SignalId } from '../../../core/model';
import type { Ticket } from '../../../core/firemodes';
import { describeDatabases } from '../../support/databases';
import { SYMBOLS, testCore, type Step, type TestCore, type TestMember } from '../../support/core';

const PRESS = { actor: 'member:test' };

function ticketOf(steps: readonly Step[]): Ticket {
	const ticket = steps[0]?.routed?.ticket;
	if (ticket === undefined) throw new Error(`Not approved: ${steps[0]?.verdict.code}`);
	return ticket;
}

function unrefused<T>(value: T | Refused): T {
	if (isRefused(value)) throw new Error(`Refused: ${value.code}`);
	return value;
}

async function orders({ core }: TestCore, member: TestMember) {
	return core.orders.list({ accountId: member.accountId, limit: 100 });
}

async function entries(stage: TestCore, member: TestMember) {
	return (await orders(stage, member)).filter((order) => order.leg === 'entry');
}

async function states({ core }: TestCore, member: TestMember): Promise<string[]> {
	const tickets = await core.firemodes.list({ memberId: member.memberId, limit: 100 });
	return tickets.map((ticket) => ticket.state).sort();
}

async function reservations({ core }: TestCore): Promise<string[]> {
	const rows: { state: string }[] = await core.kernel.conn('reservations').select('state');
	return rows.map((row) => row.state).sort();
}

describeDatabases('fire modes', (open) => {
	async function stage(): Promise<TestCore & { pass(seconds: number): Promise<void> }> {
		const database = await open();
		const made = testCore(database);
		await made.ticks(1);
		return {
			...made,
			// As if the engine had ticked all the time: only the last seconds matter here.
			pass: async (seconds) => {
				database.clock.advance((seconds - 2) * 1000);
				await made.ticks(2);
			},
		};
	}

	async function alert(on: TestCore, member: TestMember, rest: object = {}): Promise<SignalId> {
		return on.submit({ members: [member.handle], ...rest });
	}

	describe('MANUAL', () => {
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

	describe('FULL_AUTO', () => {
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
					const verdicts = [];
					for (const id of ids) {
						verdicts.push(await on.core.risk.judge({
							signalId: id, accountId: member.accountId, manualRun: false, allowLive: false, actor: 'n',
						}));
					}
					const routed = [];
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
				unrefused(await on.core.orders.closePosition({
					accountId: member.accountId, symbol: open?.symbol ?? '', reason: 'manual', actor: 'operator',
				}));
				await on.ticks(1);
				order.push((await on.core.orders.positions(member.accountId))[0]?.symbol);
			}
			expect(order).toEqual(['ADA/USDT', 'SOL/USDT', 'LTC/USDT', 'ETH/USDT']);
			expect(await states(on, member)).toEqual(Array.from({ length: 5 }, () => 'FIRED'));
		});

		it('lets nobody overtake a better ticket that waits, even if a slot is free again', async () => {
			const on = await stage();
			const member = await on.member({ autoSlots: 1 });
			await on.run(await alert(on, member, { symbol: 'BTC/USDT' }));
			const better = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT', confidence: 97 })));
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
			unrefused(await on.core.orders.closePosition({
				accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
			}));
			await on.ticks(1);
			expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'FIRED', attempt: 1 });
			expect(await on.core.risk.ofSignal(waiting.signalId)).toHaveLength(2);
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
			const waiting = ticketOf(await on.run(await alert(on, member, { symbol: 'ETH/USDT' })));
			await on.ticks(1);
			await on.core.members.upsert({ handle: member.handle, tier: 'FANG', actor: 'operator' });
			const held = ticketOf(await on.run(await alert(on, member, { symbol: 'SOL/USDT' })));
			expect(held).toMatchObject({ state: 'HELD', mode: 'MANUAL' });
			await on.ticks(1);
			expect(await on.core.firemodes.get(waiting.id)).toMatchObject({ state: 'HELD', mode: 'MANUAL' });
			expect((await on.core.orders.positions(member.accountId)).map((each) => each.symbol)).toEqual(['BTC/USDT']);
		});
	});

	describe('close and cancel', () => {
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
