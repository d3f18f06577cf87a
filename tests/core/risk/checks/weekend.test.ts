import fc from 'fast-check';
import { DAY, HOUR, MINUTE, parsePolicy, STANDARD_POLICY, type Policy } from '../../../../core/model';
import { positionLimit } from '../../../../core/risk/checks/position-limit';
import { weekend } from '../../../../core/risk/checks/weekend';
import { planOrder } from '../../../../core/risk/plan';
import { weekendEnd } from '../../../../core/risk/weekend';
import { d, describeCheck, runCheck, snapshot, trade, type SnapshotParts } from '../snapshots';

const CLOSES = Date.UTC(2026, 10, 20, 21);
const OPENS = Date.UTC(2026, 10, 22, 21);
const RULE = STANDARD_POLICY.weekend;
const blocking: Policy = { ...STANDARD_POLICY, weekend: { ...RULE, rule: 'block' } };

/** All facts as fresh as they are at `now`. */
const at = (now: number, sessions: '24/7' | 'sessions' = 'sessions', policy = STANDARD_POLICY): SnapshotParts => ({
	now, policy,
	venue: { sessions },
	account: { equityAt: now },
	quote: { symbol: 'BTC/USDT', bid: d(59990), ask: d(60000), at: now },
});

describeCheck('weekend', weekend, [
	['a second before it', at(CLOSES - 1000), { result: 'pass', code: 'OK', observed: 'sessions' }],
	['from its first moment', at(CLOSES), { result: 'warn', code: 'WEEKEND_REDUCED', limit: 'reduce', observed: 'sessions' }],
	['to its last', at(OPENS - 1), { result: 'warn', code: 'WEEKEND_REDUCED' }],
	['and no longer', at(OPENS), { result: 'pass', code: 'OK' }],
	['where the policy blocks', at(OPENS - 1, 'sessions', blocking), { result: 'block', code: 'WEEKEND', limit: 'block' }],
	['not on a venue that trades at all hours', at(CLOSES + DAY, '24/7', blocking), { result: 'pass', code: 'OK', observed: '24/7' }],
]);

test('says until when', () => {
	const until = '2026-11-22T21:00:00.000Z';
	expect(runCheck(weekend, at(CLOSES)).message).toContain(until);
	expect(runCheck(weekend, at(CLOSES, 'sessions', blocking)).message).toContain(until);
});

test('half the risk: a stop 10 % away, 50 ÷ (6,000 + fees of 114)', () => {
	const signal = { stopLoss: d(54000) };
	expect(planOrder(snapshot({ ...at(CLOSES - 1), signal })).budgets.risk).toBe('100');
	const over = planOrder(snapshot({ ...at(CLOSES), signal }));
	expect(over.budgets.risk).toBe('50');
	expect(over.size).toEqual({ quantity: '0.00817', bindingCap: 'risk' });
	expect(planOrder(snapshot({ ...at(CLOSES, '24/7'), signal })).budgets.risk).toBe('100');
});

test('one position, besides which there is no other', () => {
	const trades = [trade()];
	expect(runCheck(positionLimit, { ...at(CLOSES - 1), trades })).toMatchObject({ result: 'pass', limit: '5' });
	expect(runCheck(positionLimit, { ...at(CLOSES), trades })).toMatchObject({
		result: 'block', code: 'POSITION_LIMIT', limit: '1', observed: '1',
	});
	expect(runCheck(positionLimit, at(CLOSES)).result).toBe('pass');
});

test('every week has one, as long as the policy says, and it ends when it ends', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 7 * DAY - 1 }), (week, into) => {
			// 4 January 1970 was a Sunday.
			const sunday = 3 * DAY + week * 7 * DAY;
			const end = weekendEnd(sunday + into, RULE);
			const before = into < 21 * HOUR;
			const after = into >= 5 * DAY + 21 * HOUR;
			expect(end).toBe(before ? sunday + 21 * HOUR : after ? sunday + 7 * DAY + 21 * HOUR : null);
		}),
		{ numRuns: 300 },
	);
});

test('a weekend within a week', () => {
	const rule = { from: { day: 2, minute: 30 }, until: { day: 2, minute: 90 } };
	const tuesday = Date.UTC(2026, 10, 24);
	expect(weekendEnd(tuesday + 29 * MINUTE, rule)).toBeNull();
	expect(weekendEnd(tuesday + 30 * MINUTE, rule)).toBe(tuesday + 90 * MINUTE);
	expect(weekendEnd(tuesday + 90 * MINUTE, rule)).toBeNull();
});

test('the policy holds its numbers in bounds', () => {
	const bad = { ...STANDARD_POLICY, weekend: { ...RULE, riskFactor: 1.5, positions: 9, from: { day: 7, minute: 0 } } };
	expect(() => parsePolicy(bad)).toThrow(/weekend.from.day.*weekend.riskFactor.*weekend.positions/);
	const twice = [{ name: 'a', percent: 1, assets: ['X'] }, { name: 'a', percent: 101, assets: ['x'] }];
	const groups = { ...STANDARD_POLICY, exposure: { ...STANDARD_POLICY.exposure, groups: twice } };
	expect(() => parsePolicy(groups)).toThrow(/exposure.groups.1.assets.0.*exposure.groups.1.percent/);
	const same = [{ name: 'a', percent: 1, assets: ['X'] }, { name: 'a', percent: 1, assets: ['Y'] }];
	expect(() => parsePolicy({ ...groups, exposure: { ...groups.exposure, groups: same } })).toThrow(/same name/);
});
