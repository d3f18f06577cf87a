import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Core, Verdict } from '../../../core';
import { verdictItem } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { OUTPUTS } from '../RiskGate.description';
import { fieldsError, type GateCommand } from '../RiskGate.params';
import { showStatus } from './status';

type DryRun = Awaited<ReturnType<Core['risk']['validate']>>;
type Command<K extends GateCommand['kind']> = Extract<GateCommand, { kind: K }>;

function answer(verdict: Verdict, json: IDataObject): OutputItem {
	return { output: OUTPUTS.indexOf(verdict.decision === 'BLOCK' ? 'Rejected' : 'Approved'), json };
}

/** Ids of what does not exist are null, so that no later node takes it for a verdict. */
function dryItem({ verdict, wouldReserve, stored }: DryRun, signalId: string | null): OutputItem {
	return answer(verdict, {
		...verdictItem(verdict),
		signal_id: signalId,
		verdict_id: stored ? verdict.id : null,
		dry_run: true,
		would_reserve: wouldReserve,
	});
}

/** Judges fields that nobody has sent. @throws NodeOperationError where they make no signal */
async function preview(
	ctx: IExecuteFunctions,
	core: Core,
	{ fields, source, accountId, manualRun, allowLive, actor }: Command<'preview'>,
	itemIndex: number,
): Promise<OutputItem> {
	const signal = core.signals.preview(fields, source);
	if (!('id' in signal)) throw fieldsError(ctx, signal, itemIndex);
	const terms = { accountId, manualRun, allowLive, actor };
	return dryItem(await core.risk.validate({ signalId: null, signal, ...terms }), null);
}

/** Does what one item asks of the gate. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: GateCommand,
	itemIndex: number,
): Promise<OutputItem | OutputItem[]> {
	switch (command.kind) {
		case 'judge': {
			const verdict = await core.risk.judge(command);
			return answer(verdict, verdictItem(verdict));
		}
		case 'validate':
			return dryItem(await core.risk.validate(command), command.signalId);
		case 'preview':
			return preview(ctx, core, command, itemIndex);
		case 'status':
			return showStatus(core, command);
	}
}
