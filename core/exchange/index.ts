export {
	barStart, isTimeframe, NO_BARS, TIMEFRAME_MS, TIMEFRAMES, type Bar, type Bars, type Timeframe,
} from './bars/bars';
export { aggregateBars } from './bars/aggregate';
export { keepBars, type BarsWish, type KnownBars } from './bars/cache';
export { createVenueBars, type FetchCandles } from './bars/ccxt-bars';
export { bookedFee, bookedValue, currencyScale } from './currency';
export { createDemoBars } from './demo/demo-bars';
export {
	createDemoQuotes, DEMO_MARKETS, DEMO_SEED, demoPriceMid, demoQuote,
} from './demo/demo-market';
export * from './exchange';
export { ambiguousOutcome, venueUnknown } from './exchange.errors';
export { createExchanges, exchangesOf, type Exchanges } from './exchanges';
export { barsFileName, createFileBars } from './bars/file-bars';
export { findMarket, stripExchangePrefix } from './markets';
export { changePaperAccount, openPaperAccount } from './paper/account';
export { checkPaperSource } from './paper/check-source';
export { createPaperExchange, type PaperParts } from './paper/paper-exchange';
export { takerPrice } from './paper/matching';
export {
	PAPER_FAULT_PROFILES, PAPER_MODELS, type PaperFault, type PaperFaultProfile, type PaperModel,
	type PaperProfile, type PaperWish,
} from './paper/profile';
export { PAPER_VENUE, parsePaperSource, paperSourceOf, type PaperSource } from './paper/source';
export { readPaperWish } from './paper/profile';
export type { BarVolume, Sleep } from './paper/volume';
export type { Quote, Quotes } from './quotes';
export { createConnections, type ConnectDeps } from './connect/connect.service';
export {
	CONNECTION_MODES, readVenueCredential,
	type Connected, type Connections, type ConnectionMode, type ConnectWish, type ProbeTarget,
	type VenueCredential, type VenueProbe,
} from './connect/connection';
export { listVenues, type VenueChoice } from './ccxt/venue-choice';
export { asUrgent } from './ccxt/call';
export { probeVenue } from './ccxt/probe';
export { testVenueCredential } from './connect/try-connection';
export type { VenueAccess } from './ccxt/access';
export { parseVenue, venueName, type VenueMode, type VenueName } from './venue-name';
export {
	capabilitiesOf, isSupportedVenue, SUPPORTED_VENUES, type SupportedVenue,
} from './venue-table';
