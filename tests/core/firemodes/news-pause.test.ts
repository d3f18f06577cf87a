import { HOUR, isoTime, MINUTE, SECOND } from '../../../core/model';
import type { Ticket } from '../../../core/firemodes';
import { testCore, type TestCore, type TestMember } from '../../support/core';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';

describeDatabases('FULL_AUTO pauses on news', (open) => {
	let database: TestDatabase;
	let desk: TestCore;
	let member: TestMember;

	/** A calendar with one event of this impact, so many ms from now. */
	const calendar = async (impact: string, inMs: number): Promise<void> => {
		const rows = [{ title: 'Speech', currency: 'USD', impact, date: isoTime(database.clock.now() + inMs) }];
		await desk.core.news.refresh({ kind: 'items', rows, name: null, zone: null, actor: 'operator' });
	};
	const ticketOf = async (id: string): Promise<Ticket | undefined> =>
		(await desk.core.firemodes.list({})).find((ticket) => ticket.id === id);

	/** One slot in use, and a ticket that waits for it for an hour. */
	const queued = async (confidence: number): Promise<{ waiting: Ticket; free: () => Promise<void> }> => {
		database = await open();
		desk = testCore(database);
		await desk.ticks(1);
		member = await desk.member({ autoSlots: 1 });
		const alert = { members: [member.handle], confidence, expires_at: isoTime(database.clock.now() + HOUR) };
		await desk.run(await desk.submit({ ...alert, symbol: 'ETH/USDT', confidence: 99 }));
		await desk.ticks(2);
		const [step] = await desk.run(await desk.submit({ ...alert, symbol: 'BTC/USDT' }));
		const waiting = step?.routed?.ticket;
		if (waiting?.state !== 'QUEUED') throw new Error(`Not queued: ${step?.verdict.code ?? ''} ${waiting?.state ?? ''}`);
		const { accountId } = member;
		return {
			waiting,
			free: async () => {
				// With a profit: after a loss the guard of behaviour would hold the next one back.
				desk.market.set('ETH/USDT', 3100);
				await desk.core.orders.closePosition({ accountId, symbol: 'ETH/USDT', reason: 'manual', actor: 'operator' });
			},
		};
	};

	test('what is queued does not fire inside of a window and fires after it', async () => {
		const { waiting, free } = await queued(96);
		// Its window is open for eight more seconds.
		await calendar('High', -30 * MINUTE + 8 * SECOND);
		await free();
		await desk.ticks(7);
		expect(await ticketOf(waiting.id)).toMatchObject({ state: 'QUEUED', attempt: waiting.attempt });
		await desk.ticks(2);
		expect((await ticketOf(waiting.id))?.state).toBe('FIRED');
	});

	test('a MEDIUM event holds back what is not confident enough for it', async () => {
		const { waiting, free } = await queued(93);
		await calendar('Medium', 0);
		await free();
		await desk.ticks(3);
		expect((await ticketOf(waiting.id))?.state).toBe('QUEUED');
	});

	test('a MEDIUM event lets pass what is confident enough for it', async () => {
		const { waiting, free } = await queued(95);
		await calendar('Medium', 0);
		await free();
		await desk.ticks(3);
		expect((await ticketOf(waiting.id))?.state).toBe('FIRED');
	});

	test('events of others hold nothing back', async () => {
		const { waiting, free } = await queued(96);
		const rows = [{ title: 'Speech', currency: 'JPY', impact: 'High', date: isoTime(database.clock.now()) }];
		await desk.core.news.refresh({ kind: 'items', rows, name: null, zone: null, actor: 'operator' });
		await free();
		await desk.ticks(3);
		expect((await ticketOf(waiting.id))?.state).toBe('FIRED');
		expect(database.clock.now()).toBeGreaterThan(START);
	});
});
