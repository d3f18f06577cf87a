import { createHash } from 'node:crypto';
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return null; // intentional: a missing or half-written file counts as none
	}
}

/** Written beside and renamed, so that nobody ever reads half a file. */
export function writeJson(file, value, mode = 0o644) {
	mkdirSync(dirname(file), { recursive: true });
	const part = `${file}.${process.pid}.part`;
	writeFileSync(part, `${JSON.stringify(value, null, '\t')}\n`, { mode });
	chmodSync(part, mode);
	renameSync(part, file);
}

export function hash(...parts) {
	const sum = createHash('sha256');
	for (const part of parts) sum.update(part).update('\0');
	return sum.digest('hex').slice(0, 32);
}

/** One hash over files and folders; what does not exist counts as empty. */
export function hashFiles(base, names) {
	const files = names.flatMap((name) => filesUnder(base, name)).sort();
	return hash(...files.flatMap((name) => [name, readFileSync(join(base, name))]));
}

function filesUnder(base, name) {
	try {
		return readdirSync(join(base, name), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1));
	} catch (error) {
		if (error.code === 'ENOTDIR') return [name];
		if (error.code === 'ENOENT') return [];
		throw error;
	}
}
