import type { Kernel } from '../db';
import { createEvents, type DomainEvent, type EventType } from '../events';
import { listTickets, type Ticket } from '../firemodes';
import type { AccountId, SignalId, TradeId } from '../model';
import type { Notifications } from '../notifications';
import { rulesOfTrades, type TradeRule } from '../orders';
import { attemptOf, verdictsOfSignal, type Verdict } from '../risk';
import { findSignal, type KeyScope } from '../signals';
import type { Xp } from '../xp';
import {
	exitsOf,
	fillsOf,
	ordersOfSignal,
	stepsOf,
	tradesOf,
	type ExitRow,
	type FillRow,
	type OrderRow,
	type StepRow,
	type TradeRow,
} from './follow.queries';
import {
	alertBody,
	exitPlanBody,
	orderBody,
	orderDetails,
	outcomeBody,
	signalBody,
	ticketBody,
	verdictBody,
	xpBody,
	type Json,
} from './status';

/** Whose key asks, and what it may see. */
export interface Reader {
	readonly keyName: string;
	readonly scopes: readonly KeyScope[];
}

/** The body of `GET firecontrol/signal`. */
export interface SignalStatus {
	readonly signal: Json;
	/** One entry an account, in order of their first verdicts; `account` null where none was eligible. */
	readonly accounts: readonly Json[];
}

/** What became of signals, as integrators see it. */
export interface Follow {
	/** Null for an unknown signal and for one that came under another key. */
	status(signalId: SignalId, reader: Reader): Promise<SignalStatus | null>;
}

/** Where XP and alerts are read. */
export interface FollowParts {
	readonly xp: Xp;
	readonly notifications: Notifications;
}

const TICKET_EVENTS: readonly EventType[] = [
	'ticket.held', 'ticket.queued', 'ticket.fired', 'ticket.refused', 'ticket.expired',
];
const EVENTS_MAX = 1000;

/** Everything stored about one signal, for all accounts. */
interface Story {
	readonly verdicts: readonly Verdict[];
	readonly tickets: readonly Ticket[];
	readonly events: readonly DomainEvent[];
	readonly orders: readonly OrderRow[];
	readonly steps: readonly StepRow[];
	readonly fills: readonly FillRow[];
	readonly trades: readonly TradeRow[];
	readonly exits: readonly ExitRow[];
	readonly rules: readonly TradeRule[];
}

async function tell(kernel: Kernel, id: SignalId, full: boolean): Promise<Story> {
	const { conn } = kernel;
	const verdicts = await verdictsOfSignal(conn, id);
	const tickets = await listTickets(conn, { signalId: id, limit: EVENTS_MAX });
	const types = TICKET_EVENTS;
	const events = await createEvents(kernel).list({ signalId: id, types, limit: EVENTS_MAX });
	const orders = await ordersOfSignal(conn, id);
	const seen = { verdicts, tickets, events, orders };
	if (!full) return { ...seen, steps: [], fills: [], trades: [], exits: [], rules: [] };
	const orderIds = orders.map((order) => order.id);
	const ofOrders = orders.flatMap((order): TradeId[] =>
		order.trade_id === null ? [] : [order.trade_id],
	);
	const tradeIds = [...new Set(ofOrders)];
	return {
		...seen,
		steps: await stepsOf(conn, orderIds),
		fills: await fillsOf(conn, orderIds),
		trades: await tradesOf(conn, tradeIds),
		exits: await exitsOf(conn, tradeIds),
		rules: await rulesOfTrades(conn, tradeIds),
	};
}

/** What the sender may see of one account. */
function accountBody(story: Story, account: AccountId | null): Json {
	const judged = story.verdicts
		.filter((verdict) => verdict.accountId === account)
		// Times alone may be equal.
		.sort((a, b) => attemptOf(a.purpose) - attemptOf(b.purpose));
	const latest = judged.at(-1);
	const ticket = story.tickets.find((each) => each.accountId === account);
	const orders = story.orders.filter((order) => order.account_id === account);
	return {
		account,
		verdict: latest === undefined ? null : verdictBody(latest),
		verdict_history: judged.slice(0, -1).map(verdictBody),
		ticket: ticket === undefined ? null : ticketBody(ticket, story.events),
		orders: orders.map(orderBody),
	};
}
/** The same with everything that a reader sees. */
async function fullBody(
	story: Story,
	account: AccountId | null,
	signalId: SignalId,
	{ xp, notifications }: FollowParts,
): Promise<Json> {
	const orders = story.orders.filter((order) => order.account_id === account);
	const trade = story.trades.find((each) => each.account_id === account);
	return {
		...accountBody(story, account),
		orders: orders.map((order) => ({
			...orderBody(order),
			...orderDetails(order, story.steps, story.fills),
		})),
		outcome:
			trade === undefined
				? null
				: { ...outcomeBody(trade), exit_plan: exitPlanBody(trade.id, story.exits, story.rules) },
		xp: (await xp.forSignal(signalId, account)).map(xpBody),
		alerts: (await notifications.forSignal(signalId, account)).map(alertBody),
	};
}

/** Reads only; nothing here changes anything. */
export function createFollow(kernel: Kernel, parts: FollowParts): Follow {
	return {
		async status(signalId, { keyName, scopes }) {
			const full = scopes.includes('read');
			if (!full && !scopes.includes('submit')) return null;
			const signal = await findSignal(kernel.conn, signalId);
			if (signal === null || signal.keyName !== keyName) return null;
			const story = await tell(kernel, signalId, full);
			const accounts: Json[] = [];
			for (const account of new Set(story.verdicts.map((verdict) => verdict.accountId))) {
				accounts.push(
					full
						? await fullBody(story, account, signalId, parts)
						: accountBody(story, account),
				);
			}
			return { signal: signalBody(signal), accounts };
		},
	};
}
