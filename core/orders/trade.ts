import type {
	AccountId, Decimal, FillId, MemberId, OrderId, ReservationId, Side, SignalId, TicketId, TradeId,
	VerdictId,
} from '../model';
import { ZERO } from '../model';
import type { ExitMethod } from './exits/rules';

/** OPENING: nothing filled. CANCELLED: nothing was ever filled. One open one a symbol and account. */
export const TRADE_STATES = ['OPENING', 'OPEN', 'CLOSING', 'CLOSED', 'CANCELLED'] as const;
export type TradeState = (typeof TRADE_STATES)[number];
/** States that take the one place of their symbol. */
export const OPEN_TRADE_STATES = ['OPENING', 'OPEN', 'CLOSING'] as const;

/** What closed a trade: the reason of the order that took the last of it. */
export const EXIT_REASONS = [
	'stop', 'trail', 'target', 'time', 'source_close', 'other_close', 'manual', 'engine',
	'kill_switch', 'reconciliation',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** A trade from its first order to its last fill. Amounts in the account's currency. */
export interface Trade {
	readonly id: TradeId;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly signalId: SignalId | null;
	readonly ticketId: TicketId | null;
	readonly source: string | null;
	readonly venue: string;
	readonly symbol: string;
	readonly side: Side;
	readonly state: TradeState;
	readonly plannedQuantity: Decimal;
	readonly enteredQuantity: Decimal;
	readonly exitedQuantity: Decimal;
	/** Σ booked values of entries, without fees. */
	readonly entryValue: Decimal;
	readonly exitValue: Decimal;
	/** All fees so far. */
	readonly fees: Decimal;
	/** Fees that `realisedNet` contains already. */
	readonly feesBooked: Decimal;
	readonly realisedGross: Decimal;
	readonly realisedNet: Decimal;
	readonly stopLoss: Decimal | null;
	readonly initialRisk: Decimal;
	/** Somebody asked for it to be closed, and why: kept until it is, whatever comes between. */
	readonly closeReason: ExitReason | null;
	readonly closeActor: string | null;
	readonly exitReason: ExitReason | null;
	/** Null: not counted, or not closed yet. */
	readonly planKept: boolean | null;
	/** Null: no losing trade, not counted, or not closed yet. */
	readonly stopHonoured: boolean | null;
	readonly openedAt: number | null;
	readonly closedAt: number | null;
	readonly createdAt: number;
	readonly policyVersion: string;
}

/** How every trade begins, and the plan of one begins again. */
export const NOTHING_FILLED = {
	state: 'OPENING',
	enteredQuantity: ZERO,
	exitedQuantity: ZERO,
	entryValue: ZERO,
	exitValue: ZERO,
	fees: ZERO,
	feesBooked: ZERO,
	realisedGross: ZERO,
	realisedNet: ZERO,
	closeReason: null,
	closeActor: null,
	exitReason: null,
	planKept: null,
	stopHonoured: null,
	openedAt: null,
	closedAt: null,
} as const satisfies Partial<Trade>;

/** What is held in one symbol: signed quantity and signed cost; the average is for display. */
export interface Position {
	readonly accountId: AccountId;
	readonly symbol: string;
	/** Positive long, negative short. */
	readonly quantity: Decimal;
	/** What was paid for it (negative: received), without fees. */
	readonly cost: Decimal;
	readonly tradeId: TradeId | null;
	readonly updatedAt: number;
}

/** One booked execution. */
export interface Fill {
	readonly id: FillId;
	readonly accountId: AccountId;
	readonly orderId: OrderId;
	readonly tradeId: TradeId | null;
	readonly venueTradeId: string;
	readonly symbol: string;
	readonly side: Side;
	readonly quantity: Decimal;
	readonly price: Decimal;
	/** In `feeCurrency`, as the venue said. */
	readonly fee: Decimal;
	readonly feeCurrency: string;
	readonly at: number;
}

/** ACTIVE: watched. WORKING: its order is out. SKIPPED: too small to sell apart. */
export const EXIT_STATES = ['ACTIVE', 'WORKING', 'DONE', 'SKIPPED', 'CANCELLED'] as const;
export type ExitState = (typeof EXIT_STATES)[number];

/** What moved a stop: a rule of the exit plan, or a person. */
export type ExitMove = ExitMethod | 'hand';

/** A planned way out of a trade: its stop or one of its targets. */
export interface Exit {
	readonly id: string;
	readonly tradeId: TradeId;
	readonly kind: 'stop' | 'target';
	/** 0 for the stop, 1, 2, … for targets, nearest first. */
	readonly number: number;
	/** Where it is now: what should protect the trade, whoever keeps it. */
	readonly price: Decimal;
	/** Where it was when the trade began. */
	readonly initialPrice: Decimal;
	/** Rule that moved it last, or `hand`; null: never moved. */
	readonly movedBy: ExitMove | null;
	readonly movedAt: number | null;
	/** Part of the entered quantity; 1 for the stop. */
	readonly share: Decimal;
	readonly state: ExitState;
	readonly orderId: OrderId | null;
	/** Orders made for it so far. */
	readonly attempts: number;
	/** Not tried again before this moment (back-off after a failed order). */
	readonly nextAt: number;
	/** The engine watches its price; false: an order of it rests at the venue. */
	readonly emulated: boolean;
	/** How often in a row the venue did not take its resting order, and when it is sent again. */
	readonly armFailures: number;
	readonly armAt: number;
	/** When the price was first seen beyond it while its order rested unmoved; null for not. */
	readonly breachedAt: number | null;
	readonly updatedAt: number;
}

/**
 * LIVE until its time is over; BOUND to a trade; WAITING with the replacement of the trade's entry
 * until that entry is over; RELEASED; EXPIRED.
 */
export const RESERVATION_STATES = ['LIVE', 'BOUND', 'WAITING', 'RELEASED', 'EXPIRED'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** Capacity of an account that an approval holds back. */
export interface Reservation {
	readonly id: ReservationId;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly signalId: SignalId;
	readonly verdictId: VerdictId;
	readonly tradeId: TradeId | null;
	readonly symbol: string;
	readonly side: Side;
	readonly risk: Decimal;
	readonly cash: Decimal;
	readonly state: ReservationState;
	readonly expiresAt: number;
	readonly createdAt: number;
}
