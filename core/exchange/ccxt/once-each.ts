import { ambiguousOutcome } from '../exchange.errors';

/**
 * Runs `first` once for a key, however often and at once it is asked; every further call waits for
 * the first and gets what `again` makes of its outcome: null when that is not known.
 */
export type OnceEach<T> = (
	key: string,
	first: () => Promise<T>,
	again: (outcome: T | null) => Promise<T | null>,
) => Promise<T>;

/** Ids that are remembered; far more than are on their way at any time. */
const MOST = 20_000;

export function onceEach<T>(): OnceEach<T> {
	const outcomes = new Map<string, Promise<T | null>>();
	return async (key, first, again) => {
		const known = outcomes.get(key);
		if (known !== undefined) {
			const outcome = await again(await known);
			if (outcome !== null) return outcome;
			throw ambiguousOutcome('It was sent before, and nobody knows what became of it.');
		}
		const run = first();
		outcomes.set(
			key,
			run.catch(() => null),
		);
		const [oldest] = outcomes.keys();
		if (outcomes.size > MOST && oldest !== undefined) outcomes.delete(oldest);
		return run;
	};
}
