import { appendAudit } from '../../audit';
import { appendEvent } from '../../events';
import type { Quote } from '../../exchange';
import { lockAccount } from '../../members';
import { div, gt, gte, HUNDRED, mul, sub, ZERO, type Decimal } from '../../model';
import { entryPrice, openQuantity } from '../booking/positions';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { closingPrice } from '../exits/exits';
import type { Trade } from '../trade';
import { getTrade, saveTrade } from '../trades.repository';

type Held = Pick<Trade, 'side' | 'enteredQuantity' | 'exitedQuantity' | 'entryValue'>;

/** What the open part of the trade loses if it is closed now, before fees; negative: it gains. */
export function openLoss(trade: Held, quote: Pick<Quote, 'bid' | 'ask'>): Decimal {
	const value = mul(openQuantity(trade), closingPrice(trade.side, quote));
	const cost = mul(openQuantity(trade), entryPrice(trade) ?? ZERO);
	return trade.side === 'buy' ? sub(cost, value) : sub(value, cost);
}

/** What one position may lose of the account's equity. */
export function positionLossLimit(equity: Decimal, percent: number): Decimal {
	return div(mul(equity, percent), HUNDRED);
}

/** A loss that ends a trade. Amounts in the account's currency. */
export interface TooMuchLost {
	readonly loss: Decimal;
	readonly limit: Decimal;
	readonly equity: Decimal;
}

/** Whether what is open of the trade has lost so much of the account that the engine ends it. */
export function lostTooMuch(
	trade: Held,
	quote: Pick<Quote, 'bid' | 'ask'>,
	equity: Decimal | null,
	percent: number,
): TooMuchLost | null {
	if (equity === null) return null;
	const loss = openLoss(trade, quote);
	const limit = positionLossLimit(equity, percent);
	return gt(loss, ZERO) && gte(loss, limit) ? { loss, limit, equity } : null;
}

/**
 * Notes on the trade that its loss ends it, once, so that it is closed even if the price comes back
 * before the venue has taken the exit.
 */
export async function noteTooMuchLost(
	{ kernel }: OrderDeps,
	{ id, accountId }: Pick<Trade, 'id' | 'accountId'>,
	lost: TooMuchLost,
): Promise<void> {
	await kernel.transaction(async (trx) => {
		const { currency } = await lockAccount(trx, accountId);
		const trade = await getTrade(trx, id);
		if (trade.closeReason !== null || trade.closedAt !== null) return;
		await saveTrade(trx, { ...trade, closeReason: 'engine', closeActor: ENGINE_ACTOR });
		const { symbol, memberId, signalId } = trade;
		await appendAudit(trx, kernel, {
			actor: ENGINE_ACTOR,
			action: 'trade.close_requested',
			subjectId: id,
			correlationId: signalId,
			details: { symbol, reason: 'position_loss', ...lost },
		});
		await appendEvent(trx, kernel, {
			type: 'risk.position_loss',
			memberId,
			accountId,
			signalId,
			subjectId: id,
			actor: ENGINE_ACTOR,
			payload: { trade_id: id, symbol, ...lost, currency },
		});
	});
}
