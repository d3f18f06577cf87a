/**
 * Plans the dozen alerts of the demo. The demo market is a pure function of time, so the plan can
 * look ahead and choose symbols and levels for which each trade ends the way its line in the
 * table says. The running instance knows nothing of this: it judges and trades what it receives.
 */

export const GAP_MS = 1_200;
const HORIZON_MS = 150_000;
const STEP_MS = 500;
/** From the sending of an alert to its judgement and fill, roughly. */
const JUDGED_AFTER_MS = 200;
/** A queued trade stays open for so long before its close is sent. */
export const HOLD_MS = 8_000;

const round = (value, price) => Number(value.toFixed(price >= 1000 ? 2 : price >= 10 ? 3 : 5));

/** First time after `from` at which the bid is at or below (or at or above) a level; null if never. */
function timeToReach(quote, symbol, from, reached) {
	for (let at = from; at <= from + HORIZON_MS; at += STEP_MS) {
		if (reached(quote(symbol, at))) return at - from;
	}
	return null;
}

/** How a long entered at `at` with these distances (in percent) would end, and when. */
function outcome(quote, symbol, at, stopPercent, targetPercent) {
	const entry = quote(symbol, at).ask;
	const stop = entry * (1 - stopPercent / 100);
	const target = entry * (1 + targetPercent / 100);
	const toStop = timeToReach(quote, symbol, at, ({ bid }) => bid <= stop);
	const toTarget = timeToReach(quote, symbol, at, ({ bid }) => bid >= target);
	const won = toTarget !== null && (toStop === null || toTarget < toStop);
	return { won, lost: toStop !== null && !won, after: won ? toTarget : toStop };
}

/** The quickest winner among the symbols: two and a half times as far to the target as to the stop. */
function bestWinner(quote, symbols, at) {
	const found = [];
	for (const symbol of symbols) {
		for (const stopPercent of [0.6, 0.75, 0.9]) {
			const targetPercent = stopPercent * 2.8;
			const end = outcome(quote, symbol, at, stopPercent, targetPercent);
			if (end.won && end.after > 6_000) found.push({ symbol, stopPercent, targetPercent, after: end.after });
		}
	}
	return found.sort((a, b) => a.after - b.after)[0];
}

/** The loser that takes longest: it closes after every other trade. */
function bestLoser(quote, symbols, at, after) {
	const found = [];
	for (const symbol of symbols) {
		for (const stopPercent of [0.6, 0.8, 1, 1.3, 1.6, 2, 2.4]) {
			const targetPercent = stopPercent * 3;
			const end = outcome(quote, symbol, at, stopPercent, targetPercent);
			if (end.lost && end.after > after) found.push({ symbol, stopPercent, targetPercent, after: end.after });
		}
	}
	return found.sort((a, b) => b.after - a.after)[0];
}

/** The symbol that rises most while the queued trade is open. */
function bestRise(quote, symbols, opens) {
	const found = [...symbols].map((symbol) => {
		const entry = quote(symbol, opens).ask;
		return { symbol, gain: quote(symbol, opens + HOLD_MS + 1_000).bid / entry - 1 };
	});
	const best = found.sort((a, b) => b.gain - a.gain)[0];
	return best !== undefined && best.gain > 0.004 ? best : undefined;
}

const levels = (price, { stopPercent, targetPercent }) => ({
	stop_loss: round(price * (1 - stopPercent / 100), price),
	take_profit: round(price * (1 + targetPercent / 100), price),
});

/** Positions of full size that the gate lets into assets that move together. */
const IN_ONE_GROUP = 2;

/** Whether another position would be one too many for a group that the symbol's asset is in. */
function crowded(symbol, taken, groups) {
	const assetOf = (name) => name.split('/')[0];
	return groups.some(({ assets }) =>
		assets.includes(assetOf(symbol)) &&
		taken.filter((other) => assets.includes(assetOf(other))).length >= IN_ONE_GROUP);
}

/**
 * @param {{ quote: (symbol: string, at: number) => { bid: number, ask: number },
 *           symbols: string[], groups: { assets: string[] }[],
 *           start: number, handle: string, run: string }} input
 * @returns {{ role: string, title: string, body: string, contentType: string, waitFor?: string }[]}
 */
