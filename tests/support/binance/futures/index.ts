import type { VenueClock } from '../clock';
import type { Engine } from '../engine';
import type { MarketData } from '../market-data';
import { Countdowns } from './countdown';
import { futuresMarket } from './market';
import { FUTURES_TRADING, futuresSigned } from './routes';
import type { FuturesSegment } from './segment';

export { FuturesSegment } from './segment';

/** The routes of USDⓈ-M futures over an engine of that segment. */
export function futuresRoutes(parts: {
	readonly engine: Engine;
	readonly segment: FuturesSegment;
	readonly market: MarketData;
	readonly clock: VenueClock;
	readonly countdownSparesStops: boolean;
}) {
	const countdowns = new Countdowns(parts.engine, parts.clock, parts.countdownSparesStops);
	return {
		countdowns,
		open: futuresMarket(parts.engine, parts.market),
		signed: futuresSigned(parts.segment, countdowns),
		trading: FUTURES_TRADING,
	};
}
