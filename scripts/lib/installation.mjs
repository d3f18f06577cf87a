import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { Problem } from './problem.mjs';

/**
 * The secrets of this installation, made once and kept beside n8n's own data, readable by its owner
 * only: without `encryptionKey` the account keys in the database cannot be opened any more.
 */
export function ensureInstallation(userFolder) {
	mkdirSync(userFolder, { recursive: true, mode: 0o700 });
	const file = join(userFolder, 'firecontrol-installation.json');
	const known = readJson(file);
	if (known) return { ...known, databaseFile: join(userFolder, 'firecontrol.sqlite') };
	const databaseFile = join(userFolder, 'firecontrol.sqlite');
	if (existsSync(databaseFile)) {
		throw new Problem(`${file} is missing or damaged, but ${databaseFile} exists.`, {
			hint: 'put the file back from a backup; or, to start with an empty database, move both away.',
		});
	}
	const made = {
		id: randomUUID(),
		encryptionKey: randomBytes(32).toString('base64'),
		token: `fc_${randomBytes(24).toString('base64url')}`,
		hmacSecret: randomBytes(32).toString('base64url'),
		editor: { email: 'operator@firecontrol.local', password: password() },
	};
	writeJson(file, made, 0o600);
	return { ...made, databaseFile };
}

/** n8n asks for 8 characters with a number and a capital letter. */
function password() {
	return `Fc1${randomBytes(9).toString('base64url')}`;
}

/** An id of n8n's form (16 letters and digits) that is the same at every start of an installation. */
export function fixedId(installation, name) {
	return createHash('sha256').update(`${installation.id} ${name}`).digest('hex').slice(0, 16);
}

export function fixedUuid(installation, name) {
	const hex = createHash('sha256').update(`${installation.id} ${name}`).digest('hex');
	const parts = [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
	];
	return [...parts, hex.slice(20, 32)].join('-');
}
