import type { Kernel } from '../../../core/db';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { countSignals, GOOD, KEY, post, signalsOf, signed } from './support';

interface Body {
	status?: string;
	signal_id?: string;
	duplicate?: boolean;
	errors?: { code: string; path: string; value: string | null; message: string }[];
	results?: Body[];
}

describeDatabases('intake', (open) => {
	let database: TestDatabase;
	let kernel: Kernel;
	let signals: ReturnType<typeof signalsOf>;

	beforeAll(async () => {
		database = await open();
	});

	beforeEach(() => {
		database.clock.advance(3_600_000);
		kernel = database.kernel();
		signals = signalsOf(kernel);
	});

	const send = async (body: unknown, keys = [KEY]) => {
		const answer = await signals.receive(post(body), keys, 'intake-1');
		return { ...answer, body: answer.body as Body };
	};

	it('stores a good signal and answers 202 with its id', async () => {
		const answer = await send({ ...GOOD, source: 'ema-cross', note: 'first' });
		expect(answer).toMatchObject({
			status: 202,
			body: { status: 'accepted', signal_id: answer.stored[0], duplicate: false },
		});
		const signal = await signals.get(answer.stored[0]!);
		expect(signal).toMatchObject({
			keyName: 'desk', source: 'ema-cross', symbol: 'BTC/USDT', side: 'buy', action: 'open',
			confidence: '92', orderType: 'market', stopLoss: '59800',
			takeProfits: [{ price: '61500', share: '1' }], note: 'first', members: null,
			receivedAt: database.clock.now(), createdAt: database.clock.now(),
			expiresAt: database.clock.now() + 600_000,
		});
		const events = await kernel.conn('events').where({ signal_id: answer.stored[0] });
		expect(events.map((event: { type: string }) => event.type)).toEqual(['signal.received']);
	});

	it('answers 200 with the first id within 60 s, and takes it anew after that', async () => {
		const first = await send(GOOD);
		database.clock.advance(59_999);
		const again = await send(GOOD);
		expect(again).toMatchObject({ status: 200, stored: [], body: { signal_id: first.stored[0], duplicate: true } });
		database.clock.advance(1);
		const later = await send(GOOD);
		expect(later.status).toBe(202);
		expect(later.stored[0]).not.toBe(first.stored[0]);
		database.clock.advance(59_999);
		expect(await send(GOOD)).toMatchObject({ status: 200, body: { signal_id: later.stored[0] } });
	});

	it('knows a sender id for ever and refuses it for other content', async () => {
		const body = { ...GOOD, id: `a-${database.clock.now()}` };
		const first = await send(body);
		database.clock.advance(86_400_000);
		expect(await send(body)).toMatchObject({ status: 200, body: { signal_id: first.stored[0] } });
		const reused = await send({ ...body, side: 'sell' });
		expect(reused.status).toBe(409);
		expect(reused.body).toMatchObject({
			status: 'rejected', signal_id: first.stored[0], errors: [{ code: 'ID_REUSED', path: 'id' }],
		});
		const other = await send(body, [{ ...KEY, name: 'other-desk' }]);
		expect(other.status).toBe(202);
	});

	it('answers a mixed batch 207, in order, and a unanimous one with its own status', async () => {
		const mixed = await send({
			signals: [
				{ ...GOOD, symbol: 'ETH/USDT' },
				{ ...GOOD, symbol: 'ETH/USDT' },
				{ side: 'buy' },
				'nonsense',
				{ ...GOOD, id: 'b1' },
				{ ...GOOD, id: 'b1', side: 'sell' },
			],
		});
		expect(mixed.status).toBe(207);
		const results = mixed.body.results ?? [];
		expect(results.map((result) => result.status)).toEqual([
			'accepted', 'accepted', 'rejected', 'rejected', 'accepted', 'rejected',
		]);
		expect(results[1]).toEqual({ status: 'accepted', signal_id: results[0]?.signal_id, duplicate: true });
		expect(results[2]?.errors).toMatchObject([{ code: 'FIELD_MISSING', path: 'signals[2].symbol' }]);
		expect(results[3]?.errors).toMatchObject([{ code: 'BODY_NOT_AN_OBJECT', path: 'signals[3]' }]);
		expect(results[5]).toMatchObject({ signal_id: results[4]?.signal_id, errors: [{ code: 'ID_REUSED', path: 'signals[5].id' }] });
		expect(mixed.stored).toEqual([results[0]?.signal_id, results[4]?.signal_id]);

		const batch = { signals: [0, 1, 2].map((n) => ({ ...GOOD, note: `n${n}` })) };
		expect((await send(batch)).status).toBe(202);
		expect((await send(batch)).status).toBe(200);
		expect((await send({ signals: [{}, {}] })).status).toBe(422);
		expect((await send({ signals: [] })).body.errors).toMatchObject([{ code: 'BATCH_EMPTY', path: 'signals' }]);
		const many = { signals: Array.from({ length: 101 }, (_, n) => ({ ...GOOD, note: `m${n}` })) };
		expect((await send(many)).body.errors).toMatchObject([{ code: 'BATCH_TOO_LARGE', path: 'signals' }]);
	});

	it('answers a replayed signature 200 with the first id, long after the dedupe window', async () => {
		const at = database.clock.now();
		const request = signed(GOOD, at);
		const first = await signals.receive(request, [KEY], 'intake-1');
		expect(first.status).toBe(202);
		database.clock.advance(200_000);
		const replay = await signals.receive(request, [KEY], 'intake-1');
		expect(replay).toMatchObject({ status: 200, stored: [], body: { signal_id: first.stored[0], duplicate: true } });
		const otherBody = { ...signed(GOOD, at), rawBody: Buffer.from(JSON.stringify({ ...GOOD, side: 'sell' })) };
		expect((await signals.receive(otherBody, [KEY], 'intake-1')).status).toBe(401);
		database.clock.advance(100_001);
		expect((await signals.receive(request, [KEY], 'intake-1')).status).toBe(401);
	});

	it('keeps the order of a batch for the pump', async () => {
		const batch = { signals: Array.from({ length: 30 }, (_, n) => ({ ...GOOD, note: `o${n}` })) };
		const answer = await signals.receive(post(batch), [KEY], 'ordered');
		const leased = await signals.lease('ordered', 100);
		expect(leased.map((signal) => signal.id)).toEqual(answer.stored);
	});

	it('limits a key to its burst and rate, and says when to come again', async () => {
		const batch = (name: string, size: number) => ({
			signals: Array.from({ length: size }, (_, n) => ({ ...GOOD, note: `${name}${n}` })),
		});
		const before = await countSignals(kernel);
		expect((await send(batch('x', 100))).status).toBe(202);
		const refused = await send(GOOD);
		expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
		expect(refused.body.errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
		expect((await send(batch('y', 100))).headers['retry-after']).toBe('2');
		database.clock.advance(1_000);
		expect((await send(batch('z', 50))).status).toBe(202);
		expect((await send(GOOD)).status).toBe(429);
		expect((await send(GOOD, [{ ...KEY, name: 'another' }])).status).toBe(202);
		expect(await countSignals(kernel)).toBe(before + 151);
	});
});
