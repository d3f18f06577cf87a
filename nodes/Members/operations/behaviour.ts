import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isRefused, type BehaviourFacts, type Core } from '../../../core';
import { timeOf } from '../../shared/items';
import { memberOf } from '../../shared/listSearch';
import type { OutputItem } from '../../shared/runItems';
import { refusedError } from '../../shared/toNodeError';
import type { BehaviourCommand } from '../Members.behaviour.params';

type Command<K extends BehaviourCommand['kind']> = Extract<BehaviourCommand, { kind: K }>;

function factsItem(facts: BehaviourFacts): IDataObject {
	const { tilt, memberLosses, accountLosses } = facts;
	return {
		losses_raising_confidence: facts.consecutiveLosses,
		losses_in_a_row: memberLosses.inARow,
		losses_today: memberLosses.today,
		last_loss_at: timeOf(facts.lastLossAt),
		account_losses_in_a_row: accountLosses.inARow,
		account_losses_today: accountLosses.today,
		account_net_today: accountLosses.netToday,
		required_confidence_extra: facts.requiredConfidenceExtra,
		cooldown_until: timeOf(facts.cooldownUntil),
		high_risk_cooldown_until: timeOf(facts.highRiskCooldownUntil),
		force_default_risk: facts.forceDefaultRisk,
		tilt: {
			level: tilt.level, points: tilt.points, reasons: [...tilt.reasons], until: timeOf(tilt.until),
		},
		self_locked_until: timeOf(facts.selfLockedUntil),
		medic_mode: facts.medic,
		risk_factor: facts.riskFactor,
		max_positions: facts.maxPositions,
		full_auto_off: facts.fullAutoOff,
	};
}

/** One item per account; a member without any has one of their own, with account null. */
async function show(ctx: IExecuteFunctions, core: Core, command: Command<'behaviour'>): Promise<OutputItem[]> {
	const { id } = await memberOf(ctx, core, command.member, command.itemIndex);
	const { handle, at, accounts, member } = await core.behaviour.view(id);
	const common = { member_id: id, handle, at: timeOf(at) };
	if (accounts.length === 0) {
		return [{ json: { ...common, account_id: null, account: null, ...factsItem(member) } }];
	}
	return accounts.map(({ accountId, label, facts }) => ({
		json: { ...common, account_id: accountId, account: label, ...factsItem(facts) },
	}));
}

async function lockOut(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, end, phrase, reason, actor, itemIndex }: Command<'selfLockOut'>,
): Promise<OutputItem> {
	const { id, handle } = await memberOf(ctx, core, member, itemIndex);
	const until = 'until' in end ? end.until : core.kernel.clock.now() + end.after;
	const locked = await core.behaviour.lockOut(id, { until, phrase, reason, actor });
	if (isRefused(locked)) throw refusedError(ctx.getNode(), locked, itemIndex);
	return {
		json: {
			member_id: id, handle, locked_until: timeOf(locked.until), previous_until: timeOf(locked.previous), reason,
		},
	};
}

/** One item about a member's behaviour. */
export async function runBehaviour(
	ctx: IExecuteFunctions,
	core: Core,
	command: BehaviourCommand,
): Promise<OutputItem | OutputItem[]> {
	return command.kind === 'behaviour' ? show(ctx, core, command) : lockOut(ctx, core, command);
}
