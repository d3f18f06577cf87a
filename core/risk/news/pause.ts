import { gte, type Decimal, type Policy } from '../../model';
import { newsConfidenceExtra, type NewsFacts } from './news';

/**
 * Whether what fires by itself waits for the news to be over: the gate would refuse it now, and that
 * for a while only. MEDIUM events hold back what is not confident enough for them.
 */
export function pausesForNews(
	news: NewsFacts,
	confidence: Decimal | null,
	policy: Pick<Policy, 'news' | 'risk'>,
): boolean {
	if (news.status === 'stale' || news.windows.some(({ impact }) => impact === 'HIGH')) return true;
	if (newsConfidenceExtra(news, policy) === 0) return false;
	return confidence === null || !gte(confidence, policy.risk.requiredConfidenceMax);
}
