import { appendAudit } from '../../audit';
import { lockAccount } from '../../members';
import {
	isRefused, refuse, type AccountId, type Refused, type SignalId, type TicketId,
} from '../../model';
import { cancel } from '../sending/cancel';
import type { OrderDeps } from '../deps';
import { exitTrade } from './exit-trade';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { entryOrdersOf } from '../orders.queries';
import { findOrder } from '../orders.repository';
import type { ExitReason, Trade } from '../trade';
import { getTrade, openTradeOf, saveTrade } from '../trades.repository';

/** Who closes, and why. A signal names its source: only the trade's own source keeps the plan. */
export type CloseCause =
	| { readonly reason: 'signal'; readonly source: string | null }
	| { readonly reason: 'manual' | 'engine' | 'kill_switch' | 'reconciliation' };

/** Which trade to close. */
export type ClosePosition = CloseCause & {
	readonly accountId: AccountId;
	readonly symbol: string;
	readonly actor: string;
	/** The closing signal and its ticket, for the order's record. */
	readonly signalId?: SignalId | null;
	readonly ticketId?: TicketId | null;
};

function exitReason(trade: Trade, cause: CloseCause): ExitReason {
	if (cause.reason !== 'signal') return cause.reason;
	return cause.source === trade.source ? 'source_close' : 'other_close';
}

/** Notes on the trade that it is to be closed, so that nothing that happens next forgets it. */
async function noteClose(deps: OrderDeps, wanted: ClosePosition): Promise<Trade | null> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		await lockAccount(trx, wanted.accountId);
		const trade = await openTradeOf(trx, wanted.accountId, wanted.symbol);
		if (trade === null || trade.closeReason !== null) return trade;
		const noted: Trade = {
			...trade,
			closeReason: exitReason(trade, wanted),
			closeActor: wanted.actor,
		};
		await saveTrade(trx, noted);
		await appendAudit(trx, kernel, {
			actor: wanted.actor,
			action: 'trade.close_requested',
			subjectId: trade.id,
			correlationId: trade.signalId,
			memberId: trade.memberId,
			accountId: trade.accountId,
			details: { symbol: trade.symbol, reason: noted.closeReason, signal_id: wanted.signalId ?? null },
		});
		return noted;
	});
}

/**
 * Closes the open trade in a symbol: what has not filled of its entry is cancelled, what is held is
 * sold (or bought back) at market, in every trading state. Should the venue refuse, the watch tries
 * again until it is closed.
 * @returns the closing order; the entry, where nothing has filled of it; or a refusal
 */
export async function closePosition(
	deps: OrderDeps,
	wanted: ClosePosition,
): Promise<Order | Refused> {
	const { kernel, exchanges } = deps;
	const nothing = refuse('NO_OPEN_POSITION', { symbol: wanted.symbol });
	const trade = await noteClose(deps, wanted);
	if (trade === null) return nothing;
	const entry = await cancelEntryOf(deps, trade, wanted.actor);
	const { state } = await getTrade(kernel.conn, trade.id);
	if (state === 'OPENING' || state === 'CANCELLED') return entry ?? nothing;
	const market = await exchanges.for(trade.venue).resolve(trade.symbol);
	if (market === null) return nothing;
	const { actor, signalId = null, ticketId = null } = wanted;
	const wish = { kind: 'close', actor, signalId, ticketId } as const;
	return (await exitTrade(deps, trade, wish, market)) ?? nothing;
}

/** Cancels what can still fill of the trade's entry. @returns the entry as it is then, or null */
export async function cancelEntryOf(
	deps: OrderDeps,
	trade: Pick<Trade, 'id'>,
	actor: string,
): Promise<Order | null> {
	const entries = await entryOrdersOf(deps.kernel.conn, trade.id);
	let latest = entries.at(-1) ?? null;
	for (const entry of entries) {
		if (isTerminal(entry.state)) continue;
		const result = await cancel(deps, entry.id, actor);
		latest = isRefused(result) ? await findOrder(deps.kernel.conn, entry.id) : result;
	}
	return latest;
}
