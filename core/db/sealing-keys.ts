/**
 * Encryption keys that were changed while this process ran. Engines and triggers live for weeks and
 * were opened with the former key: they go on with the new one, without a restart.
 */
const REGISTRY = Symbol.for('firecontrol.sealing-keys');

/** Database and key in hex, to the key in its place. */
type Successors = Map<string, Uint8Array>;

function successors(): Successors {
	const known: unknown = Reflect.get(globalThis, REGISTRY);
	if (known instanceof Map) return known;
	const made: Successors = new Map();
	Reflect.set(globalThis, REGISTRY, made);
	return made;
}

const entry = (poolKey: string, key: Uint8Array): string =>
	`${poolKey}:${Buffer.from(key).toString('hex')}`;

/** From now on `to` stands in for `from` in this process, on this database. */
export function succeedKey(poolKey: string, from: Uint8Array, to: Uint8Array): void {
	// A key that comes back is nobody's predecessor any more, or the chain would have no end.
	successors().delete(entry(poolKey, to));
	successors().set(entry(poolKey, from), to);
}

/** The key that seals now where `key` did when this process opened the database. */
export function currentKey(poolKey: string, key: Uint8Array): Uint8Array {
	const next = successors().get(entry(poolKey, key));
	return next === undefined ? key : currentKey(poolKey, next);
}
