import { randomBytes } from 'node:crypto';

/** Source of chance. Seeded ones make runs repeatable. */
export interface Rng {
	/** Uniform in [0, 1). */
	next(): number;
	bytes(count: number): Uint8Array;
}

/** Bytes are asked of the system in blocks: a call for each id costs more than the id. */
const BLOCK_BYTES = 4096;
let block = Buffer.alloc(0);
let used = 0;

function systemBytes(count: number): Buffer {
	if (count > BLOCK_BYTES) return randomBytes(count);
	if (used + count > block.length) {
		block = randomBytes(BLOCK_BYTES);
		used = 0;
	}
	used += count;
	return block.subarray(used - count, used);
}

export const systemRng: Rng = {
	next: () => systemBytes(6).readUIntBE(0, 6) / 2 ** 48,
	bytes: (count) => systemBytes(count),
};

/** Deterministic generator (mulberry32) for tests, simulations and the demo market. */
export function seededRng(seed: number): Rng {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	return {
		next,
		bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
	};
}
