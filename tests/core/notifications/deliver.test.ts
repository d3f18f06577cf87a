import { createMembers } from '../../../core/members';
import { createNotifications } from '../../../core/notifications';
import type { Verdict } from '../../../core/risk';
import { insertVerdict } from '../../../core/risk/verdicts.repository';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { closeTrade } from '../../support/closed-trades';
import { tell } from '../../support/tell';
import { Outside, Stage } from './stage';

describeDatabases('deliver', (open) => {
	let outside: Outside;
	let stage: Stage;
	let database: TestDatabase;

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

	it('keeps the alert in the local outbox when no channel is set up', async () => {
		const eventId = await closeTrade(stage.kernel, { memberId: stage.anna, accountId: 'acc_1', signalId: 'sig_1' });
		const entries = await stage.notifications.deliver(eventId);
		expect(entries.map(({ channel, state, reason }) => [channel, state, reason])).toEqual([
			['email', 'SUPPRESSED', 'NOT_CONFIGURED'],
			['push', 'SUPPRESSED', 'NOT_CONFIGURED'],
			['telegram', 'SUPPRESSED', 'NOT_CONFIGURED'],
			['local', 'LOCAL', null],
		]);
		expect(entries[3]?.text).toBe(
			'Target hit: BTC/USDT +5.64 USDT\n' +
				'Your buy of 0.005 BTC was closed by its target at 61,500 USDT.\n' +
				'Result: +5.64 USDT after 0.61 USDT fees. The plan was kept.\n\n' +
				'Entry: 60,250.5 USDT\nExit: 61,500 USDT\nBefore fees: +6.25 USDT\nNet: +5.64 USDT\n' +
				`Held: 12 min\nClosed: 20 Nov 10:00:00 (UTC)\nTrade: ${entries[3]?.alert.facts.at(-1)?.value}`,
		);
		expect(await stage.notifications.deliver(eventId)).toEqual(entries);
		expect(await stage.notifications.forSignal('sig_1', 'acc_1')).toEqual(entries);
		expect(await stage.notifications.forSignal('sig_1', null)).toEqual([]);
		expect(await stage.notifications.list({ limit: 9, state: 'LOCAL' })).toHaveLength(1);
	});

	it('sends on every channel at once, and once only', async () => {
		await stage.setUp('email', 'push', 'telegram');
		const eventId = await stage.issue('high', 'DISK');
		const entries = await stage.notifications.deliver(eventId);
		expect(entries.map(({ channel, state, attempts }) => [channel, state, attempts])).toEqual([
			['email', 'SENT', 1], ['push', 'SENT', 1], ['telegram', 'SENT', 1],
		]);
		expect(entries.map(({ providerId }) => providerId)).toEqual([
			expect.stringContaining('@firecontrol.test>'), expect.stringContaining('/message/'), '1',
		]);
		expect(await stage.notifications.deliver(eventId)).toEqual(entries);
		await stage.notifications.drain();
		expect(stage.chat()).toEqual(['Issue: DISK']);
		expect(outside.mail.taken.map(({ to }) => to)).toEqual([[stage.email]]);
		expect(outside.push.received.map(({ body }) => stage.browser.read(body)['title'])).toEqual(['Issue: DISK']);
	});

	it('sends an event once, however many processes deliver it at the same moment', async () => {
		await stage.setUp('email', 'push', 'telegram');
		const eventId = await stage.issue('critical');
		const processes = [stage.process(), stage.process(), stage.process(), stage.notifications];
		await Promise.all(processes.map(async (process) => process.deliver(eventId)));
		for (const process of processes) await process.drain();
		expect(await stage.fates(eventId)).toEqual(['email SENT', 'push SENT', 'telegram SENT']);
		expect([outside.mail.taken, outside.push.received, outside.telegram.delivered].map((all) => all.length)).toEqual([1, 1, 1]);
	});

	it.each([
		['low', ['email SUPPRESSED PRIORITY', 'push SUPPRESSED PRIORITY', 'telegram SENT']],
		['normal', ['email SUPPRESSED PRIORITY', 'push SENT', 'telegram SENT']],
		['critical', ['email SENT', 'push SENT', 'telegram SENT']],
	] as const)('uses the channels for %s and writes down why not the others', async (severity, fates) => {
		await stage.setUp('email', 'push', 'telegram');
		const eventId = await stage.issue(severity);
		await stage.notifications.deliver(eventId);
		expect(await stage.fates(eventId)).toEqual(fates);
	});

	it('leaves out what the member switched off or has no address for', async () => {
		await stage.setUp('email', 'push', 'telegram');
		await stage.members.upsert({ handle: stage.handle, channels: { email: false }, actor: 'operator' });
		const ben = await stage.member('ben-with-chat', '43');
		const [hers, his] = [await stage.issue('high'), await stage.issue('high', 'B', ben)];
		await stage.notifications.deliver(hers);
		await stage.notifications.deliver(his);
		expect(await stage.fates(hers)).toEqual(['email SUPPRESSED CHANNEL_OFF', 'push SENT', 'telegram SENT']);
		expect(await stage.fates(his)).toEqual(['email SUPPRESSED NO_ADDRESS', 'push SUPPRESSED NO_ADDRESS', 'telegram SENT']);
	});

	it('uses only the channels it is told to, and leaves the others to other calls', async () => {
		await stage.setUp('email', 'push', 'telegram');
		const eventId = await stage.issue('high');
		await stage.notifications.deliver(eventId, { channels: ['email'] });
		expect(await stage.fates(eventId)).toEqual(['email SENT']);
		await stage.notifications.deliver(eventId, { channels: ['email', 'telegram'] });
		expect(await stage.fates(eventId)).toEqual(['email SENT', 'telegram SENT']);
	});

	it('sends to every device of the member, one message each', async () => {
		await stage.setUp('push');
		const second = outside.push.subscribe();
		await stage.members.addPushSubscription(stage.handle, second);
		await stage.notifications.deliver(await stage.issue('normal', 'TWO'));
		const [first, other] = outside.push.received;
		expect(outside.push.received).toHaveLength(2);
		const bodies = [first, other].map((push) => push?.body ?? Buffer.alloc(0));
		const mine = bodies.findIndex((_, index) => outside.push.received[index]?.path === new URL(second.endpoint).pathname);
		expect(second.read(bodies[mine] ?? Buffer.alloc(0))).toMatchObject({ title: 'Issue: TWO' });
		expect(stage.browser.read(bodies[1 - mine] ?? Buffer.alloc(0))).toMatchObject({ title: 'Issue: TWO' });
	});

	it('tells the operator what concerns no single member', async () => {
		const unheard = { code: 'X', message: 'x', severity: 'high' } as const;
		const early = await tell(stage.kernel, { type: 'issue.raised', actor: 'system', payload: unheard });
		expect(await stage.notifications.deliver(early)).toEqual([]);
		await createMembers(stage.kernel).seedOperator();
		await stage.members.upsert({ handle: 'operator', telegramChatId: '1', actor: 'operator' });
		await stage.setUp('telegram');
		const payload = { code: 'DISK', message: 'Full.', severity: 'high' } as const;
		await stage.notifications.deliver(await tell(stage.kernel, { type: 'issue.raised', actor: 'system', payload }));
		expect([stage.chat('1'), stage.chat()]).toEqual([['Issue: DISK'], []]);
	});

	it('tells nobody of what is no news, and says when there is no such event', async () => {
		const payload = { signal_id: 'sig_1', source: 's', symbol: 'BTC/USDT', side: 'buy', action: 'open' } as const;
		const eventId = await tell(stage.kernel, { type: 'signal.received', actor: 'key:k', payload });
		expect(await stage.notifications.deliver(eventId)).toEqual([]);
		expect(await stage.notifications.route(eventId)).toEqual([]);
		await expect(stage.notifications.deliver('evt_none')).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
	});

	it('tells a refused signal with the messages of the checks that blocked', async () => {
		await stage.setUp('telegram');
		const check = { limit: '100', observed: '135' };
		const verdict: Verdict = {
			id: 'vrd_1', signalId: 'sig_9', accountId: 'acc_1', memberId: stage.anna, purpose: 'intake',
			action: 'open', symbol: 'BTC/USDT', side: 'buy', confidence: null, decision: 'BLOCK',
			code: 'RISK_PER_TRADE', intent: null, reservationId: null, waitsForCapacity: false,
			checks: [
				{ ...check, check: 'balance', code: 'OK', result: 'pass', message: 'Passed.' },
				{
					...check, check: 'risk_per_trade', code: 'RISK_PER_TRADE', result: 'block',
					message: 'The order risks 135 USDT; the limit a trade is 100 USDT.',
				},
				// A mere warning is no reason of a refusal.
				{ ...check, check: 'news', code: 'NEWS_NOT_CONFIGURED', result: 'warn', message: 'No calendar is set up.' },
			],
			policyVersion: 'pol_1', actor: 'system', createdAt: 1, expiresAt: 2,
		};
		await stage.kernel.transaction(async (trx) => insertVerdict(trx, verdict));
		await stage.notifications.deliver(await tell(stage.kernel, {
			type: 'verdict.issued', memberId: stage.anna, signalId: 'sig_9', accountId: 'acc_1', actor: 'system',
			payload: {
				verdict_id: 'vrd_1', decision: 'BLOCK', code: 'RISK_PER_TRADE', codes: ['RISK_PER_TRADE'],
				symbol: 'BTC/USDT', side: 'buy', action: 'open', confidence: null,
			},
		}));
		expect(outside.telegram.delivered[0]?.text).toBe(
			'Refused: buy BTC/USDT\nThe risk gate refused the signal to buy BTC/USDT. Nothing was ordered.\n' +
				'The order risks 135 USDT; the limit a trade is 100 USDT.\n\nCode: RISK_PER_TRADE',
		);
	});
});

