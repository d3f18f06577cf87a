import fc from 'fast-check';
import { connect, createServer, type Socket } from 'node:net';
import { closePool, createKernel, openPool, type DatabaseConfig, type Kernel } from '../../../core/db';
import { ManualClock } from '../../../core/model';
import { describeDatabases, START, type TestDatabase } from '../../support/databases';
import { countSignals, dump, GOOD, HMAC_SECRET, KEY, post, signalsOf, signed, TOKEN } from './support';

/** As many fuzzed bodies as the acceptance asks for: it is fast. */
const BODIES = 1_000;

/** A loopback proxy before PostgreSQL whose answers can be held back. */
async function stallingProxy(database: TestDatabase) {
	if (database.config.client !== 'postgres') throw new Error('PostgreSQL only');
	const url = new URL(database.config.connectionString);
	const { port, hostname } = url;
	const links: { client: Socket; upstream: Socket }[] = [];
	const server = createServer((client) => {
		const upstream = connect(Number(port), hostname);
		links.push({ client, upstream });
		client.pipe(upstream);
		upstream.pipe(client);
		for (const socket of [client, upstream]) socket.on('error', () => {});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
	const config: DatabaseConfig = { client: 'postgres', connectionString: url.toString() };
	return {
		config,
		stop: () => links.forEach(({ upstream }) => upstream.unpipe().pause()),
		resume: () => links.forEach(({ client, upstream }) => upstream.pipe(client)),
		close: () => server.close(),
	};
}

describeDatabases('hostile calls', (open, dialect) => {
	let database: TestDatabase;
	let kernel: Kernel;
	const log: string[] = [];
	const note = (message: string, facts?: object): void => void log.push(message + JSON.stringify(facts));

	beforeAll(async () => {
		database = await open();
		kernel = database.kernel({ log: { info: note, warn: note, error: note } });
	});

	it('refuses 64 KiB and one byte, takes 64 KiB', async () => {
		const signals = signalsOf(kernel);
		const sized = (bytes: number) => {
			const body = JSON.stringify({ ...GOOD, filler: '' });
			return post(body.replace('"filler":""', `"filler":"${'x'.repeat(bytes - body.length)}"`));
		};
		expect(sized(65_536).rawBody.length).toBe(65_536);
		const large = await signals.receive(sized(65_537), [KEY], 'i');
		expect(large).toMatchObject({ status: 413, stored: [], body: { errors: [{ code: 'BODY_TOO_LARGE' }] } });
		expect((await signals.receive(sized(65_536), [KEY], 'i')).status).toBe(202);
	});

	it('takes text/plain, as TradingView sends it', async () => {
		const headers = { 'content-type': 'text/plain; charset=utf-8' };
		const body = { ticker: 'BTCUSDT', action: 'buy', secret: TOKEN };
		expect((await signalsOf(kernel).receive(post(body, { headers }), [KEY], 'i')).status).toBe(202);
	});

	it('answers 4xx to every fuzzed body, stores nothing of it and shows the secret nowhere', async () => {
		const before = await countSignals(kernel);
		const answers: string[] = [];
		const json = fc.json({ maxDepth: 5 });
		const word = fc.constantFrom(...Object.keys(GOOD), 'ticker', 'action', 'members', 'created_at', 'signals', 'id', 'note', '__proto__');
		const value = fc.oneof(fc.jsonValue(), fc.constant(TOKEN), fc.constant(`a${HMAC_SECRET}`), fc.constantFrom('\u0000', '\ud800', '1e9999', '{{x}}'));
		const wrongSignal = fc.dictionary(word, value).map((fields) => JSON.stringify({ ...fields, symbol: [TOKEN] }));
		const wrongBatch = fc.array(wrongSignal, { maxLength: 4 }).map((list) => `{"signals":[${list.join()}],"x":"${TOKEN}"}`);
		const bytes = fc.uint8Array({ maxLength: 200 });
		const bodies = fc.oneof(json, fc.string(), bytes, wrongSignal, wrongBatch);
		await fc.assert(
			fc.asyncProperty(bodies, fc.boolean(), async (body, isSigned) => {
				const signals = signalsOf(kernel);
				const request = isSigned ? signed(body, START) : post(body);
				const answer = await signals.receive(request, [KEY], 'i');
				expect(answer.status).toBeGreaterThanOrEqual(400);
				expect(answer.status).toBeLessThan(500);
				expect(answer.stored).toEqual([]);
				answers.push(JSON.stringify(answer));
			}),
			{ numRuns: BODIES },
		);
		expect(answers).toHaveLength(BODIES);
		expect(await countSignals(kernel)).toBe(before);
		for (const text of [answers.join(), log.join(), await dump(kernel)]) {
			expect(text).not.toContain(TOKEN);
			expect(text).not.toContain(HMAC_SECRET);
		}
	});

	it('takes secrets out of whatever field they were put into before it stores', async () => {
		const signals = signalsOf(kernel);
		const body = {
			...GOOD, secret: TOKEN, id: `id-${TOKEN}`, source: `s ${TOKEN}`, note: `${TOKEN}${HMAC_SECRET}`,
			pattern: `p${TOKEN}`, timeframe: '5m', members: [`m${TOKEN}`],
		};
		const answer = await signals.receive(post(body, { headers: {} }), [KEY], 'i');
		expect(answer.status).toBe(202);
		const stored = await dump(kernel);
		expect(stored).not.toContain(TOKEN);
		expect(stored).not.toContain(HMAC_SECRET);
		expect(await signals.get(answer.stored[0]!)).toMatchObject({ source: 's [removed]', note: '[removed][removed]' });
	});

	it('answers 4xx to deep nesting and to masses of prototype keys, briefly', async () => {
		const signals = signalsOf(kernel);
		const before = await countSignals(kernel);
		const bodies = [
			'['.repeat(65_536), `${'['.repeat(32_768)}${']'.repeat(32_768)}`, `{"a":${'{"a":'.repeat(10_000)}`,
			`{"symbol":"A","side":"buy","x":[${'{"__proto__":1},'.repeat(4_000)}1]}`,
			`{"__proto__":{"symbol":"A","side":"buy"}}`,
			`{"signals":[{"constructor":{"prototype":{"x":1}},"symbol":"A","side":"buy"}]}`,
			`{"prototype":1,"signals":[{"symbol":"A","side":"buy"}]}`,
		];
		const statuses: number[] = [];
		for (const body of bodies) {
			const answer = await signals.receive(post(body), [KEY], 'i');
			statuses.push(answer.status);
			expect(JSON.stringify(answer.body).length).toBeLessThan(20_000);
		}
		expect(statuses).toEqual([400, 400, 400, 422, 422, 422, 422]);
		expect(await countSignals(kernel)).toBe(before);
		expect(Object.prototype).not.toHaveProperty('x');
	});

	it('answers 503 when the store is gone, and nothing is stored', async () => {
		const config = dialect === 'sqlite'
			? { client: 'sqlite' as const, file: `${database.config.client === 'sqlite' ? database.config.file : ''}.gone` }
			: { client: 'postgres' as const, connectionString: 'postgresql://u:p@127.0.0.1:1/none' };
		const pool = openPool(config);
		if (dialect === 'sqlite') await closePool(pool);
		const gone = createKernel(pool, { clock: new ManualClock(START) });
		const answer = await signalsOf(gone).receive(post(GOOD), [KEY], 'i');
		expect(answer).toMatchObject({
			status: 503, stored: [], headers: { 'retry-after': '1' },
			body: { status: 'retry', errors: [{ code: 'STORE_UNAVAILABLE' }] },
		});
		if (dialect === 'postgres') await closePool(pool);
	});

	it('still answers 202 when a pump cannot be woken', async () => {
		const signals = signalsOf(kernel);
		const woken: string[] = [];
		signals.onArrival('i', () => {
			throw new Error('no');
		});
		const stop = signals.onArrival('i', () => void woken.push('i'));
		signals.onArrival('other', () => void woken.push('other'));
		expect((await signals.receive(post({ ...GOOD, note: 'wake' }), [KEY], 'i')).status).toBe(202);
		expect((await signals.receive(post({ ...GOOD, note: 'wake' }), [KEY], 'i')).status).toBe(200);
		stop();
		expect((await signals.receive(post({ ...GOOD, note: 'asleep' }), [KEY], 'i')).status).toBe(202);
		expect(woken).toEqual(['i']);
	});

	if (dialect !== 'postgres') return;

	it('gives a stalled store up in time, and what comes too late is not committed', async () => {
		const stall = await stallingProxy(database);
		const pool = openPool(stall.config);
		const signals = signalsOf(createKernel(pool, { clock: database.clock }));
		expect((await signals.receive(post({ ...GOOD, note: 'warm' }), [KEY], 'i')).status).toBe(202);
		const before = await countSignals(kernel);
		stall.stop();
		const started = performance.now();
		const late = post({ ...GOOD, note: 'late' });
		expect((await signals.receive(late, [KEY], 'i')).status).toBe(503);
		expect(performance.now() - started).toBeLessThan(2_900);
		stall.resume();
		const again = await signals.receive(late, [KEY], 'i');
		expect(again.status).toBe(202);
		expect(await countSignals(kernel)).toBe(before + 1);
		await closePool(pool);
		stall.close();
	});
});
