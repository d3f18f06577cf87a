import { add, max, min } from '../../model';
import { TIMEFRAME_MS, type Bar, type Timeframe } from './bars';

/**
 * Bars of a longer timeframe from shorter ones: first open, last close, highest high, lowest low,
 * sum of volumes. A long bar that has only some of its short ones is made of those.
 * @param bars oldest first
 */
export function aggregateBars(bars: readonly Bar[], to: Timeframe): Bar[] {
	const length = TIMEFRAME_MS[to];
	const made: Bar[] = [];
	for (const bar of bars) {
		const at = bar.at - (bar.at % length);
		const last = made.at(-1);
		if (last === undefined || last.at !== at) made.push({ ...bar, at });
		else {
			made[made.length - 1] = {
				at,
				open: last.open,
				high: max(last.high, bar.high),
				low: min(last.low, bar.low),
				close: bar.close,
				volume: add(last.volume, bar.volume),
			};
		}
	}
	return made;
}
