import type { VenuePosition } from '../../exchange';
import {
	abs, add, decimal, div, gt, gte, HUNDRED, isZero, lt, max, min, mul, sign, sub, ZERO, type Decimal,
} from '../../model';
import type { Position } from '../trade';
import type { ExternalHolding } from './holdings.repository';

/** Less than this of an asset without a market of its own is nothing. */
const NOTHING = decimal('0.00000001');

/** A difference between what we hold by our books and what the venue holds. */
export type HoldingDifference =
	/** The venue does not cover what our trade holds: the trade becomes what is covered. */
	| {
			readonly kind: 'short';
			readonly symbol: string;
			/** Signed. */
			readonly ours: Decimal;
			readonly covered: Decimal;
			readonly venue: Decimal;
	  }
	/** What no trade of ours explains has become more or less. */
	| {
			readonly kind: 'external';
			/** An asset on spot, a symbol on a derivatives venue. */
			readonly name: string;
			readonly before: Decimal;
			readonly after: Decimal;
			readonly averagePrice: Decimal | null;
	  }
	/** The venue's average price is not ours. */
	| {
			readonly kind: 'price';
			readonly symbol: string;
			readonly ours: Decimal;
			readonly venue: Decimal;
	  };

/** Smallest quantity of a symbol or asset that counts. */
export type StepOf = (name: string) => Decimal | null;

const before = (holdings: readonly ExternalHolding[], name: string): Decimal =>
	holdings.find((holding) => holding.name === name)?.quantity ?? ZERO;

function external(
	name: string,
	was: Decimal,
	is: Decimal,
	step: Decimal,
	averagePrice: Decimal | null,
): HoldingDifference[] {
	const ended = isZero(is) && !isZero(was);
	if (!ended && lt(abs(sub(is, was)), step)) return [];
	return [{ kind: 'external', name, before: was, after: is, averagePrice }];
}

/** Spot: what the venue's balances say of our positions, which are a part of them. */
export interface SpotBooks {
	readonly positions: readonly Position[];
	readonly holdings: readonly ExternalHolding[];
	/** The account's currency: it is cash, not a holding. */
	readonly currency: string;
}

/**
 * Balances are the positions. What is there beyond our trades is not ours; it covers a shortfall
 * first, so that our trade shrinks only when the venue holds less than the trade. Less than one step
 * either way is dust.
 */
export function compareSpot(
	books: SpotBooks,
	balances: Readonly<Record<string, Decimal>>,
	stepOf: StepOf,
): HoldingDifference[] {
	const bases = new Map<string, Position[]>();
	for (const position of books.positions) {
		const base = position.symbol.split('/')[0] ?? position.symbol;
		bases.set(base, [...(bases.get(base) ?? []), position]);
	}
	const names = new Set([
		...Object.keys(balances), ...bases.keys(), ...books.holdings.map((holding) => holding.name),
	]);
	names.delete(books.currency);
	return [...names].sort().flatMap((name): HoldingDifference[] => {
		const positions = bases.get(name) ?? [];
		const ours = add(...positions.map((position) => max(position.quantity, ZERO)));
		const venue = balances[name] ?? ZERO;
		const step = stepOf(name) ?? NOTHING;
		const [largest] = [...positions].sort((a, b) => (gt(a.quantity, b.quantity) ? -1 : 1));
		const surplus = max(sub(venue, ours), ZERO);
		const found = external(name, before(books.holdings, name), surplus, step, null);
		if (largest === undefined || lt(sub(ours, venue), step)) return found;
		const covered = max(sub(largest.quantity, sub(ours, venue)), ZERO);
		const short = { kind: 'short', symbol: largest.symbol, ours: largest.quantity, covered, venue } as const;
		return [...found, short];
	});
}

/** A position of a derivatives venue next to our trade's. */
export interface DerivativeBooks {
	readonly positions: readonly Position[];
	readonly holdings: readonly ExternalHolding[];
	/** As percent of our own price. */
	readonly priceTolerancePercent: Decimal;
}

function averageDiffers(position: Position, venue: VenuePosition, tolerance: Decimal): boolean {
	if (venue.averagePrice === null || isZero(position.quantity)) return false;
	const own = div(position.cost, position.quantity);
	const limit = mul(abs(own), div(tolerance, HUNDRED));
	return gt(abs(sub(venue.averagePrice, own)), limit);
}

/**
 * Derivatives: one net position a symbol. The part on our trade's side is the trade's, up to what
 * the trade holds; the rest is not ours.
 */
export function compareDerivatives(
	books: DerivativeBooks,
	atVenue: readonly VenuePosition[],
	stepOf: StepOf,
): HoldingDifference[] {
	const venueOf = new Map(atVenue.map((position) => [position.symbol, position]));
	const ownOf = new Map(books.positions.map((position) => [position.symbol, position]));
	const names = new Set([
		...venueOf.keys(), ...ownOf.keys(), ...books.holdings.map((holding) => holding.name),
	]);
	return [...names].sort().flatMap((name): HoldingDifference[] => {
		const own = ownOf.get(name);
		const ours = own?.quantity ?? ZERO;
		const at = venueOf.get(name);
		const venue = at?.quantity ?? ZERO;
		const step = stepOf(name) ?? NOTHING;
		const same = sign(ours) === sign(venue);
		const covered = same ? mul(sign(ours), min(abs(ours), abs(venue))) : ZERO;
		const rest = sub(venue, covered);
		const found = external(name, before(books.holdings, name), rest, step, at?.averagePrice ?? null);
		if (own === undefined) return found;
		if (gte(abs(sub(ours, covered)), step)) {
			return [...found, { kind: 'short', symbol: name, ours, covered, venue }];
		}
		// Another's part in it has a price of its own.
		if (at === undefined || gte(abs(rest), step)) return found;
		if (!averageDiffers(own, at, books.priceTolerancePercent)) return found;
		const price = div(own.cost, own.quantity);
		const venuePrice = at.averagePrice ?? ZERO;
		return [...found, { kind: 'price', symbol: name, ours: price, venue: venuePrice }];
	});
}

/** What makes two sightings of a difference the same. */
export function differenceKey(difference: HoldingDifference): string {
	switch (difference.kind) {
		case 'short':
			return `short|${difference.symbol}|${difference.ours}|${difference.venue}`;
		case 'external':
			return `external|${difference.name}|${difference.before}|${difference.after}`;
		case 'price':
			return `price|${difference.symbol}|${difference.ours}|${difference.venue}`;
	}
}
