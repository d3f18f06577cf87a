import type { IExecuteFunctions } from 'n8n-workflow';
import { RESOLUTIONS, type Issue, type Resolution } from '../../core';
import { nodeActor } from '../shared/actor';
import { runKind, type RunKind } from '../shared/manualRun';
import { readFilterId, readId, readNumber, readOptionalText, readWord } from '../shared/params';

const ISSUE_STATES = ['all', 'open', 'resolved'] as const;

interface Acting {
	readonly actor: string;
	readonly run: RunKind;
}

/** What one item asks of reconciliation. */
export type ReconciliationCommand =
	| (Acting & { readonly kind: 'reconcile'; readonly accountId: Issue['accountId'] | null })
	| {
			readonly kind: 'issues';
			readonly accountId: Issue['accountId'] | null;
			readonly state: (typeof ISSUE_STATES)[number];
			readonly limit: number;
	  }
	| (Acting & {
			readonly kind: 'resolve';
			readonly issueId: Issue['id'];
			readonly resolution: Resolution;
			readonly venueOrderId: string | null;
			readonly note: string | null;
	  });

const acting = (ctx: IExecuteFunctions, item: number): Acting => ({
	actor: nodeActor(ctx),
	run: runKind(ctx, item),
});

export function readReconcile(ctx: IExecuteFunctions, item: number): ReconciliationCommand {
	const accountId = readFilterId(ctx, 'accountFilter', item, 'acc');
	return { ...acting(ctx, item), kind: 'reconcile', accountId };
}

export function readIssueParams(ctx: IExecuteFunctions, item: number): ReconciliationCommand {
	switch (readWord(ctx, 'operation', item, ['getAll', 'resolve'])) {
		case 'getAll':
			return {
				kind: 'issues',
				accountId: readFilterId(ctx, 'accountFilter', item, 'acc'),
				state: readWord(ctx, 'issueState', item, ISSUE_STATES),
				limit: readNumber(ctx, 'limit', item, { fallback: 50, min: 1, max: 500 }),
			};
		case 'resolve':
			return {
				...acting(ctx, item),
				kind: 'resolve',
				issueId: readId(ctx, 'issueId', 'issue_id', item, 'iss'),
				resolution: readWord(ctx, 'resolution', item, RESOLUTIONS),
				venueOrderId: readOptionalText(ctx, 'venueOrderId', item),
				note: readOptionalText(ctx, 'note', item),
			};
	}
}
