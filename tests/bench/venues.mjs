/** Orders through one real n8n at four loopback venues, and how soon a venue acknowledges them. */
import { templateFiles } from '../../scripts/lib/templates.mjs';
import { post, sleep, startInstance, until } from '../support/instance.mjs';
import { percentile, rounded } from './fixture.mjs';
import { startVenue } from './loopback-venue.mjs';

const VENUES = 4;
/** One order at a time each; 50 opening orders a day are allowed. */
const ACCOUNTS_PER_VENUE = 13;
const SECONDS = 60;
const SENDERS = 11;
/**
 * Pairs of the loopback venue with quotes that stay, and the stop and target of an alert. Without a
 * spread what is closed at once has won and lost nothing: after a loss nobody may open for a while.
 */
const MARKETS = [
	{ id: 'BTCUSDT', symbol: 'BTC/USDT', bid: '60000', ask: '60000', stop: 57000, target: 69000 },
	{ id: 'ETHUSDT', symbol: 'ETH/USDT', bid: '3000', ask: '3000', stop: 2850, target: 3450 },
];

async function connectAll(core, venues) {
	const handles = [];
	for (const [number, venue] of venues.entries()) {
		for (let index = 0; index < ACCOUNTS_PER_VENUE; index++) {
			const handle = `desk-${number}-${index}`;
			const apiKey = `key-${handle}`;
			await venue.command('addKey', { apiKey, secret: `secret-${handle}`, balances: { USDT: '10000' } });
			await core.members.upsert({
				handle, displayName: handle, zone: 'UTC', tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3, actor: 'operator:bench',
			});
			const connected = await core.connections.connect({
				member: handle, currency: 'USDT', replaceKey: false, actor: 'operator:bench',
				credential: {
					venue: 'binance', mode: 'sandbox', apiKey, secret: `secret-${handle}`, passphrase: null,
					apiUrl: venue.url, streamUrl: venue.streamUrl,
				},
			});
			if (connected.kind !== 'connected') throw new Error(`${handle}: ${connected.code} ${connected.message}`);
			handles.push({ handle, accountId: connected.account.id });
		}
	}
	return handles;
}

const alertOf = ({ symbol, stop, target }, handle, number) => ({
	id: `${handle}-${number}`, source: `bench-${number}`, symbol, side: 'buy', class: 'SNIPER_OPS', confidence: 95,
	stop_loss: stop, take_profit: target, members: [handle],
});

/** Entries of the bench by what became of them, with the time from approval to acknowledgement. */
async function entriesSince(conn, since) {
	return conn('orders as o')
		.join('verdicts as v', function join() {
			this.on('v.signal_id', 'o.signal_id').andOn('v.account_id', 'o.account_id');
		})
		.where('o.leg', 'entry').where('o.created_at', '>=', since).where('v.purpose', 'intake')
		.select('o.account_id', 'o.symbol', 'o.state', 'o.code', 'o.created_at', 'o.submitted_at', 'v.created_at as approved_at');
}

/** One account: an alert, its fill, its close, the next alert; until the time is over. */
async function work(instance, { handle, accountId }, state) {
	for (let number = 0; performance.now() < state.endsAt; number++) {
		const market = MARKETS[number % MARKETS.length];
		const token = instance.tokens[state.calls++ % instance.tokens.length];
		const { status } = await post(instance.demo.signalUrl, token, alertOf(market, handle, number));
		if (status !== 202) {
			await sleep(200);
			continue;
		}
		state.sent++;
		const deadline = performance.now() + 20_000;
		while (!state.open.has(`${accountId}|${market.symbol}`) && performance.now() < deadline) await sleep(50);
		await instance.core.orders.closePosition({ accountId, symbol: market.symbol, reason: 'manual', actor: 'operator:bench' });
		while (state.open.has(`${accountId}|${market.symbol}`) && performance.now() < deadline) await sleep(50);
	}
}

async function watchTrades({ conn }, state) {
	while (!state.done) {
		const open = await conn('trades').where({ state: 'OPEN' }).select('account_id', 'symbol');
		state.open = new Set(open.map(({ account_id: account, symbol }) => `${account}|${symbol}`));
		await sleep(50);
	}
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchVenues(print) {
	const venues = [];
	const templates = templateFiles().filter((path) => /0[01]-[^/]*\.json$/.test(path));
	let instance = null;
	try {
		for (let index = 0; index < VENUES; index++) venues.push(await startVenue(MARKETS));
		instance = await startInstance({ keys: SENDERS, templates });
		const accounts = await connectAll(instance.core, venues);
		// Each account is paused until it has been compared with its venue.
		await until(async () => (await instance.core.kernel.conn('trips').whereNull('cleared_at')).length === 0, {
			what: 'the comparison of every account', timeoutMs: 180_000, everyMs: 500,
		});
		await sleep(5_000);
		const since = Date.now();
		const state = { endsAt: performance.now() + SECONDS * 1000, open: new Set(), calls: 0, sent: 0, done: false };
		const watching = watchTrades(instance.core.kernel, state);
		await Promise.all(accounts.map((account) => work(instance, account, state)));
		state.done = true;
		await watching;
		const endedAt = since + SECONDS * 1000;
		const entries = (await entriesSince(instance.core.kernel.conn, since)).filter((entry) => entry.created_at < endedAt);
		const acknowledged = entries.filter(({ submitted_at: at }) => at !== null && at < endedAt);
		const lags = acknowledged.map(({ submitted_at: at, approved_at: approved }) => at - approved);
		const all = await instance.core.kernel.conn('orders').whereBetween('submitted_at', [since, endedAt]).count({ n: '*' });
		const share = rounded((acknowledged.length / Math.max(1, state.sent)) * 100, 1);
		const figures = {
			orders_per_minute_n8n: rounded(acknowledged.length / (SECONDS / 60), 0),
			ack_p95_ms: percentile(lags, 0.95),
		};
		print(`orders_per_minute_n8n: ${figures.orders_per_minute_n8n} opening orders acknowledged by ${VENUES} venues, ${Number(all[0].n)} with stops and closes (${share} % of ${state.sent} signals within the minute)`);
		print(`ack_p95_ms: ${figures.ack_p95_ms} from approval to acknowledgement (median ${percentile(lags, 0.5)})`);
		return figures;
	} finally {
		await instance?.end();
		for (const venue of venues) venue.stop();
	}
}
