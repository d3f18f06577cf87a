import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { hash, writeJson } from './files.mjs';
import { fixedId } from './installation.mjs';
import { n8nCommand } from './n8n-cli.mjs';

/**
 * The credentials of an installation; templates get them linked by type.
 * @param {object} installation
 * @param {object} [database] where the state lives; the installation's own SQLite file unless given
 */
export function installationCredentials(
	installation,
	database = { client: 'sqlite', file: installation.databaseFile },
) {
	const credential = (type, name, data) => ({ id: fixedId(installation, type), name, type, data });
	return [
		credential('firecontrolDatabaseApi', 'Firecontrol Database', {
			...database,
			encryptionKey: installation.encryptionKey,
			previousEncryptionKey: installation.previousEncryptionKey ?? '',
		}),
		credential('firecontrolSignalApi', 'Firecontrol Signal', {
			keyName: 'local',
			token: installation.token,
			hmacSecret: installation.hmacSecret,
			scopes: ['submit', 'read', 'fire'],
			cidrs: '',
			moreKeys: JSON.stringify(installation.moreKeys ?? []),
		}),
	];
}

export function credentialsHash(credentials) {
	return hash(JSON.stringify(credentials));
}

/** n8n encrypts them on import; the plain file exists only meanwhile, for its owner only. */
export async function importCredentials(credentials, { userFolder, log }) {
	const file = join(userFolder, 'firecontrol-credentials.tmp.json');
	writeJson(file, credentials, 0o600);
	try {
		await n8nCommand(['import:credentials', `--input=${file}`], { userFolder, log });
	} finally {
		rmSync(file, { force: true });
	}
}
