import { z } from 'zod';

const minutes = z.number().int().min(0).max(240);
const code = z.string().regex(/^[A-Z0-9]{2,12}$/);

/** Bounds of the news rules. */
export const newsSchema = z.strictObject({
	/** Minutes before and after an event in which it counts. */
	beforeMinutes: minutes,
	afterMinutes: minutes,
	/** Confidence that MEDIUM events add to what is required. */
	mediumConfidence: z.number().min(0).max(100),
	/** A source that was not refreshed for so long makes the calendar stale. */
	staleHours: z.number().int().min(1).max(168),
	/** Words in a title that make a MEDIUM event HIGH; whole words, in any case. */
	highTitles: z.array(z.string().trim().min(2).max(60)).max(100),
	/** Money of states: symbols listen to the news of these by their own name. */
	fiat: z.array(code).min(1),
	/** Whose news other currencies listen to: dollar tokens, metals. */
	listensTo: z.record(code, z.array(code).min(1)),
	/** Whose news everything else listens to: crypto, and whatever else is traded. */
	othersListenTo: z.array(code),
	/** How far ahead recurring events are written out. */
	horizonDays: z.number().int().min(7).max(366),
	/** How long events are kept after they were. */
	keepDays: z.number().int().min(1).max(366),
	/** A feed whose newest event is older than this has stopped. */
	feedEndedDays: z.number().int().min(1).max(60),
	feedSeconds: z.number().int().min(1).max(120),
	feedBytesMax: z.number().int().min(1024).max(50_000_000),
	feedRedirectsMax: z.number().int().min(0).max(10),
	/** Events of one source at most. */
	eventsMax: z.number().int().min(10).max(50_000),
	/** Longest window that a person may add. */
	windowHoursMax: z.number().int().min(1).max(1000),
});

/** The news rules that ship as default. */
export const STANDARD_NEWS: z.infer<typeof newsSchema> = {
	beforeMinutes: 30, afterMinutes: 30, mediumConfidence: 10, staleHours: 24,
	highTitles: [
		'NFP', 'non-farm', 'nonfarm', 'payrolls', 'employment', 'unemployment', 'CPI', 'consumer price index',
		'GDP', 'gross domestic product', 'PMI', 'ISM', 'retail sales', 'FOMC', 'Fed', 'federal funds rate',
		'BoE', 'BoJ', 'ECB', 'rate decision', 'interest rate', 'rate statement', 'bank rate', 'cash rate',
		'overnight rate', 'policy rate', 'refinancing rate', 'monetary policy',
	],
	fiat: [
		'USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'NZD', 'CNY', 'CNH', 'HKD', 'SGD', 'INR', 'KRW', 'TWD', 'THB',
		'IDR', 'MYR', 'PHP', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'RON', 'TRY', 'ILS', 'ZAR', 'RUB', 'UAH', 'BRL',
		'MXN', 'CLP', 'COP', 'ARS', 'AED', 'SAR', 'NGN', 'VND',
	],
	listensTo: {
		XAU: ['USD'], XAG: ['USD'], XPT: ['USD'], XPD: ['USD'], PAXG: ['USD'], XAUT: ['USD'],
		USDT: ['USD'], USDC: ['USD'], BUSD: ['USD'], FDUSD: ['USD'], TUSD: ['USD'], USDP: ['USD'], DAI: ['USD'],
		PYUSD: ['USD'], EURC: ['EUR'], EURT: ['EUR'], EURS: ['EUR'],
	},
	othersListenTo: ['USD'],
	horizonDays: 120, keepDays: 7, feedEndedDays: 4,
	feedSeconds: 15, feedBytesMax: 5_000_000, feedRedirectsMax: 3, eventsMax: 5_000, windowHoursMax: 168,
};
