import { assembleCore } from '../../../core/core';
import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { isRefused, mul, type AccountId, type SignalId, type TicketId } from '../../../core/model';
import { ANCHORS } from '../../support/core';
import { serve } from '../../support/processes';

/** One thing that a process does at a given instant. */
export type RaceStep =
	| { readonly do: 'run'; readonly signalId: SignalId; readonly accountId: AccountId }
	| { readonly do: 'route'; readonly signalId: SignalId; readonly accountId: AccountId }
	| { readonly do: 'fire'; readonly ticketId: TicketId }
	| { readonly do: 'place'; readonly ticketId: TicketId }
	| { readonly do: 'refill' }
	| { readonly do: 'close'; readonly accountId: AccountId; readonly symbol: string }
	| { readonly do: 'tick' };

export type RaceOrder = RaceStep & { readonly config: DatabaseConfig; readonly at: number };

/** What it came to, in one word, with the order's id where there is one. */
export interface RaceAnswer {
	readonly word: string;
	readonly orderId: string | null;
}

/** Prices stand still; quotes are always of this moment. */
const quotes = {
	quote: async (_venue: string, symbol: string) => {
		const mid = ANCHORS[symbol];
		if (mid === undefined) return null;
		return { symbol, bid: mul(mid, '0.9999'), ask: mul(mid, '1.0001'), at: Date.now() };
	},
};

let opened: ReturnType<typeof assembleCore> | null = null;

async function act(core: ReturnType<typeof assembleCore>, step: RaceStep): Promise<RaceAnswer> {
	const { firemodes, risk, orders } = core;
	switch (step.do) {
		case 'run': {
			const { signalId, accountId } = step;
			await risk.judge({ signalId, accountId, manualRun: false, allowLive: false, actor: 'node:race' });
			const { outcome, ticket } = await firemodes.route({ signalId, accountId });
			if (outcome !== 'fire') return { word: outcome, orderId: null };
			const placed = await firemodes.place(ticket.id, 'node:race');
			return isRefused(placed)
				? { word: placed.code, orderId: null }
				: { word: outcome, orderId: placed.order?.id ?? null };
		}
		case 'route': {
			const { outcome, ticket } = await firemodes.route(step);
			return { word: outcome, orderId: ticket.orderId };
		}
		case 'fire': {
			const fired = await firemodes.fire(step.ticketId, { actor: 'member:race' });
			return isRefused(fired)
				? { word: fired.code, orderId: null }
				: { word: fired.already ? 'already' : 'fired', orderId: fired.order.id };
		}
		case 'place': {
			const placed = await firemodes.place(step.ticketId, 'node:race');
			return isRefused(placed)
				? { word: placed.code, orderId: null }
				: { word: 'placed', orderId: placed.order?.id ?? null };
		}
		case 'refill':
			return { word: String(await firemodes.refill()), orderId: null };
		case 'close': {
			const closed = await orders.closePosition({ ...step, reason: 'manual', actor: 'operator' });
			return isRefused(closed) ? { word: closed.code, orderId: null } : { word: 'closed', orderId: closed.id };
		}
		case 'tick':
			return { word: (await core.engine.tick()).failed.join() || 'ok', orderId: null };
	}
}

serve<RaceOrder, RaceAnswer>(async ({ config, at, ...step }) => {
	opened ??= assembleCore(createKernel(openPool(config), { sealingKey: new Uint8Array(32) }), { quotes });
	while (Date.now() < at);
	return act(opened, step);
});
