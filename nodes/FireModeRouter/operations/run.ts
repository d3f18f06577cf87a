import type { IExecuteFunctions } from 'n8n-workflow';
import { isRefused, parseTerms, type Core, type Refused, type Ticket } from '../../../core';
import { orderItem, ticketItem } from '../../shared/items';
import { memberIdOf } from '../../shared/listSearch';
import { refuseLiveByHand, refuseLiveByHandOf } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import { refusedError } from '../../shared/toNodeError';
import { OUTPUTS } from '../FireModeRouter.description';
import type { RouterCommand } from '../FireModeRouter.params';

type Command<O extends RouterCommand['operation']> = Extract<RouterCommand, { operation: O }>;

const HELD = OUTPUTS.indexOf('Held');
const FIRE = OUTPUTS.indexOf('Fire');
const QUEUED = OUTPUTS.indexOf('Queued');
const REFUSED = OUTPUTS.indexOf('Refused');

const OUTPUT_OF = { held: HELD, fire: FIRE, queued: QUEUED, refused: REFUSED } as const;

function refusedItem(refused: Refused, ids: OutputItem['json']): OutputItem {
	const { code, message } = refused;
	return { output: REFUSED, json: { ...ids, state: 'REFUSED', code, message } };
}

async function route(
	core: Core,
	{ verdictId, terms: chosen, actor, run }: Command<'route'>,
): Promise<OutputItem> {
	const terms = chosen === null ? null : parseTerms(chosen);
	if (isRefused(terms)) return refusedItem(terms, { verdict_id: verdictId });
	const verdict = await core.risk.get(verdictId);
	if (verdict?.accountId) {
		const byHand = await refuseLiveByHand(core, run, verdict.accountId);
		if (byHand !== null) {
			return refusedItem(byHand, { verdict_id: verdictId, account_id: verdict.accountId });
		}
	}
	const { outcome, ticket } = await core.firemodes.route(verdictId, actor, terms);
	return { output: OUTPUT_OF[outcome], json: ticketItem(ticket) };
}

/** The ticket as it is now: a refused press may have ended it, or it was never there. */
async function ticketNow(core: Core, ticketId: Ticket['id']): Promise<OutputItem['json']> {
	const ticket = await core.firemodes.get(ticketId);
	return ticket === null ? { ticket_id: ticketId } : ticketItem(ticket);
}

async function fire(core: Core, { ticketId, actor, run }: Command<'fire'>): Promise<OutputItem> {
	const pressed =
		(await refuseLiveByHandOf(core, run, { ticketId })) ??
		(await core.firemodes.fire(ticketId, { actor }));
	if (isRefused(pressed)) return refusedItem(pressed, await ticketNow(core, ticketId));
	const { order, ticket, already } = pressed;
	const { state, quantity, code, message } = orderItem(order);
	return {
		output: FIRE,
		json: {
			...ticketItem(ticket),
			order_id: order.id,
			client_order_id: order.clientOrderId,
			order: { state, quantity, code, message },
			already_fired: already,
		},
	};
}

async function setMode(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, mode, slots, actor, itemIndex }: Command<'setMode'>,
): Promise<OutputItem> {
	const memberId = await memberIdOf(ctx, core, member, itemIndex);
	const set = await core.firemodes.setMode(memberId, { mode, slots }, actor);
	if (isRefused(set)) throw refusedError(ctx.getNode(), set, itemIndex);
	return {
		json: {
			member_id: memberId,
			mode: set.mode,
			slots: set.slots,
			previous_mode: set.previous.mode,
			previous_slots: set.previous.slots,
		},
	};
}

async function listTickets(
	ctx: IExecuteFunctions,
	core: Core,
	{ state, member, limit, itemIndex }: Command<'listTickets'>,
): Promise<OutputItem[]> {
	const memberId = member === null ? null : await memberIdOf(ctx, core, member, itemIndex);
	const tickets = await core.firemodes.list({
		limit,
		...(state === null ? {} : { state }),
		...(memberId === null ? {} : { memberId }),
	});
	return tickets.map((ticket) => ({ json: ticketItem(ticket) }));
}

/** One item of the node. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: RouterCommand,
): Promise<OutputItem | OutputItem[]> {
	switch (command.operation) {
		case 'route':
			return route(core, command);
		case 'fire':
			return fire(core, command);
		case 'setMode':
			return setMode(ctx, core, command);
		case 'listTickets':
			return listTickets(ctx, core, command);
	}
}
