const asked = process.env['FIRECONTROL_RUNS'];
/** Longest test of a deep run; ms. */
const DEEP_DEADLINE = 1_800_000;

/**
 * Runs of a property: `usual` by default, as many as `FIRECONTROL_RUNS` asks for in a deep run.
 * @param share the part of them that is enough where a run takes long, as on a database server
 */
export function runs(usual: number, share = 1): number {
	return Math.max(usual, Math.ceil(Number(asked ?? 0) * share));
}

/** Time that a test of many runs may take, ms: `usual` by default, half an hour in a deep run. */
export function deadline(usual: number): number {
	return asked === undefined ? usual : Math.max(usual, DEEP_DEADLINE);
}
