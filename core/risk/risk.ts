import type {
	AccountId, Decimal, MemberId, OrderId, OrderType, ReasonCode, ReservationId, Side, SignalAction,
	SignalId, TicketId, VerdictId,
} from '../model';

export const DECISIONS = ['PASS', 'WARN', 'BLOCK'] as const;
/** What the gate says: as it is, with warnings attached, or not at all. */
export type Decision = (typeof DECISIONS)[number];

/**
 * Why a judgement is made: once on arrival, again at every attempt to fire a ticket, and whenever a
 * working order is to be replaced by one that risks more.
 */
export type Purpose = 'intake' | `fire:${TicketId}:${number}` | `replace:${OrderId}:${number}`;

/** More than the attempts to fire that one ticket will see. */
const AFTER_FIRING = 1_000_000;

/** Where it stands among the judgements of its signal: arrival, attempts to fire, replacements. */
export function attemptOf(purpose: Purpose): number {
	if (purpose === 'intake') return 0;
	const attempt = Number(purpose.slice(purpose.lastIndexOf(':') + 1));
	return purpose.startsWith('replace:') ? AFTER_FIRING + attempt : attempt;
}

export type CheckOutcome = 'pass' | 'warn' | 'block';

/** What one check found. All of them are evaluated and reported, whatever the others say. */
export interface CheckResult {
	readonly check: string;
	readonly code: ReasonCode;
	readonly result: CheckOutcome;
	/** The limit compared with, in the unit of `observed`; null if there is none. */
	readonly limit: string | null;
	readonly observed: string | null;
	/** What was found and what to do, for people. */
	readonly message: string;
	/** Fails only because of other open trades or reservations: it may pass when they are gone. */
	readonly capacity?: true;
}

/** How much of the daily loss limit would be in use. */
export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** The cap that made the size what it is; `given` when the signal asked for the quantity. */
export type BindingCap = 'risk' | 'position_value' | 'exposure' | 'cash' | 'venue_maximum' | 'given';

/** One target: the share (0–1) of the quantity that leaves at this price. */
export interface TargetShare {
	readonly price: Decimal;
	readonly share: Decimal;
}

/** The opening order that was judged. Amounts in the account's currency, prices in the quote's. */
export interface VerdictIntent {
	readonly venue: string;
	/** Who sent the signal. */
	readonly source: string;
	readonly symbol: string;
	readonly side: Side;
	readonly type: OrderType;
	readonly quantity: Decimal;
	/** What the signal asked for; null when the gate sized the order. */
	readonly givenQuantity: Decimal | null;
	/** What size, risk and reward were computed from: the quote for market orders, else the entry. */
	readonly referencePrice: Decimal;
	readonly price: Decimal | null;
	readonly triggerPrice: Decimal | null;
	readonly stopLoss: Decimal;
	readonly targets: readonly TargetShare[];
	/** Loss if stopped, with the taker fees of both sides. */
	readonly risk: Decimal;
	/** Cash need with its safety margin. */
	readonly cash: Decimal;
	readonly bindingCap: BindingCap;
	/** The largest quantity that every cap would let pass now. */
	readonly suggestedMaxQuantity: Decimal;
	/** The nearest single target with enough reward for the risk. */
	readonly minTakeProfit: Decimal;
	/** Of the day, with this order. */
	readonly riskLevel: RiskLevel;
}

/** A stored judgement of one signal for one account. Never changed after it is written. */
export interface Verdict {
	readonly id: VerdictId;
	readonly signalId: SignalId;
	/** Null where no account was eligible. */
	readonly accountId: AccountId | null;
	readonly memberId: MemberId | null;
	readonly purpose: Purpose;
	readonly action: SignalAction;
	/** The venue's unified symbol, or the signal's own text where the venue does not know it. */
	readonly symbol: string;
	readonly side: Side | null;
	readonly confidence: Decimal | null;
	readonly decision: Decision;
	/** The first blocking check's code, else the first warning's, else `OK`. */
	readonly code: ReasonCode;
	readonly checks: readonly CheckResult[];
	/** Only of `open`; null too where an input was missing. */
	readonly intent: VerdictIntent | null;
	/** Capacity held for this verdict; it lapses by itself. */
	readonly reservationId: ReservationId | null;
	/** FULL_AUTO only: good, but the account is full; the ticket waits in the queue. */
	readonly waitsForCapacity: boolean;
	readonly policyVersion: string;
	readonly actor: string;
	readonly createdAt: number;
	/** After this no order may be made from it. */
	readonly expiresAt: number;
}

/** Whether a ticket may be made that fires or waits (PASS and WARN). */
export function isApproved(verdict: Pick<Verdict, 'decision'>): boolean {
	return verdict.decision !== 'BLOCK';
}

/** What made the decision: of a refusal the checks that blocked, without mere warnings. */
export function decidingChecks({ decision, checks }: Pick<Verdict, 'decision' | 'checks'>): CheckResult[] {
	const deciding = decision === 'BLOCK' ? 'block' : 'warn';
	return checks.filter(({ result }) => result === deciding);
}
