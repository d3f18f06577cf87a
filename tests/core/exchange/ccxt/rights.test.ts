import type { SupportedVenue } from '../../../../core/exchange';
import { createClient } from '../../../../core/exchange/ccxt/client';
import { rightsOf } from '../../../../core/exchange/ccxt/rights';
import { supportedProfile } from '../../../../core/exchange/ccxt/venue-choice';
import { startWire, type WireRoutes } from '../../../support/wire/server';
import { wireKeys } from '../../../support/wire/venues';

type Answer = (trade: boolean, withdraw: boolean) => WireRoutes;
const flag = (on: boolean): string => (on ? '1' : '0');

/** How each venue tells what a key may do. */
const TELLS: Readonly<Partial<Record<SupportedVenue, Answer>>> = {
	binance: (trade, withdraw) => ({
		'GET /sapi/v1/account/apiRestrictions': () => ({
			ipRestrict: false, enableReading: true, enableWithdrawals: withdraw, enableSpotAndMarginTrading: trade,
			enableFutures: !trade, enableInternalTransfer: false, enableMargin: false,
		}),
	}),
	binanceusdm: (trade, withdraw) => ({
		'GET /sapi/v1/account/apiRestrictions': () => ({
			ipRestrict: false, enableReading: true, enableWithdrawals: withdraw, enableSpotAndMarginTrading: !trade, enableFutures: trade,
		}),
	}),
	bybit: (trade, withdraw) => ({
		'GET /v5/user/query-api': () => ({
			retCode: 0, retMsg: '', time: 1,
			result: {
				id: '1', readOnly: trade ? 0 : 1,
				permissions: { ContractTrade: [], Spot: ['SpotTrade'], Wallet: ['AccountTransfer', ...(withdraw ? ['Withdraw'] : [])] },
			},
		}),
	}),
	coinbase: (trade, withdraw) => ({
		'GET /api/v3/brokerage/key_permissions': () => ({
			can_view: true, can_trade: trade, can_transfer: withdraw, portfolio_uuid: 'p', portfolio_type: 'DEFAULT',
		}),
	}),
	okx: (trade, withdraw) => ({
		'GET /api/v5/account/config': () => ({
			code: '0', msg: '',
			data: [{ uid: '1', perm: ['read_only', ...(trade ? ['trade'] : []), ...(withdraw ? ['withdraw'] : [])].join(','), acctLv: flag(true) }],
		}),
	}),
};

async function ask(id: SupportedVenue, routes: WireRoutes, mode: 'live' | 'sandbox' = 'live') {
	const wire = await startWire(routes);
	const client = createClient(supportedProfile(id, mode), {
		mode, apiUrl: wire.url, streamUrl: null, keys: wireKeys(id),
	});
	Object.assign(client, { enableRateLimit: false });
	try {
		return { rights: await rightsOf(id, client, mode), requests: wire.requests };
	} finally {
		await wire.close();
	}
}

describe.each(Object.entries(TELLS))('%s', (name, tells) => {
	const id = name as SupportedVenue;

	test.each([[true, false], [true, true], [false, false], [false, true]])(
		'trade: %s, withdraw: %s',
		async (canTrade, canWithdraw) => {
			const { rights, requests } = await ask(id, tells(canTrade, canWithdraw));
			expect(rights).toEqual({ canTrade, canWithdraw });
			expect(requests).toMatchObject([{ signed: true }]);
		},
	);

	test('an answer that says nothing of it is "not told", never "it may not"', async () => {
		const empty: WireRoutes = {
			'GET .*': () => ({ retCode: 0, code: '0', result: {}, data: [{}], permissions: {} }),
		};
		expect((await ask(id, empty)).rights).toEqual({ canTrade: null, canWithdraw: null });
	});

	test('no answer is an error, never "it may not"', async () => {
		await expect(ask(id, {})).rejects.toThrow();
		await expect(ask(id, { 'GET .*': () => ({ status: 503, text: '' }) })).rejects.toThrow();
	});
});

test('kraken does not tell', async () => {
	expect((await ask('kraken', {})).rights).toEqual({ canTrade: null, canWithdraw: null });
});

test('Binance\'s testnet does not tell', async () => {
	expect((await ask('binance', {}, 'sandbox')).rights).toEqual({ canTrade: null, canWithdraw: null });
});
