import type { AccountId, Decimal, SignalId } from '../../model';
import type { ExitReason } from '../../orders';

/** A trade that closed; amounts in its account's currency. */
export interface TradeClosed {
	readonly kind: 'trade_closed';
	/** Its trade: folded in once. */
	readonly id: string;
	readonly at: number;
	readonly accountId: AccountId;
	/** Trades of one signal on several accounts are one decision. Null: of no signal. */
	readonly signalId: SignalId | null;
	readonly gross: Decimal;
	readonly net: Decimal;
	/** What it risked, percent of the equity; null where nobody knows. */
	readonly riskPercent: Decimal | null;
	readonly exitReason: ExitReason;
	/** Risk day of the account, `YYYY-MM-DD`. */
	readonly riskDay: string;
}

/** An opening order that went out. */
export interface EntryOrdered {
	readonly kind: 'entry_ordered';
	/** Its order. */
	readonly id: string;
	readonly at: number;
	readonly accountId: AccountId;
	readonly signalId: SignalId | null;
	readonly riskPercent: Decimal | null;
}

/** Somebody asked for a stop farther away, or for none. */
export interface StopLoosened {
	readonly kind: 'stop_loosened';
	/** Its event. */
	readonly id: string;
	readonly at: number;
}

/** An account is seen to have lost so much today that it trades small from now on. */
export interface MedicCalled {
	readonly kind: 'medic_called';
	readonly at: number;
	readonly accountId: AccountId;
	readonly riskDay: string;
	/** When that day ends. */
	readonly until: number;
	/** Loss of the day, percent of its first equity. */
	readonly lossPercent: Decimal;
}

/** Nothing but time. */
export interface TimePassed {
	readonly kind: 'time_passed';
	readonly at: number;
}

/** What the behaviour of a member is made from. Times in ms UTC. */
export type Happening = TradeClosed | EntryOrdered | StopLoosened | MedicCalled | TimePassed;

/** Those that are written down once folded in. */
export type RecordedHappening = TradeClosed | EntryOrdered | StopLoosened;

/** Oldest first; of one moment closings first, since an order may follow them at once. */
export function inOrder(happenings: readonly Happening[]): Happening[] {
	const rank: Record<Happening['kind'], number> = {
		trade_closed: 0, stop_loosened: 1, entry_ordered: 2, medic_called: 3, time_passed: 4,
	};
	const name = (happening: Happening): string => ('id' in happening ? happening.id : '');
	return [...happenings].sort(
		(a, b) => a.at - b.at || rank[a.kind] - rank[b.kind] || (name(a) < name(b) ? -1 : 1),
	);
}
