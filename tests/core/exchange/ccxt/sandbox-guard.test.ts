import { refuseLiveAddress } from '../../../../core/exchange/ccxt/sandbox-guard';
import { supportedProfile } from '../../../../core/exchange/ccxt/venue-choice';

const look = (venue: string, apiUrl: string | null, streamUrl: string | null = null): string => {
	try {
		refuseLiveAddress(supportedProfile(venue, 'sandbox'), { apiUrl, streamUrl });
		return 'taken';
	} catch (error) {
		return String(Reflect.get(error as object, 'code'));
	}
};

describe('addresses of a sandbox account', () => {
	it.each([
		['binance', 'https://api.binance.com', null],
		['binance', 'https://api3.binance.com/', null],
		['binance', null, 'wss://stream.binance.com:9443'],
		['binanceusdm', 'https://fapi.binance.com', null],
		['bybit', 'https://api.bybit.com', null],
		['bybit', 'https://127.0.0.1:8443', 'wss://stream.bybit.com'],
	])('refuses %s at %s %s: that is the live venue', (venue, apiUrl, streamUrl) => {
		expect(look(venue, apiUrl, streamUrl)).toBe('VENUE_ADDRESS_LIVE');
	});

	it.each([
		['binance', null],
		['binance', 'http://127.0.0.1:4567'],
		['binance', 'https://testnet.binance.vision'],
		['bybit', 'https://api-testnet.bybit.com'],
		['okx', 'https://www.okx.com'],
		['okx', 'https://proxy.example.com'],
	])('takes %s at %s', (venue, apiUrl) => {
		expect(look(venue, apiUrl)).toBe('taken');
	});
});
