import type { Kernel } from '../../../core/db';
import type { SignalId } from '../../../core/model';
import type { Signals } from '../../../core/signals';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { GOOD, KEY, KnownProgress, post, signalsOf } from './support';

describeDatabases('pump', (open) => {
	let database: TestDatabase;
	let progress: KnownProgress;
	let first: { kernel: Kernel; signals: Signals };
	let second: { kernel: Kernel; signals: Signals };
	let intake = 0;
	let name = '';

	const start = () => {
		const kernel = database.kernel();
		return { kernel, signals: signalsOf(kernel, progress) };
	};

	beforeAll(async () => {
		database = await open();
		progress = new KnownProgress();
		first = start();
		second = start();
	});

	beforeEach(() => {
		database.clock.advance(3_600_000);
		name = `intake-${intake++}`;
	});

	const receive = async (count: number, more: object = {}): Promise<readonly SignalId[]> => {
		const notes = Array.from({ length: count }, (_, n) => ({ ...GOOD, ...more, note: `${name} ${n}` }));
		return (await first.signals.receive(post({ signals: notes }), [KEY], name)).stored;
	};

	const leased = async (by: { signals: Signals }, limit = 100) =>
		(await by.signals.lease(name, limit)).map((signal) => signal.id);

	/** All batches that are due now. */
	const batches = async (by: { signals: Signals }): Promise<SignalId[][]> => {
		const all: SignalId[][] = [];
		for (let ids = await leased(by); ids.length > 0; ids = await leased(by)) all.push(ids);
		return all;
	};

	const row = async (id: SignalId) => first.kernel.conn('signals').where({ id }).first();

	it('hands each signal to one pump, in order of arrival, up to the limit, per intake', async () => {
		const ids = await receive(5);
		expect(await second.signals.lease('another-intake', 100)).toEqual([]);
		expect(await leased(first, 2)).toEqual(ids.slice(0, 2));
		expect(await leased(second)).toEqual(ids.slice(2));
		expect(await leased(first)).toEqual([]);
		database.clock.advance(1);
		const later = await receive(1, { side: 'sell' });
		expect(await leased(first)).toEqual(later);
	});

	it('hands every signal to exactly one of two racing pumps', async () => {
		const ids = await receive(60);
		const shares = await Promise.all([0, 1, 2, 3].map(async (n) => leased(n % 2 ? first : second, 25)));
		expect(shares.flat().length).toBe(new Set(shares.flat()).size);
		const rest = await leased(first);
		expect([...shares.flat(), ...rest].sort()).toEqual([...ids].sort());
	});

	it('lets the lease of a crashed process run out after 30 s', async () => {
		const ids = await receive(1);
		expect(await leased(first)).toEqual(ids);
		database.clock.advance(29_999);
		expect(await leased(second)).toEqual([]);
		database.clock.advance(1);
		expect(await leased(second)).toEqual(ids);
		expect(await first.signals.renew(ids)).toBe(0);
		expect((await row(ids[0]!)).attempts).toBe(2);
	});

	it('keeps what is renewed', async () => {
		const ids = await receive(2);
		await leased(first);
		for (let tick = 0; tick < 6; tick++) {
			database.clock.advance(10_000);
			expect(await first.signals.renew(ids)).toBe(2);
			expect(await leased(second)).toEqual([]);
		}
		expect(await first.signals.renew([])).toBe(0);
	});

	it('marks done what is finished and gives a failed rest back with back-off', async () => {
		const ids = await receive(3);
		const [a, b, c] = [ids[0]!, ids[1]!, ids[2]!];
		await leased(first);
		progress.finishedIds.add(a);
		expect(await first.signals.settle(ids, 'failed', 'node "Risk Gate" failed')).toEqual({ done: [a], left: [b, c] });
		expect(await row(a)).toMatchObject({ state: 'DONE', done_at: database.clock.now(), lease_holder: null });
		expect(await row(b)).toMatchObject({ state: 'PENDING', lease_holder: null, last_error: 'node "Risk Gate" failed' });
		for (const seconds of [2, 5, 10, 20, 40, 60, 60]) {
			database.clock.advance(seconds * 1_000 - 1);
			expect(await leased(second)).toEqual([]);
			database.clock.advance(1);
			const again = await batches(second);
			expect(again.flat()).toEqual([b, c]);
			await second.signals.settle([b, c], 'failed');
		}
		database.clock.advance(60_000);
		await batches(first);
		progress.finishedIds.add(b).add(c);
		await first.signals.settle([b, c], 'succeeded');
		database.clock.advance(10 ** 9);
		expect(await leased(first)).toEqual([]);
	});

	it('hands out one at a time what failed twice, in turn with what is new', async () => {
		const [bad, good, other] = await receive(3);
		for (const seconds of [2, 5]) {
			expect(await batches(first)).toEqual([[bad, good, other]]);
			await first.signals.settle([bad!, good!, other!], 'failed', 'one of them is bad');
			database.clock.advance(seconds * 1_000);
		}
		const fresh = await receive(3, { side: 'sell' });
		expect(await batches(first)).toEqual([[bad], fresh, [good], [other]]);
	});

	it('skips what turns out finished and goes on to the next', async () => {
		const ids = await receive(3);
		for (let tries = 0; tries < 2; tries++) {
			await leased(first);
			await first.signals.settle(ids, 'failed');
			database.clock.advance(5_000);
		}
		progress.finishedIds.add(ids[0]!).add(ids[1]!);
		expect(await leased(first)).toEqual([ids[2]]);
	});

	it('pumps again what succeeded without a verdict', async () => {
		const ids = await receive(1);
		await leased(first);
		expect(await first.signals.settle(ids, 'succeeded')).toEqual({ done: [], left: ids });
		database.clock.advance(2_000);
		expect(await leased(first)).toEqual(ids);
	});

	it('leaves the lease of an unsettled execution, and does not repeat what turns out finished', async () => {
		const ids = await receive(2);
		const [a, b] = [ids[0]!, ids[1]!];
		await leased(first);
		expect(await first.signals.settle(ids, 'unsettled')).toEqual({ done: [], left: ids });
		database.clock.advance(29_000);
		expect(await leased(second)).toEqual([]);
		progress.finishedIds.add(a);
		database.clock.advance(1_000);
		expect(await leased(second)).toEqual([b]);
		expect((await row(a)).state).toBe('DONE');
	});

	it('does not let a process that lost its lease give the signal back', async () => {
		const ids = await receive(1);
		await leased(first);
		database.clock.advance(30_000);
		expect(await leased(second)).toEqual(ids);
		await first.signals.settle(ids, 'failed', 'late');
		expect(await row(ids[0]!)).toMatchObject({ lease_holder: second.kernel.holder, last_error: null });
		progress.finishedIds.add(ids[0]!);
		expect((await first.signals.settle(ids, 'succeeded')).done).toEqual(ids);
	});

	it('hands what is not done a minute after its expiry to the engine, but no close', async () => {
		const ids = await receive(2);
		const [judged, forgotten] = [ids[0]!, ids[1]!];
		const [cancel] = await receive(1, { action: 'cancel' });
		await receive(1, { action: 'close' });
		progress.judgedIds.add(judged);
		const mine = async (by: { signals: Signals }) => {
			const { unjudged, unfinished } = await by.signals.expireOverdue();
			const known = (id: SignalId): boolean => [...ids, cancel].includes(id);
			return [unjudged.filter(known), unfinished.filter(known)];
		};
		database.clock.advance(600_000 + 59_999);
		expect(await mine(first)).toEqual([[], []]);
		database.clock.advance(1);
		expect(await mine(first)).toEqual([[forgotten, cancel].sort(), [judged]]);
		expect(await mine(second)).toEqual([[], []]);
		progress.finishedIds.add(forgotten);
		expect(await first.signals.settle([forgotten, cancel!], 'succeeded')).toEqual({ done: [forgotten], left: [cancel] });
		expect((await row(forgotten)).state).toBe('DONE');
	});

	it('forgets content and signatures whose time is over, and never an id', async () => {
		await first.signals.forgetSeen();
		await receive(3);
		const withId = { ...GOOD, id: `keep-${name}` };
		const [kept] = (await first.signals.receive(post(withId), [KEY], name)).stored;
		database.clock.advance(60_000 + 3_600_000);
		expect(await first.signals.forgetSeen()).toBe(0);
		database.clock.advance(1);
		expect(await first.signals.forgetSeen()).toBe(3);
		expect((await first.signals.receive(post(withId), [KEY], name)).body).toMatchObject({ signal_id: kept, duplicate: true });
	});
});
