import type { Market, Quote } from '../../../core/exchange';
import { decimal, STANDARD_POLICY, type Decimal, type Policy, type Tier, type TierPolicy } from '../../../core/model';
import { CALM } from '../../../core/risk/behaviour';
import { planOrder, type OrderPlan } from '../../../core/risk/plan';
import type {
	AccountFacts, HeldCapacity, MemberFacts, OpenTrade, RiskSnapshot, SignalFacts, VenueFacts,
} from '../../../core/risk/snapshot';
import type { CheckResult } from '../../../core/risk';
import { START } from '../../support/databases';

export const d = (value: string | number): Decimal => decimal(value);

export const BTC: Market = {
	symbol: 'BTC/USDT', id: 'BTCUSDT', base: 'BTC', quote: 'USDT', quantityStep: d('0.00001'),
	priceTick: d('0.01'), minQuantity: d('0.00001'), maxQuantity: d(100), minNotional: d(5),
};

/** A whole-unit market without a maximum, like a share. */
export const SHARE: Market = {
	symbol: 'RELIANCE', id: 'RELIANCE', base: 'RELIANCE', quote: 'INR', quantityStep: d(1),
	priceTick: d('0.05'), minQuantity: d(1), maxQuantity: null, minNotional: d(0),
};

export interface SnapshotParts {
	readonly now?: number;
	readonly mode?: RiskSnapshot['mode'];
	readonly policy?: Policy;
	readonly signal?: Partial<SignalFacts>;
	readonly member?: Partial<MemberFacts>;
	readonly account?: Partial<AccountFacts>;
	readonly venue?: Partial<VenueFacts>;
	readonly market?: Market | null;
	readonly quote?: Quote | null;
	readonly trades?: readonly OpenTrade[];
	readonly reservations?: readonly HeldCapacity[];
	readonly orderDay?: Partial<RiskSnapshot['orderDay']>;
	readonly messages?: RiskSnapshot['messages'];
	readonly duplicateAt?: number | null;
	readonly hasUnknownOrder?: boolean;
	readonly hasForeignPosition?: boolean;
	readonly trading?: RiskSnapshot['trading'];
	readonly behaviour?: Partial<RiskSnapshot['behaviour']>;
	readonly news?: Partial<RiskSnapshot['news']>;
	readonly readiness?: RiskSnapshot['readiness'];
	readonly engineBeatAt?: number | null;
	readonly run?: RiskSnapshot['run'];
}

/**
 * A snapshot in which everything passes: OPERATOR, 10,000 USDT on spot, buy BTC at 60,000 with the
 * stop 1 % below and the target 3 % above, fees of 0.1 %.
 */
export function snapshot(parts: SnapshotParts = {}): RiskSnapshot {
	const { signal, member, account, venue, orderDay, behaviour, news, ...rest } = parts;
	return {
		now: START,
		policy: STANDARD_POLICY,
		mode: 'MANUAL',
		market: BTC,
		quote: { symbol: 'BTC/USDT', bid: d(59990), ask: d(60000), at: START - 1000 },
		trades: [],
		reservations: [],
		messages: { lastSecond: 0, today: 0 },
		duplicateAt: null,
		hasUnknownOrder: false,
		hasForeignPosition: false,
		trading: { state: 'ACTIVE', cause: null },
		readiness: null,
		engineBeatAt: START - 1000,
		run: { manual: false, allowLive: false },
		...rest,
		signal: {
			id: 'sig_1', source: 'ema-cross', symbol: 'BTCUSDT', side: 'buy', action: 'open',
			class: 'RAPID_ASSAULT', confidence: d(93), orderType: 'market', entry: null, trigger: null,
			stopLoss: d(59400), takeProfits: [{ price: d(61800), share: d(1) }], quantity: null,
			members: null, receivedAt: START - 2000, createdAt: START - 3000, expiresAt: START + 600_000,
			...signal,
		},
		member: { handle: 'operator', active: true, tier: 'OPERATOR', ordersToday: 0, lastOrderAt: null, ...member },
		account: {
			active: true, kind: 'paper', liveEnabled: false, currency: 'USDT', cash: d(10000), equity: d(10000),
			equityAt: START - 1000, dayStartEquity: d(10000), realisedToday: d(0), ...account,
		},
		venue: {
			name: 'paper', reachable: true, open: true, sessions: '24/7', shortSelling: false, restingStop: false, clientIdLookup: true,
			orderTypes: ['market', 'limit'], takerFeePercent: d('0.1'), ...venue,
		},
		behaviour: { ...CALM, ...behaviour },
		news: { status: 'fresh', refreshedAt: START - 60_000, windows: [], ...news },
		orderDay: { openingOrders: 0, replacesAndCancels: 0, openingFills: 0, ...orderDay },
	};
}

/** An open trade of another signal: 0.05 ETH-like units at 3,000, stop 1 % below. */
export function trade(parts: Partial<OpenTrade> = {}): OpenTrade {
	return {
		signalId: 'sig_other', symbol: 'ETH/USDT', side: 'buy', openQuantity: d(1),
		entryPrice: d(3000), unbookedFees: d(3), stopLoss: d(2970), openedAt: START - 60_000, ...parts,
	};
}

/** The standard policy with other numbers for one tier. */
export function policyWith(tier: Tier, limits: Partial<TierPolicy>, risk: Partial<Policy['risk']> = {}): Policy {
	return {
		...STANDARD_POLICY,
		risk: { ...STANDARD_POLICY.risk, ...risk },
		tiers: { ...STANDARD_POLICY.tiers, [tier]: { ...STANDARD_POLICY.tiers[tier], ...limits } },
	};
}

/** The same policy without limits to how much may be in one symbol, asset or group. */
export function anyExposure(policy: Policy = STANDARD_POLICY): Policy {
	return { ...policy, exposure: { symbolPercent: 100, currencyPercent: 100, groups: [] } };
}

/** Runs one check on a snapshot made from parts. */
export function runCheck(
	check: (snapshot: RiskSnapshot, plan: OrderPlan) => CheckResult,
	parts: SnapshotParts = {},
): CheckResult {
	const made = snapshot(parts);
	return check(made, planOrder(made));
}

/** The part of a result that machines read. */
export function brief(result: CheckResult): Partial<CheckResult> {
	const { result: outcome, code, limit, observed, capacity } = result;
	return { result: outcome, code, limit, observed, ...(capacity === true ? { capacity } : {}) };
}

/** One row of a check's table: when, the world, what the check finds (limit and observed too). */
export type CheckRow = readonly [when: string, parts: SnapshotParts, found: Partial<CheckResult>];

/** Describes a check by a table; every row also shows its name and has a text for people. */
export function describeCheck(
	name: string,
	check: (snapshot: RiskSnapshot, plan: OrderPlan) => CheckResult,
	rows: readonly CheckRow[],
): void {
	describe(name, () => {
		test.each(rows)('%s', (_, parts, found) => {
			const result = runCheck(check, parts);
			expect(result).toMatchObject({ check: name, ...found });
			expect(result.capacity).toBe(found.capacity);
			expect(result.message).not.toContain('?');
			expect(result.message.length).toBeGreaterThan(5);
			expect([null, 'string']).toContain(result.limit === null ? null : typeof result.limit);
		});
	});
}