describeDatabases('route', (open) => {
	let outside: Outside;
	let stage: Stage;
	let database: TestDatabase;

	beforeAll(async () => {
		outside = await Outside.open();
		database = await open();
	});
	beforeEach(async () => {
		outside.telegram.reset();
		stage = await new Stage(database, outside).prepare();
	});
	afterAll(async () => outside.close());

	it('renders for the workflow, one item a channel, and sends nothing itself', async () => {
		const eventId = await stage.issue('normal', 'A_B');
		const items = await stage.notifications.route(eventId);
		expect(items.map(({ channel, suppressed, addresses }) => [channel, suppressed, addresses])).toEqual([
			['email', 'PRIORITY', []],
			['push', null, [expect.stringMatching(/^psh_/)]],
			['telegram', null, [stage.chatId]],
		]);
		expect(items[2]).toMatchObject({
			eventId, memberId: stage.anna, handle: stage.handle, type: 'system', priority: 'normal', silent: true,
			reason: null, subject: 'Issue: A_B', text: expect.stringContaining('Something is odd.'),
			markdownV2: expect.stringContaining('*Issue: A\\_B*'), html: expect.stringContaining('Issue: A_B</h1>'),
		});
		expect(items[0]?.reason).toMatch(/Below the priority/);
		expect(await stage.fates(eventId)).toEqual(['email SUPPRESSED PRIORITY', 'push ROUTED', 'telegram ROUTED']);
		await stage.setUp('telegram');
		await stage.notifications.drain();
		expect(stage.chat()).toEqual([]);
		expect((await stage.notifications.route(eventId)).map((item) => item.suppressed)).toEqual(['PRIORITY', null, null]);
	});

	it('lets Deliver behind an output send what was routed, once', async () => {
		await stage.setUp('telegram');
		const eventId = await stage.issue('normal');
		await stage.notifications.route(eventId);
		await stage.notifications.deliver(eventId, { channels: ['telegram'] });
		await stage.notifications.deliver(eventId, { channels: ['push'] });
		await stage.notifications.deliver(eventId, { channels: ['telegram'] });
		expect(await stage.fates(eventId)).toEqual([
			'email SUPPRESSED PRIORITY', 'push SUPPRESSED NOT_CONFIGURED', 'telegram SENT',
		]);
		expect(stage.chat()).toHaveLength(1);
	});

	it('keeps the alert local when there is nobody to hand it to', async () => {
		const ben = await stage.member('ben', null);
		const eventId = await stage.issue('high', 'B', ben);
		expect((await stage.notifications.route(eventId)).map((item) => item.suppressed)).toEqual(['NO_ADDRESS', 'NO_ADDRESS', 'NO_ADDRESS']);
		expect((await stage.fates(eventId)).at(-1)).toBe('local LOCAL');
	});
});

