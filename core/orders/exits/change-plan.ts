import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import type { Quote } from '../../exchange';
import { lockAccount } from '../../members';
import {
	eq, isRefused, isZero, refuse, SECOND, type AccountId, type Decimal, type OrderType,
	type Refused,
} from '../../model';
import type { OrderDeps } from '../deps';
import { parseExitRules, type ExitRuleInput } from './exit-plan';
import type { ExitRule } from './rules';
import { insertExitRules, rulesOfTrade, stopOf } from './exit-rules.repository';
import { ruleText, type TradeRule } from './exit-rules.table';
import { closingPrice } from './exits';
import { openQuantity } from '../booking/positions';
import { refuseTerms, type EntryTerms } from '../entries/terms';
import { moveStop } from './tighten';
import { isBeyond, isTighter, stopOnTick } from './tighten-rules';
import type { Exit, Trade } from '../trade';
import { exitsOfTrade, openTradeOf } from '../trades.repository';

/** Which open trade is meant. */
export interface TradePlace {
	readonly accountId: AccountId;
	readonly symbol: string;
	readonly actor: string;
}

/** An open trade with everything by which it will end. */
export interface ExitPlanView {
	readonly trade: Trade;
	/** Its stop and targets. */
	readonly exits: readonly Exit[];
	readonly rules: readonly TradeRule[];
}

async function planOf(trx: Trx, trade: Trade): Promise<ExitPlanView> {
	return {
		trade,
		exits: await exitsOfTrade(trx, trade.id),
		rules: await rulesOfTrade(trx, trade.id),
	};
}

async function freshQuote(
	{ kernel, exchanges }: OrderDeps,
	venue: string,
	symbol: string,
): Promise<Quote | Refused> {
	const quote = await exchanges.quotes.quote(venue, symbol);
	if (quote === null) return refuse('QUOTE_MISSING', { symbol });
	const limit = kernel.rules.policy.risk.quoteFreshSeconds;
	const age = kernel.clock.now() - quote.at;
	if (age <= limit * SECOND) return quote;
	return refuse('QUOTE_STALE', { symbol, observed: age / SECOND, limit });
}

/** Who asks for a stop farther away is refused, and it is kept: it says something about how they trade. */
async function noteLoosening(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	{ from, to, actor }: { readonly from: Decimal; readonly to: Decimal; readonly actor: string },
): Promise<void> {
	const { id, memberId, accountId, signalId, symbol, side } = trade;
	const payload = { trade_id: id, symbol, side, from, to };
	await appendEvent(trx, kernel, {
		type: 'stop.loosening', memberId, accountId, signalId, subjectId: id, actor, payload,
	});
	const details = { symbol, from, to };
	await appendAudit(trx, kernel, {
		actor, action: 'stop.loosening', subjectId: id, correlationId: signalId, details,
	});
}

/**
 * Moves the stop of an open trade nearer to the price, or gives the trade its first one. Wider than
 * it is, it never gets; at or beyond the price it would be a close by another name.
 */
export async function tightenStop(
	deps: OrderDeps,
	{ accountId, symbol, actor, price }: TradePlace & { readonly price: Decimal },
): Promise<ExitPlanView | Refused> {
	const { kernel, exchanges } = deps;
	const nothing = refuse('NO_OPEN_POSITION', { symbol });
	const seen = await openTradeOf(kernel.conn, accountId, symbol);
	if (seen === null) return nothing;
	const market = await exchanges.for(seen.venue).resolve(seen.symbol);
	if (market === null) return refuse('SYMBOL_UNKNOWN', { symbol });
	const quote = await freshQuote(deps, seen.venue, seen.symbol);
	if (isRefused(quote)) return quote;
	return kernel.transaction(async (trx) => {
		await lockAccount(trx, accountId);
		const trade = await openTradeOf(trx, accountId, symbol);
		if (trade === null || isZero(openQuantity(trade))) return nothing;
		if (trade.closeReason !== null) return refuse('CLOSING');
		const { side } = trade;
		const to = stopOnTick(side, price, market.priceTick);
		const stop = await stopOf(trx, trade.id);
		if (stop?.state === 'WORKING') return refuse('CLOSING');
		if (stop !== null && eq(to, stop.price)) return planOf(trx, trade);
		if (stop !== null && !isTighter(side, to, stop.price)) {
			await noteLoosening(trx, kernel, trade, { from: stop.price, to, actor });
			return refuse('STOP_WIDENED', { observed: to, limit: stop.price });
		}
		const closing = closingPrice(side, quote);
		if (isBeyond(side, to, closing)) {
			return refuse('STOP_BEYOND_PRICE', { observed: to, limit: closing });
		}
		await moveStop(trx, kernel, trade, stop, { price: to, by: 'hand', actor });
		return planOf(trx, { ...trade, stopLoss: to });
	});
}

