/** Runs of a property: `usual` by default, as many as `FIRECONTROL_RUNS` asks for in a deep run. */
export function runs(usual: number): number {
	return Math.max(usual, Number(process.env['FIRECONTROL_RUNS'] ?? 0));
}
