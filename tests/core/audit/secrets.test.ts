import { appendAudit, createAudit } from '../../../core/audit';
import { testCore } from '../../support/core';
import { describeDatabases } from '../../support/databases';

const SECRETS = {
	telegram: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
	smtp: 'smtp-password-that-nobody-may-see',
	endpoint: 'https://push.example.org/send/secret-capability-of-a-browser',
	auth: Buffer.alloc(16, 5).toString('base64url'),
	p256dh: Buffer.alloc(65, 4).toString('base64url'),
};

describeDatabases('no secret ever comes into the trail', (open) => {
	it('whatever is saved, connected or subscribed', async () => {
		const database = await open();
		const { core, member, submit, run, ticks } = testCore(database);
		const { memberId, handle } = await member();
		await core.notifications.saveChannel('telegram', { botToken: SECRETS.telegram }, 'operator');
		const mail = { host: 'mail.example.org', port: 465, secure: true, user: 'desk', from: 'desk@example.org' };
		await core.notifications.saveChannel('email', { ...mail, password: SECRETS.smtp }, 'operator');
		const { endpoint, p256dh, auth } = SECRETS;
		await core.members.addPushSubscription(memberId, { endpoint, keys: { p256dh, auth } });
		await core.members.removePushSubscription(endpoint, 'gone');
		await ticks(2);
		await run(await submit({ source: 'ema-cross', symbol: 'BTC/USDT', side: 'buy', class: 'SNIPER_OPS', confidence: 95, members: [handle] }));
		await ticks(2);
		const rows = JSON.stringify(await core.kernel.conn('audit'));
		expect(JSON.parse(rows).length).toBeGreaterThan(5);
		for (const secret of Object.values(SECRETS)) expect(rows).not.toContain(secret);
		expect(rows).not.toContain('test-token');
		expect(rows).toContain('member.push_removed');
	});

	it('not even by mistake, at any depth', async () => {
		const kernel = (await open()).kernel();
		await kernel.transaction(async (trx) =>
			appendAudit(trx, kernel, {
				actor: 'system', action: 'x.done',
				details: { apiKey: 'k1', venue: { secret: 's1', passphrase: 'p1', label: 'main' }, fencing_token: 7 },
			}),
		);
		const [entry] = await createAudit(kernel).list({ limit: 1 });
		expect(JSON.parse(entry?.detailsText ?? '')).toEqual({
			apiKey: '[redacted]', venue: { secret: '[redacted]', passphrase: '[redacted]', label: 'main' }, fencing_token: 7,
		});
	});
});
