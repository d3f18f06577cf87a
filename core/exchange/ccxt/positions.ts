import { isZero, mul, neg, ONE, ZERO } from '../../model';
import type { VenuePosition } from '../exchange';
import { decimalOf, needed, textOf } from './answer';
import type { Answer } from './library';
import type { Listing } from './listing';

/** Positions that are not flat. */
export function toPositions(answers: readonly Answer[], listing: Listing): readonly VenuePosition[] {
	return answers
		.map((answer): VenuePosition => {
			const contracts = decimalOf(answer, 'contracts') ?? ZERO;
			const size = mul(contracts, decimalOf(answer, 'contractSize') ?? ONE);
			return {
				symbol: listing.ours(needed(textOf(answer, 'symbol'), 'symbol')),
				quantity: textOf(answer, 'side') === 'short' ? neg(size) : size,
				averagePrice: decimalOf(answer, 'entryPrice'),
			};
		})
		.filter((position) => !isZero(position.quantity));
}
