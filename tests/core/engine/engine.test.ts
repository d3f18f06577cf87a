import { readHeartbeat, type Lease } from '../../../core/db';
import { createEngine, type Job } from '../../../core/engine';
import { createEvents } from '../../../core/events';
import { describeDatabases } from '../../support/databases';

interface Probe extends Job {
	runs: number;
	tokens: number[];
	error: string | null;
}

function probe(name: string, everyMs: number, vital = false): Probe {
	const job: Probe = {
		name,
		everyMs,
		...(vital ? { vital: true as const } : {}),
		runs: 0,
		tokens: [],
		error: null,
		run: async (lease: Lease) => {
			job.runs++;
			job.tokens.push(lease.token);
			if (job.error !== null) throw new Error(job.error);
		},
	};
	return job;
}

/** A job that runs until it is let go. */
function gated(name: string, everyMs: number, vital = false) {
	let open: () => void = () => {};
	const job = probe(name, everyMs, vital);
	const run = async () => {
		job.runs++;
		await new Promise<void>((resolve) => {
			open = resolve;
		});
	};
	return { job: { ...job, run, name, everyMs }, probe: job, open: () => open() };
}

describeDatabases('engine', (open) => {
	it('lets a job go of what it holds when another process takes it over, and when the engine stops', async () => {
		const database = await open();
		const ended: string[] = [];
		const engineOf = (name: string) => {
			const job: Job = { ...probe('streams', 1000), end: () => void ended.push(name) };
			return createEngine(database.kernel(), [job]);
		};
		const [first, second] = [engineOf('first'), engineOf('second')];
		await first.tick();
		await second.tick();
		expect(ended).toEqual([]);
		// The first hangs so long that its lease is over, and comes back.
		database.clock.advance(11_000);
		await second.tick();
		await first.tick();
		expect(ended).toEqual(['first']);
		await second.stop();
		expect(ended).toEqual(['first', 'second']);
	});

	it('runs each job at its own interval and writes both kinds of heartbeats', async () => {
		const { kernel, clock } = await open().then((db) => ({ kernel: db.kernel(), clock: db.clock }));
		const [fast, slow] = [probe('fast', 1000), probe('slow', 5000)];
		const engine = createEngine(kernel, [fast, slow]);
		for (let second = 0; second < 10; second++) {
			await engine.tick();
			clock.advance(1000);
		}
		expect([fast.runs, slow.runs]).toEqual([10, 2]);
		expect((await readHeartbeat(kernel.conn, 'engine'))?.at).toBe(clock.now() - 1000);
		expect((await readHeartbeat(kernel.conn, 'job:slow'))?.state).toBe('ok');
		const health = await engine.health();
		expect(health).toMatchObject({ alive: true, ageMs: 1000 });
		expect(health.jobs.map((job) => [job.name, job.state])).toEqual([['fast', 'ok'], ['slow', 'ok']]);
		clock.advance(15_000);
		expect((await engine.health()).alive).toBe(false);
	});

	it('takes a tick that comes a little early for the one of its second', async () => {
		const database = await open();
		const job = probe('each-second', 1000);
		const engine = createEngine(database.kernel(), [job]);
		await engine.tick();
		database.clock.advance(900);
		await engine.tick();
		database.clock.advance(500);
		await engine.tick();
		expect(job.runs).toBe(2);
	});

	it('keeps the other jobs going when one fails, and raises one issue for each failure streak', async () => {
		const database = await open();
		const kernel = database.kernel();
		const [bad, good] = [probe('bad', 1000), probe('good', 1000)];
		bad.error = 'the venue is on fire';
		const engine = createEngine(kernel, [bad, good]);
		const issues = async () => createEvents(kernel).list({ types: ['issue.raised'], limit: 10 });
		for (let second = 0; second < 5; second++) {
			const report = await engine.tick();
			expect(report).toEqual({ ran: ['bad', 'good'], failed: ['bad'] });
			database.clock.advance(1000);
		}
		expect(good.runs).toBe(5);
		expect(await issues()).toMatchObject([{ payload: { code: 'JOB_FAILING', severity: 'high' } }]);
		expect(await readHeartbeat(kernel.conn, 'job:bad')).toMatchObject({
			state: 'failing',
			detail: 'the venue is on fire',
		});
		bad.error = null;
		await engine.tick();
		expect(await readHeartbeat(kernel.conn, 'job:bad')).toMatchObject({ state: 'ok', detail: null });
		bad.error = 'again';
		database.clock.advance(1000);
		await engine.tick();
		expect(await issues()).toHaveLength(2);
	});

	it('lets a process that starts anew know that the job was failing before', async () => {
		const database = await open();
		const bad = probe('bad', 1000);
		bad.error = 'no';
		const first = createEngine(database.kernel(), [bad]);
		await first.tick();
		await first.stop();
		const kernel = database.kernel();
		await createEngine(kernel, [bad]).tick();
		expect(bad.runs).toBe(2);
		expect(await createEvents(kernel).list({ types: ['issue.raised'], limit: 10 })).toHaveLength(1);
	});

	it('never runs a job twice at once in one process, and goes on with the others', async () => {
		const database = await open();
		const stuck = gated('stuck', 1000);
		const other = probe('other', 1000);
		const engine = createEngine(database.kernel(), [stuck.job, other]);
		const first = engine.tick();
		const pause = async (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
		while (stuck.probe.runs === 0 || other.runs === 0) await pause(5);
		// The other's first run writes down its end before the next tick may run it again.
		await pause(300);
		database.clock.advance(1000);
		expect(await engine.tick()).toEqual({ ran: ['other'], failed: [] });
		expect(stuck.probe.runs).toBe(1);
		stuck.open();
		expect(await first).toEqual({ ran: ['stuck', 'other'], failed: [] });
	});

	it('keeps the lease of a long run, so that no other process starts the job', async () => {
		const database = await open();
		const long = gated('long', 1000);
		const rival = probe('long', 1000);
		const [engine, other] = [
			createEngine(database.kernel(), [long.job]),
			createEngine(database.kernel(), [rival]),
		];
		const first = engine.tick();
		while (long.probe.runs === 0) await new Promise((done) => setTimeout(done, 5));
		for (let second = 0; second < 30; second++) {
			database.clock.advance(1000);
			await engine.tick();
			await other.tick();
		}
		expect(rival.runs).toBe(0);
		long.open();
		await first;
	});

	it('gives the job to another process when this one is gone, under a greater token', async () => {
		const database = await open();
		const [here, there] = [probe('job', 1000), probe('job', 1000)];
		const [engine, other] = [
			createEngine(database.kernel(), [here]),
			createEngine(database.kernel(), [there]),
		];
		await engine.tick();
		await other.tick();
		expect([here.runs, there.runs]).toEqual([1, 0]);
		for (let second = 0; second < 13; second++) {
			database.clock.advance(1000);
			await other.tick();
		}
		expect(there.runs).toBeGreaterThan(0);
		expect(there.tokens[0]).toBe((here.tokens[0] ?? 0) + 1);
		const runs = here.runs;
		await engine.tick();
		expect(here.runs).toBe(runs);
	});

	it('hands its jobs over at once when it is stopped', async () => {
		const database = await open();
		const [here, there] = [probe('job', 1000), probe('job', 1000)];
		const engine = createEngine(database.kernel(), [here]);
		await engine.tick();
		await engine.stop();
		await createEngine(database.kernel(), [there]).tick();
		expect([here.runs, there.runs]).toEqual([1, 1]);
		database.clock.advance(1000);
		await engine.tick();
		expect([here.runs, there.runs]).toEqual([1, 1]);
	});

	it('takes part again with the next tick after it was stopped', async () => {
		const database = await open();
		const job = probe('job', 1000);
		const engine = createEngine(database.kernel(), [job]);
		await engine.tick();
		await engine.stop();
		database.clock.advance(1000);
		await engine.tick();
		expect(job.runs).toBe(2);
		expect(job.tokens[1]).toBe((job.tokens[0] ?? 0) + 1);
	});

	it('waits for what runs before it hands over', async () => {
		const database = await open();
		const long = gated('long', 1000);
		const engine = createEngine(database.kernel(), [long.job]);
		const first = engine.tick();
		while (long.probe.runs === 0) await new Promise((done) => setTimeout(done, 5));
		const rival = probe('long', 1000);
		const stopped = engine.stop();
		await createEngine(database.kernel(), [rival]).tick();
		expect(rival.runs).toBe(0);
		long.open();
		await Promise.all([first, stopped]);
		await createEngine(database.kernel(), [rival]).tick();
		expect(rival.runs).toBe(1);
	});

	it('does not say that the engine lives while a dead process holds the watch', async () => {
		const database = await open();
		const kernel = database.kernel();
		const dead = createEngine(database.kernel(), [probe('watch', 1000, true)]);
		await dead.tick();
		const died = database.clock.now();
		const heir = createEngine(kernel, [probe('watch', 1000, true)]);
		const beats: number[] = [];
		for (let second = 0; second < 14; second++) {
			database.clock.advance(1000);
			await heir.tick();
			beats.push(((await readHeartbeat(kernel.conn, 'engine'))?.at ?? 0) - died);
		}
		expect(beats.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 0));
		expect(beats.at(-1)).toBe(14_000);
	});

	it('withholds its own heartbeat while the watch of the positions hangs', async () => {
		const database = await open();
		const kernel = database.kernel();
		const watch = gated('watch', 1000, true);
		const engine = createEngine(kernel, [{ ...watch.job, vital: true }]);
		const first = engine.tick();
		while (watch.probe.runs === 0) await new Promise((done) => setTimeout(done, 5));
		const started = database.clock.now();
		for (let second = 0; second < 40; second++) {
			database.clock.advance(1000);
			await engine.tick();
		}
		expect((await readHeartbeat(kernel.conn, 'engine'))?.at).toBe(started + 15_000);
		expect((await engine.health()).alive).toBe(false);
		watch.open();
		await first;
		await engine.stop();
	});

	it('writes nothing about a run that ended after its lease had passed on', async () => {
		const database = await open();
		const kernel = database.kernel();
		const slow = gated('job', 1000);
		const engine = createEngine(kernel, [slow.job]);
		const first = engine.tick();
		while (slow.probe.runs === 0) await new Promise((done) => setTimeout(done, 5));
		database.clock.advance(11_000);
		const next = probe('job', 1000);
		next.error = 'failing there';
		await createEngine(database.kernel(), [next]).tick();
		slow.open();
		await first;
		expect(await readHeartbeat(kernel.conn, 'job:job')).toMatchObject({ state: 'failing' });
	});
});
