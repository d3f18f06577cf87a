/**
 * Works on every item, `atOnce` at a time. One that fails keeps none of the others from their turn.
 * @returns what was thrown, in no order
 */
export async function sideBySide<T>(
	items: readonly T[],
	atOnce: number,
	work: (item: T) => Promise<void>,
): Promise<unknown[]> {
	const queue = [...items];
	const errors: unknown[] = [];
	const worker = async (): Promise<void> => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
			try {
				await work(item);
			} catch (error) {
				errors.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
	return errors;
}
