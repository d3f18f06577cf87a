import type { Kernel } from '../../core/db';
import { appendEvent, type EventPayloads } from '../../core/events';
import {
	decimal,
	newId,
	type AccountId,
	type EventId,
	type MemberId,
	type SignalId,
} from '../../core/model';

/** Whose trade it is. */
export interface TradeOwner {
	readonly memberId: MemberId;
	readonly accountId?: AccountId | null;
	readonly signalId?: SignalId | null;
}

type TradeClosed = EventPayloads['trade.closed'];

/** Appends the event of a closed trade: a winner by its target unless told otherwise. */
export async function closeTrade(
	kernel: Kernel,
	owner: TradeOwner,
	facts: Partial<TradeClosed> = {},
): Promise<EventId> {
	const now = kernel.clock.now();
	const payload: TradeClosed = {
		trade_id: newId('trd', kernel.clock, kernel.rng),
		symbol: 'BTC/USDT',
		side: 'buy',
		quantity: decimal('0.005'),
		entry_price: decimal('60250.5'),
		exit_price: decimal('61500'),
		gross: decimal('6.2475'),
		fees: decimal('0.60875'),
		net: decimal('5.63875'),
		exit_reason: 'target',
		plan_kept: true,
		stop_honoured: null,
		opened_at: now - 12 * 60_000,
		closed_at: now,
		currency: 'USDT',
		...facts,
	};
	return kernel.transaction(async (trx) =>
		appendEvent(trx, kernel, { type: 'trade.closed', actor: 'engine', ...owner, payload }),
	);
}
