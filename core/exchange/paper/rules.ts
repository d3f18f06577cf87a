import type { Decimal } from '../../model';
import { gte, lte, mul } from '../../model';
import type { Market, SubmitRequest, VenueRejection } from '../exchange';
import { assumedVolume, isWithinHours, outsideBand, slippageBasisPoints, withSpread } from './market';
import { refuseRequest, takerPrice } from './matching';
import type { PaperTerms } from './profile';
import type { Quote } from '../quotes';

/** What the venue sees at one moment of one market. */
export interface PaperScene {
	/** Null: not listed. */
	readonly market: Market | null;
	readonly markets: readonly Market[];
	/** Null: nobody offers a price. */
	readonly quote: Quote | null;
	/** Of the last bar, in the base asset; null where the source tells none. */
	readonly barVolume: Decimal | null;
	readonly at: number;
}

/** A scene in which orders can execute. */
export interface OpenScene extends PaperScene {
	readonly market: Market;
	readonly quote: Quote;
}

const no = (code: string, message: string): VenueRejection => ({ kind: 'rejected', code, message });

export const NO_MARKET = no('SYMBOL_UNKNOWN', 'The venue does not list this symbol.');

/** The scene as this account meets it: with the spread its model asks for at least. */
export function openScene(scene: PaperScene, terms: PaperTerms): OpenScene | null {
	const { market, quote } = scene;
	if (market === null || quote === null) return null;
	const met = terms.model === 'realistic' ? withSpread(quote, terms.halfSpread) : quote;
	return { ...scene, market, quote: met };
}

/** Of a bar, as told by the source or as assumed. */
export function barVolumeOf(scene: OpenScene, terms: PaperTerms): Decimal {
	return scene.barVolume ?? assumedVolume(scene.quote, terms.policy);
}

/** Slippage, in basis points, of so much taken at once. */
export function slippageOf(quantity: Decimal, scene: OpenScene, terms: PaperTerms): Decimal {
	const factor = terms.slippageFactor;
	if (terms.model === 'simple') return mul(terms.fixedSlippage, factor);
	const view = { quantity, barVolume: barVolumeOf(scene, terms), at: scene.at, factor };
	return slippageBasisPoints(view, terms.policy);
}

/** Price at which the order is paid for, at worst: what its value and its funds are judged by. */
export function referenceOf(request: SubmitRequest, scene: OpenScene, terms: PaperTerms): Decimal {
	const { side, price, triggerPrice, quantity } = request;
	if (price !== null) return price;
	if (triggerPrice !== null) return triggerPrice;
	return takerPrice(side, scene.quote, slippageOf(quantity, scene, terms), scene.market.priceTick);
}

function wouldTake({ postOnly, price, side }: SubmitRequest, quote: Quote): boolean {
	if (!postOnly || price === null) return false;
	return side === 'buy' ? lte(quote.ask, price) : gte(quote.bid, price);
}

/**
 * The venue's "no" by its rules, in the order in which it looks: hours, listing, offer, lot and
 * tick, price band, number of orders, post-only. Funds are looked at after these.
 */
export function refusedByRule(
	request: SubmitRequest,
	scene: PaperScene,
	terms: PaperTerms,
	working: number,
): VenueRejection | null {
	if (!isWithinHours(terms.hours, scene.at)) {
		return no('OUTSIDE_HOURS', 'The venue is closed at this time.');
	}
	if (scene.market === null) return NO_MARKET;
	const open = openScene(scene, terms);
	if (open === null) {
		return no('NO_LIQUIDITY', `Nobody offers a price for ${scene.market.symbol} now.`);
	}
	const refusal = refuseRequest(open.market, request, referenceOf(request, open, terms));
	if (refusal !== null) return refusal;
	if (wouldTake(request, open.quote)) {
		return no('POST_ONLY_WOULD_TAKE', 'The post-only order would take what others offer.');
	}
	return terms.model === 'realistic' ? refusedByRisk(request, open, terms, working) : null;
}

function refusedByRisk(
	request: SubmitRequest,
	scene: OpenScene,
	terms: PaperTerms,
	working: number,
): VenueRejection | null {
	// What only closes is never kept in by the venue's own limits.
	if (request.reduceOnly) return null;
	const { priceBandPercent, workingOrdersMax } = terms.policy;
	for (const price of [request.price, request.triggerPrice]) {
		if (price === null || !outsideBand(price, scene.quote, priceBandPercent)) continue;
		return no('PRICE_BAND', `The price ${price} lies more than ${priceBandPercent} % from the market.`);
	}
	if (working >= workingOrdersMax) {
		return no('RMS_LIMIT', `The account has ${working} working orders; the venue takes ${workingOrdersMax}.`);
	}
	return null;
}