/** The first of the rules that needs price bars which nobody has, as a refusal; or null. */
export async function refuseWithoutBars(
	{ kernel, exchanges }: OrderDeps,
	venue: string,
	symbol: string,
	rules: readonly ExitRule[],
): Promise<Refused | null> {
	for (const rule of rules) {
		if (rule.method !== 'atr') continue;
		const { timeframe, period } = rule;
		const now = kernel.clock.now();
		const bars = await exchanges.bars.bars(venue, symbol, timeframe, period + 1, now);
		if (bars.length <= period) return refuse('BARS_MISSING', { symbol, timeframe });
	}
	return null;
}

/** The entry that terms are for. */
export interface TermsSubject {
	readonly venue: string;
	readonly symbol: string;
	readonly type: OrderType;
}

/** Why an entry cannot be placed on these terms, or null. Asks for price bars where an ATR needs them. */
export async function refuseEntryTerms(
	deps: OrderDeps,
	terms: EntryTerms,
	{ venue, symbol, type }: TermsSubject,
): Promise<Refused | null> {
	const { capabilities } = deps.exchanges.for(venue);
	const { exitRulesMax: limit } = deps.kernel.rules.policy.orders;
	if (terms.exitRules.length > limit) return refuse('EXIT_PLAN_FULL', { limit });
	return (
		refuseTerms(terms, type, capabilities, deps.kernel.clock.now()) ??
		(await refuseWithoutBars(deps, venue, symbol, terms.exitRules))
	);
}

/**
 * Adds rules to the exit plan of an open trade. What is there stays: of several rules the tightest
 * decides, so that adding one never widens a stop. A rule that it has already changes nothing.
 */
export async function setExitPlan(
	deps: OrderDeps,
	{ accountId, symbol, actor, rules }: TradePlace & { readonly rules: readonly ExitRuleInput[] },
): Promise<ExitPlanView | Refused> {
	const { kernel } = deps;
	const parsed = parseExitRules(rules);
	if (isRefused(parsed)) return parsed;
	const nothing = refuse('NO_OPEN_POSITION', { symbol });
	const seen = await openTradeOf(kernel.conn, accountId, symbol);
	if (seen === null) return nothing;
	const missing = await refuseWithoutBars(deps, seen.venue, seen.symbol, parsed);
	if (missing !== null) return missing;
	const { exitRulesMax: limit } = kernel.rules.policy.orders;
	return kernel.transaction(async (trx) => {
		await lockAccount(trx, accountId);
		const trade = await openTradeOf(trx, accountId, symbol);
		if (trade === null) return nothing;
		if (trade.closeReason !== null) return refuse('CLOSING');
		const known = await rulesOfTrade(trx, trade.id);
		const texts = new Set([...known.map((each) => each.rule), ...parsed].map(ruleText));
		if (texts.size > limit) return refuse('EXIT_PLAN_FULL', { limit });
		const added = await insertExitRules(trx, trade.id, parsed, actor, kernel.clock.now());
		if (added > 0) {
			await appendAudit(trx, kernel, {
				actor,
				action: 'exit_plan.set',
				subjectId: trade.id,
				correlationId: trade.signalId,
				memberId: trade.memberId,
				accountId: trade.accountId,
				details: { symbol: trade.symbol, rules: parsed.map(ruleText) },
			});
		}
		return planOf(trx, trade);
	});
}

/** How the open trade in a symbol will end, or the refusal `NO_OPEN_POSITION`. */
export async function exitPlanOf(
	{ kernel }: OrderDeps,
	accountId: AccountId,
	symbol: string,
): Promise<ExitPlanView | Refused> {
	const trade = await openTradeOf(kernel.conn, accountId, symbol);
	if (trade === null) return refuse('NO_OPEN_POSITION', { symbol });
	return {
		trade,
		exits: await exitsOfTrade(kernel.conn, trade.id),
		rules: await rulesOfTrade(kernel.conn, trade.id),
	};
}
