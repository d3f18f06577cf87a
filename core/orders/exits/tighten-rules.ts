import {
	add, div, floorToStep, gt, gte, lt, lte, max, min, mul, sub, type Decimal, type Side,
} from '../../model';
import { stepOf, type ExitMethod } from './rules';
import type { TradeRule } from './exit-rules.table';
import { entryPrice } from '../booking/positions';
import type { Exit, Trade } from '../trade';

const TEN_THOUSAND = 10_000;

/** What rules are looked at with. */
export interface RulesLook {
	readonly now: number;
	/** Price at which the trade could be closed now; null without a fresh quote. */
	readonly price: Decimal | null;
	/** Average true range by rule; null while it is not known. */
	readonly atrOf: (rule: TradeRule) => Decimal | null;
	readonly tick: Decimal;
	/** Least move of the stop, as part of the price in basis points. */
	readonly stepBasisPoints: Decimal | string;
}

/** A rule with what this look found of it. */
export interface RuleFinding {
	readonly rule: TradeRule;
	readonly bestPrice: Decimal;
	readonly activatedAt: number | null;
}

/** What all rules of a trade come to. */
export interface Tightening {
	/** Where the stop goes, and by which rule; null: it stays. */
	readonly stop: { readonly price: Decimal; readonly method: ExitMethod } | null;
	/** The rule whose time is over; null: none. */
	readonly close: ExitMethod | null;
	/** Rules whose best price or activation is worth writing down. */
	readonly findings: readonly RuleFinding[];
}

export const NOTHING: Tightening = { stop: null, close: null, findings: [] };

/** Whether a stop at `to` protects more than one at `from`. */
export function isTighter(side: Side, to: Decimal, from: Decimal): boolean {
	return side === 'buy' ? gt(to, from) : lt(to, from);
}

/** A stop on the tick, never tighter than asked: down for a long trade, up for a short one. */
export function stopOnTick(side: Side, price: Decimal, tick: Decimal): Decimal {
	const below = floorToStep(price, tick);
	return side === 'buy' || below === price ? below : add(below, tick);
}

function best(side: Side, a: Decimal | null, b: Decimal): Decimal {
	if (a === null) return b;
	return side === 'buy' ? max(a, b) : min(a, b);
}

/** Least distance by which a stop moves: a tick, and the policy's part of the price. */
function leastMove(price: Decimal, look: RulesLook): Decimal {
	return max(look.tick, div(mul(price, look.stepBasisPoints), TEN_THOUSAND));
}

function isWorthwhile(side: Side, to: Decimal, stop: Exit | null, look: RulesLook): boolean {
	// A stop whose order is out is being hit: there is nothing to move any more.
	if (!gt(to, 0) || stop?.state === 'WORKING') return false;
	if (stop === null) return true;
	const move = side === 'buy' ? sub(to, stop.price) : sub(stop.price, to);
	return gte(move, leastMove(stop.price, look));
}

/** A better best price is written down when the stop moves, or when it has grown by the least move. */
function isNews(side: Side, rule: TradeRule, bestPrice: Decimal, look: RulesLook): boolean {
	if (rule.bestPrice === null) return true;
	const least = leastMove(rule.bestPrice, look);
	const gain = side === 'buy' ? sub(bestPrice, rule.bestPrice) : sub(rule.bestPrice, bestPrice);
	return gte(gain, least);
}

/**
 * Looks at all rules of an open trade: the tightest stop that one of them wants, if it is tighter
 * than where the stop is by a whole step; the end of its time. A stop never widens, and none is
 * taken away. Pure.
 */
export function tightening(
	trade: Trade,
	stop: Exit | null,
	rules: readonly TradeRule[],
	look: RulesLook,
): Tightening {
	const { side, openedAt, createdAt } = trade;
	const entered = entryPrice(trade);
	if (entered === null || openedAt === null) return NOTHING;
	let wanted: { price: Decimal; method: ExitMethod } | null = null;
	let close: ExitMethod | null = null;
	const findings: RuleFinding[] = [];
	for (const rule of rules) {
		const known = look.price === null ? rule.bestPrice : best(side, rule.bestPrice, look.price);
		const initialStop = stop?.initialPrice ?? null;
		const view = {
			side, entryPrice: entered, initialStop, openedAt, createdAt, best: known ?? entered,
		};
		const step = stepOf(rule.rule, view, { now: look.now, atr: look.atrOf(rule) });
		if (step?.kind === 'close') close ??= rule.rule.method;
		const price = step?.kind === 'stop' && known !== null ? stopOnTick(side, step.price, look.tick) : null;
		if (price !== null && (wanted === null || isTighter(side, price, wanted.price))) {
			wanted = { price, method: rule.rule.method };
		}
		if (known === null) continue;
		const activatedAt = rule.activatedAt ?? (price === null ? null : look.now);
		if (isNews(side, rule, known, look) || activatedAt !== rule.activatedAt) {
			findings.push({ rule, bestPrice: known, activatedAt });
		}
	}
	const moves = wanted !== null && isWorthwhile(side, wanted.price, stop, look);
	return { stop: moves ? wanted : null, close, findings };
}

/** Whether a stop at `price` would be hit at once at this closing price. */
export function isBeyond(side: Side, price: Decimal, closing: Decimal): boolean {
	return side === 'buy' ? gte(price, closing) : lte(price, closing);
}
