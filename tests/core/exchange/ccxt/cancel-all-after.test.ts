import type { SupportedVenue } from '../../../../core/exchange';
import type { WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ACCOUNT = 'acc_timer';

/** The call of each venue, and its field for a time in its own unit. */
const TIMERS: readonly {
	readonly id: SupportedVenue;
	readonly symbol: string | null;
	readonly call: string;
	readonly minute: Record<string, unknown>;
	readonly off: Record<string, unknown>;
	readonly answer: object;
}[] = [
	{
		id: 'binanceusdm', symbol: 'BTC/USDT', call: 'POST /fapi/v1/countdownCancelAll',
		minute: { symbol: 'BTCUSDT', countdownTime: '60000' }, off: { symbol: 'BTCUSDT', countdownTime: '0' },
		answer: { symbol: 'BTCUSDT', countdownTime: '60000' },
	},
	{
		id: 'okx', symbol: null, call: 'POST /api/v5/trade/cancel-all-after',
		minute: { timeOut: 60 }, off: { timeOut: 0 },
		answer: { code: '0', msg: '', data: [{ triggerTime: '1587971460', ts: '1587971400' }] },
	},
	{
		id: 'kraken', symbol: null, call: 'POST /0/private/CancelAllOrdersAfter',
		minute: { timeout: '60' }, off: { timeout: '0' },
		answer: { error: [], result: { currentTime: '2026-11-20T19:00:00Z', triggerTime: '2026-11-20T19:01:00Z' } },
	},
];

describe.each(TIMERS)('$id', ({ id, symbol, call, minute, off, answer }) => {
	let venue: WireVenue;
	const answering = (routes: WireRoutes): void => {
		venue.wire.routes = { ...WIRE_ROUTES[id], ...routes };
	};
	const set = (timeoutMs: number | null) => venue.exchange.cancelAllAfter?.(ACCOUNT as never, { symbol, timeoutMs });

	beforeAll(async () => {
		venue = await openWireVenue(id);
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());

	test.each([['a minute', 60_000, minute], ['no more', null, off]])('is told %s in its own words', async (_what, ms, fields) => {
		answering({ [call]: () => answer });
		venue.wire.take();
		await set(ms);
		const sent = venue.wire.take();
		expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([call]);
		expect(sent[0]?.fields).toMatchObject(fields);
	});

	test('a timer that nobody answers for is an error that can be tried again', async () => {
		answering({ [call]: () => ({ status: 503, text: '<html>busy</html>' }) });
		await expect(set(60_000)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE', retryable: true });
	});
});

test('venues without a timer say so', async () => {
	const venue = await openWireVenue('bybit');
	expect(venue.exchange.capabilities.cancelAllAfter).toBe(false);
	await expect(venue.exchange.cancelAllAfter?.(ACCOUNT as never, { symbol: null, timeoutMs: 60_000 })).rejects.toMatchObject({
		code: 'VENUE_UNSUPPORTED',
	});
	await venue.close();
});
