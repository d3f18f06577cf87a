/** Pumps of this process by intake. Only a hint: what it misses, the next second finds. */
const pumps = new Map<string, Set<() => void>>();

/** Lets `wake(intake)` call `pump` until the returned function is called. */
export function onWake(intake: string, pump: () => void): () => void {
	const group = pumps.get(intake) ?? new Set();
	group.add(pump);
	pumps.set(intake, group);
	return () => {
		group.delete(pump);
		if (group.size === 0 && pumps.get(intake) === group) pumps.delete(intake);
	};
}

/** Tells the pump of this intake, if it runs in this process, that something was stored. */
export function wake(intake: string): void {
	for (const pump of pumps.get(intake) ?? []) pump();
}
