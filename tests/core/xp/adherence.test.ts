import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../core/model';
import { countTrade, dayTotals, EMPTY_TALLY, type TradeConduct } from '../../../core/xp/adherence';

const conduct: fc.Arbitrary<TradeConduct> = fc.record({
	planKept: fc.option(fc.boolean(), { nil: null }),
	stopHonoured: fc.option(fc.boolean(), { nil: null }),
});

function totals(trades: readonly TradeConduct[]) {
	const tally = trades.reduce((sum, trade) => countTrade(sum, trade) ?? sum, EMPTY_TALLY);
	return dayTotals(tally, STANDARD_POLICY.xp);
}

const KEPT: TradeConduct = { planKept: true, stopHonoured: null };
const STOPPED: TradeConduct = { planKept: true, stopHonoured: true };
const BY_HAND: TradeConduct = { planKept: false, stopHonoured: null };
const STOP_IGNORED: TradeConduct = { planKept: false, stopHonoured: false };
const BY_ENGINE: TradeConduct = { planKept: null, stopHonoured: null };

describe('what a day is worth', () => {
	it.each<[string, TradeConduct[], number, number]>([
		['nothing closed', [], 0, 0],
		['one winner by the plan', [KEPT], 100, 50],
		['one loser by its stop', [STOPPED], 100, 50],
		['one of two by hand', [KEPT, BY_HAND], 50, 50],
		['two of three by the plan: floored', [KEPT, KEPT, BY_HAND], 66, 50],
		['one of two stops ignored', [STOPPED, STOP_IGNORED], 50, 25],
		['one of three stops honoured: floored', [STOPPED, STOP_IGNORED, STOP_IGNORED], 33, 16],
		['closed by the engine: not counted', [KEPT, BY_ENGINE], 100, 50],
		['only the engine closed', [BY_ENGINE], 0, 0],
		['a losing trade that is not counted', [{ planKept: null, stopHonoured: false }], 0, 0],
	])('%s', (_, trades, plan, stops) => {
		expect(totals(trades)).toEqual({ plan_kept: plan, stops_honoured: stops });
	});

	it('never pays volume: the same day traded any number of times over is worth the same', () => {
		fc.assert(
			fc.property(fc.array(conduct, { maxLength: 30 }), fc.integer({ min: 2, max: 5 }), (day, times) => {
				expect(totals(Array.from({ length: times }, () => day).flat())).toEqual(totals(day));
			}),
		);
	});

	it('does not ask in which order trades closed, and stays between 0 and its most', () => {
		fc.assert(
			fc.property(fc.array(conduct, { maxLength: 30 }), (day) => {
				const { plan_kept: plan, stops_honoured: stops } = totals(day);
				expect(totals([...day].reverse())).toEqual({ plan_kept: plan, stops_honoured: stops });
				expect(plan >= 0 && plan <= 100 && stops >= 0 && stops <= 50).toBe(true);
			}),
		);
	});
});
