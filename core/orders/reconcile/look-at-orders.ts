import type { VenueOrder } from '../../exchange';
import { lockAccount } from '../../members';
import { eq, SECOND } from '../../model';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import { cancelAtVenue } from '../sending/cancel';
import { groupBy } from '../group';
import { openIssue, settleIssue, upsertIssue } from '../issues/issues.repository';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { compareOrders, isSame, type Pair } from './compare-orders';
import { ordersByClientIds } from './facts.queries';
import { adoptForeign } from './adopt';
import { bookForeign, forgetForeign } from './book-foreign';
import { namelessId, venueKey } from './foreign-id';
import { ask, fillsIn, mayAsk, recentIn, skip, type Look } from './look';

/** A venue's list of open orders lags a little behind what it has just answered. */
const LAG = 5 * SECOND;
/** Orders adopted in one transaction at most. */
const BATCH = 100;

async function bookOwn(look: Look, order: Order): Promise<Order | 'absent' | null> {
	const { accountId, clientOrderId, symbol } = order;
	if (!mayAsk(look)) return null;
	const asked = await ask(look, `order ${clientOrderId}`, async () =>
		look.exchange.lookup(accountId, clientOrderId, symbol),
	);
	if (asked === null) return null;
	if (asked.answer === null) return 'absent';
	const booked = await bookVenueReport(look.deps, order, asked.answer);
	if (booked.state !== order.state || !eq(booked.filledQuantity, order.filledQuantity)) {
		look.findings.booked.push(order.id);
	}
	return booked;
}

/** Follows somebody else's order: its state and its executions. */
async function followForeign(look: Look, order: Order, venue: VenueOrder): Promise<Order | null> {
	const { kernel } = look.deps;
	let fills: Awaited<ReturnType<typeof fillsIn>> = [];
	if (!eq(venue.filledQuantity, order.filledQuantity)) {
		fills = await fillsIn(look, order.symbol, order.createdAt);
		if (fills === null) return null;
	}
	const own = fills.filter((fill) => fill.venueOrderId === venue.venueOrderId);
	return kernel.transaction(async (trx) => bookForeign(trx, kernel, order, venue, own));
}

async function bookNews(look: Look, news: readonly Pair[]): Promise<void> {
	for (const { order, venue } of news) {
		if (order.origin === 'EXTERNAL') await followForeign(look, order, venue);
		else await bookOwn(look, order);
	}
}

/** A cancel of somebody else's order that had no answer; the watch repeats those of ours. */
async function repeatCancels(look: Look, foreign: readonly Order[]): Promise<void> {
	for (const order of foreign) {
		if (order.pending === 'cancel' && mayAsk(look)) await cancelAtVenue(look.deps, order);
	}
}

const missingKey = (order: Order) =>
	({ accountId: order.accountId, symbol: order.symbol, orderId: order.id, kind: 'MISSING_ORDER' }) as const;

async function settleMissing(look: Look, order: Order, resolution: string): Promise<void> {
	const { kernel } = look.deps;
	const known = look.books.issues.some(
		(issue) => issue.kind === 'MISSING_ORDER' && issue.orderId === order.id,
	);
	if (!known) return;
	await kernel.transaction(async (trx) =>
		settleIssue(trx, kernel, missingKey(order), { resolution, actor: look.actor }),
	);
}

/** The venue does not know an order that works by our books; the second time it is ended. */
async function noteAbsent(look: Look, order: Order): Promise<void> {
	const { kernel } = look.deps;
	const sure = look.exchange.capabilities.clientIdLookup || order.origin === 'EXTERNAL';
	await kernel.transaction(async (trx) => {
		await lockAccount(trx, order.accountId);
		const issue = await upsertIssue(trx, kernel, {
			...missingKey(order),
			severity: order.origin === 'EXTERNAL' ? 'normal' : 'high',
			ours: order.state,
			venue: 'not found',
			detail: `${order.venue} does not know the order ${order.clientOrderId} (${order.side} ${order.quantity} ${order.symbol}) any more. ${sure ? 'It is ended in our books.' : 'Look there; the engine cannot tell for certain.'}`,
		});
		if (issue.cycles < kernel.rules.policy.reconciliation.graceCycles || !sure) {
			look.findings.differences.push(issue);
			return;
		}
		if (order.origin === 'EXTERNAL') await forgetForeign(trx, kernel, order);
		else {
			const change = { code: 'VENUE_NOT_FOUND', message: issue.detail };
			const options = {
				detail: 'reconciliation: not at the venue',
				onlyFrom: ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'],
			} as const;
			await applyEvent(trx, kernel, order, 'Cancel', change, options);
		}
		const resolution = 'ended in our books: the venue does not have it';
		await settleIssue(trx, kernel, missingKey(order), { resolution, actor: look.actor });
	});
}

