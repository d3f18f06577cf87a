import type { Kernel } from './db';
import { DRILL_ACTOR, type DrillEntry } from './emergency';
import type { Exchanges } from './exchange';
import { createFireModes, type FireModes } from './firemodes';
import { isRefused, type AccountId, type SignalId } from './model';
import type { Orders } from './orders';
import type { Risk } from './risk';
import type { Signals } from './signals';

/** What carries an alert of a fire drill from its verdict to its order. */
export interface DrillEntryParts {
	readonly kernel: Kernel;
	readonly risk: Risk;
	readonly signals: Signals;
	readonly exchanges: Exchanges;
	readonly firemodes: FireModes;
}

/**
 * Gate, ticket and press of one stored signal for one account, as a workflow and a person do it.
 * `dying`: orders of a process that is to die meanwhile.
 */
export function drillEntry(parts: DrillEntryParts) {
	const { kernel, risk, signals, exchanges } = parts;
	return async (signalId: SignalId, accountId: AccountId, dying?: Orders): Promise<DrillEntry> => {
		const firemodes = dying === undefined
			? parts.firemodes
			: createFireModes({ kernel, risk, orders: dying, signals, exchanges });
		const actor = DRILL_ACTOR;
		const verdict = await risk.judge({ signalId, accountId, manualRun: false, allowLive: false, actor });
		if (verdict.decision === 'BLOCK') {
			const codes = verdict.checks.filter(({ result }) => result === 'block').map(({ code }) => code);
			return { kind: 'refused', codes: codes.length === 0 ? [verdict.code] : codes };
		}
		const { ticket } = await firemodes.route(verdict.id, actor);
		const fired = await firemodes.fire(ticket.id, { actor });
		if (isRefused(fired)) return { kind: 'refused', codes: [fired.code] };
		return { kind: 'fired', orderId: fired.order.id, ticketId: ticket.id };
	};
}
