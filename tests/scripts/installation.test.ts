/** @jest-environment ./tests/support/host-environment.cjs */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host } from '../support/host';

describe('the secrets of an installation', () => {
	let userFolder: string;
	beforeEach(() => {
		userFolder = mkdtempSync(join(tmpdir(), 'firecontrol-installation-'));
	});
	afterEach(() => rmSync(userFolder, { recursive: true, force: true }));

	it('are made once, for the owner only', () => {
		const first = host.ensureInstallation(userFolder);
		expect(host.ensureInstallation(userFolder)).toEqual(first);
		const { mode } = statSync(join(userFolder, 'firecontrol-installation.json'));
		expect(mode & 0o777).toBe(0o600);
		expect(Buffer.from(first.encryptionKey, 'base64')).toHaveLength(32);
	});

	it('differ between installations', () => {
		const other = mkdtempSync(join(tmpdir(), 'firecontrol-installation-'));
		try {
			expect(host.ensureInstallation(other).token).not.toBe(
				host.ensureInstallation(userFolder).token,
			);
		} finally {
			rmSync(other, { recursive: true, force: true });
		}
	});
});
