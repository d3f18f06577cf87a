import type { Conn, Kernel } from '../db';
import { newsFor, pausesForNews, symbolParts, type MarketView } from '../risk';
import type { Ticket } from './ticket';

/** Whether a queued ticket stays in the queue because of news: it fires when they are over, if still good. */
export async function waitsForNews(
	conn: Conn,
	{ clock, rules: { policy } }: Kernel,
	{ confidence, symbol }: Ticket,
	{ market }: MarketView,
): Promise<boolean> {
	const parts = market ?? symbolParts(symbol, policy.news);
	if (parts === null) return false;
	const { base, quote } = parts;
	const news = await newsFor(conn, { base, quote, now: clock.now(), rules: policy.news });
	return pausesForNews(news, confidence, policy);
}
