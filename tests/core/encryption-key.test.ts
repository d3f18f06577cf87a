import { openCore, type Core } from '../../core';
import { openAccountKeys, sealAccountKeys } from '../../core/members';
import { describeDatabases, type TestDatabase } from '../support/databases';

const FORMER = 'the former key of an installation';
const NEW = 'the new key of an installation';
const KEYS = { apiKey: 'venue-key-1', secret: 'venue-secret-1', passphrase: 'words' };
const TELEGRAM = { botToken: '123456:telegram-token' };

async function filled(database: TestDatabase): Promise<{ core: Core; accountId: `acc_${string}` }> {
	const core = await openCore({ database: database.config, encryptionKey: FORMER });
	const [account] = await core.members.accounts('operator');
	const accountId = account!.id;
	const rights = { canTrade: true, canWithdraw: false };
	await core.kernel.transaction(async (trx) =>
		sealAccountKeys(trx, core.kernel, { accountId, ccxtId: 'binance', keys: KEYS, rights }),
	);
	await core.notifications.saveChannel('telegram', TELEGRAM);
	return { core, accountId };
}

describeDatabases('the encryption key', (open) => {
	it('is changed in one step: everything sealed opens under the new key, nothing under the former', async () => {
		const database = await open();
		const { core, accountId } = await filled(database);
		const before = await core.kernel.conn('account_keys').first();
		const renewed = await openCore({
			database: database.config, encryptionKey: NEW, previousEncryptionKey: FORMER,
		});
		expect(renewed).not.toBe(core);
		expect(await openAccountKeys(renewed.kernel.conn, renewed.kernel, accountId)).toEqual(KEYS);
		// The same settings again are no change: their print was made anew with the key as well.
		expect(await renewed.notifications.saveChannel('telegram', TELEGRAM)).toEqual({ changed: false });
		const after = await renewed.kernel.conn('account_keys').first();
		expect(after.fingerprint).toBe(before.fingerprint);
		expect(after.sealed.split('.')[1]).not.toBe(before.sealed.split('.')[1]);
		expect(after.rotated_at).not.toBeNull();
		await expect(openCore({ database: database.config, encryptionKey: FORMER })).rejects.toMatchObject({
			code: 'SEALING_KEY_WRONG',
		});
		const entries = await renewed.audit.list({ limit: 100 });
		const changes = entries.filter(({ action }) => action === 'encryption_key.changed');
		expect(changes.map(({ detailsText }) => JSON.parse(detailsText))).toEqual([{ accounts: 1, channels: 1 }]);
	});

	it('reaches cores that were opened before, so that an engine goes on without a restart', async () => {
		const database = await open();
		const { core, accountId } = await filled(database);
		await openCore({ database: database.config, encryptionKey: NEW, previousEncryptionKey: FORMER });
		expect(await openAccountKeys(core.kernel.conn, core.kernel, accountId)).toEqual(KEYS);
		// What it seals from now on opens under the new key too.
		await core.notifications.saveChannel('telegram', { botToken: '123456:another-token' });
		const renewed = await openCore({ database: database.config, encryptionKey: NEW });
		expect(await renewed.notifications.saveChannel('telegram', { botToken: '123456:another-token' })).toEqual({
			changed: false,
		});
		// And back again: no key is for ever.
		await openCore({ database: database.config, encryptionKey: FORMER, previousEncryptionKey: NEW });
		expect(await openAccountKeys(core.kernel.conn, core.kernel, accountId)).toEqual(KEYS);
		expect(await openAccountKeys(renewed.kernel.conn, renewed.kernel, accountId)).toEqual(KEYS);
	});

	it('changes once when two ask at the same time, and not at all when nothing is to change', async () => {
		const database = await open();
		const { core } = await filled(database);
		const config = { database: database.config, encryptionKey: NEW, previousEncryptionKey: FORMER };
		await Promise.all([openCore(config), openCore({ ...config })]);
		await openCore(config);
		const entries = await core.audit.list({ limit: 100 });
		expect(entries.filter(({ action }) => action === 'encryption_key.changed')).toHaveLength(1);
	});

	it('stays as it is when one secret cannot be opened, or when the previous key is wrong as well', async () => {
		const database = await open();
		const { core, accountId } = await filled(database);
		const wrong = { database: database.config, encryptionKey: NEW, previousEncryptionKey: 'neither' };
		await expect(openCore(wrong)).rejects.toMatchObject({
			code: 'SEALING_KEY_WRONG',
			message: expect.stringContaining('Neither'),
		});
		const { conn } = core.kernel;
		const channel = await conn('channel_settings').first();
		await conn('channel_settings').update({ sealed: `${channel.sealed.slice(0, -4)}AAAA` });
		await expect(
			openCore({ database: database.config, encryptionKey: NEW, previousEncryptionKey: FORMER }),
		).rejects.toMatchObject({ code: 'SEALED_DAMAGED' });
		expect(await openAccountKeys(conn, core.kernel, accountId)).toEqual(KEYS);
	});
});
