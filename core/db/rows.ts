import { keysOf } from '../model';

/**
 * The row without columns that never change after it was written. SQLite rewrites every index of a
 * column that an update names, whether its value changes or not.
 */
export function changing<Row extends object, K extends keyof Row>(
	row: Row,
	fixed: readonly K[],
): Partial<Row> {
	const rest: Partial<Row> = { ...row };
	for (const column of fixed) delete rest[column];
	return rest;
}

/** The columns of `after` whose values differ from `before`. */
export function changed<Row extends object>(before: Row, after: Row): Partial<Row> {
	const rest: Partial<Row> = { ...after };
	for (const column of keysOf(after)) {
		if (before[column] === after[column]) delete rest[column];
	}
	return rest;
}
