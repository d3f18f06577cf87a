import type { Conn } from '../../db';
import { currentTier } from '../../members';
import {
	abs, add, div, isZero, mul, roundHalfEven, sub, ZERO,
	type AccountId, type Decimal, type MemberId, type Tier,
} from '../../model';
import { allOpenTrades, workingOrders, type Order, type Trade } from '../../orders';
import { concerns, type TradingSubject } from '../../safety';
import type { Impact, StopTarget } from '../emergency';

/** Where something is. */
export type Place = Pick<Trade, 'accountId' | 'memberId' | 'symbol'>;

/** Everything that is open or could still open something, by our books, on one look. */
export interface Scene {
	readonly trades: readonly Trade[];
	/** Working orders that open or enlarge; never those of others. */
	readonly entries: readonly Order[];
	/** Where something was over a moment ago: the venue may say that it was not. */
	readonly recent: readonly Place[];
	readonly tiers: ReadonlyMap<MemberId, Tier | null>;
}

/** Decimals of amounts that people read. */
const MONEY_SCALE = 2;

/** Reads the scene. Tiers are looked up only where a stop asks for them. */
export async function readScene(
	conn: Conn,
	now: number,
	targets: readonly StopTarget[],
	recent: readonly Place[] = [],
): Promise<Scene> {
	const trades = await allOpenTrades(conn);
	const entries = (await workingOrders(conn)).filter((order) => !order.reduceOnly);
	const tiers = new Map<MemberId, Tier | null>();
	if (targets.some(({ scope }) => scope === 'tier')) {
		const members = new Set([...trades, ...entries, ...recent].map(({ memberId }) => memberId));
		for (const id of members) tiers.set(id, await currentTier(conn, id, now));
	}
	return { trades, entries, recent, tiers };
}

function subjectOf({ accountId, memberId, symbol }: Place, scene: Scene): TradingSubject {
	return { tier: scene.tiers.get(memberId) ?? null, memberId, accountId, symbol };
}

/** The part of the scene that a stop means. */
export function within(scene: Scene, target: StopTarget): Scene {
	const meant = (place: Place): boolean => concerns(target, subjectOf(place, scene));
	const { trades, entries, recent } = scene;
	return {
		...scene, trades: trades.filter(meant), entries: entries.filter(meant), recent: recent.filter(meant),
	};
}

/** What was paid for the part of the trade that is still open. */
function openCost({ entryValue, enteredQuantity, exitedQuantity }: Trade): Decimal {
	if (isZero(enteredQuantity)) return ZERO;
	return div(mul(abs(entryValue), sub(enteredQuantity, exitedQuantity)), enteredQuantity);
}

/** What flattening this would mean. */
export function impactOf(
	{ trades, entries }: Scene,
	currencyOf: ReadonlyMap<AccountId, string>,
): Impact {
	const open = trades.filter(({ state }) => state !== 'OPENING');
	const amounts = new Map<string, Decimal>();
	for (const trade of open) {
		const currency = currencyOf.get(trade.accountId) ?? '?';
		amounts.set(currency, add(amounts.get(currency) ?? 0, openCost(trade)));
	}
	return {
		accounts: new Set([...trades, ...entries].map(({ accountId }) => accountId)).size,
		positions: open.length,
		workingOrders: entries.length,
		notional: [...amounts].sort().map(([currency, amount]) => ({
			currency,
			amount: roundHalfEven(amount, MONEY_SCALE),
		})),
	};
}
