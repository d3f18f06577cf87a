import { DatabaseSync } from 'node:sqlite';

let left = Infinity;
let commits = 0;

/** Transactions that this process has committed. */
export const committed = (): number => commits;

/** This process ends with SIGKILL right after so many more commits. Call `countCommits` first. */
export function killAfterCommits(count: number): void {
	left = count;
}

/** Counts commits from now on; call it before any database is opened. */
export function countCommits(): void {
	const prepare = DatabaseSync.prototype.prepare;
	DatabaseSync.prototype.prepare = function (sql, ...options) {
		const statement = prepare.call(this, sql, ...options);
		if (!/^COMMIT/i.test(sql)) return statement;
		const original = statement.run.bind(statement);
		statement.run = (...values: []) => {
			const result = original(...values);
			commits++;
			left--;
			if (left <= 0) process.kill(process.pid, 'SIGKILL');
			return result;
		};
		return statement;
	};
}
