/**
 * Checks an export of the audit trail without Firecontrol and without its database:
 * `node scripts/verify-audit-export.mjs <file> <manifest>`. Says what holds and what does not; ends
 * with 1 when something does not. It reads the file line by line, however large.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';

const TEXT = ['actor', 'action', 'subject_id', 'correlation_id', 'member_id', 'account_id', 'policy_version', 'details', 'previous_hash', 'hash'];
const COLUMNS = ['number', 'seq', 'at', 'at_ms', ...TEXT];

/** The text that CSV holds: one apostrophe in front defused it. */
const plain = (cell) => (cell.startsWith("'") ? cell.slice(1) : cell);

/** Rows of CSV, as arrays of cells, from a stream of text. */
async function* csvRows(chunks) {
	let row = [];
	let cell = '';
	let quoted = false;
	let before = '';
	for await (const chunk of chunks) {
		for (const sign of chunk) {
			if (quoted && sign === '"') {
				quoted = false;
				before = '"';
				continue;
			}
			if (quoted) cell += sign;
			else if (sign === '"') {
				// Two in a row are one.
				if (before === '"') cell += '"';
				quoted = true;
			} else if (sign === ',') {
				row.push(cell);
				cell = '';
			} else if (sign === '\n') {
				row.push(cell);
				yield row;
				row = [];
				cell = '';
			} else if (sign !== '\r') cell += sign;
			before = '';
		}
	}
	if (cell !== '' || row.length > 0) yield [...row, cell];
}

async function* lines(chunks) {
	let rest = '';
	for await (const chunk of chunks) {
		const parts = (rest + chunk).split('\n');
		rest = parts.pop() ?? '';
		yield* parts;
	}
	if (rest !== '') yield rest;
}

/** Rows of the export as objects, in the order of the file. */
async function* rowsOf(path, type) {
	const chunks = createReadStream(path, { encoding: 'utf8' });
	if (type !== 'text/csv') {
		for await (const line of lines(chunks)) yield JSON.parse(line);
		return;
	}
	let names = null;
	for await (const cells of csvRows(chunks)) {
		if (names === null) {
			names = cells;
			if (names.join() !== COLUMNS.join()) throw new Error(`Unknown columns: ${names.join()}`);
			continue;
		}
		const row = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
		for (const name of ['number', 'seq', 'at_ms']) row[name] = Number(row[name]);
		for (const name of TEXT) row[name] = row[name] === '' ? null : plain(row[name]);
		// Only the first row of all hangs on nothing.
		row.previous_hash ??= '';
		yield row;
	}
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The hash that the row must have, by what it says. */
export function hashOf(row) {
	const owner = row.member_id === null && row.account_id === null ? [] : [row.member_id, row.account_id];
	return sha256(
		JSON.stringify([
			row.number, row.previous_hash, row.seq, row.at_ms, row.actor, row.action, row.subject_id,
			row.correlation_id, row.policy_version, row.details, ...owner,
		]),
	);
}

async function fileHash(path) {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk);
	return hash.digest('hex');
}

/** Everything that does not hold, as sentences; none when all does. */
export async function checkExport(path, manifest) {
	const faults = [];
	if ((await fileHash(path)) !== manifest.file.sha256) faults.push('The file is not the one of the manifest: its SHA-256 differs.');
	let last = null;
	let rows = 0;
	for await (const row of rowsOf(path, manifest.file.type)) {
		rows += 1;
		if (new Date(row.at_ms).toISOString() !== row.at) faults.push(`Row ${row.number}: at and at_ms differ.`);
		if (hashOf(row) !== row.hash) faults.push(`Row ${row.number}: its content is not what was sealed.`);
		const expected = last === null ? manifest.previous_hash : last.hash;
		const next = last === null ? manifest.first_number : last.number + 1;
		if (manifest.contiguous && (row.previous_hash !== expected || row.number !== next)) {
			faults.push(`Row ${row.number}: it does not hang on the row before it.`);
		}
		last = row;
		if (faults.length >= 20) break;
	}
	if (rows !== manifest.rows && faults.length < 20) faults.push(`The file has ${rows} rows, the manifest ${manifest.rows}.`);
	if ((last?.hash ?? null) !== manifest.last_hash) faults.push('The last row is not the one of the manifest.');
	return faults;
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
	const [file, manifestFile] = process.argv.slice(2);
	if (file === undefined || manifestFile === undefined) {
		console.error('Usage: node scripts/verify-audit-export.mjs <file> <manifest>');
		process.exit(2);
	}
	const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
	const faults = await checkExport(file, manifest);
	for (const fault of faults) console.error(fault);
	if (faults.length > 0) process.exit(1);
	console.log(`The export holds: ${manifest.rows} rows, the last has the hash ${manifest.last_hash ?? 'none'}.`);
	console.log('Compare that with a checkpoint that was sent out of the database.');
}
