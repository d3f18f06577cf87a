import { asUrgent, traced, watchCalls } from '../../../../core/exchange/ccxt/call';
import { Pace, paceQuestions } from '../../../../core/exchange/ccxt/pace';

const SHARE = 0.6;
const BURST = 2_000;

/** A client that is never held up by a pace of its own. */
function client(): any {
	return { throttle: async () => undefined };
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
};

test('questions of all clients of an address share one pace; orders are not held up by it', async () => {
	const unit = 100;
	const pace = new Pace(unit);
	const clients = [client(), client(), client()];
	for (const each of clients) paceQuestions(each, pace);
	const ask = async (index: number): Promise<unknown> =>
		traced(60_000, async () => clients[index % 3].throttle(1));
	// The burst is free, whoever asks.
	const free = Math.floor((BURST * SHARE) / unit);
	expect(await timed(async () => Promise.all(Array.from({ length: free }, (_, index) => ask(index))))).toBeLessThan(150);
	const slow = await timed(async () => Promise.all([0, 1, 2, 3].map(ask)));
	expect(slow).toBeGreaterThan((3 * unit) / SHARE - 60);
	// However many questions wait, an order goes at once.
	const waiting = Promise.all([0, 1, 2].map(ask));
	const order = await timed(async () => traced(60_000, async () => clients[0].throttle(1), null));
	expect(order).toBeLessThan(60);
	// Nor does a price wait for what is compared.
	const price = await timed(async () => traced(60_000, async () => clients[0].throttle(1), 'prices'));
	expect(price).toBeLessThan(60);
	await waiting;
});

test('questions that cannot wait go at once, however many others wait for their turn', async () => {
	const pace = new Pace(1_000);
	const one = client();
	paceQuestions(one, pace);
	const ask = async (): Promise<unknown> => traced(60_000, async () => one.throttle(1));
	const waiting = Promise.all([ask(), ask(), ask()]);
	expect(await timed(async () => asUrgent(async () => Promise.all([ask(), ask(), ask(), ask()])))).toBeLessThan(150);
	// Only that work: what is asked beside it waits as before.
	expect(await timed(async () => waiting)).toBeGreaterThan(1_000);
});

test('what waits longer than its time for its turn is never sent', async () => {
	const pace = new Pace(50_000);
	const one = client();
	paceQuestions(one, pace);
	let sent = 0;
	const ask = async () => traced(100, async () => {
		await one.throttle(1);
		sent += 1;
	});
	const late = await ask();
	expect(late).toMatchObject({ kind: 'failed', error: { name: 'NeverSent' } });
	expect(sent).toBe(0);
});

test('a request that gets its turn when nobody waits any more does not leave', async () => {
	const left: string[] = [];
	const one = client();
	one.fetch = async (url: string) => left.push(url);
	one.onRestResponse = (_status: number, _reason: string, _url: string, _method: string, _headers: unknown, body: string) => body;
	watchCalls(one);
	const result = await traced(50, async () => {
		await new Promise((resolve) => setTimeout(resolve, 150));
		await one.fetch('late');
	}, null);
	expect(result).toMatchObject({ kind: 'failed', error: { name: 'NeverSent' }, trace: { sent: false } });
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(left).toEqual([]);
	await traced(1_000, async () => one.fetch('in time'), null);
	expect(left).toEqual(['in time']);
});
