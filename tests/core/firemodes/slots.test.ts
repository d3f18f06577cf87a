import { newId, type MemberId } from '../../../core/model';
import { acquireSlot, releaseSlot, slotsOf } from '../../../core/firemodes/slots.repository';
import { describeDatabases } from '../../support/databases';

const MEMBER: MemberId = 'mbr_1';

describeDatabases('slots', (open) => {
	async function stage() {
		const database = await open();
		const kernel = database.kernel();
		const ticket = () => newId('tkt', kernel.clock, kernel.rng);
		const acquire = async (limit: number, id = ticket()) =>
			kernel.transaction(async (trx) => acquireSlot(trx, MEMBER, limit, id, 1));
		const release = async (slot: NonNullable<Awaited<ReturnType<typeof acquire>>>) =>
			kernel.transaction(async (trx) => releaseSlot(trx, slot));
		return { kernel, ticket, acquire, release };
	}

	it('gives as many as the limit says, and none beyond', async () => {
		const { acquire } = await stage();
		const numbers = [];
		for (let count = 0; count < 4; count++) numbers.push((await acquire(3))?.number ?? null);
		expect(numbers).toEqual([1, 2, 3, null]);
	});

	it('gives a ticket the slot that it has', async () => {
		const { acquire, ticket } = await stage();
		const id = ticket();
		expect(await acquire(3, id)).toEqual(await acquire(3, id));
	});

	it('does not let an older holder free the slot of the next one', async () => {
		const { acquire, release, kernel } = await stage();
		const first = await acquire(1);
		if (first === null) throw new Error('no slot');
		expect(await release(first)).toBe(true);
		expect(await release(first)).toBe(false);
		const second = await acquire(1);
		expect(second).toMatchObject({ number: 1, token: first.token + 1 });
		expect(await release(first)).toBe(false);
		expect((await slotsOf(kernel.conn, MEMBER)).filter((slot) => slot.ticket_id !== null)).toHaveLength(1);
	});

	it('counts slots above a lowered limit until they are free', async () => {
		const { acquire, release } = await stage();
		const [one, two, three] = [await acquire(3), await acquire(3), await acquire(3)];
		if (one === null || two === null || three === null) throw new Error('no slot');
		await release(one);
		expect(await acquire(1)).toBeNull();
		await release(two);
		expect(await acquire(1)).toBeNull();
		await release(three);
		expect((await acquire(1))?.number).toBe(1);
	});
});
