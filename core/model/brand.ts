/**
 * The one file that may cast. A brand marks a value that has passed a check, so that a value that
 * has not passed it does not compile where the check is demanded.
 */
declare const brand: unique symbol;

/** `T` that has passed the check named `Name`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Marks `value` as having passed the check `Name`; call it only right after that check. */
export function markAs<Name extends string>() {
	return <T>(value: T): Brand<T, Name> => value as Brand<T, Name>;
}

/** A plain view of a value whose keys are unknown, or null when it is no object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
	return value as Readonly<Record<string, unknown>>;
}

/** Object keys with their literal types; only for objects made in this code base. */
export function keysOf<T extends object>(value: T): (keyof T)[] {
	return Object.keys(value) as (keyof T)[];
}

/** Entries of `entries` as an object with exactly the keys `K`; the caller gives all of them. */
export function recordOf<K extends string, V>(entries: Iterable<readonly [K, V]>): Record<K, V> {
	return Object.fromEntries(entries) as Record<K, V>;
}

/** Text of our own database parsed as the type that our own code wrote there. */
export function parseStored<T>(text: string): T {
	return JSON.parse(text) as T;
}
