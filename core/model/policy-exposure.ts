import { z } from 'zod';

const percent = z.number().min(0).max(100);

/** Assets whose prices move together, so that positions in them are one bet. */
const groupSchema = z.strictObject({
	name: z.string().min(1),
	/** Base assets as venues name them, upper case. An asset may stand in several groups. */
	assets: z.array(z.string().regex(/^[A-Z0-9.]+$/)).min(1),
	/** Value of all positions in them at most, as percent of equity. */
	percent,
});

/** How much of an account may be in one thing: values of positions, as percent of equity. */
export const exposureSchema = z
	.strictObject({
		symbolPercent: percent.default(50),
		/** In one base asset, against whatever it is quoted. */
		currencyPercent: percent.default(50),
		groups: z.array(groupSchema).default([
			{ name: 'crypto majors', percent: 80, assets: ['BTC', 'WBTC', 'ETH', 'WETH', 'STETH', 'WSTETH', 'BNB'] },
			{ name: 'layer 1', percent: 80, assets: ['SOL', 'ADA', 'AVAX', 'DOT', 'NEAR', 'ATOM', 'SUI', 'APT', 'TON'] },
			{ name: 'payment coins', percent: 80, assets: ['XRP', 'XLM', 'LTC', 'BCH', 'TRX', 'DASH', 'ZEC', 'XMR'] },
			{ name: 'decentralised finance', percent: 80, assets: ['LINK', 'UNI', 'AAVE', 'MKR', 'CRV', 'LDO', 'SNX'] },
			{ name: 'meme coins', percent: 50, assets: ['DOGE', 'SHIB', 'PEPE', 'FLOKI', 'BONK', 'WIF'] },
			{ name: 'european currencies', percent: 80, assets: ['EUR', 'GBP', 'CHF', 'SEK', 'NOK'] },
			{ name: 'commodity currencies', percent: 80, assets: ['AUD', 'NZD', 'CAD'] },
			{ name: 'precious metals', percent: 80, assets: ['XAU', 'XAG', 'XPT', 'PAXG', 'XAUT'] },
		]),
	})
	.refine(({ groups }) => new Set(groups.map(({ name }) => name)).size === groups.length, {
		path: ['groups'],
		message: 'Two groups have the same name.',
	});

export type ExposurePolicy = z.infer<typeof exposureSchema>;
export type ExposureGroup = ExposurePolicy['groups'][number];

/** A moment of the week in UTC: day 0 is Sunday; minutes since midnight. */
const weekTimeSchema = z.strictObject({
	day: z.number().int().min(0).max(6),
	minute: z.number().int().min(0).max(1439),
});

/** The weekend of venues that trade in sessions. Others are exempt. */
export const weekendSchema = z.strictObject({
	/** `reduce`: smaller risk and few positions; `block`: no new entries. */
	rule: z.enum(['reduce', 'block']).default('reduce'),
	from: weekTimeSchema.default({ day: 5, minute: 1260 }),
	/** First moment that is no weekend any more. */
	until: weekTimeSchema.default({ day: 0, minute: 1260 }),
	/** What the risk of an order is multiplied by, where it is reduced. */
	riskFactor: z.number().positive().max(1).default(0.5),
	/** Open positions at most, where they are reduced. */
	positions: z.number().int().min(0).max(5).default(1),
});

export type WeekendPolicy = z.infer<typeof weekendSchema>;

/** Numbers of the standard policy. */
export const STANDARD_EXPOSURE = exposureSchema.parse({});
export const STANDARD_WEEKEND = weekendSchema.parse({});
