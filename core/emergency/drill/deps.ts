import type { Kernel } from '../../db';
import type { Exchanges } from '../../exchange';
import type { Members } from '../../members';
import type { AccountId, OrderId, SignalId } from '../../model';
import type { Orders } from '../../orders';
import type { Signals } from '../../signals';
import type { Emergency } from '../emergency.service';

/** What became of an alert on its way through gate, ticket and press. */
export type DrillEntry =
	| { readonly kind: 'fired'; readonly orderId: OrderId; readonly ticketId: string }
	/** By the codes of the gate, or of whatever stood in the way. */
	| { readonly kind: 'refused'; readonly codes: readonly string[] };

/** What a drill is built on: the parts that are rehearsed, as they are. */
export interface DrillDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
	readonly signals: Signals;
	readonly orders: Orders;
	readonly members: Members;
	readonly emergency: Pick<Emergency, 'trip' | 'describe'>;
	/**
	 * Judges, tickets and fires a stored signal for one account, as a workflow and a press would do it.
	 * With `orders` in place of the usual ones, for a process that is to die.
	 */
	enter(signalId: SignalId, accountId: AccountId, orders?: Orders): Promise<DrillEntry>;
	/** Waits; ms. */
	pause(milliseconds: number): Promise<void>;
}

/** Who acts in a drill, in the words of the audit trail. */
export const DRILL_ACTOR = 'fire-drill';
