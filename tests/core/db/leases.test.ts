import fc from 'fast-check';
import { holdsLease, releaseLease, takeLease, type Kernel, type Lease } from '../../../core/db';
import { describeDatabases } from '../../support/databases';

const TERM = 1_000;

async function take(kernel: Kernel, name = 'job:x'): Promise<Lease | null> {
	return kernel.transaction(async (trx) => takeLease(trx, name, kernel.holder, kernel.clock.now(), TERM));
}

async function holds(kernel: Kernel, lease: Lease): Promise<boolean> {
	return kernel.transaction(async (trx) => holdsLease(trx, lease, kernel.clock.now()));
}

describeDatabases('lease', (open) => {
	it('has one holder until its end, then the next may take it', async () => {
		const database = await open();
		const [first, second] = [database.kernel(), database.kernel()];
		const lease = (await take(first))!;
		expect(lease).toEqual({ name: 'job:x', token: 1, expiresAt: database.clock.now() + TERM });
		expect(await take(second)).toBeNull();
		expect(await take(second, 'job:y')).toMatchObject({ token: 1 });
		database.clock.advance(TERM - 1);
		expect(await holds(first, lease)).toBe(true);
		expect(await take(second)).toBeNull();
		database.clock.advance(1);
		expect(await holds(first, lease)).toBe(false);
		const next = (await take(second))!;
		expect(next.token).toBe(2);
		expect(await take(first)).toBeNull();
	});

	it('is renewed under the same token; after a break the token is a new one', async () => {
		const database = await open();
		const kernel = database.kernel();
		const lease = (await take(kernel))!;
		database.clock.advance(TERM / 2);
		expect(await take(kernel)).toEqual({ ...lease, expiresAt: database.clock.now() + TERM });
		database.clock.advance(TERM);
		expect((await take(kernel))?.token).toBe(2);
		expect(await holds(kernel, lease)).toBe(false);
	});

	it('can be given back early, though not by one who lost it', async () => {
		const database = await open();
		const [first, second] = [database.kernel(), database.kernel()];
		const lease = (await take(first))!;
		await first.transaction(async (trx) => releaseLease(trx, lease));
		const next = (await take(second))!;
		expect(next.token).toBe(2);
		await first.transaction(async (trx) => releaseLease(trx, lease));
		expect(await holds(second, next)).toBe(true);
		expect(await holds(first, lease)).toBe(false);
	});

	it('asked for by many at once goes to one', async () => {
		const database = await open();
		const kernels = Array.from({ length: 6 }, () => database.kernel());
		const taken = await Promise.all(kernels.map(async (kernel) => take(kernel)));
		expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
	});

	it('in any course of events is never held by two, and its token only grows', async () => {
		const database = await open();
		let names = 0;
		const step = fc.record({
			who: fc.nat(1),
			what: fc.constantFrom('take' as const, 'release' as const),
			wait: fc.constantFrom(0, 400, TERM),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
				const name = `job:${names++}`;
				const kernels = [database.kernel(), database.kernel()] as const;
				const leases: (Lease | null)[] = [null, null];
				let token = 0;
				for (const { who, what, wait } of steps) {
					database.clock.advance(wait);
					const kernel = kernels[who === 0 ? 0 : 1];
					const mine = leases[who] ?? null;
					if (what === 'release' && mine !== null) {
						await kernel.transaction(async (trx) => releaseLease(trx, mine));
					} else if (what === 'take') {
						leases[who] = (await take(kernel, name)) ?? mine;
					}
					token = Math.max(token, ...leases.map((lease) => lease?.token ?? 0));
					const held = await Promise.all(
						leases.map(async (lease) => lease !== null && holds(kernels[0], lease)),
					);
					expect(held.filter(Boolean).length).toBeLessThanOrEqual(1);
					const holder = held.indexOf(true);
					if (holder >= 0) expect(leases[holder]?.token).toBe(token);
				}
			}),
			{ numRuns: 25 },
		);
	});
});
