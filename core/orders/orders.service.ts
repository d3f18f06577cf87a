import type { Kernel, Trx } from '../db';
import type { Exchanges, Market } from '../exchange';
import type { AccountId, Decimal, OrderId, Refused, RiskApproved } from '../model';
import {
	exitPlanOf, refuseEntryTerms, setExitPlan, tightenStop,
	type ExitPlanView, type TermsSubject, type TradePlace,
} from './exits/change-plan';
import { cancel, cancelEntries, type CancelEntries, type CancelOptions } from './sending/cancel';
import { closePosition, type ClosePosition } from './exits/close';
import { orderDeps } from './deps';
import { dispatch, send } from './sending/dispatch';
import { createEntry } from './entries/entry';
import { positions, refreshEquity, type PositionView } from './watch/equity';
import type { ExitRuleInput } from './exits/exit-plan';
import { expireDue } from './entries/expire';
import { forEach } from './for-each';
import type { EntryOptions, MadeEntry, Order, OrderIntent, OrderStep } from './order';
import { dueOrders, fillsOf, historyOf, listOrders, type OrderFilter } from './orders.queries';
import { findOrder } from './orders.repository';
import { protectFilled } from './protection/protect';
import {
	carryOutReplace, continueReplaces, replacementOf, requestReplace, requestSaferReplace,
	type ReplaceApproval, type ReplaceOrder,
} from './entries/replace';
import type { ReplaceWish } from './entries/replace-rules';
import { expireReservations } from './entries/reservations.repository';
import type { Fill } from './trade';
import { auditStops, type StopAudit } from './protection/stop-audit';
import { createStreams } from './watch/streams';
import type { EntryTerms } from './entries/terms';
import { resolveUnknown } from './sending/unknown';
import { createWatch, type WatchResult } from './watch/watch';

/** Orders sent by one run of the job at most, and at the same time: each waits for its venue. */
const DUE_MAX = 200;
const DUE_AT_ONCE = 16;

/** An order with everything that happened to it. */
export interface OrderDetails extends Order {
	readonly history: readonly OrderStep[];
	readonly fills: readonly Fill[];
}

/** Everything that can be done with orders. */
export interface Orders {
	/** Writes an approved entry in the transaction that decided; see `createEntry`. */
	createEntry(
		trx: Trx,
		intent: RiskApproved<OrderIntent>,
		options: EntryOptions,
	): Promise<MadeEntry>;
	/** Sends what `createEntry` made, after its commit. */
	sendEntry(made: MadeEntry): Promise<Order>;
	/** Sends a CREATED order whose time has come; others are returned as they are. */
	dispatch(orderId: OrderId): Promise<Order>;
	/** Job: sends every CREATED order whose time has come, also after a crash. @returns how many */
	dispatchDue(): Promise<number>;
	/** Job: looks up orders of unknown outcome. */
	resolveUnknown(): Promise<number>;
	/** Job: books news of working orders and sends the exits that quotes hit. */
	watch(): Promise<WatchResult>;
	/** Job: compares the stops that should rest at the venues with what rests there. */
	auditStops(): Promise<StopAudit>;
	/** Job: listens to the venues' news of accounts with open trades or working orders. */
	followStreams(): Promise<number>;
	/** Ends the listening, because another process does it now or the engine stops. */
	endStreams(): void;
	/** Job: writes the equity of every active account. */
	refreshEquity(): Promise<number>;
	/** Job: ends reservations whose time is over. */
	expireReservations(): Promise<number>;
	/** Job: takes back orders whose time is over. @returns how many */
	expireDue(): Promise<number>;
	/** Job: carries on replacements that wait for what they replace. @returns how many */
	continueReplaces(): Promise<number>;
	/** Writes the replacement of a working entry in the transaction that approved it. */
	requestReplace(
		trx: Trx,
		wanted: ReplaceOrder,
		market: Market,
		approval: ReplaceApproval | null,
	): Promise<Order | Refused>;
	/** The same for what adds no risk, in a transaction of its own. */
	requestSaferReplace(wanted: ReplaceOrder, market: Market): Promise<Order | Refused>;
	/** Carries a replacement on from wherever it stands; give it what a request returned. */
	carryOutReplace(next: Order): Promise<Order>;
	replacementOf(orderId: OrderId, wish: ReplaceWish): Promise<Order | null>;
	tightenStop(wanted: TradePlace & { readonly price: Decimal }): Promise<ExitPlanView | Refused>;
	setExitPlan(
		wanted: TradePlace & { readonly rules: readonly ExitRuleInput[] },
	): Promise<ExitPlanView | Refused>;
	exitPlan(accountId: AccountId, symbol: string): Promise<ExitPlanView | Refused>;
	/** Why the venue or its data cannot serve an entry on these terms, or null. */
	refuseTerms(terms: EntryTerms, entry: TermsSubject): Promise<Refused | null>;
	closePosition(wanted: ClosePosition): Promise<Order | Refused>;
	cancel(orderId: OrderId, actor: string, options?: CancelOptions): Promise<Order | Refused>;
	cancelEntries(wanted: CancelEntries): Promise<Order[]>;
	get(orderId: OrderId): Promise<OrderDetails | null>;
	list(filter?: OrderFilter): Promise<Order[]>;
	positions(accountId?: AccountId): Promise<PositionView[]>;
}

