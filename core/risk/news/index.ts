export { currenciesOf, symbolParts, type SymbolParts } from './currencies';
export {
	ALL_CURRENCIES, NEWS_IMPACTS, newsConfidenceExtra, type NewsFacts, type NewsImpact, type NewsStatus,
	type NewsWindow,
} from './news';
export { newsFor, type NewsQuestion } from './news-for.repository';