export function planDemo({ quote, symbols, groups, start, handle, run }) {
	const at = (index) => start + index * GAP_MS + JUDGED_AFTER_MS;
	const taken = [];
	const left = new Set(symbols);
	const take = (choice) => {
		if (choice === undefined) return undefined;
		taken.push(choice.symbol);
		for (const symbol of left) {
			if (symbol === choice.symbol || crowded(symbol, taken, groups)) left.delete(symbol);
		}
		return choice;
	};
	const first = take(bestWinner(quote, left, at(2)));
	const second = take(bestWinner(quote, left, at(3)));
	if (!first || !second) return null;
	// The queued trade opens when the first slot is free, and shall be in profit when it is closed.
	const opens = Math.min(at(2) + first.after, at(3) + second.after) + 1_500;
	const queued = take(bestRise(quote, left, opens));
	const quiet = Math.max(at(3) + second.after, at(2) + first.after, opens + HOLD_MS) + 6_000 - at(1);
	const loser = take(bestLoser(quote, left, at(1), quiet));
	if (!queued || !loser) return null;
	const [oversize, stopless, stale, broken] = symbols.filter((symbol) => !taken.includes(symbol));
	const now = (index) => new Date(start + index * GAP_MS).toISOString();
	const json = (body) => ({ contentType: 'application/json', body: JSON.stringify(body) });
	const native = (index, name, symbol, rest) =>
		json({
			id: `${run}-${name}`, source: 'demo-desk', symbol, side: 'buy', action: 'open',
			class: 'SNIPER_OPS', confidence: 95, created_at: now(index), members: [handle], ...rest,
		});
	const price = (symbol, index) => quote(symbol, at(index)).ask;
	// Far enough that the order is still a good one wherever the market is when its turn comes.
	const wide = { stopPercent: 4, targetPercent: 20 };
	const oversizePrice = price(oversize, 0);
	const firstBody = native(2, 'win', first.symbol, {
		...levels(price(first.symbol, 2), first), timeframe: '5m', pattern: 'ORDER_BLOCK_BOUNCE',
	});
	return [
		{ role: 'oversize', title: `${oversize} buy, 27 % of equity, stop 5 % away`, ...native(0, 'oversize', oversize, {
			...levels(oversizePrice, { stopPercent: 5, targetPercent: 15 }),
			quantity: Number(((0.27 * 10_000) / oversizePrice).toPrecision(2)),
		}) },
		{ role: 'loser', title: `${loser.symbol} buy`, ...native(1, 'loss', loser.symbol, {
			...levels(price(loser.symbol, 1), loser), confidence: 93,
		}) },
		{ role: 'winner', title: `${first.symbol} buy`, ...firstBody },
		{ role: 'winner', title: `${second.symbol} buy (TradingView)`, ...json({
			ticker: `BINANCE:${second.symbol.replace('/', '')}`, action: 'buy', market_position: 'long',
			price: String(price(second.symbol, 3)), timenow: now(3), interval: '5',
			confidence: '94', class: 'RAPID_ASSAULT', members: [handle], source: 'tradingview',
			id: `${run}-tv`, ...levels(price(second.symbol, 3), second),
		}) },
		{ role: 'duplicate', title: `${first.symbol} buy, sent again`, ...firstBody },
		{ role: 'queued', title: `${queued.symbol} buy, no slot free`, ...native(5, 'queued', queued.symbol, {
			...levels(price(queued.symbol, 5), wide), class: 'MIDNIGHT_HAMMER', confidence: 97,
		}) },
		{ role: 'blocked', title: `${stopless} buy without a stop`, ...native(6, 'no-stop', stopless, {
			take_profit: round(price(stopless, 6) * 1.02, price(stopless, 6)),
		}) },
		{ role: 'blocked', title: `${stale} buy, expired 5 min ago`, ...native(7, 'expired', stale, {
			...levels(price(stale, 7), wide),
			created_at: new Date(start - 900_000).toISOString(), expires_at: new Date(start - 300_000).toISOString(),
		}) },
		{ role: 'rejected', title: `${broken} malformed (side "up")`, ...native(8, 'malformed', broken, { side: 'up' }) },
		{ role: 'rejected', title: 'not JSON at all', contentType: 'text/plain', body: 'BUY BTC NOW!!! 🚀' },
		{ role: 'blocked', title: 'GOLD/USDT buy, not listed', ...native(10, 'unlisted', 'GOLD/USDT', {
			stop_loss: 1900, take_profit: 2200,
		}) },
		{ role: 'close', title: `${queued.symbol} close (TradingView, flat)`, waitFor: 'queued', ...json({
			ticker: `BINANCE:${queued.symbol.replace('/', '')}`, action: 'sell', market_position: 'flat',
			members: [handle], source: 'demo-desk', id: `${run}-flat`,
		}) },
	];
}