async function followMissingForeign(look: Look, orders: readonly Order[]): Promise<void> {
	for (const [symbol, own] of groupBy(orders, (order) => order.symbol)) {
		const since = Math.min(...own.map((order) => order.createdAt));
		const recent = await recentIn(look, symbol, since);
		if (recent === null) return;
		const byId = new Map(recent.map((venue) => [venue.venueOrderId, venue]));
		for (const order of own) {
			const venue = byId.get(order.venueOrderId ?? '');
			if (venue === undefined) await noteAbsent(look, order);
			else await followForeign(look, order, venue);
		}
	}
}

async function followMissing(look: Look, missing: readonly Order[]): Promise<void> {
	const now = look.deps.kernel.clock.now();
	await followMissingForeign(look, missing.filter((order) => order.origin === 'EXTERNAL'));
	const seen = new Set(
		look.books.issues.filter(({ kind }) => kind === 'MISSING_ORDER').map((issue) => issue.orderId),
	);
	const own = missing.filter(
		(order) => order.origin !== 'EXTERNAL' && now - order.updatedAt >= LAG,
	);
	// Those that were never asked about come first, so that everyone has a turn.
	const turn = [...own.filter(({ id }) => !seen.has(id)), ...own.filter(({ id }) => seen.has(id))];
	for (const order of turn) {
		const booked = await bookOwn(look, order);
		if (booked === null) return;
		if (booked === 'absent') await noteAbsent(look, order);
		else await settleMissing(look, order, `the order is ${booked.state}`);
	}
}

/** An order that is over by our books and still works at the venue: it is cancelled there. */
async function revive(look: Look, { order, venue }: Pair): Promise<void> {
	const { kernel } = look.deps;
	if (order.origin === 'EXTERNAL' || kernel.clock.now() - order.updatedAt < LAG) return;
	const booked = order.state === 'FAILED' ? await bookOwn(look, order) : order;
	if (booked === null || booked === 'absent' || !isTerminal(booked.state)) return;
	const issue = await kernel.transaction(async (trx) =>
		upsertIssue(trx, kernel, {
			accountId: order.accountId,
			symbol: order.symbol,
			orderId: order.id,
			kind: 'ORDER_TRANSITION',
			severity: 'critical',
			ours: booked.state,
			venue: venue.state,
			detail: `The order ${order.clientOrderId} in ${order.symbol} is ${booked.state} in our books and still works at ${order.venue}. It is cancelled there.`,
		}),
	);
	look.findings.differences.push(issue);
	if (issue.cycles < kernel.rules.policy.reconciliation.graceCycles || !mayAsk(look)) return;
	await ask(look, `cancel ${order.clientOrderId}`, async () =>
		look.exchange.cancel(order.accountId, order.clientOrderId, order.symbol),
	);
}

/** An order of unknown outcome at a venue that does not keep our ids may be one of these. */
function mayBeOurs(look: Look, venue: VenueOrder): boolean {
	if (look.exchange.capabilities.clientIdLookup) return false;
	return look.books.working.some(
		(order) =>
			order.state === 'UNKNOWN' &&
			order.symbol === venue.symbol &&
			order.side === venue.side &&
			eq(order.quantity, venue.quantity),
	);
}

/** Takes orders of others into our books. @returns those that were not there yet */
export async function adopt(look: Look, venueOrders: readonly VenueOrder[]): Promise<Order[]> {
	const { kernel } = look.deps;
	const adopted: Order[] = [];
	const strange = venueOrders.filter((venue) => !mayBeOurs(look, venue));
	if (strange.length < venueOrders.length) {
		skip(look, 'orders', 'some may be ours: an order of unknown outcome looks like them', 'moving');
	}
	for (let start = 0; start < strange.length; start += BATCH) {
		const part = strange.slice(start, start + BATCH);
		const orders = await kernel.transaction(async (trx) =>
			adoptForeign(trx, kernel, look.account.id, part),
		);
		adopted.push(...orders);
	}
	for (const { id: orderId, symbol: name, quantity } of adopted) {
		look.findings.adopted.push({ kind: 'order', name, quantity, orderId });
	}
	return adopted;
}

