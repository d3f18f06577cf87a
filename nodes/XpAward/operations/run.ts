import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import type { Core, DomainEvent } from '../../../core';
import { memberOf } from '../../shared/listSearch';
import type { OutputItem } from '../../shared/runItems';
import type { XpCommand } from '../XpAward.params';

/** What the event's rows add up to, with the standing after the last of them. */
async function award(
	ctx: IExecuteFunctions,
	core: Core,
	eventId: DomainEvent['eventId'],
	itemIndex: number,
): Promise<OutputItem> {
	const event = await core.events.get(eventId);
	if (event === null) {
		throw new NodeOperationError(ctx.getNode(), `There is no event ${eventId}.`, {
			itemIndex,
			description: 'Code EVENT_UNKNOWN. Give the event_id of an item of the Events Trigger.',
		});
	}
	const entries = await core.xp.award(eventId);
	const last = entries.at(-1)?.details;
	return {
		json: {
			event_id: eventId,
			type: event.type,
			member_id: event.memberId,
			account_id: event.accountId,
			signal_id: event.signalId,
			xp: entries.reduce((sum, { amount }) => sum + amount, 0),
			awards: entries.map(({ rule, amount }) => ({ rule, amount })),
			day_total: last?.dayTotal ?? null,
			lifetime: last?.lifetime ?? null,
			level: last?.level ?? null,
			rank: last?.rank ?? null,
		},
	};
}

async function profile(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, itemIndex }: { readonly member: string; readonly itemIndex: number },
): Promise<IDataObject> {
	const { id, handle, displayName } = await memberOf(ctx, core, member, itemIndex);
	const found = await core.xp.profile(id);
	return {
		member_id: id,
		handle,
		display_name: displayName,
		lifetime: found.lifetime,
		level: found.level,
		level_xp: found.levelXp,
		level_needs: found.levelNeeds,
		rank: found.rank,
		next_rank: found.nextRank,
		today: { ...found.today },
	};
}

/** One item of the node. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: XpCommand,
): Promise<OutputItem | OutputItem[]> {
	switch (command.operation) {
		case 'award':
			return award(ctx, core, command.eventId, command.itemIndex);
		case 'profile':
			return { json: await profile(ctx, core, command) };
		case 'leaderboard': {
			const lines = await core.xp.leaderboard({ limit: command.limit, offset: 0 });
			return lines.map((line) => ({
				json: {
					place: line.place,
					member_id: line.memberId,
					handle: line.handle,
					display_name: line.displayName,
					lifetime: line.lifetime,
					level: line.level,
					rank: line.rank,
				},
			}));
		}
	}
}