describeDatabases('channel settings', (openNew) => {
	let database: TestDatabase | null = null;
	const open = async () => (database ??= await openNew());
	const secrets = (outside: Outside) => [outside.telegram.token, outside.mail.password];

	it('are sealed at rest, never logged, and unchanged when saved again', async () => {
		const outside = await Outside.open();
		const stage = await new Stage(await open(), outside).prepare();
		const { notifications, kernel } = stage;
		expect(await notifications.saveChannel('telegram', outside.telegram.settings, 'node:w1')).toEqual({ changed: true });
		expect(await notifications.saveChannel('telegram', outside.telegram.settings, 'node:w1')).toEqual({ changed: false });
		await stage.setUp('email', 'push');
		expect(await notifications.configured()).toEqual(['email', 'push', 'telegram']);
		outside.telegram.failAlways({ kind: 'status', status: 500, description: 'no' });
		outside.mail.failNext({ kind: 'refuse_content', code: 451 });
		await notifications.deliver(await stage.issue('high'));
		const tables = ['channel_settings', 'outbox', 'audit', 'events', 'settings'];
		const rows = await Promise.all(tables.map(async (table) => kernel.conn(table)));
		const everything = JSON.stringify(rows) + stage.log.join('\n');
		for (const secret of secrets(outside)) expect(everything).not.toContain(secret);
		expect(stage.log).not.toEqual([]);
		const audited = await kernel.conn('audit').where({ action: 'channel.saved', subject_id: 'telegram' });
		expect(audited.map((row) => row.actor)).toEqual(['node:w1']);
		expect(await notifications.removeChannel('telegram', 'operator')).toEqual({ removed: true });
		expect(await notifications.removeChannel('telegram', 'operator')).toEqual({ removed: false });
		await outside.close();
	});

	it('are refused with every fault named and no value told', async () => {
		const stage = await new Stage(await open(), await Outside.open()).prepare();
		const wrong = { host: '', port: 99_999_999, from: 'nobody', password: 'hunter2', more: 1 };
		const refused = stage.notifications.saveChannel('email', wrong);
		await expect(refused).rejects.toMatchObject({
			code: 'CHANNEL_SETTINGS_INVALID',
			message: expect.stringMatching(/host.*port.*from.*more/s),
		});
		await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
		const keyless = createNotifications(stage.database.kernel({ sealingKey: new Uint8Array() }));
		await expect(keyless.saveChannel('telegram', { botToken: '1:a' })).rejects.toMatchObject({ code: 'SEALING_KEY_MISSING' });
		await stage.outside.close();
	});

	it('that cannot be opened stop their channel only, and lose nothing', async () => {
		const outside = await Outside.open();
		const stage = await new Stage(await open(), outside).prepare();
		await stage.setUp('telegram');
		const eventId = await stage.issue('high');
		const sealingKey = new Uint8Array(32).fill(9);
		const other = createNotifications(stage.database.kernel({ sealingKey }), { transports: outside.transports });
		await other.saveChannel('email', outside.mail.settings);
		await other.deliver(eventId);
		expect(await stage.fates(eventId)).toEqual(['email SENT', 'push SUPPRESSED NOT_CONFIGURED', 'telegram PENDING']);
		await stage.notifications.drain();
		expect(stage.chat()).toHaveLength(1);
		await outside.close();
	});

	it('of push are made once, however many ask at the same moment', async () => {
		const stage = await new Stage(await open(), await Outside.open()).prepare();
		expect(await stage.notifications.pushPublicKey()).toBeNull();
		const processes = [stage.process(), stage.process(), stage.process()];
		const made = await Promise.all(processes.map(async (process) => process.setUpPush({ subject: 'mailto:a@b.test' })));
		const keys = new Set(made.map(({ publicKey }) => publicKey));
		expect([...keys]).toEqual([await stage.notifications.pushPublicKey()]);
		await expect(stage.process().saveChannel('push', { subject: 'me' })).rejects.toMatchObject({ code: 'CHANNEL_SETTINGS_INVALID' });
		await stage.outside.close();
	});
});
