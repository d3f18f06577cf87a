import { isSupportedVenue, type SupportedVenue } from '../venue-table';
import type { VenueProfile } from './profile';
import { binance } from './venues/binance';
import { binanceusdm } from './venues/binanceusdm';
import { bybit } from './venues/bybit';
import { coinbase } from './venues/coinbase';
import { kraken } from './venues/kraken';
import { okx } from './venues/okx';

const PROFILES: Readonly<Record<SupportedVenue, VenueProfile>> = {
	binance, binanceusdm, bybit, coinbase, kraken, okx,
};

/** The peculiarities of a venue, or null when it is not supported. */
export function profileOf(ccxtId: string): VenueProfile | null {
	return isSupportedVenue(ccxtId) ? PROFILES[ccxtId] : null;
}
