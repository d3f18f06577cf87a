import { isRefused, parseTerms, refuse, type Core, type Order } from '../../../core';
import { holdingItem, orderItem, positionItem, ticketItem } from '../../shared/items';
import { refuseLiveByHand, refuseLiveByHandOf } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import type { TrackerCommand } from '../OrderTracker.params';
import { setExitPlan, tightenStop } from './exits';
import { listIssues, resolve } from './issues';
import { DONE, orderOutput, refusedItem } from './outputs';
import { overrideReadiness } from './overrideReadiness';
import { readiness } from './readiness';
import { reconcile } from './reconcile';
import { replace } from './replace';
import { venueCapabilities } from './venueCapabilities';

type Command<K extends TrackerCommand['kind']> = Extract<TrackerCommand, { kind: K }>;

async function place(
	core: Core,
	{ ticketId, terms: chosen, actor, run }: Command<'place'>,
): Promise<OutputItem> {
	const terms = chosen === null ? null : parseTerms(chosen);
	const placed = isRefused(terms)
		? terms
		: ((await refuseLiveByHandOf(core, run, { ticketId })) ??
			(await core.firemodes.place(ticketId, actor, terms)));
	if (isRefused(placed)) {
		const ticket = await core.firemodes.get(ticketId);
		return refusedItem(placed, ticket === null ? { ticket_id: ticketId } : ticketItem(ticket));
	}
	// A ticket that cancels has no order of its own.
	return placed.order === null
		? { output: DONE, json: ticketItem(placed.ticket) }
		: orderOutput(placed.order);
}

async function cancel(
	core: Core,
	{ orderId, foreign, actor, run }: Command<'cancel'>,
): Promise<OutputItem> {
	const cancelled =
		(await refuseLiveByHandOf(core, run, { orderId })) ??
		(await core.orders.cancel(orderId, actor, { foreign }));
	if (!isRefused(cancelled)) return { output: DONE, json: orderItem(cancelled) };
	const order = await core.orders.get(orderId);
	return refusedItem(cancelled, order === null ? { order_id: orderId } : orderItem(order));
}

async function close(
	core: Core,
	{ accountId, symbol, actor, run }: Command<'close'>,
): Promise<OutputItem> {
	const closed =
		(await refuseLiveByHand(core, run, accountId)) ??
		(await core.orders.closePosition({ accountId, symbol, reason: 'manual', actor }));
	if (isRefused(closed)) return refusedItem(closed, { account_id: accountId, symbol });
	return orderOutput(closed);
}

async function get(core: Core, orderId: Order['id']): Promise<OutputItem> {
	const order = await core.orders.get(orderId);
	if (order === null) return refusedItem(refuse('ORDER_NOT_FOUND', { id: orderId }), { order_id: orderId });
	return { output: DONE, json: orderItem(order) };
}

async function list(
	core: Core,
	{ accountId, state, limit }: Command<'list'>,
): Promise<OutputItem[]> {
	const orders = await core.orders.list({
		limit,
		...(accountId === null ? {} : { accountId }),
		...(state === null ? {} : { state }),
	});
	return orders.map((order) => ({ output: DONE, json: orderItem(order) }));
}

async function positions(
	core: Core,
	{ accountId }: Command<'positions'>,
): Promise<OutputItem[]> {
	const views = await core.orders.positions(accountId ?? undefined);
	const external = await core.reconciliation.external(accountId ?? undefined);
	const items = [...views.map(positionItem), ...external.map(holdingItem)];
	return items.map((json) => ({ output: DONE, json }));
}

/** One item of the node. */
export async function run(core: Core, command: TrackerCommand): Promise<OutputItem | OutputItem[]> {
	switch (command.kind) {
		case 'place':
			return place(core, command);
		case 'cancel':
			return cancel(core, command);
		case 'close':
			return close(core, command);
		case 'get':
			return get(core, command.orderId);
		case 'list':
			return list(core, command);
		case 'replace':
			return replace(core, command);
		case 'tightenStop':
			return tightenStop(core, command);
		case 'setExitPlan':
			return setExitPlan(core, command);
		case 'positions':
			return positions(core, command);
		case 'venueCapabilities':
			return venueCapabilities(core, command.venue);
		case 'overrideReadiness':
			return overrideReadiness(core, command);
		case 'readiness':
			return readiness(core, command);
		case 'reconcile':
			return reconcile(core, command);
		case 'issues':
			return listIssues(core, command);
		case 'resolve':
			return resolve(core, command);
	}
}
