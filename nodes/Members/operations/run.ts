import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Core, MemberView, Signal } from '../../../core';
import { signalItem } from '../../shared/items';
import { memberOf } from '../../shared/listSearch';
import type { OutputItem } from '../../shared/runItems';
import type { MembersCommand } from '../Members.params';
import { accountItem, runAccounts } from './accounts';
import { runBehaviour } from './behaviour';

type Command<K extends MembersCommand['kind']> = Extract<MembersCommand, { kind: K }>;

function memberItem(member: MemberView): IDataObject {
	return {
		member_id: member.id,
		handle: member.handle,
		display_name: member.displayName,
		status: member.status,
		tier: member.tier,
		fire_mode: member.fireMode,
		auto_slots: member.autoSlots,
		zone: member.zone,
		email: member.email,
		telegram_chat_id: member.telegramChatId,
		channels: { ...member.channels },
		accounts: member.accounts.map(accountItem),
	};
}

/**
 * One item per account that the signal goes to; one with account null where there is none, so that
 * the gate can put that on record.
 */
async function eligible(core: Core, signalId: Signal['id']): Promise<OutputItem[]> {
	const { signal, accounts, unknownHandles } = await core.signals.fanOut(signalId);
	const common = { ...signalItem(signal), unknown_handles: [...unknownHandles] };
	if (accounts.length === 0) {
		return [{ json: { ...common, account_id: null, member_id: null } }];
	}
	return accounts.map(({ accountId, memberId, handle, label, tier }) => ({
		json: { ...common, account_id: accountId, member_id: memberId, handle, account: label, tier },
	}));
}

async function setAddresses(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, addresses, actor, itemIndex }: Command<'addresses'>,
): Promise<OutputItem> {
	const { handle } = await memberOf(ctx, core, member, itemIndex);
	return { json: memberItem(await core.members.upsert({ handle, ...addresses, actor })) };
}

async function subscribe(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, subscription, itemIndex }: Command<'subscribe'>,
): Promise<OutputItem> {
	const { id, handle } = await memberOf(ctx, core, member, itemIndex);
	const saved = await core.members.addPushSubscription(id, subscription);
	// The endpoint and the keys are what a stranger needs to push: they stay out of the item.
	return { json: { member_id: id, handle, subscription_id: saved.id } };
}

/**
 * A paper account that somebody disconnected stays so: a workflow that brings members up to date must
 * not put it in use again. Whoever wants that is told how.
 */
async function upsert(
	ctx: IExecuteFunctions,
	core: Core,
	{ input }: Command<'upsert'>,
): Promise<OutputItem> {
	const member = await core.members.upsert(input);
	const label = input.paperAccount?.label ?? 'paper';
	const off = member.accounts.find((account) => account.label === label && account.status === 'inactive');
	if (input.paperAccount !== undefined && off !== undefined) {
		const message = `The account "${label}" of ${member.handle} was disconnected and stays inactive. To use it again: Account, Connect, with a Firecontrol Exchange credential in the mode Paper and this label.`;
		ctx.addExecutionHints({ message, location: 'outputPane', type: 'warning' });
	}
	return { json: memberItem(member) };
}

/** One item of the node. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: MembersCommand,
): Promise<OutputItem | OutputItem[]> {
	switch (command.kind) {
		case 'eligible':
			return eligible(core, command.signalId);
		case 'get':
			return { json: memberItem(await memberOf(ctx, core, command.member, command.itemIndex)) };
		case 'accounts':
		case 'connect':
		case 'disconnect':
		case 'enableLive':
		case 'disableLive':
			return runAccounts(ctx, core, command);
		case 'behaviour':
		case 'selfLockOut':
			return runBehaviour(ctx, core, command);
		case 'list': {
			const { limit, offset, drills } = command;
			return (await core.members.list({ limit, offset, drills })).map((view) => ({ json: memberItem(view) }));
		}
		case 'upsert':
			return upsert(ctx, core, command);
		case 'addresses':
			return setAddresses(ctx, core, command);
		case 'subscribe':
			return subscribe(ctx, core, command);
	}
}
