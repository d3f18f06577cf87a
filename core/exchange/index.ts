export { bookedFee, bookedValue, currencyScale } from './currency';
export {
	createDemoQuotes, DEMO_MARKETS, DEMO_SEED, demoPriceMid, demoQuote,
} from './demo-market';
export * from './exchange';
export { ambiguousOutcome, venueUnknown } from './exchange.errors';
export { createExchanges, exchangesOf, type Exchanges } from './exchanges';
export { findMarket, stripExchangePrefix } from './markets';
export { openPaperAccount } from './paper-account';
export { createPaperExchange, PAPER_VENUE, type PaperParts } from './paper-exchange';
export { takerPrice } from './paper-matching';
export type { Quote, Quotes } from './quotes';
