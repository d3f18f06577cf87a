/**
 * Preloaded into n8n (NODE_OPTIONS=--require) by the crash tests: ends the process with SIGKILL
 * right after the first transaction that wrote to the table named in FIRECONTROL_KILL_AFTER has
 * been committed. The product itself knows nothing of it, so nothing of it can ship.
 * `table` means an insert; `table:TEXT` an update that binds TEXT (a state).
 */
const { DatabaseSync } = require('node:sqlite');
const { existsSync, writeFileSync } = require('node:fs');

const [table, bound] = (process.env.FIRECONTROL_KILL_AFTER ?? '').split(':');
const marker = process.env.FIRECONTROL_KILL_MARKER;
const verb = bound === undefined ? 'insert into' : 'update';
const wanted = new RegExp(`^${verb} \`${table}\``, 'i');
let armed = false;

/** Only once the file `<marker>.armed` is there: n8n shall have started wholly before it dies. */
function kill() {
	if (!existsSync(`${marker}.armed`)) return;
	writeFileSync(marker, `${table} ${bound ?? ''} ${process.pid}`);
	process.kill(process.pid, 'SIGKILL');
}

if (table !== '') {
	const prepare = DatabaseSync.prototype.prepare;
	DatabaseSync.prototype.prepare = function (sql) {
		const statement = prepare.call(this, sql);
		for (const method of ['run', 'all']) {
			const original = statement[method];
			statement[method] = function (...values) {
				const result = original.apply(this, values);
				if (wanted.test(sql) && (bound === undefined || values.includes(bound))) armed = true;
				else if (armed && /^COMMIT/i.test(sql)) {
					armed = false;
					kill();
				}
				return result;
			};
		}
		return statement;
	};
}
