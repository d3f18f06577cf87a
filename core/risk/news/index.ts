export {
	ALL_CURRENCIES, NEWS_IMPACTS, newsConfidenceExtra, type NewsFacts, type NewsImpact, type NewsStatus,
	type NewsWindow,
} from './news';
