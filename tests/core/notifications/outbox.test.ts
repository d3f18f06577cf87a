import { HOUR, MINUTE, SECOND, type EventId } from '../../../core/model';
import type { Channel, OutboxEntry, OutgoingMessage, SendReport, Transports } from '../../../core/notifications';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { Outside, Stage } from './stage';

const BAD_GATEWAY = { kind: 'status', status: 502, description: 'Bad Gateway' } as const;
const REFUSED = { kind: 'status', status: 401, description: 'Unauthorized' } as const;

/** The real Telegram channel, with something done around each send. */
function around(
	transports: Transports,
	wrap: (send: () => Promise<SendReport>, message: OutgoingMessage) => Promise<SendReport>,
): Transports {
	const telegram: Channel<{ botToken: string; baseUrl: string }> = {
		name: 'telegram',
		send: async (message, settings) => wrap(async () => transports.telegram.send(message, settings), message),
	};
	return { ...transports, telegram };
}

describeDatabases('outbox', (open) => {
	let outside: Outside;
	let database: TestDatabase;
	let stage: Stage;

	beforeAll(async () => {
		outside = await Outside.open();
		database = await open();
	});
	beforeEach(async () => {
		outside.telegram.reset();
		outside.push.received.length = 0;
		outside.mail.taken.length = 0;
		stage = await new Stage(database, outside).prepare();
	});
	afterAll(async () => outside.close());

	const { drain } = { drain: async () => stage.notifications.drain() };
	const only = async (eventId: EventId, channel = 'telegram'): Promise<OutboxEntry> => {
		const entry = (await stage.entries(eventId)).find((each) => each.channel === channel);
		if (entry === undefined) throw new Error(`no entry on ${channel}`);
		return entry;
	};
	/** Goes on second by second, as the engine does. */
	const tick = async (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			database.clock.advance(SECOND);
			await drain();
		}
	};

	describe('retries', () => {
		it('follow the policy, then the letter is dead and the other channels tell of it', async () => {
			await stage.setUp('email', 'push', 'telegram');
			outside.telegram.failAlways(REFUSED);
			const eventId = await stage.issue('low', 'LOST');
			await stage.notifications.deliver(eventId);
			const tries: number[] = [0];
			for (const wait of [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR]) {
				database.clock.advance(wait - 1);
				await drain();
				expect(await only(eventId)).toMatchObject({ state: 'PENDING', attempts: tries.length });
				database.clock.advance(1);
				await drain();
				tries.push(wait);
			}
			expect(outside.telegram.calls).toHaveLength(7);
			const dead = await only(eventId);
			expect(dead).toMatchObject({ state: 'DEAD', attempts: 7, error: 'Telegram answered 401: Unauthorized' });
			const told = await stage.kernel.conn('events').where({ type: 'alert.dead_letter', subject_id: dead.id });
			expect(told).toHaveLength(1);
			expect(JSON.parse(told[0].payload)).toEqual({ message_id: dead.id, channel: 'telegram', error: dead.error });
			await drain();
			expect(await stage.fates(told[0].event_id)).toEqual(['email SENT', 'push SENT', 'telegram SUPPRESSED FAILED_CHANNEL']);
			expect(outside.mail.taken.at(-1)?.mail.subject).toBe('Alerts by telegram do not arrive');
		});

		it('of news about a dead letter do not go round in circles', async () => {
			await stage.setUp('email', 'telegram');
			outside.mail.failNext({ kind: 'refuse_recipient', code: 550 });
			outside.telegram.failAlways({ kind: 'status', status: 400, description: 'Bad Request: no' });
			const eventId = await stage.issue('high');
			await stage.notifications.deliver(eventId);
			await drain();
			await tick(3);
			expect(await stage.fates(eventId)).toEqual(['email DEAD', 'push SUPPRESSED NOT_CONFIGURED', 'telegram DEAD']);
			const told = await stage.kernel.conn('events').where({ type: 'alert.dead_letter', member_id: stage.anna });
			expect(told.map((row) => JSON.parse(row.payload).channel).sort()).toEqual(['email', 'telegram']);
			const fates = await Promise.all(told.map(async (row) => stage.fates(row.event_id)));
			expect(fates.flat().sort()).toEqual([
				'email SENT', 'email SUPPRESSED FAILED_CHANNEL',
				'push SUPPRESSED NOT_CONFIGURED', 'push SUPPRESSED NOT_CONFIGURED',
				'telegram DEAD', 'telegram SUPPRESSED FAILED_CHANNEL',
			]);
		});

		it('wait as long as Telegram asks, critical alerts too', async () => {
			await stage.setUp('telegram');
			outside.telegram.failNext({ kind: 'status', status: 429, description: 'Too Many Requests', retryAfter: 17 });
			await stage.notifications.deliver(await stage.issue('high', 'FIRST'));
			await stage.notifications.deliver(await stage.issue('critical', 'URGENT'));
			await tick(16);
			expect(outside.telegram.calls).toHaveLength(1);
			await tick(2);
			expect(stage.chat()).toEqual(['Issue: URGENT', 'Issue: FIRST']);
		});

		it('of a message that may have arrived say so', async () => {
			await stage.setUp('telegram');
			outside.telegram.failNext({ kind: 'dropped_answer' });
			await stage.notifications.deliver(await stage.issue('high', 'TWICE'));
			await tick(1);
			expect(stage.chat()).toEqual(['Issue: TWICE', 'Issue: TWICE']);
			expect(outside.telegram.duplicates()).toEqual([`${stage.chatId}: Issue: TWICE`]);
			const texts = outside.telegram.delivered.map(({ text }) => text.includes('Sent again'));
			expect(texts).toEqual([false, true]);
			outside.telegram.failNext(REFUSED);
			await stage.notifications.deliver(await stage.issue('high', 'ONCE'));
			await tick(2);
			expect(outside.telegram.delivered.at(-1)?.text).not.toContain('Sent again');
		});
	});

	describe('addresses that are gone', () => {
		it('a blocked bot switches Telegram off for the member, who hears of it by e-mail', async () => {
			await stage.setUp('email', 'telegram');
			outside.telegram.blocked.add(stage.chatId);
			const [first, second] = [await stage.issue('high'), await stage.issue('low')];
			await stage.enqueue(second);
			await stage.notifications.deliver(first, { channels: ['telegram'] });
			await tick(2);
			expect(outside.telegram.calls).toHaveLength(1);
			expect(await only(first)).toMatchObject({ state: 'SUPPRESSED', reason: 'ADDRESS_GONE' });
			expect(await only(second)).toMatchObject({ state: 'DEAD', reason: 'ADDRESS_GONE' });
			expect((await stage.members.get(stage.handle))?.channels).toEqual({ email: true, push: true, telegram: false });
			expect(outside.mail.taken.map(({ mail }) => mail.subject)).toContain('Alerts by telegram do not arrive');
			const later = await stage.issue('low');
			await stage.notifications.deliver(later);
			expect(await only(later)).toMatchObject({ state: 'SUPPRESSED', reason: 'CHANNEL_OFF' });
		});

		it.each([404, 410])('%i ends a push subscription quietly; other devices go on', async (status) => {
			await stage.setUp('push', 'telegram');
			const second = outside.push.subscribe();
			await stage.members.addPushSubscription(stage.handle, second);
			outside.push.failNext({ status });
			const eventId = await stage.issue('normal');
			await stage.notifications.deliver(eventId, { channels: ['push'] });
			expect((await stage.fates(eventId)).sort()).toEqual(['push SENT', 'push SUPPRESSED ADDRESS_GONE']);
			expect(await stage.members.pushSubscriptions(stage.handle)).toHaveLength(1);
			expect(await stage.kernel.conn('events').where({ type: 'alert.dead_letter', member_id: stage.anna })).toEqual([]);
			await stage.notifications.deliver(await stage.issue('normal'));
			expect(outside.push.received).toHaveLength(3);
		});

		it('a device that was removed while its message waited gets nothing', async () => {
			await stage.setUp('push');
			const eventId = await stage.issue('normal');
			await stage.enqueue(eventId);
			await stage.members.removePushSubscription(stage.browser.endpoint, 'unwanted');
			await drain();
			expect(await only(eventId, 'push')).toMatchObject({ state: 'SUPPRESSED', reason: 'ADDRESS_GONE' });
			expect(outside.push.received).toEqual([]);
		});
	});

	describe('order and pace', () => {
		it('keeps the order of a chat over failures; critical passes first', async () => {
			await stage.setUp('telegram');
			outside.telegram.failAlways(BAD_GATEWAY);
			for (const code of ['ONE', 'TWO', 'THREE']) await stage.notifications.deliver(await stage.issue('normal', code));
			await tick(20);
			outside.telegram.failAlways(null);
			await stage.notifications.deliver(await stage.issue('critical', 'NOW'));
			expect(stage.chat()).toEqual(['Issue: NOW']);
			await tick(3);
			expect(stage.chat()).toEqual(['Issue: NOW', 'Issue: ONE', 'Issue: TWO', 'Issue: THREE']);
		});

		it('sends one a second to a chat', async () => {
			await stage.setUp('telegram');
			for (let count = 0; count < 4; count++) await stage.enqueue(await stage.issue('low'));
			const sent: number[] = [];
			for (let step = 0; step < 16; step++) {
				await drain();
				sent.push(outside.telegram.delivered.length);
				database.clock.advance(250);
			}
			expect(sent).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]);
		});

		it('sends critical ones one a second to a chat, too', async () => {
			await stage.setUp('telegram');
			const urgent = [await stage.issue('critical', 'U1'), await stage.issue('critical', 'U2')];
			await stage.enqueue(...urgent);
			await drain();
			expect(stage.chat()).toEqual(['Issue: U1']);
			await tick(1);
			expect(stage.chat()).toEqual(['Issue: U1', 'Issue: U2']);
		});

		it('sends thirty a second in all, over every process', async () => {
			await stage.setUp('telegram');
			for (let count = 0; count < 45; count++) {
				const memberId = await stage.member(`crowd-${stage.handle}-${count}`, String(90_000 + count));
				await stage.enqueue(await stage.issue('low', `C${count}`, memberId));
			}
			const processes = [stage.process(), stage.process(), stage.process()];
			const run = async () => Promise.all(processes.map(async (process) => process.drain()));
			await run();
			expect(outside.telegram.delivered).toHaveLength(30);
			database.clock.advance(999);
			await run();
			expect(outside.telegram.delivered).toHaveLength(30);
			database.clock.advance(1);
			await run();
			expect(outside.telegram.delivered).toHaveLength(45);
			expect(outside.telegram.duplicates()).toEqual([]);
		});

		it('holds nobody up for a chat that fails', async () => {
			await stage.setUp('telegram');
			const ben = await stage.member(`ben-${stage.handle}`, '777');
			outside.telegram.failNext({ kind: 'status', status: 429, description: 'slow', retryAfter: 60 });
			await stage.notifications.deliver(await stage.issue('low', 'STUCK'));
			await stage.notifications.deliver(await stage.issue('low', 'FREE', ben));
			expect([stage.chat(), stage.chat('777')]).toEqual([[], ['Issue: FREE']]);
		});
	});

	describe('processes', () => {
		it('two that drain at once never send a message twice', async () => {
			await stage.setUp('email', 'push');
			const events: EventId[] = [];
			for (let count = 0; count < 12; count++) {
				const handle = `d${count}-${stage.handle}`;
				const memberId = await stage.member(handle, null, `${handle}@members.test`);
				await stage.members.addPushSubscription(handle, outside.push.subscribe());
				events.push(await stage.issue('high', `E${count}`, memberId));
			}
			await stage.enqueue(...events);
			const processes = [stage.process(), stage.process()];
			await Promise.all(processes.map(async (process) => process.drain()));
			await Promise.all(processes.map(async (process) => process.drain()));
			expect(outside.mail.taken.map(({ to }) => to[0]).sort()).toEqual(
				events.map((_, count) => `d${count}-${stage.handle}@members.test`).sort(),
			);
			expect(new Set(outside.push.received.map(({ path }) => path)).size).toBe(12);
			expect(outside.push.received).toHaveLength(12);
		});

		it('one that dies before it sends leaves the message to others, after its lease', async () => {
			await stage.setUp('telegram');
			const eventId = await stage.issue('low', 'ORPHAN');
			await stage.enqueue(eventId);
			let begun: (() => void) | undefined;
			const taken = new Promise<void>((resolve) => { begun = resolve; });
			let release: ((report: SendReport) => void) | undefined;
			const dying = stage.process(around(outside.transports, async () => {
				begun?.();
				return new Promise((resolve) => { release = resolve; });
			}));
			const death = dying.drain();
			await taken;
			await tick(59);
			expect(outside.telegram.calls).toEqual([]);
			await tick(1);
			expect(stage.chat()).toEqual(['Issue: ORPHAN']);
			expect(await only(eventId)).toMatchObject({ state: 'SENT', attempts: 2 });
			release?.({ kind: 'failed', verdict: 'never', retryAfterMs: null, uncertain: false, error: 'late words' });
			expect(await death).toMatchObject({ lost_lease: 1, dead: 0 });
			expect(await only(eventId)).toMatchObject({ state: 'SENT', error: null });
		});

		it('one that dies after it sent, before it wrote so: sent again, and said so', async () => {
			await stage.setUp('telegram');
			const eventId = await stage.issue('low', 'ECHO');
			await stage.enqueue(eventId);
			let release: ((report: SendReport) => void) | undefined;
			let arrived: (() => void) | undefined;
			const there = new Promise<void>((resolve) => { arrived = resolve; });
			const dying = stage.process(around(outside.transports, async (send) => {
				await send();
				arrived?.();
				return new Promise((resolve) => { release = resolve; });
			}));
			const death = dying.drain();
			await there;
			await tick(61);
			expect(outside.telegram.delivered.map(({ text }) => text.includes('Sent again'))).toEqual([false, true]);
			expect(await only(eventId)).toMatchObject({ state: 'SENT' });
			release?.({ kind: 'sent', providerId: 'late' });
			expect(await death).toMatchObject({ lost_lease: 1, sent: 0 });
			expect((await only(eventId)).providerId).toBe('2');
		});

		it('that die over one and the same message come to an end', async () => {
			await stage.setUp('telegram');
			const eventId = await stage.issue('low', 'POISON');
			await stage.enqueue(eventId);
			await stage.kernel.conn('outbox').where({ event_id: eventId, channel: 'telegram' }).update({ attempts: 7, uncertain: 1 });
			await drain();
			expect(await only(eventId)).toMatchObject({ state: 'DEAD', error: 'No try ever came to an end.' });
			expect(outside.telegram.calls).toEqual([]);
		});

		it('a channel that throws costs its own message a try and no other anything', async () => {
			await stage.setUp('telegram');
			const ben = await stage.member(`ben2-${stage.handle}`, '778');
			const [bad, good] = [await stage.issue('low', 'BAD'), await stage.issue('low', 'GOOD', ben)];
			await stage.enqueue(bad, good);
			const odd = stage.process(around(outside.transports, async (send, message) => {
				if (message.alert.title === 'Issue: BAD') throw new Error('boom');
				return send();
			}));
			expect(await odd.drain()).toMatchObject({ sent: 1, retried: 1 });
			expect(await only(bad)).toMatchObject({ state: 'PENDING', attempts: 1, error: 'The channel failed: boom' });
		});

		it('a failing database rolls the whole settlement back', async () => {
			await stage.setUp('telegram', 'email');
			outside.telegram.failAlways({ kind: 'status', status: 400, description: 'Bad Request: no' });
			const eventId = await stage.issue('low', 'ATOMIC');
			await stage.enqueue(eventId);
			const { conn } = stage.kernel;
			await conn.schema.renameTable('events', 'events_away');
			await drain();
			await conn.schema.renameTable('events_away', 'events');
			expect(stage.log.join()).toContain('The channel telegram cannot send.');
			expect(await only(eventId)).toMatchObject({ state: 'PENDING', attempts: 1 });
			await tick(60);
			expect(await only(eventId)).toMatchObject({ state: 'DEAD', attempts: 2 });
			expect(await stage.kernel.conn('events').where({ type: 'alert.dead_letter', member_id: stage.anna })).toHaveLength(1);
		});
	});

	it('costs an idle engine no write and no lock', async () => {
		await stage.setUp('email', 'push', 'telegram');
		const queries: string[] = [];
		const note = ({ sql }: { sql: string }) => void queries.push(sql);
		stage.kernel.conn.on('query', note);
		expect(await drain()).toEqual({ sent: 0, retried: 0, dead: 0, suppressed: 0, lost_lease: 0 });
		stage.kernel.conn.off('query', note);
		expect(queries).toHaveLength(3);
		for (const sql of queries) expect(sql).toMatch(/^select (?!.*for update)/i);
	});
});
