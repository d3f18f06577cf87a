import { isRecord, listOf, recordOf, textOf } from './answer';
import type { Answer, CcxtClient } from './library';
import type { SupportedVenue } from '../venue-table';

/** What a key may do; null where the venue does not tell. */
export interface Rights {
	readonly canTrade: boolean | null;
	readonly canWithdraw: boolean | null;
}

const SILENT: Rights = { canTrade: null, canWithdraw: null };

/** One of the venue's own calls, by the name that ccxt gives it. */
async function ask(client: CcxtClient, name: string): Promise<Answer> {
	const method: unknown = Reflect.get(client, name);
	if (typeof method !== 'function') throw new Error(`${client.id} has no call ${name}.`);
	const answer: unknown = await Reflect.apply(method, client, []);
	return isRecord(answer) ? answer : {};
}

/** A flag of an answer; null where it is not there: what is not told is not "no". */
const yes = (answer: Answer, field: string): boolean | null => {
	const value = answer[field];
	if (value === undefined || value === null) return null;
	return value === true || value === 'true' || value === 1;
};

/** Whether a list has a word; null where there is no list. */
const includes = (answer: Answer, field: string, word: string): boolean | null => {
	const value = answer[field];
	return Array.isArray(value) ? value.includes(word) : null;
};

const both = (one: boolean | null, other: boolean | null): boolean | null =>
	one === null || other === null ? null : one && other;

async function binanceRights(client: CcxtClient, trading: string): Promise<Rights> {
	const answer = await ask(client, 'sapiGetAccountApiRestrictions');
	return { canTrade: yes(answer, trading), canWithdraw: yes(answer, 'enableWithdrawals') };
}

async function bybitRights(client: CcxtClient): Promise<Rights> {
	const result = recordOf(await ask(client, 'privateGetV5UserQueryApi'), 'result');
	const permissions = recordOf(result, 'permissions');
	const readOnly = textOf(result, 'readOnly');
	return {
		canTrade: both(readOnly === null ? null : readOnly === '0', includes(permissions, 'Spot', 'SpotTrade')),
		canWithdraw: includes(permissions, 'Wallet', 'Withdraw'),
	};
}

async function okxRights(client: CcxtClient): Promise<Rights> {
	const [account] = listOf(await ask(client, 'privateGetAccountConfig'), 'data');
	const perm = textOf(account ?? {}, 'perm');
	if (perm === null) return SILENT;
	const words = perm.split(',');
	return { canTrade: words.includes('trade'), canWithdraw: words.includes('withdraw') };
}

const ASK: Readonly<Record<SupportedVenue, (client: CcxtClient) => Promise<Rights>>> = {
	binance: async (client) => binanceRights(client, 'enableSpotAndMarginTrading'),
	binanceusdm: async (client) => binanceRights(client, 'enableFutures'),
	bybit: bybitRights,
	coinbase: async (client) => {
		const answer = await ask(client, 'v3PrivateGetBrokerageKeyPermissions');
		return { canTrade: yes(answer, 'can_trade'), canWithdraw: yes(answer, 'can_transfer') };
	},
	// Kraken has no call that tells a key what it may do.
	kraken: async () => Promise.resolve(SILENT),
	okx: okxRights,
};

/**
 * Asks the venue what this key may do. Binance's testnet has no such call.
 * @throws what ccxt throws when the venue does not answer
 */
export async function rightsOf(
	venue: SupportedVenue,
	client: CcxtClient,
	mode: 'live' | 'sandbox',
): Promise<Rights> {
	const silent = mode === 'sandbox' && (venue === 'binance' || venue === 'binanceusdm');
	return silent ? SILENT : ASK[venue](client);
}
