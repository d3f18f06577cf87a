import { readFileSync } from 'node:fs';
import { shown } from './paths.mjs';

/** A failure that a person can act on: it says what happened, what to do, and where the log is. */
export class Problem extends Error {
	/** @param {string} message @param {{ hint?: string, log?: string, cause?: unknown }} [more] */
	constructor(message, { hint, log, cause } = {}) {
		super(message, { cause });
		this.name = 'Problem';
		this.hint = hint;
		this.log = log;
	}
}

export function describeProblem(error) {
	if (!(error instanceof Problem)) return error?.stack ?? String(error);
	const lines = [error.message];
	if (error.hint) lines.push(`What to do: ${error.hint}`);
	if (error.log) {
		lines.push(`Last lines of ${shown(error.log)}:`);
		lines.push(...tail(error.log, 15).map((line) => `  | ${line}`));
	}
	return lines.join('\n');
}

export function tail(file, count) {
	try {
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
		return lines.slice(-count).map((line) => line.slice(0, 300));
	} catch {
		return [];
	}
}
