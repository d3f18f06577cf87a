import { changed, type Conn, type Trx } from '../../db';
import { sha256, type Decimal, type TradeId } from '../../model';
import type { ExitRule } from './rules';
import { ruleText, toTradeRule, type ExitRuleRow, type TradeRule } from './exit-rules.table';
import type { Exit } from '../trade';
import { toExit, type ExitRow } from '../trades.table';

/** Bindings a statement takes at most in one list. */
const CHUNK = 400;

/** Adds rules to a trade; one that it has already is left as it is. @returns how many were new */
export async function insertExitRules(
	trx: Trx,
	tradeId: TradeId,
	rules: readonly ExitRule[],
	addedBy: string,
	now: number,
): Promise<number> {
	if (rules.length === 0) return 0;
	const rows = rules.map((rule): ExitRuleRow => {
		const params = ruleText(rule);
		return {
			id: `${tradeId}:${sha256(params).slice(0, 12)}`,
			trade_id: tradeId,
			method: rule.method,
			params,
			best_price: null,
			activated_at: null,
			added_by: addedBy,
			created_at: now,
			updated_at: now,
		};
	});
	const inserted: { id: string }[] = await trx<ExitRuleRow>('exit_rules')
		.insert(rows)
		.onConflict(['trade_id', 'method', 'params'])
		.ignore()
		.returning('id');
	return inserted.length;
}

export async function rulesOfTrade(conn: Conn, tradeId: TradeId): Promise<TradeRule[]> {
	const rows = await conn<ExitRuleRow>('exit_rules')
		.where({ trade_id: tradeId })
		.orderBy(['created_at', 'id']);
	return rows.map(toTradeRule);
}

/** Rules of these trades. */
export async function rulesOfTrades(
	conn: Conn,
	tradeIds: readonly TradeId[],
): Promise<TradeRule[]> {
	const rules: TradeRule[] = [];
	for (let start = 0; start < tradeIds.length; start += CHUNK) {
		const rows = await conn<ExitRuleRow>('exit_rules')
			.whereIn('trade_id', tradeIds.slice(start, start + CHUNK))
			.orderBy(['created_at', 'id']);
		rules.push(...rows.map(toTradeRule));
	}
	return rules;
}

/** What a look at a rule found worth keeping. */
export interface RuleNote {
	readonly bestPrice: Decimal;
	readonly activatedAt: number | null;
}

export async function saveRule(
	trx: Trx,
	rule: TradeRule,
	note: RuleNote,
	now: number,
): Promise<void> {
	const before = { best_price: rule.bestPrice, activated_at: rule.activatedAt };
	const change = changed(before, { best_price: note.bestPrice, activated_at: note.activatedAt });
	if (Object.keys(change).length === 0) return;
	await trx<ExitRuleRow>('exit_rules')
		.where({ id: rule.id })
		.update({ ...change, updated_at: now });
}

/** The stop of a trade while it can still be hit; null where there is none. */
export async function stopOf(conn: Conn, tradeId: TradeId): Promise<Exit | null> {
	const row = await conn<ExitRow>('exits')
		.where({ trade_id: tradeId, kind: 'stop' })
		.whereIn('state', ['ACTIVE', 'WORKING'])
		.first();
	return row === undefined ? null : toExit(row);
}

/** The stops, as `stopOf`, of many trades. */
export async function stopsOf(
	conn: Conn,
	tradeIds: readonly TradeId[],
): Promise<Map<TradeId, Exit>> {
	const stops = new Map<TradeId, Exit>();
	for (let start = 0; start < tradeIds.length; start += CHUNK) {
		const rows = await conn<ExitRow>('exits')
			.whereIn('trade_id', tradeIds.slice(start, start + CHUNK))
			.where({ kind: 'stop' })
			.whereIn('state', ['ACTIVE', 'WORKING']);
		for (const row of rows) stops.set(row.trade_id, toExit(row));
	}
	return stops;
}
