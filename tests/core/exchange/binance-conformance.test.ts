import { closeClients } from '../../../core/exchange/ccxt/registry';
import { decimal, newId, seededRng, systemClock, type AccountId } from '../../../core/model';
import { startBinance, type BinanceServer } from '../../support/binance';
import { ccxtOver } from '../../support/binance/venue';
import { exchangeConformance } from '../../support/exchange-conformance';

const servers: BinanceServer[] = [];

afterAll(async () => {
	await closeClients();
	for (const server of servers) await server.close();
});

/** A venue of the loopback exchange, its accounts named by their keys. */
async function open(inProcess: boolean, futures = false) {
	const server = await startBinance({ futures });
	servers.push(server);
	const clock = systemClock;
	const rng = seededRng(7);
	const addAccount = (): AccountId => {
		const accountId = newId('acc', clock, rng);
		server.addKey({ apiKey: accountId, secret: `secret of ${accountId}`, balances: { USDT: 10_000 } });
		return accountId;
	};
	const log = { info() {}, warn() {}, error() {} };
	const { exchange } = ccxtOver(server, { clock, log }, { inProcess });
	return {
		exchange,
		accounts: [addAccount(), addAccount()] as const,
		setQuote: (bid: number | string | null, ask?: number | string) => server.setPrice('BTCUSDT', bid, ask),
	};
}

describe.each([
	['binance', 'over sockets', false, false], ['binance', 'in process', true, false],
	['binanceusdm', 'over sockets', false, true], ['binanceusdm', 'in process', true, true],
])('%s by ccxt, %s', (_venue, _how, inProcess, futures) => {
	exchangeConformance(async () => {
		const { exchange, accounts, setQuote } = await open(inProcess, futures);
		return {
			exchange,
			accounts,
			setQuote: (bid, ask) => setQuote(bid === null ? null : String(bid), ask === undefined ? undefined : String(ask)),
		};
	});
});

test('executions of different symbols never share an id, though the venue counts them by symbol', async () => {
	const { exchange, accounts } = await open(true);
	const [account] = accounts;
	const ids: string[] = [];
	for (const [symbol, quantity] of [['BTC/USDT', '0.001'], ['ETH/USDT', '0.01']] as const) {
		const report = await exchange.submit(account, {
			clientOrderId: `fc${quantity.replace('.', '')}`, symbol, side: 'buy', type: 'market', quantity: decimal(quantity),
			price: null, triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		if (report.kind !== 'accepted') throw new Error(report.message);
		const listed = await exchange.fills(account, { symbol, since: 0 });
		expect(listed.map(({ venueTradeId }) => venueTradeId)).toEqual(report.fills.map(({ venueTradeId }) => venueTradeId));
		ids.push(...listed.map(({ venueTradeId }) => venueTradeId));
	}
	expect(new Set(ids).size).toBe(2);
});
