import fc from 'fast-check';
import { join } from 'node:path';
import type { Kernel } from '../../../core/db';
import type { IntakeRequest } from '../../../core/signals';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';
import { startProcess, type TestProcess } from '../../support/processes';
import type { SendOrder, SendReport } from './sender.process';
import { countSignals, GOOD, post, RUNS, signed } from './support';

/** Long enough for both processes to have the order, short enough for a thousand runs. */
const LEAD_MS = 3;

/** How a sender sends: with an id of its own, without, or signed. */
const kinds = fc.constantFrom('id', 'content', 'signature', 'batch');
/** The four sends of an alert: seconds after the first, and by which process. */
const sends = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.nat({ max: 1 })), {
	minLength: 4,
	maxLength: 4,
});

describeDatabases('the same alert from two processes', (open) => {
	let database: TestDatabase;
	let kernel: Kernel;
	let processes: TestProcess<SendOrder, SendReport>[];
	let run = 0;

	beforeAll(async () => {
		database = await open();
		kernel = database.kernel();
		processes = [0, 1].map(() => startProcess(join(__dirname, 'sender.process.ts')));
	});

	afterAll(async () => {
		for (const process of processes) await process.kill();
	});

	const alert = (kind: string, base: number): IntakeRequest => {
		run++;
		const content = { ...GOOD, note: `run ${run}` };
		if (kind === 'id') return post({ ...content, id: `alert-${run}` });
		if (kind === 'signature') return signed(content, base);
		return post(kind === 'batch' ? { signals: [content, { ...content, id: `alert-${run}` }] } : content);
	};

	const send = async (by: number, request: IntakeRequest, now: number, startAt: number | null) => {
		const rawBody = Buffer.from(request.rawBody).toString('base64');
		const order: SendOrder = { config: database.config, now, startAt, request: { ...request, rawBody } };
		const report = await processes[by]?.ask(order);
		if (report === undefined) throw new Error('no such process');
		return report;
	};

	const expectOne = (reports: SendReport[], kind: string) => {
		const fresh = reports.filter((report) => report.status === 202);
		expect(reports.map((report) => report.status).sort()).toEqual([
			...reports.slice(1).map(() => 200), 202,
		]);
		expect(fresh).toHaveLength(1);
		if (kind !== 'batch') expect(new Set(reports.map((report) => report.id)).size).toBe(1);
	};

	it('ends as one signal, sent 4 times in 20 s and twice at the same instant', async () => {
		let base = START;
		await fc.assert(
			fc.asyncProperty(kinds, sends, async (kind, schedule) => {
				base += 400_000;
				const before = await countSignals(kernel);
				const request = alert(kind, base);
				const startAt = Date.now() + LEAD_MS;
				const reports = await Promise.all([0, 1].map(async (by) => send(by, request, base, startAt)));
				for (const [after, by] of [...schedule].sort(([a], [b]) => a - b)) {
					reports.push(await send(by, request, base + after, null));
				}
				expectOne(reports, kind);
				expect(await countSignals(kernel)).toBe(before + (kind === 'batch' ? 2 : 1));
			}),
			{ numRuns: RUNS, endOnFailure: true },
		);
	});

	it('ends as one signal when the dedupe window has just run out for both', async () => {
		let base = START + 10 ** 10;
		await fc.assert(
			fc.asyncProperty(fc.constant('content'), async (kind) => {
				base += 400_000;
				const request = alert(kind, base);
				await send(0, request, base, null);
				const before = await countSignals(kernel);
				const startAt = Date.now() + LEAD_MS;
				const reports = await Promise.all([0, 1].map(async (by) => send(by, request, base + 60_000, startAt)));
				expectOne(reports, kind);
				expect(await countSignals(kernel)).toBe(before + 1);
			}),
			{ numRuns: Math.ceil(RUNS / 4), endOnFailure: true },
		);
	});
});
