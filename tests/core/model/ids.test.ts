import fc from 'fast-check';
import { clientOrderId, isId, ManualClock, newId, seededRng, sha256, systemClock, systemRng } from '../../../core/model';

describe('ids', () => {
	it('sort by the time they were made', () => {
		const times = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
		fc.assert(
			fc.property(times, times, (a, b) => {
				fc.pre(a !== b);
				const [first, second] = [a, b].map((time) => newId('sig', new ManualClock(time), systemRng));
				expect((first ?? '') < (second ?? '')).toBe(a < b);
			}),
		);
	});

	it('have 26 characters behind their kind and do not repeat', () => {
		const made = Array.from({ length: 2_000 }, () => newId('ord', systemClock, systemRng));
		expect(new Set(made).size).toBe(2_000);
		expect(made.every((id) => /^ord_[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
	});

	it('are the same again from the same clock and seed', () => {
		const make = (): string => newId('evt', new ManualClock(5), seededRng(1));
		expect(make()).toBe(make());
	});

	it.each([
		['sig_01', true], ['sig_', false], ['ord_01', false], ['sig_01 ', false], ['SIG_01', false],
		['sig_01;drop', false], [`sig_${'a'.repeat(61)}`, false], [5, false], [null, false], ['sig_01\n', false],
	])('%j looks like the id of a signal: %s', (value, expected) => {
		expect(isId('sig', value)).toBe(expected);
	});
});

describe('client order id', () => {
	it('is the same for the same intent, leg and attempt, and else another', () => {
		const parts = fc.tuple(fc.string(), fc.constantFrom('entry', 'stop', 'target'), fc.nat(9));
		fc.assert(
			fc.property(parts, parts, (a, b) => {
				expect(clientOrderId(...a)).toBe(clientOrderId(...a));
				expect(clientOrderId(...a) === clientOrderId(...b)).toBe(a.join('|') === b.join('|'));
			}),
		);
	});

	it('is short and plain enough for every venue', () => {
		fc.assert(
			fc.property(fc.string(), fc.nat(), (subject, attempt) => {
				expect(clientOrderId(subject, 'entry', attempt)).toMatch(/^fc[0-9a-z]{18}$/);
			}),
		);
	});
});

describe('sha256', () => {
	it('gives the known digest', () => {
		const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
		expect(sha256('')).toBe(empty);
		expect(sha256(new Uint8Array())).toBe(empty);
	});
});

describe('seeded chance', () => {
	it('stays in its bounds and does not hang on a value', () => {
		fc.assert(
			fc.property(fc.integer(), (seed) => {
				const rng = seededRng(seed);
				const drawn = Array.from({ length: 50 }, () => rng.next());
				expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
				expect(new Set(drawn).size).toBeGreaterThan(40);
			}),
		);
		expect(systemRng.next()).toBeLessThan(1);
		expect(systemRng.bytes(3)).toHaveLength(3);
	});
});
