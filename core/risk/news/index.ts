export { currenciesOf, symbolParts, type SymbolParts } from './currencies';
export { BY_HAND as MANUAL_SOURCE, newsWindowOf, type NewsDraft, type NewsEvent } from './event';
export { readCurrencies } from './feeds/rows';
export {
	ALL_CURRENCIES, NEWS_IMPACTS, newsConfidenceExtra, type NewsFacts, type NewsImpact, type NewsStatus,
	type NewsWindow,
} from './news';
export { newsFor, type NewsQuestion } from './news-for.repository';
export type { NewsFilter } from './news.queries';
export { createNews, type News } from './news.service';
export { pausesForNews } from './pause';
export type { RefreshCommand } from './read-source';
export type { RefreshReport } from './refresh.service';
export { refreshedText, type NewsSource, type SourceKind } from './source';
export type { NewsStanding } from './standing';
export type { WindowInput } from './windows.service';
