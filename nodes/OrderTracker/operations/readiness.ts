import type { IDataObject } from 'n8n-workflow';
import { refuse, type Core, type ReadinessAnswer } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import type { ReadinessCommand } from '../OrderTracker.readiness.params';
import { DONE, refusedItem } from './outputs';

type Command<K extends ReadinessCommand['kind']> = Extract<ReadinessCommand, { kind: K }>;

const BANDS = { ready: 'ready', conditional: 'conditional, small size only', not_ready: 'not ready' } as const;

/** The whole score as lines of text, for a message. */
function reportOf(answer: ReadinessAnswer): string {
	const { source, score, band, hardFails, components } = answer;
	return [
		`${source}: ${score} of 100, ${BANDS[band]}.`,
		...hardFails.map(({ message }) => `Must be put right: ${message}`),
		...components.map(({ component, points, max, evidence }) =>
			`${component}: ${points === null ? 'not measured' : `${points} of ${max}`}. ${evidence}`,
		),
	].join('\n');
}

function readinessItem(answer: ReadinessAnswer): IDataObject {
	const { divergence } = answer;
	return {
		account_id: answer.accountId,
		member_id: answer.memberId,
		source: answer.source,
		score: answer.score,
		band: answer.band,
		hard_fails: answer.hardFails.map((fail) => ({ ...fail })),
		not_measured: [...answer.notMeasured],
		components: answer.components.map((each) => ({ ...each })),
		divergence: {
			fill_price_bps: divergence.fillPriceBasisPoints,
			pairs: divergence.pairs,
			slippage_bps: divergence.slippageBasisPoints === 'not measured'
				? 'not measured'
				: { ...divergence.slippageBasisPoints },
			reject_percent: divergence.rejectPercent === 'not measured'
				? 'not measured'
				: { ...divergence.rejectPercent },
			orders: { ...divergence.orders },
		},
		report: reportOf(answer),
		computed_at: timeOf(answer.computedAt),
		policy_version: answer.policyVersion,
	};
}

/** Computes and shows the readiness of one source, or of every source of the account. */
export async function readiness(
	core: Core,
	{ accountId, source }: Command<'readiness'>,
): Promise<OutputItem[]> {
	const about = { account_id: accountId, source };
	const account = await core.members.account(accountId);
	if (account === null) return [refusedItem(refuse('ACCOUNT_UNKNOWN', { id: accountId }), about)];
	if (account.kind !== 'paper') {
		return [refusedItem(refuse('READINESS_NOT_PAPER', { observed: account.kind }), about)];
	}
	const answers =
		source === null
			? await core.readiness.computeAll(accountId)
			: [await core.readiness.compute(accountId, source)];
	if (answers.length === 0) return [refusedItem(refuse('READINESS_NO_TRADES'), about)];
	return answers.map((answer) => ({ output: DONE, json: readinessItem(answer) }));
}
