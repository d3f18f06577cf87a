import { isRefused, type Core, type ExitPlanView, type Refused } from '../../../core';
import { exitPlanItem } from '../../shared/items';
import { refuseLiveByHand } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import type { ExitCommand } from '../OrderTracker.exits.params';
import { DONE, refusedItem } from './outputs';

type Command<K extends ExitCommand['kind']> = Extract<ExitCommand, { kind: K }>;

function planOutput(
	result: ExitPlanView | Refused,
	{ accountId, symbol }: Command<'setExitPlan' | 'tightenStop'>,
): OutputItem {
	if (isRefused(result)) return refusedItem(result, { account_id: accountId, symbol });
	return { output: DONE, json: exitPlanItem(result) };
}

/** Moves the stop of a position nearer to the price. */
export async function tightenStop(core: Core, command: Command<'tightenStop'>): Promise<OutputItem> {
	const { accountId, symbol, price, actor, run } = command;
	const result =
		(await refuseLiveByHand(core, run, accountId)) ??
		(await core.orders.tightenStop({ accountId, symbol, price, actor }));
	return planOutput(result, command);
}

/** Adds rules to the exit plan of a position. */
export async function setExitPlan(core: Core, command: Command<'setExitPlan'>): Promise<OutputItem> {
	const { accountId, symbol, rules, actor, run } = command;
	const result =
		(await refuseLiveByHand(core, run, accountId)) ??
		(await core.orders.setExitPlan({ accountId, symbol, rules, actor }));
	return planOutput(result, command);
}
