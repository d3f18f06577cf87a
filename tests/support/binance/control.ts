import type { Fault } from './faults';
import type { CandleRow } from './market-data';
import type { BinanceServer, KeyOptions } from './server';

/** Tests write it for tests: checked by what it is given to. */
type Body = Record<string, any>;
type Command = (server: BinanceServer, body: Body) => unknown;

/** What other processes may ask of a running exchange: `POST /control/<name>` with JSON. */
const COMMANDS: Readonly<Record<string, Command>> = {
	addKey: (server, body) => server.addKey(body as KeyOptions),
	removeKey: (server, { apiKey }) => server.removeKey(apiKey),
	deposit: (server, { apiKey, asset, amount }) => server.deposit(apiKey, asset, amount),
	setPrice: (server, { symbol, bid, ask }) => server.setPrice(symbol, bid, ask),
	setDepth: (server, { symbol, bids, asks }) => server.setDepth(symbol, bids, asks),
	setCandles: (server, { symbol, interval, rows }) => server.setCandles(symbol, interval, rows as CandleRow[]),
	fill: (server, { apiKey, clientOrderId, quantity, price }) =>
		server.fillPartially(apiKey, clientOrderId, quantity, price),
	placeForeign: (server, { apiKey, order }) => server.placeForeign(apiKey, order),
	cancelForeign: (server, { apiKey, clientOrderId }) => server.cancelForeign(apiKey, clientOrderId),
	plan: (server, body) => void server.plan(body as Fault),
	clearFaults: (server) => server.clearFaults(),
	releaseHeld: (server) => server.releaseHeld(),
	cutStreams: (server, { apiKey }) => server.cutStreams(apiKey),
	setSkew: (server, { ms }) => server.setSkew(ms),
	account: (server, { apiKey }) => server.account(apiKey),
	requests: (server) => server.requests(),
	sums: (server) =>
		Object.fromEntries(Object.entries(server.engine.ledger.sums()).map(([asset, sum]) => [asset, String(sum)])),
};

/** Runs one command; what went wrong is told, not thrown. */
export function control(server: BinanceServer, name: string, body: string): unknown {
	const command = COMMANDS[name];
	if (command === undefined) return { error: `no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}` };
	try {
		return { result: command(server, (body === '' ? {} : JSON.parse(body)) as Body) ?? null };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}
