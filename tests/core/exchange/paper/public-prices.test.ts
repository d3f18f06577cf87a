import { createExchanges, openPaperAccount } from '../../../../core/exchange';
import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { decimal, gte, lte, systemClock } from '../../../../core/model';
import { startBinance, type BinanceServer } from '../../../support/binance';
import { describeDatabases } from '../../../support/databases';
import { ScriptedQuotes } from '../../../support/scripted-quotes';

let server: BinanceServer;
beforeAll(async () => {
	server = await startBinance();
});
afterAll(async () => {
	await closeClients();
	await server.close();
});

describeDatabases('a paper account on the public prices of a venue', (open) => {
	test('has its markets and prices, needs no key, and orders nothing there', async () => {
		const database = await open();
		const kernel = database.kernel({ clock: systemClock });
		const host = new URL(server.url).host;
		const exchanges = createExchanges(kernel, {
			quotes: new ScriptedQuotes(systemClock),
			sleep: async () => {},
			access: {
				keys: async () => {
					throw new Error('Paper asks for no key.');
				},
				venue: async () => ({ apiUrl: server.url, streamUrl: server.streamUrl }),
			},
		});
		const venue = `paper@ccxt:binance@${host}`;
		const exchange = exchanges.for(venue);
		expect(exchange.venue).toBe(venue);
		expect((await exchange.resolve('BTCUSDT'))?.symbol).toBe('BTC/USDT');
		server.setPrice('BTCUSDT', '64000', '64010');
		const accountId = 'acc_public';
		const profile = { rejectPercents: { rms: 0, circuit: 0, exchangeDown: 0, priceRange: 0 } };
		await kernel.transaction(async (trx) =>
			openPaperAccount(trx, kernel, { accountId, currency: 'USDT', balance: decimal(10_000), paper: { model: 'realistic', profile } }),
		);
		const quote = await exchanges.quotes.quote(venue, 'BTC/USDT');
		expect(quote).toMatchObject({ bid: '64000', ask: '64010' });
		expect(await exchanges.quotes.quote(`binance@${host}`, 'BTC/USDT')).toMatchObject({ bid: '64000' });
		const report = await exchange.submit(accountId, {
			clientOrderId: 'fcpublic1', symbol: 'BTC/USDT', side: 'buy', type: 'market', quantity: decimal('0.01'),
			price: null, triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false,
		});
		const price = report.kind === 'accepted' ? (report.fills[0]?.price ?? 0) : 0;
		expect(gte(price, 64_010) && lte(price, 64_400)).toBe(true);
		expect(await exchanges.bars.bars(venue, 'BTC/USDT', '1m', 3, systemClock.now())).toBeDefined();
	});
});
