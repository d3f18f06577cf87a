import type { IExecuteFunctions } from 'n8n-workflow';
import { refuse, type Core, type Order, type Refused, type Ticket } from '../../core';
import { readOption } from './params';

type AccountId = Ticket['accountId'];
type TicketId = Ticket['id'];
type OrderId = Order['id'];

/** Whether this is "Execute step" in the editor, and whether it may act on real money. */
export interface RunKind {
	readonly manualRun: boolean;
	readonly allowLive: boolean;
}

export function runKind(ctx: IExecuteFunctions, itemIndex: number): RunKind {
	return {
		manualRun: ctx.getMode() === 'manual',
		allowLive: readOption(ctx, 'allowLive', itemIndex) === true,
	};
}

/** The refusal of a run by hand on an account that is not a paper account, or null. */
export async function refuseLiveByHand(
	core: Core,
	{ manualRun, allowLive }: RunKind,
	accountId: AccountId,
): Promise<Refused | null> {
	if (!manualRun || allowLive) return null;
	const account = await core.members.account(accountId);
	return account === null || account.kind === 'paper' ? null : refuse('MANUAL_RUN_LIVE');
}

/** The same by ticket or order; what does not exist is refused by the call itself. */
export async function refuseLiveByHandOf(
	core: Core,
	run: RunKind,
	subject: { readonly ticketId: TicketId } | { readonly orderId: OrderId },
): Promise<Refused | null> {
	if (!run.manualRun || run.allowLive) return null;
	const found =
		'ticketId' in subject
			? await core.firemodes.get(subject.ticketId)
			: await core.orders.get(subject.orderId);
	return found === null ? null : refuseLiveByHand(core, run, found.accountId);
}