export function createOrders(kernel: Kernel, exchanges: Exchanges): Orders {
	const deps = orderDeps(kernel, exchanges);
	const watch = createWatch(deps);
	const streams = createStreams(deps);
	// What an entry fills at once is protected before anything else is done.
	const sent = async (sending: Promise<Order>): Promise<Order> => protectFilled(deps, await sending);
	return {
		createEntry: async (trx, intent, options) => createEntry(trx, deps, intent, options),
		sendEntry: async ({ order, toSend }) =>
			sent(toSend ? send(deps, order) : dispatch(deps, order.id)),
		dispatch: async (orderId) => sent(dispatch(deps, orderId)),
		dispatchDue: async () => {
			const due = await dueOrders(kernel.conn, kernel.clock.now(), DUE_MAX);
			await forEach(deps, due, async (order) => {
				await sent(dispatch(deps, order.id));
			}, DUE_AT_ONCE);
			return due.length;
		},
		resolveUnknown: async () => resolveUnknown(deps),
		watch,
		auditStops: async () => auditStops(deps),
		followStreams: streams.follow,
		endStreams: streams.end,
		refreshEquity: async () => refreshEquity(deps),
		expireReservations: async () => expireReservations(kernel.conn, kernel.clock.now()),
		expireDue: async () => expireDue(deps),
		continueReplaces: async () => continueReplaces(deps),
		requestReplace: async (trx, wanted, market, approval) =>
			requestReplace(trx, deps, wanted, market, approval),
		requestSaferReplace: async (wanted, market) => requestSaferReplace(deps, wanted, market),
		carryOutReplace: async (next) => sent(carryOutReplace(deps, next)),
		replacementOf: async (orderId, wish) => replacementOf(deps, orderId, wish),
		tightenStop: async (wanted) => tightenStop(deps, wanted),
		setExitPlan: async (wanted) => setExitPlan(deps, wanted),
		exitPlan: async (accountId, symbol) => exitPlanOf(deps, accountId, symbol),
		refuseTerms: async (terms, entry) => refuseEntryTerms(deps, terms, entry),
		closePosition: async (wanted) => closePosition(deps, wanted),
		cancel: async (orderId, actor, options) => cancel(deps, orderId, actor, options),
		cancelEntries: async (wanted) => cancelEntries(deps, wanted),
		get: async (orderId) => {
			const order = await findOrder(kernel.conn, orderId);
			if (order === null) return null;
			const history = (await historyOf(kernel.conn, [orderId])).get(orderId) ?? [];
			const fills = (await fillsOf(kernel.conn, [orderId])).get(orderId) ?? [];
			return { ...order, history, fills };
		},
		list: async (filter) => listOrders(kernel.conn, filter),
		positions: async (accountId) => positions(deps, accountId),
	};
}