async function takeIn(look: Look, strangers: readonly VenueOrder[]): Promise<Set<string>> {
	const { conn } = look.deps.kernel;
	const { id } = look.account;
	const names = strangers.flatMap((venue) => [venue.clientOrderId, namelessId(id, venue)]);
	const known = await ordersByClientIds(conn, id, names.filter((name) => name !== ''));
	const byName = new Map(known.map((order) => [order.clientOrderId, order]));
	const foreign: VenueOrder[] = [];
	for (const venue of strangers) {
		const order =
			byName.get(namelessId(id, venue)) ?? byName.get(venue.clientOrderId);
		if (order !== undefined && isSame(order, venue)) await revive(look, { order, venue });
		else foreign.push(venue);
	}
	const adopted = await adopt(look, foreign);
	const byVenueId = new Map(foreign.map((venue) => [venueKey(venue), venue]));
	for (const order of adopted) {
		const venue = byVenueId.get(venueKey(order));
		if (venue !== undefined && !eq(venue.filledQuantity, 0)) await followForeign(look, order, venue);
	}
	return new Set(adopted.map((order) => order.symbol));
}

/** One issue a symbol tells of others' working orders, from their coming to their end. */
async function tellOfForeign(
	look: Look,
	atVenue: readonly VenueOrder[],
	ours: ReadonlySet<string>,
	fresh: ReadonlySet<string>,
): Promise<void> {
	const { kernel } = look.deps;
	const accountId = look.account.id;
	const foreign = groupBy(atVenue.filter((venue) => !ours.has(venue.clientOrderId)), (venue) => venue.symbol);
	const told = look.books.issues.filter(({ kind }) => kind === 'UNKNOWN_ORDER');
	const symbols = new Set([...fresh, ...told.map((issue) => issue.symbol ?? '')]);
	for (const symbol of symbols) {
		const count = foreign.get(symbol)?.length ?? 0;
		const key = { accountId, symbol, kind: 'UNKNOWN_ORDER' } as const;
		await kernel.transaction(async (trx) => {
			if (count === 0) {
				await settleIssue(trx, kernel, key, { resolution: 'they are over' });
				return;
			}
			const known = await openIssue(trx, key);
			if (!fresh.has(symbol) && (known === null || known.announcedAt !== null)) return;
			await upsertIssue(trx, kernel, {
				...key,
				severity: 'high',
				venue: `${count}`,
				detail: `${look.account.venue} has working orders in ${symbol} that this system did not make. They are shown as EXTERNAL, followed, and left alone; their fills change the account's balances.`,
			});
		});
	}
}

/** Symbols in which we know of working orders, ours or others'. */
function knownSymbols({ books }: Look): string[] {
	const told = books.issues.flatMap(({ kind, symbol }) =>
		kind === 'UNKNOWN_ORDER' && symbol !== null ? [symbol] : [],
	);
	return [...new Set([...books.working, ...books.foreign].map(({ symbol }) => symbol).concat(told))];
}

/**
 * Compares working orders with the venue's open ones: news are booked, what is missing there is
 * looked up, what is not ours is adopted as EXTERNAL. In the good case one call of the venue and no
 * write, whatever the number of orders.
 */
export async function lookAtOrders(look: Look, which: 'all' | 'known' = 'all'): Promise<void> {
	const symbols = which === 'known' ? knownSymbols(look) : undefined;
	if (symbols?.length === 0) return;
	const asked = await ask(look, 'open orders', async () =>
		look.exchange.openOrders(look.account.id, symbols),
	);
	if (asked === null) return;
	const { working, foreign } = look.books;
	const now = look.deps.kernel.clock.now();
	const { news, missing, strangers } = compareOrders([...working, ...foreign], asked.answer, now);
	await bookNews(look, news);
	await repeatCancels(look, foreign);
	await followMissing(look, missing);
	const fresh = strangers.length === 0 ? new Set<string>() : await takeIn(look, strangers);
	const ours = new Set(working.map((order) => order.clientOrderId));
	await tellOfForeign(look, asked.answer, ours, fresh);
}
