import { createCcxtExchange } from '../../../core/exchange/ccxt/ccxt-exchange';
import type { VenueAccess } from '../../../core/exchange/ccxt/access';
import type { ClientSettings } from '../../../core/exchange/ccxt/client';
import type { CcxtClient } from '../../../core/exchange/ccxt/library';
import { sharedClient } from '../../../core/exchange/ccxt/registry';
import { VenueSession } from '../../../core/exchange/ccxt/session';
import { binance } from '../../../core/exchange/ccxt/venues/binance';
import { binanceusdm } from '../../../core/exchange/ccxt/venues/binanceusdm';
import { parseVenue, venueName } from '../../../core/exchange/venue-name';
import { VENUE_CAPABILITIES } from '../../../core/exchange/venue-table';
import type { Exchange, Quotes } from '../../../core/exchange';
import type { Kernel } from '../../../core/db';
import { type AccountId, type Clock, decimal } from '../../../core/model';
import { text } from './fixed';
import type { BinanceServer } from './server';

/** Prices straight from the exchange's books, without its network: as of now by the core's own clock. */
export function bookQuotes(server: BinanceServer, clock: Clock): Quotes {
	return {
		quote: async (_venue, symbol) => {
			const book = server.engine.books.get(symbol.replace('/', ''));
			if (book === undefined || book.bid === null || book.ask === null) return null;
			const { bid, ask } = book;
			return { symbol, bid: decimal(text(bid)), ask: decimal(text(ask)), at: clock.now() };
		},
	};
}

/** The exchange's own name and addresses in the core. */
export function addressesOf(server: BinanceServer): { venue: string; ccxtId: string; apiUrl: string; streamUrl: string } {
	const { url: apiUrl, streamUrl } = server;
	const ccxtId = server.futures === null ? 'binance' : 'binanceusdm';
	return { venue: venueName({ ccxtId, mode: 'live', apiUrl, streamUrl }), ccxtId, apiUrl, streamUrl };
}

/** Changes every ccxt client that the core uses for a loopback exchange, before it is used. */
export interface ClientTweaks {
	/** Off: a test need not keep the real exchange's pace. */
	readonly rateLimit?: boolean;
	/** Requests go straight to the exchange, without a socket. */
	readonly inProcess?: boolean;
	/** Hears that a frame of a stream was taken in. */
	readonly onFrame?: () => void;
	/** The machine's time, ms UTC, where a test moves it. */
	readonly now?: () => number;
}

/** The core's adapter, with the unmodified ccxt inside, over a loopback exchange. */
export function ccxtOver(
	server: BinanceServer,
	kernel: Pick<Kernel, 'clock' | 'log'>,
	tweaks: ClientTweaks = {},
): { exchange: Exchange; venue: string; clientOf(keys: ClientSettings['keys']): CcxtClient } {
	const { venue, apiUrl, streamUrl } = addressesOf(server);
	const name = parseVenue(venue);
	if (name === null) throw new Error(`${venue} is no venue`);
	const keyOf = (accountId: AccountId) => {
		const key = server.handler.keys.get(accountId);
		if (key === undefined) throw new Error(`no key of ${accountId}`);
		return { apiKey: key.apiKey, secret: key.secret, passphrase: null };
	};
	const profile = server.futures === null ? binance : binanceusdm;
	const clientOf = (keys: ClientSettings['keys']): CcxtClient =>
		tweak(sharedClient(profile, { mode: name.mode, apiUrl, streamUrl, keys }), server, tweaks);
	const access: VenueAccess = {
		keys: async (accountId) => {
			const keys = keyOf(accountId);
			clientOf(keys);
			return keys;
		},
		venue: async () => ({ apiUrl, streamUrl }),
	};
	clientOf(null);
	const session = new VenueSession(kernel, venue, name, profile, access);
	const capabilities = VENUE_CAPABILITIES[profile.ccxtId];
	return {
		exchange: createCcxtExchange({ kernel, session, capabilities, quotes: bookQuotes(server, kernel.clock) }),
		venue,
		clientOf,
	};
}

const TWEAKED = new WeakSet<CcxtClient>();

function tweak(client: CcxtClient, server: BinanceServer, tweaks: ClientTweaks): CcxtClient {
	const { rateLimit = false, inProcess = false, now, onFrame } = tweaks;
	if (TWEAKED.has(client)) return client;
	TWEAKED.add(client);
	Object.assign(client, { enableRateLimit: rateLimit });
	if (onFrame !== undefined) {
		const handleMessage: unknown = Reflect.get(client, 'handleMessage');
		if (typeof handleMessage !== 'function') throw new Error('ccxt hears no streams');
		Object.assign(client, {
			handleMessage(...args: unknown[]) {
				onFrame();
				return Reflect.apply(handleMessage, client, args);
			},
		});
	}
	if (inProcess) Object.assign(client, { fetchImplementation: server.fetch });
	if (now !== undefined) client.milliseconds = now;
	return client;
}
